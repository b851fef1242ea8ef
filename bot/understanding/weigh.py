"""The rules' readings against the classifier's: which comes first, what stands beside it, what falls.

Danger and refusals are never weighed. A grievance falls only when nothing grave was said, nobody asked how it was, and
the classifier is sure of a plain wish: 空调不制冷了, 想约周六 is a booking.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import harm, intents, invitations, named_scales, plain_facts, sending, subjects, wishes
from bot.understanding.beside import meaning, read, wishes_beside
from bot.understanding.blame import (
    ASKED,
    BLAMES,
    GRAVE,
    MOCKS,
    SCORED,
    SURE,
    VERY_SURE,
    beside_a_score,
    blames_apart,
    by_accident,
    comes_by,
    content,
    grave,
    heard_in,
    mocks,
    needed_for_a_person,
    only_a_claim,
)
from bot.understanding.experience import ASKED_TWICE, CONCEDED, NO_SCORE_TODAY, mild
from bot.understanding.grievances import graveness, likely_category
from bot.understanding.intents import ACTS_FROM, READS_BACK_FROM
from bot.understanding.invited import likes_the_sound, only_asks
from bot.understanding.leaning import key, leaning
from bot.understanding.meaning import IN_WORDS, OPPOSED, UNCLEAR, Understanding
from bot.understanding.neighbours import ASKS_PRICE
from bot.understanding.reached import hours_beside, on_being_reached
from bot.understanding.refusals import keeps_service, refusal
from bot.understanding.scales import DISSATISFIED, SATISFIED
from bot.understanding.second_opinion import rights
from bot.understanding.setting import Setting
from bot.understanding.slots import contact, topics
from bot.understanding.slots.people import staff
from bot.understanding.slots.symptoms import symptom
from bot.understanding.subjects import Subject
from bot.understanding.verdicts import verdict

OF_A_SCORE = re.compile("[\\d零一二三四五六七八九十]+分?[,。!;\\s吧]+")
OPENS_WITH = re.compile("(?:[打给选评我回复就]|\\s)*[\\d零一二两三四五六七八九十]+(?:分|颗?星)?[,。!;\\s吧哈啊~]+")
ASIDE = 8  # signs that name what shall not be sent
SAYS_WHY = 5  # signs beside a low number that tell why
LIKELY_FAQ = 0.15
PAST_REFUSAL = re.compile("[^,。!; ]*(?:退订|取消|拒收)[^,。!; ]*")  # 之前取消了接收的 is no wish of today
DATA = re.compile("信息|资料|数据|档案|账[号户]|隐私|记录|照片|data")
ERASED = re.compile("删(?:干净|掉|了|除)|给我删|清[掉除空]|注销|抹掉")
BY_REASON = {"stranger": intents.WRONG_PERSON, "sold": intents.INFO_UPDATE, "stranded": intents.ROADSIDE_ASSIST}
ASKS = re.compile("[吗么?]|多少")
# 打分前先问下, 旧轮胎扔哪了: a question before the score, and no call for a person.
ASKS_FIRST = re.compile(
    "(?:打分|评分|评价|评)[^,。]{0,3}(?:之?前|先)[^,。]{0,4}(?:问|说)|先(?:问|打听)(?:一?下|个|你们?)"
)
# 促销短信别发了。周六那个保养我照常来
COMES_AS_BOOKED = re.compile(
    "(?:周|星期|礼拜|[明后]天|[号点])[^,。]{0,10}(?:我|会|准|照常|一定|肯定|按时)+[^,。]{0,2}[来到去](?:$|[,。的啊哈吧])"
)
OFFERED = frozenset({intents.SALES_TERMS, intents.EVENT_QUERY})
OF_THE_FILE = frozenset({intents.INFO_UPDATE, intents.PRIVACY_REQUEST, intents.HUMAN_REQUEST, intents.WRONG_PERSON})
BY_RULE = frozenset({intents.UNCLEAR, intents.SURVEY_REPLY, intents.EVENT_RSVP})  # without their rules they say nothing


class Ruled(NamedTuple):
    """What each family of rules found, in their order."""

    danger: Understanding | None
    refused: Understanding | None
    event: Understanding | None
    told: Understanding | None
    rest: Understanding | None
    stranger: Understanding | None = None


def weigh(text: str, ruled: Ruled, prompts: tuple[Prompt, ...], setting: Setting) -> list[Understanding | None]:
    """Readings in order of rank; the first is the intent."""
    if ruled.danger:
        return list(ruled)
    if ruled.refused is None and (still := harm.goes_on(text, prompts, setting)):
        return [still]
    if meant := key(text, prompts, setting) or (None if ruled.refused else leaning(text, prompts, setting)):
        return [meant]
    if ruled.refused:
        return [*_beside_refusal(text, ruled, prompts, setting), ruled.stranger]
    return list(ruled) if ruled.stranger else _undisputed(text, ruled, prompts, setting)


def _undisputed(text: str, ruled: Ruled, prompts: tuple[Prompt, ...], setting: Setting) -> list[Understanding | None]:
    """No danger, no refusal, the customer themselves, in words that stand alone."""
    scored = any(prompt.kind in SCORED for prompt in prompts)
    if plain_facts.left_behind(text) and not (ruled.told and GRAVE & ruled.told.signals):
        scored_first = ruled.told if ruled.told and ruled.told.satisfaction == SATISFIED else None
        return [scored_first, Understanding(intents.HUMAN_REQUEST, signals=frozenset({"left_behind"}))]
    if ruled.told and OPPOSED in ruled.told.signals:
        ruled = ruled._replace(told=beside_a_score(text, ruled.told, setting))
    blamed = ruled.told and ruled.told.satisfaction == DISSATISFIED and not (scored and verdict(text).mocked)
    if ruled.told and blamed and content(text, ruled.told, setting):
        calm = mild(text) if _why_asked(prompts) else UNCLEAR
        ruled = ruled._replace(told=calm if scored else None)
    if _on_rights(text, prompts, setting) or (ruled.told and DATA.search(text) and ERASED.search(text)):
        asked = read(intents.PRIVACY_REQUEST, text, prompts, setting)
        beside = [each for each in wishes_beside(asked, text, prompts, setting) if each.intent not in OF_THE_FILE]
        return [asked, ruled.event, ruled.told, *beside, _sold(text, prompts, setting)]
    if answer := _on_the_event(text, ruled, prompts, setting):
        return answer
    if ruled.told and ruled.told.intent in (intents.UNCLEAR, intents.SURVEY_REPLY):
        return _on_a_score(text, ruled, ruled.told, prompts, setting)
    if ruled.told and ruled.told.intent not in (intents.HUMAN_REQUEST, intents.THANKS):
        return _against_experience(text, ruled, ruled.told, prompts, setting)
    return _open_field(text, ruled, prompts, setting)


def _on_the_event(text: str, ruled: Ruled, prompts: tuple[Prompt, ...], setting: Setting) -> list[Understanding | None]:
    """A yes, a no, or that it sounds good; empty where nothing is said of an event."""
    if likes_the_sound(text, ruled.event or ruled.told, prompts):
        return [Understanding(intents.EVENT_QUERY)]
    if not ruled.event or only_asks(text, prompts, setting):
        return []
    beside = wishes_beside(ruled.event, text, prompts, setting)
    if ruled.event.slots.get("decision") == "decline" and not wishes.asks(text):
        beside = [each for each in beside if each.intent != intents.FAQ]  # 我那店周六开张 asks for nobody's hours
    return [ruled.event, *beside, ruled.told]


def _on_a_score(
    text: str, ruled: Ruled, told: Understanding, prompts: tuple[Prompt, ...], setting: Setting
) -> list[Understanding | None]:
    """A score, or what was to be one and is not clear."""
    if ASKED_TWICE in told.signals:
        return [told, *wishes_beside(told, text, prompts, setting)]
    if told.intent == intents.SURVEY_REPLY and mocks(text, told, prompts, setting):
        return [_blame(text), ruled.rest]
    if told.intent == intents.UNCLEAR:
        return [told, *wishes_beside(told, text, prompts, setting)]
    if _why_asked(prompts):
        told = replace(told, slots={"reason": text, **told.slots})
    if told.satisfaction == SATISFIED and not CONCEDED.search(text):
        told = beside_a_score(text, told, setting)
    beside = [
        each
        for each in wishes_beside(told, text, prompts, setting)
        if each.intent != intents.FAQ or wishes.asks(text) or each.slots.get("topic") in topics.OF_THE_HOUSE
        # 开着车呢, 先不评 asks nothing
    ]
    today = setting.now.date().isoformat()
    to_come = any(str(each.slots.get("date", "")) > today for each in beside)
    wishes_else = wishes.asks(text) or ruled.rest is not None or to_come
    wishes_else = wishes_else or any(each.intent != intents.SERVICE_BOOK for each in beside)
    return [_with_blame(text, told, setting, wishes_else=wishes_else), *beside, ruled.rest]


def _why_asked(prompts: Iterable[Prompt]) -> bool:
    return any(prompt.kind is PromptKind.REASON for prompt in prompts)


def _beside_refusal(
    text: str, ruled: Ruled, prompts: tuple[Prompt, ...], setting: Setting
) -> list[Understanding | None]:
    """晚上八点后别联系我 says how to be reached, 删掉我的资料 asks for one's rights; both are more than a refusal."""
    hours = read(intents.INFO_UPDATE, text, prompts, setting) if hours_beside(text) else None
    if ruled.refused and ruled.refused.intent == intents.OPT_OUT and not hours and on_being_reached(text, setting):
        return [read(intents.INFO_UPDATE, text, prompts, setting), ruled.told]
    if (DATA.search(text) or ERASED.search(text)) and _on_rights(text, prompts, setting):
        return [read(intents.PRIVACY_REQUEST, text, prompts, setting), *ruled, _sold(text, prompts, setting)]
    clauses = [each for each in subjects.CUTS.split(text) if each and not (refusal(each) or sending.still_told(each))]
    if ruled.event:  # 拉货没空 answers the invitation, whatever it sounds like
        clauses = [each for each in clauses if not invitations.rsvp(each, invited=True)]
    if keeps_service(text) or sending.keeps_service(text):
        return [ruled.refused]  # 年检到期的提醒要留 asks nothing about it
    said = ",".join(clauses)
    if ruled.refused and ruled.refused.intent == intents.OPT_IN:
        said = PAST_REFUSAL.sub(",", said)
    beside = wishes_beside(ruled.refused, said, prompts, setting, least=1)
    beside = [each for each in beside if each.intent not in OF_THE_FILE]
    if not ASKS.search(text):  # 有优惠记得发我 is what is wanted again, 优惠啥的不稀罕 what is not
        beside = [each for each in beside if each.intent not in OFFERED]
    told = ruled.told and _with_blame(said, ruled.told, setting, wishes_else=bool(beside))
    comes = read(intents.APPT_CONFIRM, text, prompts, setting) if COMES_AS_BOOKED.search(said) else None
    found = [ruled.refused, ruled.event, told, *beside, hours, comes, _sold(text, prompts, setting)]
    if told and _scored_first(text, told):
        return [told, *found]
    return [*beside, *found] if beside and not ruled.event and _wished_first(text, setting) else found


