"""Something swallowed that is no food: a button battery, coolant, a screw, somebody else's pills."""

import re
from functools import lru_cache

from bot.understanding.bodies import WHO
from bot.understanding.normalise import READ_ALREADY

_NEVER_EATEN = (
    "(?:电池|硬币|钢镚|螺[丝母帽栓]|钉子|图钉|磁铁|磁力|弹珠|珠子|纽扣|扣子|瓶盖|玻璃[渣碴珠]|干燥剂|玻璃水|"
    "雨[刮刷]水|防冻液|"
    "冷却液|水箱水|机油|[汽柴]油(?![钱费价])|[刹煞]车[油液]|变速箱油|电解液|电瓶水|尿素[液水]?|制冷剂|洗车[液水]|"
    "车蜡|清[洁洗]剂|"
    "除味剂|消毒[液水]|洗[手洁]液|香[薰氛水]|酒精(?![测度])|农药|老鼠药|杀虫剂|钥匙扣|"
    "batter(?:y|ies)|coins?|screws?|coolant|antifreeze|washer fluid|pills)"
)
_HOW_MUCH = "[一二两三四五六七八九十半整大好几\\d]"
_CHILD = "(?:孩|娃|宝|崽|囡|儿子|女儿|闺女|孙|弟弟|妹妹|狗|猫|[一两二三四五六七八九\\d]岁)"
# Whoever takes their own pills is well; a child that takes another's, or anybody a whole bottle, is not.
_PILLS = f"(?:(?:降[压糖脂]|安眠|避孕|心脏病?|高血压)药|{_HOW_MUCH}+[瓶盒板把](?!(?:子|手))[^,。]{{0,4}}药)"
_ANOTHERS_PILLS = (
    f"{_CHILD}[^,。!;]{{0,4}}吃错了?药|药[^,。!;]{{0,8}}[吃吞喝][^,。]{{0,2}}{_HOW_MUCH}+(?:瓶|盒|板|把)|"
    f"{_CHILD}[^,。!;]{{0,6}}(?:把|[吃喝]了|吞了?)[^,。!;]{{0,3}}"
    "(?:我|大人|爷爷|奶奶|外[公婆]|老人家?|别人|[爸妈])的?[^,。的]{0,3}药|"
    f"{WHO}[^,。!;]{{0,6}}药[^,。]{{0,2}}吃错|吃错[^,。]{{0,6}}的药"
)
_DOWN = "(?:吞(?![吐并不])|咽(?![喉炎不])|误[食饮服吃喝吞])"
_AND_DONE = f"(?:了|咯|嘞|啦|下|进|到|掉|光|完|{_HOW_MUCH})"
_MEAL = "[^,。!; ]{0,2}[饭面餐酒茶啡奶糖肉粥]"
_THINGS = f"(?:{_NEVER_EATEN}|{_PILLS})"
_SWALLOWED = re.compile(
    f"(?:{_DOWN}|[吃喝舔抿啃嚼]{_AND_DONE})[^,。!; 酒饭茶啡奶糖]{{0,12}}{_THINGS}|"
    f"{_THINGS}(?:[^。!;]{{0,14}}?{_DOWN}|[^,。!; ]{{0,14}}?(?:[吃喝舔抿啃嚼]{_AND_DONE}(?!{_MEAL})|"
    f"灌了?{_HOW_MUCH}+口))|"
    f"{_NEVER_EATEN}[^,。!;]{{0,8}}(?:塞|放|掉|喂|送)[进到在]了?[嘴口]|"
    f"{WHO}[^,。!;]{{0,16}}吞(?:下|进|到|了|咯|嘞|掉)|误[食饮服]|{_ANOTHERS_PILLS}|"
    f"[吞咽](?:下去?|进去|肚里)[了咯嘞啦](?=.*{_NEVER_EATEN})|{_NEVER_EATEN}.*[吞咽](?:下去?|进去|肚里)[了咯嘞啦]|"
    f"(?:swallow(?:ed|s)?|drank|drunk|ate) [^,.]{{0,20}}{_NEVER_EATEN}"
)
_VERB = re.compile("吞|咽|误|[吃喝舔抿啃嚼灌塞放掉喂送]|swallow|drank|drunk|ate")
# 发动机喝机油, 后轮吃了颗螺丝: a car swallows, too, unless somebody is named beside it.
_A_CAR_DOES = re.compile(
    "(?:车子?|发动机|引擎|机器|[外轮]?胎|轮子?|轱辘|桩)(?:太|真|很|特别|就|都|又|老|天天|越来越|[这那]么|能|会|爱|"
    "也|才|上|里|被|刚|"
    "好像|可能|怎么|居然|现在|[一-龥]{0,2}?机油|[\\d一二三四五六七八九十百千万]+(?:公里|个?月))*[吞吃喝]|"
    "[吃喝]了我|\\d升|[一二两三四五半]升|公里|油耗|烧机油|补胎|漏气|没气|扎"
)
_MONEY = re.compile("(?:钱|定金|订金|押金|积分|尾款|余额|券|差价|(?<!打)卡(?![住在])|公里数)")
_SPARED = re.compile(
    "(?:没有?|未|别|不[会能要可]|禁止)(?:让|被|给|把|人|谁|敢|想|乱|真)*$|"
    "(?:差点儿?|险些|怕(?!是)|担心|防止?|以免|免得|避免|[小当]心|会不会)[^,。!;了]{0,12}$"
)
_SUPPOSED = re.compile("如果|万一|假如|要是|倘若|预防|以防")
_TOLD = re.compile("新闻|视频|抖音|听说|网上|电视|朋友圈|群里|小说|段子|去年|前年|上个?月|小时候|那年|以前|当年")
_NOW = re.compile("现在|刚|正在|救|120|!!")
_PAST_LIPS = re.compile("[吞咽]不|口水|唾沫|[这口]+气")


@lru_cache(maxsize=READ_ALREADY)
def swallowed(text: str) -> bool:
    """Somebody did so, just now: 娃把车钥匙里的纽扣电池吞下去了, 我爸误喝了玻璃水. text is normalised."""
    return any(_happened(text, found) for found in _SWALLOWED.finditer(text))


def of_swallowing(text: str) -> bool:
    """What is swallowed, happened or not, is spoken of: whatever danger is heard there, it is of a body."""
    return _SWALLOWED.search(text) is not None


def _happened(text: str, found: re.Match[str]) -> bool:
    """Neither supposed, read of, nearly so, nor done by a car or with money."""
    verb = _VERB.search(text, found.start())
    before = text[: verb.start() if verb else found.start()]
    if _SPARED.search(before) or _PAST_LIPS.search(found[0]) or _MONEY.search(found[0]):
        return False
    if _A_CAR_DOES.search(text) and not re.search(WHO, text):
        return False
    return _NOW.search(text) is not None or not (_SUPPOSED.search(before) or _TOLD.search(before))
