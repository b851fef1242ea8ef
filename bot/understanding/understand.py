"""A reply and the open questions → what was meant. Ordered rules; docs/understanding.md says why in this order."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import friends
from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import (
    bodies,
    harm,
    invitations,
    orders,
    refusals,
    second_opinion,
    wishes,
)
from bot.understanding.blame import OURS, SCORED
from bot.understanding.grievances import Grievance, graveness, grievance, leaked
from bot.understanding.meaning import AUTOMATIC, LEANS, UNCLEAR, Understanding
from bot.understanding.normalise import bare, normalise
from bot.understanding.ratings import NO_SCORE, Score, score
from bot.understanding.scales import DISSATISFIED, SATISFIED, Scale, satisfaction, scale_of
from bot.understanding.setting import Setting
from bot.understanding.slots.dates import past
from bot.understanding.slots.people import staff
from bot.understanding.slots.symptoms import gone, symptom
from bot.understanding.verdicts import OVERALL, TURNS, Verdict, verdict
from bot.understanding.weigh import Ruled, weigh

__all__ = ["AUTOMATIC", "LEANS", "UNCLEAR", "Understanding", "rules", "understand"]

NO_NUMBER = re.compile("不(?:想|用|愿意?|再)?[打评给]分")  # 修得挺好, 就不打分了
NOT_WORTH_ONE = re.compile("[1一]分[^,。]{0,3}(?:嫌多|都多|不配|不值|都不想给|都不给)")
ABOUT_THE_SCALE = re.compile(
    "怎么(?:评|打分|打)|\\d分?(?:是)?(?:最|非常|很)?(?:满意|好)(?:吧|吗|么|\\?)|[123450]分?是(?:非"
    "常)?(?:满意|最好|好)|哪个是|评[价分]在哪|在哪(?:里)?(?:评|"
    "打分)|满意还是|怎么选|选哪个|几分(?:是)?满分"
)


def understand(
    text: str, prompts: Sequence[Prompt] = (), *, booked: bool = False, setting: Setting | None = None
) -> Understanding:
    """What `text` means while `prompts` (newest first) are open; `booked`: seats at an event are held.

    Without a `setting` only the rules read: whatever they leave open goes to a person.
    """
    plain = normalise(text)
    if not plain or wishes.automatic(plain):
        return AUTOMATIC
    if (code := friends.said(plain)) is not None:
        return Understanding("referral", slots={"code": code} if code else {})
    ruled = rules(plain, tuple(prompts), booked, setting)
    weighed = ruled if setting is None else weigh(plain, ruled, tuple(prompts), setting)
    found = [each for each in weighed if each is not None]
    meant = _joined(found) if found else UNCLEAR
    if setting is not None and meant.wants("complaint") and (then := past(plain, setting.now.date())):
        meant = replace(meant, slots={"date": then.isoformat(), **meant.slots})
    if orders.ORDERED & meant.signals and setting is not None:
        meant = _beside_orders(plain, meant, prompts, booked, setting)
    leans = setting is not None and second_opinion.leans(plain, setting)
    return replace(meant, signals=meant.signals | {LEANS}) if leans else meant


def _beside_orders(
    text: str, barred: Understanding, prompts: Sequence[Prompt], booked: bool, setting: Setting
) -> Understanding:
    """礼拜天给我排个换轮胎, beside an order to the bot: the order is not followed, the wish is heard, no good score."""
    rest = orders.rest(text, setting) if barred.intent == "off_topic" else ""
    meant = understand(rest, prompts, booked=booked, setting=setting) if rest else barred
    if not orders.heard_beside(meant):
        return barred
    beside = () if barred.intent in (meant.intent, *meant.also) else (barred.intent,)
    return replace(meant, also=(*meant.also, *beside), signals=meant.signals | barred.signals)


def rules(text: str, prompts: tuple[Prompt, ...], booked: bool = False, setting: Setting | None = None) -> Ruled:
    """What each family of rules finds in a normalised text; with a setting, danger and refusals are heard twice."""
    kinds = {prompt.kind for prompt in prompts}
    danger = harm.danger(text, prompts, setting)
    asked = harm.others_asked(text, prompts, setting)
    others = asked and not leaked(text)
    refused = None if others else harm.refused(text, prompts, setting)
    stranger = None if danger or others else harm.stranger(text, prompts, setting)
    barred = None if danger or stranger else harm.barred(text, asked, prompts, setting)
    invited = PromptKind.EVENT in kinds and not stranger and not barred
    event = None if danger or stranger else _event(_unrefused(text) if refused else text, invited, booked)
    told = (
        None
        if event or stranger or barred or wishes.thanks(text) or _says_nothing_of_us(text, prompts)
        else _experience(refusals.ABOUT_SENDING.sub(" ", text), prompts)
    )
    if danger and told and not _stands_beside_danger(text, told):
        told = None
    if told and refused and not told.rating and _only_about_sending(told, refused):
        told = None
    rest = None if danger or refused or event or stranger or barred else _rest(text, kinds, told)
    return Ruled(danger, refused, event, told, rest, stranger or barred)


def _says_nothing_of_us(text: str, prompts: tuple[Prompt, ...]) -> bool:
    """Stranded, or somebody else's message: no score to be read from it."""
    if bodies.hurt(text):
        return False
    return wishes.forwarded(text) or (not prompts and wishes.needs_help(text))