def _wished_first(text: str, setting: Setting) -> bool:
    """周六的保养换到下周二, 还有促销短信也停了吧: the refusal is what is added."""
    clauses = [each for each in subjects.CUTS.split(text) if each]
    refusing = next((at for at, each in enumerate(clauses) if refusal(each)), 0)
    wished = {intent for intent, _ in subjects.wishes_of(clauses[:refusing], setting)} if refusing else set()
    return bool(wished - {intents.APPT_CANCEL})  # 退了退了, 都别发了


def _scored_first(text: str, told: Understanding) -> bool:
    """5, 以后那些活动广告就别发我了: the answer, then what shall not be sent; a bare 退订 is no aside."""
    opens = OPENS_WITH.match(text) if told.rating is not None else None
    return opens is not None and len(text) - opens.end() >= ASIDE


def _sold(text: str, prompts: tuple[Prompt, ...], setting: Setting) -> Understanding | None:
    """Said beside a refusal or a wish about data: the car has another owner."""
    gone = contact.vehicle_sold(setting.classifier.named(text))
    return read(intents.INFO_UPDATE, text, prompts, setting, "sold") if gone else None


def _on_rights(text: str, prompts: tuple[Prompt, ...], setting: Setting) -> bool:
    return wishes.for_a_person(text) == "privacy" or rights(text, prompts, setting)


