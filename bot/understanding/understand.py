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
from bot.understanding.experience import experience, puts_off
from bot.understanding.intents import SALES_TERMS
from bot.understanding.leaks import leaked
from bot.understanding.meaning import AUTOMATIC, LEANS, UNCLEAR, WILLINGLY, Understanding
from bot.understanding.normalise import bare, normalise
from bot.understanding.particulars import DECLINES, TAKES_ONE, particulars
from bot.understanding.scales import DISSATISFIED, SATISFIED
from bot.understanding.setting import Setting
from bot.understanding.slots.dates import past
from bot.understanding.verdicts import BEST_UNASKED
from bot.understanding.weigh import Ruled, weigh

__all__ = ["AUTOMATIC", "LEANS", "UNCLEAR", "Understanding", "rules", "understand"]

OF_THE_CAR = re.compile("(?<!催)车|轮|胎|刹|发动机|引擎|空调|底盘|方向盘|保养|修|漏|[?吗]")


SCRAPED = re.compile(
    "(?:底盘|底下|下面|电池[包壳]?)[^,。]{0,4}[刮划](?:了|到|着)?|[刮划](?:了|到|着)[^,。]{0,3}(?:底盘|电池)"
)  # by the road
NOTHING_MORE = re.compile(
    "(?:暂时|目前)?(?:没|没有|没得|没啥|没什么)(?:别的|其他|问题|事|要[问说改补][^,。]{0,3})?(?:了|的了|的)?[啊哈吧]*"
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
    if meant.slots.get("reason") == plain:
        meant = replace(meant, slots={**meant.slots, "reason": text.strip()})  # as it was written
    leans = setting is not None and second_opinion.leans(plain, setting)
    return replace(meant, signals=meant.signals | {LEANS}) if leans else meant


def _beside_orders(
    text: str, barred: Understanding, prompts: Sequence[Prompt], booked: bool, setting: Setting
) -> Understanding:
    """礼拜天给我排个换轮胎, beside an order to the bot: the order is not followed, the wish is heard, no good score."""
    rest = orders.rest(text, setting) if barred.intent == "off_topic" else ""
    meant = understand(rest, prompts, booked=booked, setting=setting) if rest else barred
    if not orders.heard_beside(meant, rest):
        if barred.intent != "off_topic" or not orders.bargains(text):
            return barred
        slots = particulars(SALES_TERMS, text, setting, prompts)
        meant = Understanding(SALES_TERMS, slots={**slots, "topic": "discount"})
    beside = () if barred.intent in (meant.intent, *meant.also) else (barred.intent,)
    return replace(meant, also=(*meant.also, *beside), signals=meant.signals | barred.signals)


def rules(text: str, prompts: tuple[Prompt, ...], booked: bool = False, setting: Setting | None = None) -> Ruled:
    """What each family of rules finds in a normalised text; with a setting, danger and refusals are heard twice."""
    kinds = {prompt.kind for prompt in prompts}
    danger = harm.danger(text, prompts, setting)
    asked = harm.others_asked(text, prompts, setting)
    others = asked and not leaked(text)
    no_refusal = others or puts_off(text, prompts) or harm.news_of_the_car(text, setting)
    refused = None if no_refusal else harm.refused(text, prompts, setting)
    stranger = None if danger or others else harm.stranger(text, prompts, setting)
    barred = None if danger or stranger else harm.barred(text, others, prompts, setting)
    invited = PromptKind.EVENT in kinds and not stranger and not barred
    before = setting.told if setting else ""
    event = None if danger or stranger else _event(_unrefused(text) if refused else text, invited, booked, before)
    told = (
        None
        if event or stranger or barred or wishes.thanks(text) or _says_nothing_of_us(text, prompts)
        else experience(refusals.ABOUT_SENDING.sub(" ", text), prompts)
    )
    if danger and told and not _stands_beside_danger(text, told):
        told = None
    if told and WILLINGLY in told.signals and told.satisfaction == SATISFIED and refusals.refusal(text) is None:
        refused = None  # 早推荐过了 only sounds like one
    if told and refused and not told.rating and _only_about_sending(told, refused, text):
        told = None
    rest = None if danger or refused or event or stranger or barred else _rest(text, kinds, told, setting)
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
    return told.rating is not None or OURS.search(SCRAPED.sub(" ", text)) is not None


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


def _only_about_sending(told: Understanding, refused: Understanding, text: str) -> bool:
    """天天发烦死了, and what rings for it: 成天嗡嗡响; a noise of the car is more."""
    if "question" in told.signals and refused.intent == "opt_out" and not _unrefused(text):
        return OF_THE_CAR.search(text) is None
    return (
        refused.intent == "opt_out"
        and told.satisfaction == DISSATISFIED
        and told.slots.get("category", "") in ("", "privacy", "waiting")
        and "complaint" not in refused.also
    )


def _event(text: str, invited: bool, booked: bool, told: str) -> Understanding | None:
    if not invited and not booked:
        return None
    if invited and invitations.undecided(text):
        return Understanding("event_rsvp", slots={"_undecided": True})
    counted = invitations.bare_count(text, told) if invited else None
    said = counted or invitations.rsvp(text, invited=invited)
    return Understanding("event_rsvp", slots=invitations.slots(said)) if said else None


def _rest(
    text: str, kinds: set[PromptKind], told: Understanding | None, setting: Setting | None
) -> Understanding | None:
    if told is not None and told.intent != "unclear":
        return Understanding("human_request") if wishes.wants_human(text) else None
    # 好的谢谢 answers what was said last, not a question three lines ago
    asked = PromptKind.MEMBERSHIP in kinds and (setting is None or not setting.told or "会员" in setting.told + text)
    if asked or bare(text) == "会员":
        answer = None if wishes.asks(text) else _membership(bare(text))
        if answer:
            return answer
    if wishes.greets(text):
        return Understanding("greet")
    if wishes.thanks(text) or (not kinds & set(SCORED) and BEST_UNASKED.fullmatch(bare(text))):
        return Understanding("thanks")  # 5颗星, of whom no score was asked
    reason = wishes.for_a_person(text) if not told else None
    return Understanding("human_request", signals=frozenset({reason})) if reason else None


def _membership(body: str) -> Understanding | None:
    declines = invitations.NO.search(body) or DECLINES.search(body) or NOTHING_MORE.fullmatch(body)
    if declines or body in ("n", "no", "不"):
        return Understanding("membership", slots={"decision": "decline"})
    if "会员" in body or TAKES_ONE.search(body) or invitations.YES_WHOLE.fullmatch(body):
        return Understanding("membership", slots={"decision": "accept"})
    return None
