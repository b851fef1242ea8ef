"""Whether a grievance stands beside what the classifier hears: blame by accident, grave blame, praise that mocks."""

import re
from dataclasses import replace

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import intents, plain_facts, subjects, wishes
from bot.understanding.grievances import grievance, likely_category
from bot.understanding.intents import READS_BACK_FROM
from bot.understanding.leaks import leaked
from bot.understanding.meaning import OPPOSED, WILLINGLY, Understanding
from bot.understanding.neighbours import ASKS_PRICE
from bot.understanding.normalise import bare
from bot.understanding.scales import SATISFIED
from bot.understanding.setting import Setting
from bot.understanding.slots import dates
from bot.understanding.slots.symptoms import gone
from bot.understanding.subjects import Subject

OURS = re.compile(
    "还是|又|仍|依然|依旧|没(?:有)?(?:修|解决|弄|搞|处理|洗)|修[完好过了的得]|刚[修换保做]|才[修换保]|"
    "保养(?:完|后|过)|休息[区室]|客休|前台|接待|展厅|店里|抽烟|服务|你们|师傅|技师|弄[坏丢错]|装[反错]|"
    "(?<!雨)(?<!雨刮)刮(?!器|不干净)|划(?!算)|"
    "上[次回][^,。]{0,4}[补喷做换修装贴洗弄]|[补喷做换修装贴]的(?!话|时候)|少了|"
    "给我[^,。]{0,2}[整弄搞碰刮蹭撞拆修洗换][^,。]{0,3}[坏裂断破没花错丢瘪]|才有人|没人接|约有[啥什]|(?:你们?|师傅|他们)[^,。]{0,6}忘|换错|(?<!明)白|返|没拧|做完"
)
# It is laid at somebody's door.
BY_WHOM = re.compile("你们|师傅|技师|上次|[修换保做洗][完好过了]|还是|又|仍|刚[修换做]")
WORKED_ON = re.compile(
    "修[完好过了的得]|刚[修换保做]|才[修换保]|(?:保养|洗|做)[完后过]|上[次回]|还是|又|仍|依[然旧]|白|返"
)
# 味道淡了点, 没断根; 窗好了, 可是现在遥控锁不灵了: better, and not well.
NOT_QUITE = re.compile(
    "没(?:有)?(?:断根|除根|根治|去根|(?:全|完全|彻底)(?:好|解决|修好))|治标不治本|(?:但|可|不过|结果|又)是?[^,。]{0,2}(?:现在|又|轮到|换)"
)
SCORED = (PromptKind.SURVEY, PromptKind.RECONTACT)
ASKED_HOW_IT_WAS = (*SCORED, PromptKind.REASON)
DISTRESS = frozenset({"threat", "anger", "injury", "ignored_refusal"})
GRAVE = frozenset({"threat", "anger", "repeat", "injury", "ignored_refusal"})
SURE = 0.6
ASKED = 0.4  # a question is seldom a grievance: 配件到了没有
VERY_SURE = 0.8
BLAMES = 0.5
HEARS_BLAME = 0.35  # by the classifier alone
HEARS_A_CALL = 0.5  # of examples read by the others below it half want no person
HARDLY_BLAME = 0.06
NOTHING_BUT_BLAME = 0.9
# Margins, by the sentences of writers whom no rule had seen (docs/understanding.md).
ASKED_FOR, A_JUDGEMENT = -0.15, -0.8
UNASKED, A_COMPLAINT = 0.05, -0.4
SOUNDS_CONTENT, NO_COMPLAINT = -0.4, -0.4
HARDLY_BLAMES, FAR_FROM_ONE = 0.1, -0.95
AMID_OTHERS, PLAINLY = 0.15, -0.3  # where something else was asked
CONTENT_BESIDE = -0.2  # beside a good number
MOCKED = 0.45
MOCKS = 0.7  # 技术真好, 修一样坏一样: praise by its words alone
UNHEARD = 0.04  # of the other reading: below, the words of a rule are there by accident (操作, 违约金, 我老婆不理我)
ABOUT_NO_WORK = frozenset({intents.EVENT_QUERY, intents.MODEL_ENQUIRY, intents.INSURANCE_QUERY, intents.FAQ})
# 退款: a claim and nothing else; 退定金 is the contract's.
ONLY_A_CLAIM = re.compile(
    "(?:我|现在|马上|赶紧|必须|给我|快)*(?:要求?|想|申请)?(?:退款|退钱|退我?差价|赔钱|赔偿|给我?退款|把钱退我)(?:吧|啊|了|呀)?"
)
COMES = re.compile("[攞拿开送]去|睇|看看|检查|保养|预约|过[来去]|来店|到店|首保|换机油")


def only_a_claim(text: str) -> bool:
    return ONLY_A_CLAIM.fullmatch(bare(text)) is not None


def heard_in(text: str, prompts: tuple[Prompt, ...], setting: Setting) -> bool:
    """从立夏修到处暑: blame without a word of blame. Who was asked how it was judges; others must complain as well."""
    if plain_facts.blames_nobody(text) or plain_facts.left_behind(text) or plain_facts.done_by_others(text):
        return False
    asked = any(each.kind in SCORED for each in prompts)
    blame, near = (ASKED_FOR, A_JUDGEMENT) if asked else (AMID_OTHERS, PLAINLY) if prompts else (UNASKED, A_COMPLAINT)
    lies = setting.classifier.margin(intents.COMPLAINT, text)
    rival = setting.classifier.rival(text, {intents.COMPLAINT, intents.SURVEY_REPLY, intents.UNCLEAR})
    return _lies(text, setting) > blame and lies > near and lies > rival


