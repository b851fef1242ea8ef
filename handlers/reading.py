"""From what came in to what was meant: words are understood, taps, clicks and pages are read."""

from dataclasses import replace
from datetime import datetime

from bot.effects import PromptKind
from bot.messages import InboundKind
from bot.ports import Read
from bot.turn import Prompt, Turn
from bot.understanding import invitations
from bot.understanding.grievances import grievance
from bot.understanding.normalise import normalise
from bot.understanding.ratings import score
from bot.understanding.scales import scale_of
from bot.understanding.understand import Understanding, understand
from bot.understanding.verdicts import verdict
from handlers.subject import is_words, prompt_of, scored

TEN = scale_of("0-10")
SENT = frozenset(
    {InboundKind.IMAGE, InboundKind.VOICE, InboundKind.VIDEO, InboundKind.LOCATION, InboundKind.LINK, InboundKind.OTHER}
)
UNSURE = frozenset({"unclear", "human_request", "complaint", "thanks"})


def reading(turn: Turn, read: Read, now: datetime) -> tuple[Understanding, Turn]:
    """What was meant, and the turn with the question it answers, even one answered before (a second rating)."""
    match turn.inbound.kind:
        case InboundKind.TEXT:
            return _words(turn, read, now)
        case InboundKind.TAP:
            return _tap(turn, read, now)
        case InboundKind.ANSWER:
            return _page(turn), turn
        case InboundKind.VOICE if is_words(turn):
            return _words(turn, read, now)
        case kind:
            return Understanding(kind.value if kind not in SENT else "unclear"), turn


def _words(turn: Turn, read: Read, now: datetime) -> tuple[Understanding, Turn]:
    understood = understand(turn.inbound.text, turn.prompts)
    if scored(turn) is None and _about_experience(turn.inbound.text) and (before := read.last_answered(now)):
        turn = replace(turn, prompts=(*turn.prompts, before))
        understood = understand(turn.inbound.text, turn.prompts)
    if "party_change" in understood.slots:
        return _summed(understood, turn, read, now), turn
    if understood.intent in UNSURE and _about_booking(turn) and read.invited_event(now):
        understood = _summed(understand(turn.inbound.text, turn.prompts, booked=True), turn, read, now)
    return understood, turn


def _summed(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Understanding:
    """再加一个人 with three seats held makes a party of four; nobody goes below one."""
    change = understood.slots.get("party_change")
    asked = prompt_of(turn, PromptKind.EVENT)
    event_id = asked.ref.get("event_id") if asked else None
    event = read.event(event_id) if event_id else read.invited_event(now)
    if not isinstance(change, int) or event is None:
        return understood
    slots = {name: value for name, value in understood.slots.items() if name != "party_change"}
    return replace(understood, slots=slots | {"party_size": max(1, (event.my_seats or 1) + change)})


def _tap(turn: Turn, read: Read, now: datetime) -> tuple[Understanding, Turn]:
    """Option `survey:<prompt id>:<rating>`; an option nobody knows is read by its words (wechat.md §2.5)."""
    name, _, rest = turn.inbound.option.partition(":")
    prompt_id, _, rating = rest.partition(":")
    prompt = _tapped(turn, read, now, prompt_id) if name == "survey" else None
    if prompt is None or not rating.isdecimal():
        return _words(turn, read, now)
    scale = scale_of(prompt.scale)
    if scale is None or not scale.holds(int(rating)):
        return _words(turn, read, now)
    others = tuple(each for each in turn.prompts if each.id != prompt.id)
    return _rated(int(rating), prompt), replace(turn, prompts=(prompt, *others))


def _tapped(turn: Turn, read: Read, now: datetime, prompt_id: str) -> Prompt | None:
    before = () if any(str(prompt.id) == prompt_id for prompt in turn.prompts) else (read.last_answered(now),)
    return next((each for each in (*turn.prompts, *before) if each and str(each.id) == prompt_id), None)


def _page(turn: Turn) -> Understanding:
    prompt = scored(turn)
    if prompt_of(turn, PromptKind.QUOTE) is not None:
        return _quoted(turn.inbound.option)
    if prompt is None:
        joined = turn.prompt is not None and turn.prompt.kind is PromptKind.MEMBERSHIP
        return Understanding("membership", slots={"decision": "accept"}) if joined else Understanding("unclear")
    told = understand(turn.inbound.text) if turn.inbound.text else Understanding("unclear")
    if turn.inbound.rating is None:
        return understand(turn.inbound.text, turn.prompts)
    rated = _rated(turn.inbound.rating, prompt)
    also = tuple(intent for intent in (told.intent, *told.also) if intent in ("complaint", "opt_out", "emergency"))
    first, rest = ("emergency", ("survey_reply",)) if "emergency" in also else ("survey_reply", also)
    return replace(rated, intent=first, also=rest, slots={**told.slots, **rated.slots}, signals=told.signals)


def _quoted(option: str) -> Understanding:
    """Option `approve:1,3`: the positions agreed to, of all that were open; anything else is a wish to talk."""
    name, _, places = option.partition(":")
    if name != "approve":
        return Understanding("quote_reply", slots={"decision": "unclear"}, confidence=1.0)
    approved = tuple(int(place) for place in places.split(",") if place.isdecimal())
    decision = "approve" if approved else "reject"
    return Understanding("quote_reply", slots={"decision": decision, "approved": approved}, confidence=1.0)


def _rated(rating: int, prompt: Prompt) -> Understanding:
    scale = scale_of(prompt.scale)
    if scale is None or not scale.holds(rating):
        return Understanding("unclear")
    good = scale.satisfaction(rating)
    return Understanding("survey_reply", slots={"satisfaction": good}, rating=rating, satisfaction=good, confidence=1.0)


def _about_experience(text: str) -> bool:
    """Cheap to ask before a read: does it score, praise or blame at all?"""
    plain = normalise(text)
    said = verdict(plain)
    return said.grade is not None or grievance(plain) is not None or _scores(plain)


def _scores(plain: str) -> bool:
    return TEN is not None and score(plain, TEN).number is not None


def _about_booking(turn: Turn) -> bool:
    return invitations.rsvp(normalise(turn.inbound.text), invited=False) is not None
