"""From what came in to what was meant: words are understood, taps, clicks and pages are read."""

import re
from dataclasses import replace
from datetime import datetime

from bot.effects import PromptKind
from bot.messages import Channel, InboundKind
from bot.ports import Read
from bot.surveys import unpacked
from bot.turn import Prompt, Turn
from bot.understanding import invitations, solved
from bot.understanding.classifier import Classifier
from bot.understanding.grievances import graveness, grievance
from bot.understanding.intents import ACTS_FROM
from bot.understanding.normalise import bare, normalise
from bot.understanding.particulars import particulars
from bot.understanding.ratings import scored as gives_a_score
from bot.understanding.scales import DISSATISFIED, scale_of
from bot.understanding.setting import Setting
from bot.understanding.slots.quote import decided
from bot.understanding.slots.symptoms import gone
from bot.understanding.strangers import may_be_a_slip
from bot.understanding.understand import UNCLEAR, Understanding, understand
from bot.understanding.verdicts import verdict
from handlers import caution, why_asked
from handlers.acknowledged import only_acknowledges, opens_an_account, waits_for_us
from handlers.of_a_booking import agrees_to_booking, of_a_booking
from handlers.of_a_car import of_a_car
from handlers.of_a_case import of_a_case
from handlers.of_a_fault import of_a_fault
from handlers.of_a_price import of_a_price
from handlers.of_a_quote import UNSURE, of_a_quote
from handlers.of_a_repair import SAYS_LITTLE, of_a_repair
from handlers.of_a_visit import of_a_visit
from handlers.of_an_event import comes_after_all, of_an_event
from handlers.of_an_offer import of_an_offer
from handlers.of_an_order import of_an_order
from handlers.of_consent import of_consent
from handlers.of_courtesy import of_courtesy
from handlers.of_the_file import of_the_file
from handlers.of_what_was_cancelled import restored
from handlers.pressed import VISIT_OPTION, pressed
from handlers.setting import setting_of
from handlers.subject import FACTORS, is_words, prompt_of, scored

COMPLAINED = "complaint"  # option of an answer by telephone: the colleague heard a complaint
SENT = frozenset(
    {InboundKind.IMAGE, InboundKind.VOICE, InboundKind.VIDEO, InboundKind.LOCATION, InboundKind.LINK, InboundKind.OTHER}
)
OF_A_BOOKING = frozenset({"appt_cancel", "appt_change", "appt_confirm"})
OPENS_LIKE = frozenset({"off_topic", "faq", "complaint", "human_request", "thanks"})
ANSWERS_NO_NOD = frozenset({"faq", "off_topic", "repair_status", "info_update", "churn_reply"})
ONE_MORE = re.compile("^(?:而且|再说|还有|另外|主要|关键|加上)")
AFTER_AN_ANSWER = UNSURE | {"greet", "off_topic", "quote_reply"}
SAID_AGAIN = re.compile("同意|[全都](?=.{0,3}(?:做|换|修|要|弄|部|$|[,。]))")


def reading(turn: Turn, read: Read, now: datetime, classifier: Classifier | None = None) -> tuple[Understanding, Turn]:
    """What was meant, and the turn with the question it answers, even one answered before (a second rating).

    Without a classifier only the rules read, and what they leave open goes to a person.
    """
    setting = setting_of(turn, read, now, classifier) if classifier and is_words(turn) else None
    match turn.inbound.kind:
        case InboundKind.TEXT:
            return _words(turn, read, now, setting)
        case InboundKind.TAP:
            return _tap(turn, read, now, setting)
        case InboundKind.ANSWER if turn.inbound.channel is Channel.CALL:
            return _told_by_phone(turn), turn
        case InboundKind.ANSWER:
            return _page(turn), turn
        case InboundKind.VOICE if is_words(turn):
            return _words(turn, read, now, setting)
        case kind:
            return Understanding(kind.value if kind not in SENT else "unclear"), turn


