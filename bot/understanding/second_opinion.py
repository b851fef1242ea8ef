"""Danger and refusals in words no family knows: what the classifier is sure of, when nothing speaks against it.

The rules come first and are never overruled; this only hears what they missed. Who tells of smoke
in words of their own should not be asked what they meant.
"""

import re
from collections.abc import Sequence

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import bodies, intents, others_data, refusals, safety, wishes
from bot.understanding.as_if import beside_figures
from bot.understanding.grievances import grievance
from bot.understanding.normalise import bare, normalise
from bot.understanding.setting import Setting
from bot.understanding.subjects import heard, opened

# Chosen on the examples, each fifth read by the others: beside words of harm less is enough.
SURE_BESIDE_HARM = 0.3
SURE_OF_DANGER = 0.5
SURE_WITHOUT = 0.7
HARM = re.compile(
    "血|伤|烟|火|晕|昏|叫不|起不来|动不[了得]|疼|痛|断了|撞|翻|追尾|碰|刮倒|碾|压[着住到]|夹|卡[着住]|困|锁|淹|"
    "漫|[灌泡]|漂|冲下|刹不|停不下|刹[车不]|踏板|失控|"
    "打不[动过]|爆|炸|焦|糊|刺鼻|呛|漏油|汽油|高压|电池|充电|120|119|110|救|警|抽|喘|噎|憋|中毒|沟|坑|河|悬|溜|"
    "滑|加速|踩不|[流滴漏喷]油|麻|肿|破|掉[出下进]|要生|烧|勒|"
    "砸|摔|高温|水温|温度|开锅|热气|白气|白雾|方向盘|转向|助力|打方向|高速|高架|隧道|匝道|快车道|护栏|绿化带|路"
    "中间|山路|"
    "全[黑灭]|发紫|不应|冒泡|软绵|棉花|"
    "fire|smok|brake|pedal|hurt|injur|bleed|crash|burn|hot|sink|lock|trap|popping|plastic smell|highway"
)
SURE_OF_REFUSAL = 0.7
SURE_BESIDE_MESSAGES = 0.36
BEFORE_OTHERS = 1.5  # a refusal is that much likelier than the next guess
SURE_OF_RENEWAL = 0.5
BEFORE_REFUSAL = 4  # consent is that much likelier than a refusal; the wrong way round is worse
# Words of refusing are in it, and told to be no longer meant: 手滑点了退订, 帮我开回来.
TAKEN_BACK = re.compile("回来|恢复|作废|误|滑|撤|改回|发吧|重新|反悔|解除|打开|开启|还[要想]")
SURELY_ELSE = 0.9
HARDLY_REFUSED = 0.03
NO_REFUSAL = frozenset(
    {
        intents.HUMAN_REQUEST, intents.EVENT_QUERY, intents.MEMBERSHIP, intents.OFF_TOPIC, intents.FAQ,
        intents.SERVICE_BOOK, intents.APPT_CHANGE, intents.APPT_CANCEL, intents.DELIVERY_QUERY, intents.MODEL_ENQUIRY,
        intents.WRONG_PERSON,
    }
)  # fmt: skip
LEANS_FROM = 0.3
ASKS_OF_DATA = 0.05
WISHES_FOR_IT = re.compile("查|告诉|给我|发我|发给|导|列")
# What names somebody and tells of them, or of the own number: nothing is asked for.
TELLS = frozenset(
    {
        intents.WRONG_PERSON, intents.INFO_UPDATE, intents.SALES_TERMS, intents.APPT_CHANGE, intents.APPT_CANCEL,
        intents.EVENT_RSVP, intents.THANKS,
    }
)  # fmt: skip
FOR_A_PERSON = (
    intents.COMPLAINT,
    intents.HUMAN_REQUEST,
    intents.ROADSIDE_ASSIST,
    intents.EMERGENCY,
    intents.PRIVACY_REQUEST,
)
SURE_OF_ANOTHER = 0.6
# What a kind is most likely about, when only the classifier hears it; the first that is met.
LIKELY_KINDS = (
    ("medical", "胸口|发紫|不应|喊他|心[慌口]|晕|昏|喘|抽(?!油)|破水|要生"),
    ("ev_battery", "电池|电量|充电|充着|插着枪|高压|电包|漏液|charging|battery"),
    ("overheat", "水温|温度|过热|热气|[白水]气|白雾|开锅|水箱|壶盖|甜|到顶|overheat"),
    ("flood", "水|淹|洪|雨|泡|sink|flood"),
    ("smoke_fire", "漏油|漏[^,。]{0,2}油|油[^,。]{0,8}流|烟|火|烧|焦|糊|汽油|燃|胶|红红|fire|smok|burn"),
    ("brake_failure", "刹|煞|制动|踏板|方向|转向|油门|失控|停不|往前|溜|一脚|站住|brake|pedal|steer"),
    ("person_trapped", "lock|trap|[门窗][^,。]{0,4}[推拉打降按弹摇]不|锁|困|夹|卡|关[在着]|出不来|勒|一个人"),
    ("accident", "护栏|追尾|撞|车道|翻"),
    ("medical", "晕|昏|疼|痛|喘|抽|心|病|倒(?!霉|车)"),
    ("accident", ""),
)
# Where the classifier is as sure of something calm, and hears no danger at all, a word of danger is only a word.
CALM = frozenset(
    {
        intents.MODEL_ENQUIRY, intents.SALES_TERMS, intents.TEST_DRIVE_BOOK, intents.THANKS, intents.MEMBERSHIP,
        intents.CHURN_REPLY, intents.EVENT_QUERY, intents.DELIVERY_QUERY, intents.SERVICE_PRICE,
        intents.INSURANCE_QUERY, intents.REPAIR_STATUS, intents.APPT_CHANGE, intents.APPT_CANCEL,
        intents.SURVEY_REPLY, intents.WRONG_PERSON, intents.EVENT_RSVP,
    }
)  # fmt: skip
HAPPENED = re.compile("刚|正在|撞|追尾|伤|[着起]火了|烧(?:起来|着)?了|冒烟了|还在")
AT_ONCE = re.compile("正在|此刻|救命|快来|快点来|急[!,。 ]|119|120|110")
HEARS_NO_DANGER = 0.02
SURELY_CALM = 0.6
COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in LIKELY_KINDS)
OF_WORK = frozenset({"quality", "waiting", "attitude", "promise"})
YES_NO = frozenset({PromptKind.EVENT, PromptKind.MEMBERSHIP, PromptKind.QUOTE, PromptKind.APPOINTMENT})
OF_MESSAGES = re.compile(
    "发(?!动|票|现|生|货|车)|推(?!脱|卸|诿|三)|短信|消息|信息|通知|打扰|联系|广告|回访|调查|问卷|祝福|td|退订"
)