def _against_experience(
    text: str, ruled: Ruled, told: Understanding, prompts: tuple[Prompt, ...], setting: Setting
) -> list[Understanding | None]:
    """A score or a verdict asked for stands first; so does a grievance, unless a plain wish explains its words."""
    found = subjects.subject(text, prompts, setting)
    meant, stranger = meaning(found), wishes.for_a_person(text) == "stranger"
    if only_a_claim(text):
        return [told]
    if found.intent in intents.NO_WISH or found.confidence < READS_BACK_FROM:
        return [told, *wishes_beside(told, text, prompts, setting), ruled.rest]
    if found.intent in _answers_to(prompts) or (stranger and found.intent == intents.WRONG_PERSON):
        return [meant, told if GRAVE & told.signals else None]
    if by_accident(text, told, found, prompts, setting):
        return [meant, *wishes_beside(meant, text, prompts, setting)]
    if grave(text, told, found, prompts, setting):
        return [told, meant if found.confidence >= SURE else None, ruled.rest]
    plain = found.confidence >= (ASKED if wishes.asks(text) else SURE)
    return [meant] if plain else [told, ruled.rest]


def _with_blame(text: str, told: Understanding, setting: Setting, *, wishes_else: bool) -> Understanding:
    """3, 车子脏着还给我: what stands beside the number is a grievance, in words no family knows."""
    rest = OF_A_SCORE.sub(" ", named_scales.rest(text)).strip()
    if told.satisfaction == SATISFIED or told.signals & {IN_WORDS, NO_SCORE_TODAY}:
        return told
    if intents.COMPLAINT in told.also or len(rest) < subjects.SHORTEST:
        return told
    if told.satisfaction != DISSATISFIED and verdict(rest).grade == 0:
        return told  # 3颗星, 一般般
    low = told.satisfaction == DISSATISFIED and not wishes_else and len(rest) >= SAYS_WHY
    if not low and subjects.heard(intents.COMPLAINT, rest, (), setting) < BLAMES:
        return told
    about = {"category": said} if (said := likely_category(rest)) else {}
    return replace(told, also=(*told.also, intents.COMPLAINT), slots={"reason": text, **about, **told.slots})