def _words(turn: Turn, read: Read, now: datetime, setting: Setting | None) -> tuple[Understanding, Turn]:
    understood = understand(turn.inbound.text, turn.prompts, setting=setting)
    if understood.intent == "wrong_person" and may_be_a_slip(normalise(turn.inbound.text)) and read.last_answered(now):
        return UNCLEAR, turn
    of = why_asked.of_score(turn, read, now)
    if of and (why := why_asked.told(understood, turn, of, setting)):
        turn = replace(turn, prompts=(*turn.prompts, of))
        return (_of_the_matter(why, turn, read, now, setting) if setting else None) or why, turn
    if _of_experience(understood, turn) and (before := read.last_answered(now)):
        turn = replace(turn, prompts=(*turn.prompts, before))
        understood = understand(turn.inbound.text, turn.prompts, setting=setting)
    if again := comes_after_all(turn, read, now, setting):
        understood = again
    if "party_change" in understood.slots:
        return _summed(understood, turn, read, now), turn
    maybe = understood.intent in UNSURE | OF_A_BOOKING or _of_a_party(turn)
    calls_off = understood.intent == "appt_cancel"
    if maybe and (calls_off or _about_booking(turn)) and _only_seats(understood, read, now):
        understood = _summed(understand(turn.inbound.text, turn.prompts, booked=True), turn, read, now)
        if calls_off and understood.intent != "event_rsvp":  # 那天我们回老家, 算了: nothing else can be meant
            understood = Understanding("event_rsvp", slots={"decision": "decline"})
    return _known_to_the_house(understood, turn, read, now, setting) if setting else understood, turn


def _of_experience(understood: Understanding, turn: Turn) -> bool:
    """It may be a second word on what was scored before; a plain wish is none, whatever fault it names."""
    plain = normalise(turn.inbound.text)
    if why_asked.SENDS_THANKS.match(plain):
        return False
    told = solved.asked(normalise(turn.told)) and (gone(plain) or bool(solved.answer(plain, normalise(turn.told))))
    open_to_it = understood.intent in UNSURE or understood.confidence < ACTS_FROM or gives_a_score(plain)
    return scored(turn) is None and (told or (open_to_it and _about_experience(turn.inbound.text)))


def _only_seats(understood: Understanding, read: Read, now: datetime) -> bool:
    """An event is what can be called off: seats are held, and no visit to the workshop."""
    if read.invited_event(now) is None:
        return False
    return understood.intent not in OF_A_BOOKING or not read.appointments(now)


