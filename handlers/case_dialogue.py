"""What a customer with an open case writes belongs to the case; what they ask about it is answered by what we know.

So is what somebody says who waits for a person that was called (handlers/of_a_case.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from bot.effects import AddToCase, Answer, Effect, HandOff, Note, Param, PromptKind, Remember, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import CaseView, Turn
from bot.understanding import about_a_case, wishes
from bot.understanding.call_times import part_of_day
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from handlers.acknowledged import only_acknowledges
from handlers.case_making import noted
from handlers.human import due
from handlers.of_a_case import CALL_AT, MORE, OF_IT, SOMEBODY
from handlers.subject import case_open, is_words, prompt_of

INTENT = "unclear"
LETS_BE = "不再打电话"  # case.withdrawn
TEXTS = {
    about_a_case.WHEN: "case.promised", about_a_case.WHO: "case.who", about_a_case.NUMBER: "case.who",
    about_a_case.SORRY: "case.sorry",
}  # fmt: skip
Done: TypeAlias = tuple[Sequence[Effect], Sequence[Effect]]  # what is done, what is said


def wants(understood: Understanding, turn: Turn) -> bool:
    if OF_IT in understood.slots:
        return True
    if not case_open(turn) or not is_words(turn) or "automatic" in understood.signals:
        return False
    return understood.intent == INTENT and not only_acknowledges(turn.inbound.text)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    reason = prompt_of(turn, PromptKind.REASON)
    answered = (Answer(reason.id, None, "", turn.inbound.text),) if reason else ()
    added = (AddToCase(turn.case.id, turn.inbound.text),) if turn.case and case_open(turn) else ()
    said = str(understood.slots.get(OF_IT, MORE))
    told = _told(said, turn, read, now)
    spoken = () if turn.inbound.channel is Channel.SMS else told[1]  # no approved text for any of it
    return (*answered, *added, *told[0], *spoken)


def _told(said: str, turn: Turn, read: Read, now: datetime) -> Done:
    if said == about_a_case.WITHDRAWN:
        return _let_be(turn)
    if said == CALL_AT:
        return _call_at(turn)
    if turn.case is not None and case_open(turn):
        return _of_an_open_case(said, turn.case, turn, read, now)
    if said == about_a_case.NUMBER:
        return (), (Say("human.number", {"hotline": turn.store.hotline}),)
    if said == MORE:
        return (), (Say("human.noted"),)
    return (HandOff("human", "normal", None, due(read, now)),), (Say("human.coming", {"by": None}),)


def _of_an_open_case(said: str, case: CaseView, turn: Turn, read: Read, now: datetime) -> Done:
    """Who and by when, as it was promised; where the time is over, the owner is told again."""
    by = case.contact_by
    late = by is None or by <= now  # or they were spoken to already
    known: dict[str, Param] = {
        "owner": case.owner.name, "contact_by": by, "late": late, "hotline": turn.store.hotline
    }  # fmt: skip
    if said in TEXTS:
        waits = late and said == about_a_case.WHEN
        again = (HandOff("wrote_again", "normal", case.owner.id, due(read, now)),) if waits else ()
        return again, (Say(TEXTS[said], known),)
    if said == about_a_case.REDRESS or wishes.asks(normalise(turn.inbound.text)):
        return (), (Say("case.passed_on", {"owner": case.owner.name}),)
    return (), noted(turn)


def _let_be(turn: Turn) -> Done:
    """The case stays for the manager, who closes it; nobody calls about it, and messages are no part of it."""
    case = turn.case if case_open(turn) else None
    note = Note(f"客户说这件事不用再联系了，请不要为此打电话。原话：{turn.inbound.text}")
    if LETS_BE in turn.told:
        return (note,), ()
    return (note,), (Say("case.withdrawn" if case else "human.withdrawn"),)


def _call_at(turn: Turn) -> Done:
    said, when = turn.inbound.text.strip(), part_of_day(normalise(turn.inbound.text))
    owner = turn.case.owner.name if turn.case and case_open(turn) else SOMEBODY
    note = Note(f"客户方便接电话的时间：{said}")
    done = (Remember("call_time", when), note) if when else (note,)
    return done, (Say("human.call_at", {"owner": owner, "when": said}),)
