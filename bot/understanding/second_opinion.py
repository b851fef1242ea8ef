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
from bot.understanding.normalise import bare, normalise
from bot.understanding.setting import Setting
from bot.understanding.subjects import heard, opened

# How far within each a sentence must lie (Classifier.margin), by the sentences of writers who had read no rule:
# those of each were read by a classifier that had learnt from the others' (docs/understanding.md).
HEARS = {
    intents.EMERGENCY: -0.3, intents.OPT_OUT: -0.3, intents.OPT_IN: -0.45, intents.PRIVACY_REQUEST: -0.2,
    intents.OTHERS_DATA: -0.6, intents.ORDERS: -0.6,
}  # fmt: skip
TOLD_ONLY = 0.4  # further, where the words are those of news, films, insurance, jokes
STILL_ASKED = 0.35  # less, where the line before asked for it
# The words of a rule are there by chance when the sentence lies so far outside.
OUTSIDE = {intents.EMERGENCY: -0.6, intents.OPT_OUT: -0.6, intents.OTHERS_DATA: -0.85}
NO_LESS = {intents.OPT_IN: (intents.OPT_OUT, 0.2), intents.OTHERS_DATA: (intents.PRIVACY_REQUEST, 0.5)}
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
# Words of refusing are in it, and told to be no longer meant: 手滑点了退订, 帮我开回来.
TAKEN_BACK = re.compile("回来|恢复|作废|误|滑|撤|改回|发吧|重新|反悔|解除|打开|开启|还[要想]")
LEANS_FROM = 0.3
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
AT_ONCE = re.compile("正在|此刻|救命|快来|快点来|急[!,。 ]|119|120|110")
COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in LIKELY_KINDS)
OF_WORK = frozenset({"quality", "waiting", "attitude", "promise"})
YES_NO = frozenset({PromptKind.EVENT, PromptKind.MEMBERSHIP, PromptKind.QUOTE, PromptKind.APPOINTMENT})
OF_MESSAGES = re.compile(
    "发(?!动|票|现|生|货|车)|推(?!脱|卸|诿|三)|短信|消息|信息|通知|打扰|联系|广告|回访|调查|问卷|祝福|td|退订"
)


def danger(text: str, prompts: Sequence[Prompt], setting: Setting) -> str | None:
    """The kind of danger the classifier hears, or None. text: normalised, without a danger the rules know."""
    plainly = beside_figures(text)
    told = safety.told_of(text) or (plainly != text and not HARM.search(plainly))
    more = TOLD_ONLY if told else 0.0
    sounds = all(_hears(intents.EMERGENCY, each, prompts, setting, more) for each in dict.fromkeys((text, plainly)))
    return _likely_kind(plainly) if sounds else None


def kind_before(setting: Setting) -> str | None:
    """Of the danger told in the line before, which goes on."""
    if setting.before.intent != intents.EMERGENCY:
        return None
    text = normalise(setting.before.text)
    return safety.emergency(text) or _likely_kind(text)


def _likely_kind(text: str) -> str:
    return next(kind for kind, pattern in COMPILED if pattern.search(text))


def calm(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """我跟我媳妇就是追尾认识的, 想换台七座的: words of danger by chance, and nobody is hurt or calls for help."""
    return not (bodies.hurt(text) or AT_ONCE.search(text)) and _by_chance(intents.EMERGENCY, text, prompts, setting)


def refusal(text: str, prompts: Sequence[Prompt], setting: Setting) -> str | None:
    """The scope of a refusal the classifier hears. A no to what was just asked is an answer, not a refusal."""
    body = bare(text)
    if prompts and prompts[0].kind in YES_NO and not OF_MESSAGES.search(body):
        return None
    if wishes.tricks(text) or refusals.of_something_else(body):
        return None
    return refusals.scope(body) if _hears(intents.OPT_OUT, text, prompts, setting) else None


def renewal(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """之前不让发是赌气, 还是喊我一声: messages wanted again, in words no rule knows."""
    if wishes.tricks(text) or (refusals.refusal(text) and not TAKEN_BACK.search(text)):
        return False
    return _hears(intents.OPT_IN, text, prompts, setting)


def no_refusal(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """万圣节活动小孩要不要化装来: words of a refusal in something that surely is none, however it is asked."""
    return not refusals.keyword(text) and _by_chance(intents.OPT_OUT, text, prompts, setting)


def rights(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """我在你们那儿都留了些啥, 让我瞅一眼: one's own data asked for, to be put right or to go."""
    asked = setting.before.intent == intents.PRIVACY_REQUEST
    return _hears(intents.PRIVACY_REQUEST, text, prompts, setting, -STILL_ASKED if asked else 0.0)


def others(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """买我旧车的那人住哪块儿: what is kept of somebody else."""
    return _hears(intents.OTHERS_DATA, text, prompts, setting)


def orders(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """Given to the bot, in words no rule knows."""
    return _hears(intents.ORDERS, text, prompts, setting)


def no_stranger(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """我不是你们客户了, 资料请销毁: the words of a stranger in a wish that is surely another."""
    found = setting.classifier.guesses(text, opened(prompts))
    strange = heard(intents.WRONG_PERSON, text, prompts, setting)
    return found[0].confidence >= SURE_OF_ANOTHER and strange < found[0].confidence / 10


def nobodys_data(text: str, setting: Setting) -> bool:
    """上面写的吴先生是谁啊, 订单号在我老公手机里: something else, where hardly a word is heard of what is kept."""
    return not others_data.listed(text) and _by_chance(intents.OTHERS_DATA, text, (), setting)


def leans(text: str, setting: Setting) -> bool:
    """Whether it sounds like a grievance or a call for help beside what it was read as: no question is asked back."""
    return sum(heard(each, text, (), setting) for each in FOR_A_PERSON) >= LEANS_FROM


def _hears(intent: str, text: str, prompts: Sequence[Prompt], setting: Setting, more: float = 0.0) -> bool:
    """With the open questions and without them: a question open is no danger."""
    if not setting.classifier.knows(intent):
        return False
    margins = [_margins(each, text, prompts, setting) for each in (intent, *NO_LESS.get(intent, ())[:1])]
    least = min(margins[0])
    if least < HEARS[intent] + more:
        return False
    return len(margins) == 1 or least > min(margins[1]) - NO_LESS[intent][1]


def _by_chance(intent: str, text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    known = setting.classifier.knows(intent)
    return known and max(_margins(intent, text, prompts, setting)) < OUTSIDE[intent]


def _margins(intent: str, text: str, prompts: Sequence[Prompt], setting: Setting) -> tuple[float, float]:
    margin = setting.classifier.margin
    return margin(intent, text, opened(prompts)), margin(intent, text)
