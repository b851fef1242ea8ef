"""A reply and the open questions → what was meant. Ordered rules; docs/understanding.md says why in this order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import invitations, refusals, safety, wishes
from bot.understanding.grievances import Grievance, graveness, grievance
from bot.understanding.normalise import bare, normalise
from bot.understanding.ratings import NO_SCORE, Score, score
from bot.understanding.scales import DISSATISFIED, SATISFIED, Scale, satisfaction, scale_of
from bot.understanding.verdicts import OVERALL, TURNS, Verdict, verdict

OURS = re.compile(
    "还是|又|仍|依然|依旧|没(?:有)?(?:修|解决|弄|搞|处理|洗)|修[完好过了的得]|刚[修换保做]|才[修换保]|"
    "保养(?:完|后|过)|休息[区室]|客休|展厅|店里|抽烟|服务|你们|师傅|技师|弄[坏丢错]|装[反错]|刮|划|少了|"
    "忘|换错|白|返|没拧|做完"
)
ABOUT_THE_SCALE = re.compile(
    "怎么(?:评|打分|打)|\\d分?(?:是)?(?:最|非常|很)?(?:满意|好)(?:吧|吗|么|\\?)|[123450]分?是(?:非"
    "常)?(?:满意|最好|好)|哪个是|评[价分]在哪|在哪(?:里)?(?:评|"
    "打分)|满意还是|怎么选|选哪个|几分(?:是)?满分"
)
SCORED = (PromptKind.SURVEY, PromptKind.RECONTACT)


@dataclass(frozen=True, slots=True)
class Understanding:
    """also: further intents to act on. rating: on the open survey's own scale. confidence: 0–1, below 0.5 ask again.

    signals: facts for the rules of the house: threat, anger, repeat, injury, safety, automatic, ignored_refusal,
    and why a person must answer (question, robot, stranger, sold, privacy, injection).
    """

    intent: str
    also: tuple[str, ...] = ()
    slots: Mapping[str, object] = field(default_factory=dict)
    rating: int | None = None
    satisfaction: str = ""
    confidence: float = 0.9
    signals: frozenset[str] = frozenset()

    def wants(self, intent: str) -> bool:
        return self.intent == intent or intent in self.also


UNCLEAR = Understanding("unclear", confidence=0.2)
AUTOMATIC = Understanding("unclear", confidence=0.2, signals=frozenset({"automatic"}))


def understand(text: str, prompts: Sequence[Prompt] = (), *, booked: bool = False) -> Understanding:
    """What `text` means while `prompts` (newest first) are open; `booked`: seats at an event are held."""
    plain = normalise(text)
    if not plain or wishes.automatic(plain):
        return AUTOMATIC
    found = [rule for rule in _rules(plain, tuple(prompts), booked) if rule is not None]
    return _joined(found) if found else UNCLEAR


def _rules(text: str, prompts: tuple[Prompt, ...], booked: bool) -> list[Understanding | None]:
    kinds = {prompt.kind for prompt in prompts}
    danger = _danger(text)
    refused = _refusal(text, prompts)
    invited = PromptKind.EVENT in kinds
    event = None if danger else _event(_unrefused(text) if refused else text, invited, booked)
    told = (
        None
        if event or _says_nothing_of_us(text, prompts)
        else _experience(refusals.ABOUT_SENDING.sub(" ", text), prompts)
    )
    if danger and told and not _stands_beside_danger(text, told):
        told = None
    if told and refused and not told.rating and told.intent == "complaint" and _only_about_sending(told, refused):
        told = None
    rest = None if danger or refused or event else _rest(text, kinds, told)
    return [danger, refused, event, told, rest]


def _says_nothing_of_us(text: str, prompts: tuple[Prompt, ...]) -> bool:
    """Stranded, somebody else's message, or a trick: no score to be read from it."""
    return wishes.forwarded(text) or wishes.tricks(text) or (not prompts and wishes.needs_help(text))


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
    )