def content(text: str, told: Understanding, setting: Setting) -> bool:
    """别的牌子让我干等了一个月, 还是来找你们订吧: words of blame, said content and without a number."""
    numbered = told.satisfaction != SATISFIED and subjects.NUMBERED.search(text)
    if only_a_claim(text):
        return False
    harmless = not GRAVE & told.signals and (plain_facts.left_behind(text) or gone(text))
    if harmless or plain_facts.blames_nobody(text):
        return True  # 去年刹车软, 你们弄完再没犯过
    if NOT_QUITE.search(text) and grievance(text) is not None:
        return False
    if told.signals & {"repeat", WILLINGLY} or told.rating is not None or numbered:
        return False
    if not setting.classifier.knows(intents.COMPLAINT):
        return False
    near, lies = setting.classifier.margin(intents.COMPLAINT, text), _lies(text, setting)
    return (lies < SOUNDS_CONTENT and near < NO_COMPLAINT) or (lies < HARDLY_BLAMES and near < FAR_FROM_ONE)


def _lies(text: str, setting: Setting) -> float:
    """Over 0 nearer to those who blame, below it to those who are content; 0 where no example tells."""
    return -(setting.classifier.mark(intents.COMPLAINT, intents.CONTENT, text) or 0.0)


def beside_a_score(text: str, told: Understanding, setting: Setting) -> Understanding:
    """5分, 师傅把异响找出来了: a fault beside a good number, told by who is content; else as the rules read it."""
    if told.signals & (DISTRESS | {"safety", "repeat"}) or _lies(text, setting) >= CONTENT_BESIDE:
        return told
    if OPPOSED in told.signals:
        good, number = str(told.slots["_satisfaction"]), told.slots["_rating"]
        kept: dict[str, object] = {"satisfaction": good, "reason": text}
        return Understanding(intents.SURVEY_REPLY, (), kept, number if isinstance(number, int) else None, good)
    slots = {name: each for name, each in told.slots.items() if name not in ("category", "symptom")}
    return replace(told, also=tuple(each for each in told.also if each != intents.COMPLAINT), slots=slots)


def mocks(text: str, told: Understanding, prompts: tuple[Prompt, ...], setting: Setting) -> bool:
    """专业, 坐了一上午换来一句没货, 鼓掌: praise in words alone, where the classifier hears nothing but blame."""
    in_words = told.satisfaction == SATISFIED and not subjects.NUMBERED.search(text)
    heard = subjects.heard(intents.COMPLAINT, text, prompts, setting) >= NOTHING_BUT_BLAME
    return in_words and (heard or _lies(text, setting) > MOCKED)


def by_accident(text: str, told: Understanding, found: Subject, prompts: tuple[Prompt, ...], setting: Setting) -> bool:
    """Words of a grievance in a message that is surely something else: 返修的怎么样了, 违约金怎么算."""
    if DISTRESS & told.signals or leaked(text) or any(each.kind in ASKED_HOW_IT_WAS for each in prompts):
        return False
    if dates.past(text, setting.now.date()) and OURS.search(text):
        return False  # 昨天约的九点, 等到十一点才有人接车: what was is no wish
    clauses = (each for each in subjects.CUTS.split(text) if len(each) >= subjects.SHORTEST)
    if any(subjects.heard(intents.COMPLAINT, each, (), setting) >= BLAMES for each in clauses):
        return False
    blamed = subjects.heard(intents.COMPLAINT, text, prompts, setting)
    if blamed < HARDLY_BLAME and found.confidence >= READS_BACK_FROM and not GRAVE & told.signals:
        return True
    unheard = UNHEARD if WORKED_ON.search(text) or OURS.search(text) else 3 * UNHEARD
    return found.confidence >= SURE and blamed < unheard


def grave(text: str, told: Understanding, found: Subject, prompts: tuple[Prompt, ...], setting: Setting) -> bool:
    """A grievance that no wish explains away."""
    if leaked(text):
        return True
    if any(prompt.kind in ASKED_HOW_IT_WAS for prompt in prompts):
        return True
    if not GRAVE & told.signals and not WORKED_ON.search(text):
        if found.intent == intents.SERVICE_BOOK and comes_by(text, setting):
            return False  # 礼拜天你们上班的话我过来看看异响: a fault brought to us, not one of ours
        if found.intent == intents.SERVICE_PRICE and ASKS_PRICE.search(text):
            return False  # 车里一股烟味, 你们去味什么价
    return bool(GRAVE & told.signals) or (OURS.search(text) is not None and not _about_no_work(text, found, setting))


def _about_no_work(text: str, found: Subject, setting: Setting) -> bool:
    """自己开车去还是坐大巴, 路边摊换的机油坏了还管不: a question that has nothing to do with work we did."""
    asks = wishes.asks(text) or text.endswith("不")
    if not asks or found.intent not in ABOUT_NO_WORK:
        return False
    if found.confidence >= VERY_SURE:
        return True
    return found.confidence >= ASKED and subjects.heard(intents.COMPLAINT, text, (), setting) < 3 * UNHEARD


def blames_apart(text: str, setting: Setting) -> bool:
    """5分钟的事弄了我一上午: surely blame, were it not that a score is awaited."""
    return subjects.heard(intents.COMPLAINT, text, (), setting) >= MOCKS


def needed_for_a_person(intent: str, text: str) -> float:
    """A person half wished for is asked about, since that very question offers one; blame of nothing is no blame."""
    if intent == intents.HUMAN_REQUEST:
        return HEARS_A_CALL
    if intent == intents.COMPLAINT:
        return HEARS_BLAME if likely_category(text) else BLAMES
    return 0.0


def comes_by(text: str, setting: Setting) -> bool:
    """周六保养, 看看右前轮老是没气: who names a day to come in does not stand by the road."""
    return COMES.search(text) is not None and dates.day(text, setting.now.date()) is not None