def _known_to_the_house(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding:
    """Read again where the words lean on what lies open: a matter somebody looks after, a quote, a booking, a car."""
    for lean in LEANINGS:
        if (said := lean(understood, turn, read, now, setting)) is not None:
            return said
    return understood


def _of_the_matter(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    leans = (lean(understood, turn, read, now, setting) for lean in (of_a_fault, of_a_case))
    return next((each for each in leans if each is not None), None)


def _nod(understood: Understanding, turn: Turn, _read: Read, _now: datetime, _setting: Setting) -> Understanding | None:
    """行吧 等你们电话 asks for no number, 我想反映个事 tells nothing yet; 好, to who was just told to leave the car, no
    danger."""
    goes_on = understood.intent == "emergency" == turn.before.intent and "没事" not in turn.inbound.text
    awaits = understood.intent == "complaint" and waits_for_us(turn.inbound.text)
    if understood.intent in OPENS_LIKE and opens_an_account(turn.inbound.text):
        return UNCLEAR
    if awaits and turn.before.intent == "privacy_request" and only_acknowledges(turn.inbound.text):
        return Understanding("thanks")  # 好, 等你们回音
    nods = (goes_on or awaits or understood.intent in ANSWERS_NO_NOD) and only_acknowledges(turn.inbound.text)
    return UNCLEAR if nods else None


def _stays_away(
    understood: Understanding, turn: Turn, _read: Read, _now: datetime, setting: Setting
) -> Understanding | None:
    """而且周末排队要两个小时, after a first reason: one reason more."""
    plain = normalise(turn.inbound.text)
    maybe = understood.intent in SAYS_LITTLE | {"complaint", "churn_reply"} and ONE_MORE.search(plain)
    if turn.before.intent != "churn_reply" or not maybe:
        return None
    told = particulars("churn_reply", plain, setting, turn.prompts)
    return Understanding("churn_reply", slots=told) if told else None


def _agreed(
    understood: Understanding, turn: Turn, read: Read, now: datetime, _setting: Setting
) -> Understanding | None:
    agreed = _agreed_to(turn, read, now) if understood.intent in AFTER_AN_ANSWER else ""
    return Understanding(agreed, slots={"decision": "approve"} if agreed == "quote_reply" else {}) if agreed else None


def _agreed_to(turn: Turn, read: Read, now: datetime) -> str:
    """What a short yes goes on agreeing to: the time just booked, the quote just answered; "" for neither."""
    plain = normalise(turn.inbound.text)
    if turn.before.intent == "quote_reply" and SAID_AGAIN.search(plain):
        said = decided(plain)
        return "quote_reply" if said and said.decision == "approve" else ""
    return "appt_confirm" if agrees_to_booking(turn, read, now) else ""


def _summed(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Understanding:
    """再加一个人 with three seats held makes a party of four, with their children; nobody goes below one."""
    change = understood.slots.get("party_change")
    asked = prompt_of(turn, PromptKind.EVENT)
    event_id = asked.ref.get("event_id") if asked else None
    event = read.event(event_id) if event_id else read.invited_event(now)
    if not isinstance(change, int) or event is None:
        return understood
    slots = {name: value for name, value in understood.slots.items() if name != "party_change"}
    slots["party_size"] = max(1, (event.my_seats or 1) + change)
    children = event.my_children + (change if invitations.only_children(normalise(turn.inbound.text)) else 0)
    if children > 0 or event.my_children:
        slots["children"] = max(0, children)
    return replace(understood, slots=slots)


def _tap(turn: Turn, read: Read, now: datetime, setting: Setting | None) -> tuple[Understanding, Turn]:
    """Option `survey:<prompt id>:<rating>`; an option nobody knows is read by its words (wechat.md §2.5)."""
    name, _, rest = turn.inbound.option.partition(":")
    prompt_id, _, rating = rest.partition(":")
    prompt = _tapped(turn, read, now, prompt_id) if name == "survey" else None
    if prompt is None or not rating.isdecimal():
        return _words(turn, read, now, setting)
    scale = scale_of(prompt.scale)
    if scale is None or not scale.holds(int(rating)):
        return _words(turn, read, now, setting)
    others = tuple(each for each in turn.prompts if each.id != prompt.id)
    return _rated(int(rating), prompt), replace(turn, prompts=(prompt, *others))


def _tapped(turn: Turn, read: Read, now: datetime, prompt_id: str) -> Prompt | None:
    before = () if any(str(prompt.id) == prompt_id for prompt in turn.prompts) else (read.last_answered(now),)
    return next((each for each in (*turn.prompts, *before) if each and str(each.id) == prompt_id), None)


def _page(turn: Turn) -> Understanding:
    if turn.inbound.option.startswith(VISIT_OPTION):
        return pressed(turn.inbound.option)
    prompt = scored(turn)
    if prompt_of(turn, PromptKind.QUOTE) is not None:
        return _quoted(turn.inbound.option)
    if prompt is None:
        joined = turn.prompt is not None and turn.prompt.kind is PromptKind.MEMBERSHIP
        return Understanding("membership", slots={"decision": "accept"}) if joined else Understanding("unclear")
    told = understand(turn.inbound.text) if turn.inbound.text else Understanding("unclear")
    if turn.inbound.rating is None:
        return understand(turn.inbound.text, turn.prompts)
    rated = _with_factors(_rated(turn.inbound.rating, prompt), turn)
    also = tuple(intent for intent in (told.intent, *told.also) if intent in ("complaint", "opt_out", "emergency"))
    first, rest = ("emergency", ("survey_reply",)) if "emergency" in also else ("survey_reply", also)
    return replace(rated, intent=first, also=rest, slots={**told.slots, **rated.slots}, signals=told.signals)


def _with_factors(rated: Understanding, turn: Turn) -> Understanding:
    factors = unpacked(turn.inbound.option)
    return replace(rated, slots={**rated.slots, FACTORS: factors}) if factors else rated


def _told_by_phone(turn: Turn) -> Understanding:
    """What a colleague wrote down of a call: a rating, the customer's own words, and whether it was a complaint."""
    inbound = turn.inbound
    if inbound.rating is not None and scored(turn) is not None:
        told = _page(turn)
    else:
        told = understand(inbound.text, turn.prompts)
    if inbound.option != COMPLAINED or told.wants("complaint"):
        return told
    slots: dict[str, object] = {"satisfaction": DISSATISFIED, **told.slots}
    if told.intent == "survey_reply":
        return replace(told, also=(*told.also, "complaint"), slots=slots)
    return Understanding(
        "complaint", slots=slots, satisfaction=DISSATISFIED, signals=graveness(normalise(inbound.text))
    )


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
    return said.grade is not None or grievance(plain) is not None or gives_a_score(plain)


def _of_a_party(turn: Turn) -> bool:
    """带两个孩子, 取消候补: said of an event, unless something else was asked."""
    return not turn.prompts and invitations.of_party(bare(normalise(turn.inbound.text)), invited=False) is not None


def _about_booking(turn: Turn) -> bool:
    return invitations.rsvp(normalise(turn.inbound.text), invited=False) is not None


LEANINGS = (
    caution.lean, of_consent, of_an_offer, restored, of_a_visit, of_the_file, _nod, _of_the_matter, of_a_quote,
    of_a_price, _stays_away, of_a_repair, of_an_order, of_a_car, of_courtesy, of_an_event, of_a_booking, _agreed,
)  # fmt: skip