def _stands_beside_danger(text: str, told: Understanding) -> bool:
    """A low score, or a grievance against us; 5分, 可是现在刹车踩不动了 is no praise."""
    if told.satisfaction == SATISFIED or told.intent == "human_request":
        return False
    return told.rating is not None or OURS.search(text) is not None


def _unrefused(text: str) -> str:
    """没兴趣, 别发了 says two things; what is left without the refusal answers the invitation."""
    return ",".join(part for part in re.split("[,。!;、\\s]+", text) if refusals.refusal(part) is None)


def _joined(found: list[Understanding]) -> Understanding:
    first = found[0]
    slots: dict[str, object] = {}
    for each in reversed(found):
        slots.update(each.slots)
    also = [intent for each in found for intent in (each.intent, *each.also) if intent not in (first.intent, "unclear")]
    rated = next((each for each in found if each.satisfaction), first)
    return Understanding(
        first.intent,
        tuple(dict.fromkeys(also)),
        slots,
        rated.rating,
        rated.satisfaction,
        first.confidence,
        frozenset().union(*(each.signals for each in found)),
        first.guess,
    )


def _only_about_sending(told: Understanding, refused: Understanding) -> bool:
    return (
        refused.intent == "opt_out"
        and told.satisfaction == DISSATISFIED
        and told.slots.get("category", "") in ("", "privacy", "waiting")
        and "complaint" not in refused.also
    )


def _event(text: str, invited: bool, booked: bool) -> Understanding | None:
    if not invited and not booked:
        return None
    said = invitations.rsvp(text, invited=invited)
    return Understanding("event_rsvp", slots=invitations.slots(said)) if said else None


def _experience(text: str, prompts: tuple[Prompt, ...]) -> Understanding | None:
    """A score, a verdict, a grievance: how it was."""
    prompt = next((prompt for prompt in prompts if prompt.kind in SCORED), None)
    scale = scale_of(prompt.scale) if prompt else None
    if scale and ABOUT_THE_SCALE.search(text):
        return UNCLEAR
    said, complained = verdict(text), grievance(text)
    given = score(text, scale) if scale else NO_SCORE
    if scale and not complained and said.grade is None and given.number is None and gone(text):
        return Understanding("survey_reply", slots={"satisfaction": SATISFIED}, satisfaction=SATISFIED)
    if scale and NOT_WORTH_ONE.search(text):
        low = Understanding("survey_reply", slots={"satisfaction": DISSATISFIED}, satisfaction=DISSATISFIED)
        return _with_complaint(text, low, complained)
    if complained and said.mocked is False and _harmless(said, complained):
        complained = complained if not complained.soft else None
    rating, good = _rating(given, said, complained, scale)
    if NO_NUMBER.search(text):
        rating = None
    if rating is None and (given.doubtful or given.number is not None):
        return _complaint(complained) if complained and complained.hard else UNCLEAR
    if rating is not None or (good and scale):
        slots: dict[str, object] = {"satisfaction": good} | _staff(text)
        return _with_complaint(text, Understanding("survey_reply", (), slots, rating, good), complained)
    return _unrated(text, prompts, said, complained)


def _unrated(
    text: str, prompts: tuple[Prompt, ...], said: Verdict, complained: Grievance | None
) -> Understanding | None:
    """No number came of it: a grievance, a plea for help, or praise and blame nobody asked for."""
    asked = any(prompt.kind in SCORED for prompt in prompts)
    blames = said.grade is not None and said.grade < 0
    if complained and not prompts and not blames and _only_a_symptom(text, complained):
        return Understanding(
            "human_request", slots={"symptom": symptom(text) or text}, signals=complained.signals | {"question"}
        )
    if complained or said.mocked or (said.mixed and asked):
        return _complaint(complained)
    if said.grade is None or wishes.asks(text):
        return None
    good = satisfaction(said.grade)
    reply = Understanding("survey_reply", slots={"satisfaction": good} | _staff(text), satisfaction=good)
    return reply if asked else _outside(text, said)