def _answers_to(prompts: Iterable[Prompt]) -> set[str]:
    """What answers a question about money or about staying away: there 太贵 is an answer."""
    answers = {PromptKind.CHURN: intents.CHURN_REPLY, PromptKind.QUOTE: intents.QUOTE_REPLY}
    return {answers[prompt.kind] for prompt in prompts if prompt.kind in answers}


def _open_field(text: str, ruled: Ruled, prompts: tuple[Prompt, ...], setting: Setting) -> list[Understanding | None]:
    """No score, no grievance: courtesy and persons by rule, the rest by the classifier."""
    found = subjects.subject(text, prompts, setting)
    if ruled.rest and ruled.rest.intent == intents.GREET:
        return [ruled.rest]
    if found.intent in _answers_to(prompts) and found.confidence >= READS_BACK_FROM:
        return [meaning(found)]
    if found.intent == intents.APPT_CONFIRM and _asked_to_confirm(prompts) and not wishes.wants_human(text):
        return [meaning(found)]
    if plain_facts.blames_nobody(text) and found.intent != setting.before.intent:
        return [UNCLEAR]
    quoted = setting.lines or any(each.kind is PromptKind.QUOTE for each in prompts)  # then it is asked about
    if found.confidence < ACTS_FROM and not (ruled.told or quoted) and _has_an_answer(text, found, setting):
        return [read(intents.FAQ, text, prompts, setting)]
    return _by_reason(text, ruled, found, prompts, setting) or [_or_unclear(text, found, ruled, prompts, setting)]


def _by_reason(
    text: str, ruled: Ruled, found: Subject, prompts: tuple[Prompt, ...], setting: Setting
) -> list[Understanding | None]:
    """Courtesy, and why a person must answer; empty when the classifier may say."""
    reason = wishes.for_a_person(text)
    if ruled.rest and ruled.rest.intent in (intents.GREET, intents.THANKS, intents.MEMBERSHIP):
        return [ruled.rest]
    if reason in ("injection", "robot"):
        meant = intents.OFF_TOPIC if reason == "injection" else intents.HUMAN_REQUEST
        return [Understanding(meant, signals=frozenset({reason}))]
    if reason == "human" and not _knows_better(found) and not _nobody_called(text, found, prompts, setting):
        return [ruled.rest or Understanding(intents.HUMAN_REQUEST), meaning(found) if _wishes(found) else None]
    priced = found.intent == intents.SERVICE_PRICE and ASKS_PRICE.search(text)
    if (
        reason in BY_REASON
        and not priced
        and found.confidence < VERY_SURE
        and not (reason == "stranded" and comes_by(text, setting))
    ):
        return [read(BY_REASON[reason], text, prompts, setting, reason)]
    return []


def _asked_to_confirm(prompts: Iterable[Prompt]) -> bool:
    return any(prompt.kind is PromptKind.APPOINTMENT for prompt in prompts)


def _knows_better(found: Subject) -> bool:
    """以后联系我老公 and 别打电话发微信 tell how to be reached; no person is wanted."""
    return found.intent in (intents.INFO_UPDATE, intents.WRONG_PERSON) and found.confidence >= SURE


