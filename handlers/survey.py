"""The answer to "how was it": thanks, a note, or an apology with a name and a time (design §5)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.customer import Purpose
from bot.effects import EMOTION, AddToCase, Answer, Ask, CloseCase, Effect, HandOff, PromptKind, Ref, Say
from bot.messages import Category, Channel
from bot.ports import Read
from bot.turn import Prompt, Turn
from bot.understanding.experience import ASKED_TWICE, NO_SCORE_TODAY
from bot.understanding.meaning import WHY_SCORED
from bot.understanding.scales import DISSATISFIED, NEUTRAL, SATISFIED
from bot.understanding.understand import Understanding
from handlers.case_making import apology, knows_of_it, noted, take
from handlers.subject import ANSWERS_FOR, FACTORS, case_open, prompt_of, scored, tapped

INTENT = "survey_reply"
ASKED_WITHIN = timedelta(days=90)
THANKED = "谢谢您的反馈"  # survey.thanks
QUIET_AFTER_CASE = timedelta(days=30)


def wants(understood: Understanding, turn: Turn) -> bool:
    told = understood.wants(INTENT) or understood.wants("complaint")
    answers = bool(understood.satisfaction) or NO_SCORE_TODAY in understood.signals
    return told and scored(turn) is not None and answers


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    prompt = scored(turn)
    assert prompt is not None
    if not understood.satisfaction and understood.intent == INTENT and not understood.wants("complaint"):
        return (_asked_twice(turn) if ASKED_TWICE in understood.signals else Say("survey.later"),)  # it stays open
    scores = _scores(understood)
    answer = Answer(prompt.id, _rating(understood), understood.satisfaction, turn.inbound.text, scores)
    if understood.intent == "emergency":
        return (answer,)
    weak = read.content().surveys.weak(scores)
    if understood.satisfaction == DISSATISFIED or understood.wants("complaint") or weak:
        taken = take(understood, _with_words(turn, weak), read, now)
        offered = prompt_of(turn, PromptKind.MEMBERSHIP)  # asked after a good score, which this puts right
        answer_all = (answer, Answer(offered.id, None, "", turn.inbound.text)) if offered else (answer,)
        if knows_of_it(turn) and prompt_of(turn, PromptKind.REASON) and not tapped(turn):
            return (*answer_all, *taken.effects, *noted(turn))
        return (*answer_all, *taken.effects, apology(taken, turn, now, told=understood.wants("complaint")))
    return (answer, *_content(understood, prompt, turn, read, now))


def _asked_twice(turn: Turn) -> Say:
    """评价过了呀, 怎么又问: an apology, and another in other words to who says it again."""
    return Say("survey.twice", {"again": "重复打扰" in turn.told})


def _content(understood: Understanding, prompt: Prompt, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """Nothing to put right: a case may be closed, a lukewarm answer is asked about, a good one is thanked for."""
    if prompt.kind is PromptKind.RECONTACT and case_open(turn):
        return _settled(understood, turn, now)
    if understood.satisfaction == NEUTRAL:
        return _neutral(understood, turn, read, now)
    return _satisfied(understood, turn, read, now)


def _rating(understood: Understanding) -> int | None:
    """The number given, or the one whose reason this is."""
    kept = understood.slots.get("_rating") if WHY_SCORED in understood.signals else None
    return kept if isinstance(kept, int) and understood.rating is None else understood.rating


def _scores(understood: Understanding) -> Mapping[str, int]:
    given = understood.slots.get(FACTORS)
    return given if isinstance(given, Mapping) else {}


def _with_words(turn: Turn, weak: str) -> Turn:
    """A case begins with what was scored low, before the customer's own words."""
    said = "。".join(filter(None, (f"满意度调查：{weak}" if weak else "", turn.inbound.text)))
    return replace(turn, inbound=replace(turn.inbound, text=said)) if weak else turn


def _settled(understood: Understanding, turn: Turn, now: datetime) -> Sequence[Effect]:
    """Satisfied closes the case; a lukewarm answer goes to its owner, who asks."""
    assert turn.case is not None
    case = turn.case
    if understood.satisfaction == SATISFIED:
        return (CloseCase(case.id, "satisfied"), Say("case.closed", {"owner": case.owner.name}))
    told = HandOff("neutral_at_recontact", "normal", case.owner.id)
    return (AddToCase(case.id, turn.inbound.text), told, _what_better(turn, now, {"case_id": case.id}))


def _neutral(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if turn.case is not None:
        added = AddToCase(turn.case.id, turn.inbound.text)
        asked = WHY_SCORED in understood.signals or prompt_of(turn, PromptKind.REASON)
        if case_open(turn) and asked and not tapped(turn):
            return (added, *noted(turn))  # it is what we asked for, or comes beside it; nobody is asked twice
        return (*((added,) if case_open(turn) else ()), _what_better(turn, now, {"case_id": turn.case.id}))
    taken = take(understood, turn, read, now, neutral=True)
    return (*taken.effects, _what_better(turn, now, {"case_id": taken.case}))


def _what_better(turn: Turn, now: datetime, ref: Mapping[str, str | int | Ref]) -> Effect:
    say = Say("survey.neutral")
    if turn.inbound.channel is Channel.PAGE:
        return say
    return Ask(say, PromptKind.REASON, now + ANSWERS_FOR, ref=ref, priority=4)


def _satisfied(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """Thanks; to whom it may be put, the same message ends with one question (its text begins with the thanks)."""
    if WHY_SCORED in understood.signals and THANKED in turn.told and turn.inbound.channel is Channel.WECHAT:
        return (Say("survey.remark"),)
    if understood.wants("opt_out") or not _may_ask_membership(turn, read, now):
        return (Say("survey.thanks"),)
    question = Say("membership.ask", category=Category.MARKETING)
    return (Ask(question, PromptKind.MEMBERSHIP, now + ANSWERS_FOR, priority=1),)


def _may_ask_membership(turn: Turn, read: Read, now: datetime) -> bool:
    """One question, to whom agreed to hear such things and whom nothing weighs on (handbook H1.5.3)."""
    return (
        turn.inbound.channel is not Channel.SMS
        and turn.human is None
        and turn.customer.consents_to(Purpose.MARKETING)
        and not case_open(turn)
        and not read.case_closed_since(now - QUIET_AFTER_CASE)
        and EMOTION not in read.facts_since(now - QUIET_AFTER_CASE)
        and not read.membership_asked_since(now - ASKED_WITHIN)
    )