def _danger(text: str) -> Understanding | None:
    kind = safety.emergency(text)
    if kind is None:
        return None
    slots: dict[str, object] = {"kind": kind}
    hurt, place = safety.injury(text), safety.place(text)
    if hurt is not None:
        slots["injury"] = hurt
    if place:
        slots["location"] = place
    return Understanding("emergency", slots=slots, signals=frozenset({"injury"} if hurt else ()))


def _refusal(text: str, prompts: tuple[Prompt, ...]) -> Understanding | None:
    if refusals.opt_in(text):
        return Understanding("opt_in")
    scope = refusals.refusal(text)
    if scope is None or (bare(text) in ("n", "拒绝") and _yes_no(prompts)):
        return None
    ignored = refusals.ignored(text)
    return Understanding(
        "opt_out",
        ("complaint",) if ignored else (),
        {"scope": scope},
        signals=frozenset({"ignored_refusal"} if ignored else ()),
    )


def _yes_no(prompts: tuple[Prompt, ...]) -> bool:
    return bool(prompts) and prompts[0].kind in (PromptKind.EVENT, PromptKind.MEMBERSHIP)


def _only_about_sending(told: Understanding, refused: Understanding) -> bool:
    return (
        refused.intent == "opt_out"
        and told.slots.get("category", "") in ("", "privacy", "waiting")
        and "complaint" not in refused.also
    )


def _event(text: str, invited: bool, booked: bool) -> Understanding | None:
    if not invited and not booked:
        return None
    said = invitations.rsvp(text, invited=invited)
    if said is None:
        return None
    slots: dict[str, object] = {"decision": said.decision}
    if said.party_size is not None:
        slots["party_size"] = said.party_size
    if said.more:
        slots["party_change"] = said.more
    if said.children is not None:
        slots["children"] = said.children
    return Understanding("event_rsvp", slots=slots)


def _experience(text: str, prompts: tuple[Prompt, ...]) -> Understanding | None:
    """A score, a verdict, a grievance: how it was."""
    prompt = next((prompt for prompt in prompts if prompt.kind in SCORED), None)
    scale = scale_of(prompt.scale) if prompt else None
    if scale and ABOUT_THE_SCALE.search(text):
        return UNCLEAR
    said, complained = verdict(text), grievance(text)
    given = score(text, scale) if scale else NO_SCORE
    if complained and said.mocked is False and _harmless(said, complained):
        complained = complained if not complained.soft else None
    rating, good = _rating(given, said, complained, scale)
    if rating is None and (given.doubtful or given.number is not None):
        return _complaint(complained) if complained and complained.hard else UNCLEAR
    if rating is not None or (good and scale):
        slots: dict[str, object] = {"satisfaction": good}
        return _with_complaint(text, Understanding("survey_reply", (), slots, rating, good), complained)
    return _unrated(text, prompts, said, complained)


def _unrated(
    text: str, prompts: tuple[Prompt, ...], said: Verdict, complained: Grievance | None
) -> Understanding | None:
    """No number came of it: a grievance, a plea for help, or praise and blame nobody asked for."""
    asked = any(prompt.kind in SCORED for prompt in prompts)
    if complained and not prompts and _only_a_symptom(text, complained):
        return Understanding("human_request", slots={"symptom": text}, signals=complained.signals | {"question"})
    if complained or said.mocked or (said.mixed and asked):
        return _complaint(complained)
    if said.grade is None or wishes.asks(text):
        return None
    good = satisfaction(said.grade)
    reply = Understanding("survey_reply", slots={"satisfaction": good}, satisfaction=good)
    return reply if asked else _outside(text, said)


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
        opposed = (said.grade is not None and said.grade * worth < 0) or (said.mocked and worth > 0)
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
        return replace(reply, signals=graveness(text))
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
    if "threat" in complained.signals:
        slots["threat"] = True
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