def _nobody_called(text: str, found: Subject, prompts: tuple[Prompt, ...], setting: Setting) -> bool:
    """后天来试驾, 麻烦安排个人: somebody is named in a wish of another kind."""
    if wishes.tired(text):
        return False
    if contact.pickup_person(text) and found.intent in (intents.INFO_UPDATE, intents.REPAIR_STATUS):
        return True
    return found.confidence >= SURE and subjects.heard(intents.HUMAN_REQUEST, text, prompts, setting) < SURE / 6


def _wishes(found: Subject) -> bool:
    return found.confidence >= SURE and found.intent not in {*intents.NO_WISH, intents.HUMAN_REQUEST, intents.OFF_TOPIC}


def _or_unclear(
    text: str, found: Subject, ruled: Ruled, prompts: tuple[Prompt, ...], setting: Setting
) -> Understanding:
    """Praise nobody asked for is thanks; a grievance only the classifier hears goes to a person; a doubt is asked."""
    scored = any(prompt.kind in SCORED for prompt in prompts)
    if ruled.told is None and (heard_in(text, prompts, setting) or (scored and blames_apart(text, setting))):
        return _blame(text)
    fetched = contact.pickup_person(text) is not None
    asks_for_someone = found.intent == intents.HUMAN_REQUEST and found.confidence >= SURE
    mocks = found.intent == intents.COMPLAINT and found.confidence >= MOCKS
    thanked = ruled.told is not None and ruled.told.intent == intents.THANKS
    if ruled.told and thanked and not (_wishes(found) or asks_for_someone or fetched or mocks):
        return ruled.told
    if found.intent == intents.UNCLEAR and found.confidence >= SURE and not ruled.told:
        return replace(UNCLEAR, confidence=found.confidence, guess=found.guess)
    if found.intent == intents.EVENT_RSVP and found.confidence >= ACTS_FROM and (said := invitations.heard(text)):
        return replace(meaning(found), slots=invitations.slots(said))
    least = SURE if scored else READS_BACK_FROM
    strays = scored and found.intent == intents.OFF_TOPIC and not wishes.asks(text)  # beside an open score: asked
    if found.confidence < needed_for_a_person(found.intent, text):
        least = 1.0
    if found.confidence < least or found.intent in BY_RULE or strays:
        return _as_ruled(text, found, ruled, scored=scored)
    return _blame(text, meaning(found)) if found.intent == intents.COMPLAINT else meaning(found)


def _blame(text: str, heard: Understanding | None = None) -> Understanding:
    """A grievance only the classifier hears."""
    heard, grave_as = heard or Understanding(intents.COMPLAINT), graveness(text)
    told = (("category", likely_category(text)), ("symptom", symptom(text)), ("staff", staff(text)))
    of: dict[str, object] = {"repeat": True} if "repeat" in grave_as else {}
    slots = {"reason": text, "satisfaction": DISSATISFIED, **of, **{k: v for k, v in told if v}, **heard.slots}
    return replace(heard, slots=slots, satisfaction=DISSATISFIED, signals=grave_as)


def _as_ruled(text: str, found: Subject, ruled: Ruled, *, scored: bool) -> Understanding:
    known = ruled.told or ruled.rest
    if known and "question" in known.signals and (not scored or ASKS_FIRST.search(text)):
        return _asked(text, found)
    return known or replace(UNCLEAR, confidence=found.confidence, guess=found.guess)


def _asked(text: str, found: Subject) -> Understanding:
    """A question nobody is sure about: what it most likely is if that costs nothing, else one without an answer."""
    if found.confidence >= LIKELY_FAQ and found.intent not in {
        *intents.NO_WISH,
        intents.HUMAN_REQUEST,
        intents.PRIVACY_REQUEST,
    }:
        return meaning(found)
    of = {"topic": said} if (said := topics.topic(intents.FAQ, text)) else {}
    return Understanding(intents.FAQ, slots=of, confidence=max(found.confidence, READS_BACK_FROM), guess=found.guess)


def _has_an_answer(text: str, found: Subject, setting: Setting) -> bool:
    """A doubtful question about something we have a ready answer for."""
    if found.intent not in (
        intents.FAQ,
        intents.UNCLEAR,
        intents.HUMAN_REQUEST,
        intents.OFF_TOPIC,
        intents.SERVICE_BOOK,
    ):
        return False
    likely = subjects.heard(intents.FAQ, text, (), setting) >= LIKELY_FAQ
    return likely and wishes.asks(text) and topics.topic(intents.FAQ, text) is not None