def danger(text: str, prompts: Sequence[Prompt], setting: Setting) -> str | None:
    """The kind of danger the classifier hears, or None. text: normalised, without a danger the rules know."""
    plainly = beside_figures(text)
    if safety.told_of(text) or (plainly != text and not HARM.search(plainly)):
        return None
    sounds = all(_sounds_dangerous(each, prompts, setting) for each in dict.fromkeys((text, plainly)))
    return _likely_kind(plainly) if sounds else None


def _sounds_dangerous(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    harm = len(set(HARM.findall(text)))
    needed = SURE_BESIDE_HARM if harm > 1 else SURE_OF_DANGER if harm else SURE_WITHOUT
    return _confidence(intents.EMERGENCY, text, prompts, setting) >= needed


def kind_before(setting: Setting) -> str | None:
    """Of the danger told in the line before, which goes on."""
    if setting.before.intent != intents.EMERGENCY:
        return None
    text = normalise(setting.before.text)
    return safety.emergency(text) or _likely_kind(text)


def _likely_kind(text: str) -> str:
    return next(kind for kind, pattern in COMPILED if pattern.search(text))


def calm(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """我跟我媳妇就是追尾认识的, 想换台七座的: no danger is heard, something else surely is, and nobody is hurt."""
    best = setting.classifier.guesses(text, opened(prompts))[0]
    if best.intent not in CALM or best.confidence < SURELY_CALM or bodies.hurt(text) or AT_ONCE.search(text):
        return False
    if best.intent == intents.INSURANCE_QUERY and HAPPENED.search(text):
        return False
    return max(heard(intents.EMERGENCY, text, asked, setting) for asked in ((), prompts)) < HEARS_NO_DANGER


def refusal(text: str, prompts: Sequence[Prompt], setting: Setting) -> str | None:
    """The scope of a refusal the classifier hears. A no to what was just asked is an answer, not a refusal."""
    body = bare(text)
    if prompts and prompts[0].kind in YES_NO and not OF_MESSAGES.search(body):
        return None
    if wishes.tricks(text) or refusals.of_something_else(body):
        return None
    blamed = None if OF_MESSAGES.search(body) else grievance(text)
    if blamed and blamed.category in OF_WORK:
        return None  # 以后别再弄坏我东西
    sure = _confidence(intents.OPT_OUT, text, prompts, setting)
    needed = SURE_BESIDE_MESSAGES if OF_MESSAGES.search(body) else SURE_OF_REFUSAL
    if sure < needed or sure < BEFORE_OTHERS * _likeliest_but(intents.OPT_OUT, text, setting):
        return None
    return refusals.scope(body)


def renewal(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """之前不让发是赌气, 还是喊我一声: messages wanted again, in words no rule knows."""
    wanted = _confidence(intents.OPT_IN, text, prompts, setting)
    if wanted < SURE_OF_RENEWAL or wishes.tricks(text):
        return False
    if refusals.refusal(text) and not TAKEN_BACK.search(text):
        return False
    return wanted > BEFORE_REFUSAL * heard(intents.OPT_OUT, text, prompts, setting)


def no_refusal(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """万圣节活动小孩要不要化装来: words of a refusal in something that surely is none, however it is asked."""
    best = setting.classifier.guesses(text, opened(prompts))[0]
    if best.intent not in NO_REFUSAL or best.confidence < SURELY_ELSE or refusals.keyword(text):
        return False
    return max(heard(intents.OPT_OUT, text, asked, setting) for asked in ((), prompts)) < HARDLY_REFUSED


def no_stranger(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """我不是你们客户了, 资料请销毁: the words of a stranger in a wish that is surely another."""
    found = setting.classifier.guesses(text, opened(prompts))
    strange = heard(intents.WRONG_PERSON, text, prompts, setting)
    return found[0].confidence >= SURE_OF_ANOTHER and strange < found[0].confidence / 10


def nobodys_data(text: str, setting: Setting) -> bool:
    """上面写的吴先生是谁啊, 订单号在我老公手机里: something else, where hardly a word is heard of what is kept."""
    best = setting.classifier.guesses(text)[0]
    if (
        WISHES_FOR_IT.search(text)
        or others_data.listed(text)
        or best.intent not in TELLS
        or best.confidence < SURELY_CALM
    ):
        return False
    return heard(intents.PRIVACY_REQUEST, text, (), setting) < ASKS_OF_DATA


def leans(text: str, setting: Setting) -> bool:
    """Whether it sounds like a grievance or a call for help beside what it was read as: no question is asked back."""
    return sum(heard(each, text, (), setting) for each in FOR_A_PERSON) >= LEANS_FROM


def _likeliest_but(intent: str, text: str, setting: Setting) -> float:
    return next(each.confidence for each in setting.classifier.guesses(text) if each.intent != intent)


def _confidence(intent: str, text: str, prompts: Sequence[Prompt], setting: Setting) -> float:
    """The lesser of what it hears with the open questions and without them: a question open is no danger."""
    return min(heard(intent, text, prompts, setting), heard(intent, text, (), setting))