def _staff(text: str) -> dict[str, object]:
    return {"staff": named} if (named := staff(text)) else {}


def _only_a_symptom(text: str, complained: Grievance) -> bool:
    """A fault told to nobody's charge, no repair in sight: somebody wants help, not redress."""
    grave = complained.signals - {"safety"}
    return complained.category == "quality" and not grave and not OURS.search(text)


def _outside(text: str, said: Verdict) -> Understanding | None:
    """A verdict nobody asked for: blame is a complaint, praise is thanks."""
    assert said.grade is not None
    if said.grade < 0 and len(bare(text)) > len("不行"):
        return _complaint(None)
    return Understanding("thanks") if said.grade > 0 else None


def _rating(given: Score, said: Verdict, complained: Grievance | None, scale: Scale | None) -> tuple[int | None, str]:
    """The number and its satisfaction; digit and words on opposite sides give none (sms.md §7, point 7)."""
    if scale is None:
        return None, ""
    if given.number is not None:
        worth = scale.grades[given.number]
        blamed = worth < 0 and complained is not None and not complained.soft  # 2分, 修是修好了, 没人接电话
        opposed = (said.grade is not None and said.grade * worth < 0 and not blamed) or (said.mocked and worth > 0)
        if opposed or (worth > 1 and complained is not None and (complained.hard or _bare_fact(complained))):
            return None, ""
        return given.number, scale.satisfaction(given.number)
    if given.doubtful or said.grade is None or said.mocked or said.mixed:
        return None, ""
    if complained is not None and said.grade >= 0 and not complained.soft and not _conceded(complained):
        return None, ""
    return scale.rating(said.grade), satisfaction(said.grade)


def _bare_fact(complained: Grievance) -> bool:
    """五星好评, 等了五个小时: beside the best score a wait told without any 但是 mocks it."""
    return complained.category == "waiting" and not complained.soft and not TURNS.search(complained.reason)


def _conceded(complained: Grievance) -> bool:
    """满意是满意, 就是太贵: an overall verdict and a remark led to by a word of contrast; both are kept."""
    text = complained.reason
    return not complained.hard and not complained.signals and bool(OVERALL.search(text) and TURNS.search(text))


def _harmless(said: Verdict, complained: Grievance) -> bool:
    return said.grade is not None and said.grade > 0 and not complained.hard


def _with_complaint(text: str, reply: Understanding, complained: Grievance | None) -> Understanding:
    if complained is None and reply.satisfaction == DISSATISFIED:
        told = {"symptom": found} if (found := symptom(text)) else {}
        return replace(reply, slots={**told, **reply.slots}, signals=graveness(text))
    if complained is None or (complained.soft and reply.satisfaction != DISSATISFIED):
        return reply
    blame = _complaint(complained)
    return Understanding(
        "survey_reply",
        ("complaint",),
        {**blame.slots, **reply.slots},
        reply.rating,
        reply.satisfaction,
        signals=blame.signals,
    )


def _complaint(complained: Grievance | None) -> Understanding:
    slots: dict[str, object] = {"satisfaction": DISSATISFIED}
    if complained is None:
        return Understanding("complaint", slots=slots, satisfaction=DISSATISFIED)
    slots["reason"] = complained.reason
    if complained.category:
        slots["category"] = complained.category
    if "repeat" in complained.signals:
        slots["repeat"] = True
    if complained.threat:
        slots["threat"] = complained.threat
    if told := symptom(complained.reason):
        slots["symptom"] = told
    if complained.staff:
        slots["staff"] = complained.staff
    return Understanding("complaint", slots=slots, satisfaction=DISSATISFIED, signals=complained.signals)


def _rest(text: str, kinds: set[PromptKind], told: Understanding | None) -> Understanding | None:
    if told is not None and told.intent != "unclear":
        return Understanding("human_request") if wishes.wants_human(text) else None
    if PromptKind.MEMBERSHIP in kinds or bare(text) == "会员":
        answer = _membership(bare(text))
        if answer:
            return answer
    if wishes.greets(text):
        return Understanding("greet")
    if wishes.thanks(text):
        return Understanding("thanks")
    reason = wishes.for_a_person(text) if not told else None
    return Understanding("human_request", signals=frozenset({reason})) if reason else None


def _membership(body: str) -> Understanding | None:
    if invitations.NO.search(body) or body in ("n", "no", "不"):
        return Understanding("membership", slots={"decision": "decline"})
    if "会员" in body or invitations.YES_WHOLE.fullmatch(body):
        return Understanding("membership", slots={"decision": "accept"})
    return None
