"""A dissatisfied customer in one turn: open a case, add to the open one, or open the closed one again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import cases
from bot.customer import RepairOrder, StaffMember
from bot.effects import AddToCase, Ask, Effect, HandOff, OpenCase, Param, PromptKind, Ref, ReopenCase, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.sending import no_call_beside
from bot.understanding.understand import Understanding
from handlers.subject import ANSWERS_FOR, case_open, is_words, scored

RECOVERS = "P4"
AT_ONCE = frozenset({"P0", "P1"})
NOTED = re.compile("已补充给|也记下了")  # survey.noted, said before


@dataclass(frozen=True, slots=True)
class Taken:
    """What happened to the case. case: its id, or the Ref of one made in this turn."""

    effects: tuple[Effect, ...]
    owner: StaffMember
    contact_by: datetime
    case: int | Ref
    again: bool = False


def take(understood: Understanding, turn: Turn, read: Read, now: datetime, *, neutral: bool = False) -> Taken:
    """P4 (neutral) is a suggestion: a case, but nobody is called to the thread."""
    if case_open(turn) and not _answers_recontact(turn):
        return _add(understood, turn, read, now)
    if turn.case is not None:
        return _reopen(understood, turn, read, now)
    return _open(understood, turn, read, now, neutral)


def apology(taken: Taken, turn: Turn, now: datetime, *, told: bool) -> Effect:
    """WeChat and page ask for the reason, since the typed answer opens the window; SMS has only its template.

    told: the reason was given already, so only more is asked for. 1分, 不用联系我了 is not told that somebody calls.
    """
    said: dict[str, Param] = {"owner": taken.owner.name, "contact_by": taken.contact_by}
    if turn.inbound.channel is Channel.SMS:
        return Say("case.ack", said)
    if is_words(turn) and no_call_beside(normalise(turn.inbound.text)):
        return Say("survey.apology_quiet", {"owner": taken.owner.name})
    say = Say("case.reopened" if taken.again else "survey.apology", said | {"told": told})
    if turn.inbound.channel is Channel.PAGE:
        return say
    return Ask(say, PromptKind.REASON, now + ANSWERS_FOR, ref={"case_id": taken.case}, priority=5)


def noted(turn: Turn) -> Sequence[Effect]:
    """Said to whom adds to a case; by SMS nothing, it would cost a message and tell nothing new."""
    assert turn.case is not None
    said = Say("survey.noted", {"owner": turn.case.owner.name, "again": NOTED.search(turn.told) is not None})
    return () if turn.inbound.channel is Channel.SMS else (said,)


def knows_of_it(turn: Turn) -> bool:
    """A case is open and the customer was told who calls; of a suggestion (P4) nobody was named."""
    return turn.case is not None and case_open(turn) and turn.case.level != RECOVERS


def _answers_recontact(turn: Turn) -> bool:
    prompt = scored(turn)
    return prompt is not None and prompt.kind is PromptKind.RECONTACT


def _order(turn: Turn, read: Read) -> RepairOrder | None:
    prompt = scored(turn)
    order_id = prompt.ref.get("order_id") if prompt else None
    return read.order(order_id) if order_id else read.latest_order()


def _open(understood: Understanding, turn: Turn, read: Read, now: datetime, neutral: bool) -> Taken:
    staff, order = read.staff(), _order(turn, read)
    about = _complained_about(understood, staff)
    level = level_of(understood, order, neutral=neutral)
    owner, due = cases.owner(staff, order, about), read.due(level, now)
    text, category = turn.inbound.text, str(understood.slots.get("category", ""))
    case = OpenCase(level, category, text, owner.id, order.id if order else None, about, *due)
    called = () if level == RECOVERS else (_call("dissatisfied", level, owner, due.contact_by),)
    return Taken((case, *called), owner, due.contact_by, Ref("case"))


def _add(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Taken:
    assert turn.case is not None
    case, level = turn.case, level_of(understood, None, neutral=False)
    if level < case.level and (level in AT_ONCE or case.level == RECOVERS):
        return _raise(level, turn, read, now)
    due = case.contact_by if case.contact_by and case.contact_by > now else read.due(case.level, now).contact_by
    graver = min(level, case.level)
    called = _call("wrote_again", graver, case.owner, min(due, read.due(graver, now).contact_by))
    return Taken((AddToCase(case.id, turn.inbound.text), called), case.owner, due, case.id)


def _raise(level: str, turn: Turn, read: Read, now: datetime) -> Taken:
    """An open case turns out graver: a danger, a threat, or a suggestion that is a complaint after all."""
    assert turn.case is not None
    owner, due = turn.case.owner, read.due(level, now)
    graver = ReopenCase(turn.case.id, level, turn.inbound.text, owner.id, *due)
    return Taken((graver, _call("graver", level, owner, due.contact_by)), owner, due.contact_by, turn.case.id)


def _reopen(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Taken:
    """The same case, one level graver, to the manager (design §5); graver still by its own triggers."""
    assert turn.case is not None
    about = _complained_about(understood, read.staff())
    level = min(cases.raised(turn.case.level), level_of(understood, None, neutral=False))
    owner, due = cases.manager(read.staff(), about), read.due(level, now)
    again = ReopenCase(turn.case.id, level, turn.inbound.text, owner.id, *due)
    called = _call("dissatisfied_again", level, owner, due.contact_by)
    return Taken((again, called), owner, due.contact_by, turn.case.id, again=True)


def level_of(understood: Understanding, order: RepairOrder | None, *, neutral: bool) -> str:
    """A safety word after a repair is a P1 trigger (domain.md §1.9)."""
    signals = understood.signals
    return cases.level(
        danger=understood.intent == "emergency",
        threat=bool(signals & {"threat", "safety"}),
        injury="injury" in signals,
        repeat=bool(signals & {"repeat", "ignored_refusal"}),
        anger="anger" in signals,
        order=order,
        neutral=neutral and not understood.wants("complaint"),
    )


def _call(reason: str, level: str, owner: StaffMember, due: datetime) -> HandOff:
    return HandOff(reason, cases.PRIORITY[level], owner.id, due)


def _complained_about(understood: Understanding, staff: tuple[StaffMember, ...]) -> int | None:
    """The one member the complaint names, by full name, or by 小王 and 王经理."""
    told, named = str(understood.slots.get("reason", "")), str(understood.slots.get("staff", ""))
    surname = named[1:2] if named[:1] in "小老" else named[:1]
    full = [member for member in staff if member.name in told]
    found = full or [member for member in staff if surname and member.name.startswith(surname)]
    return found[0].id if len(found) == 1 else None
