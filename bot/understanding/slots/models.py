"""Which car, and what it should be: names from the catalogue, use, body, energy, seats, a place to charge."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product

from pypinyin import Style, pinyin
from pypinyin.phrases_dict import phrases_dict

from bot.understanding.normalise import READ_ALREADY
from bot.understanding.slots.money import budget
from bot.understanding.slots.numerals import value

PURPOSES = {
    "family": "家[庭人]|家里?(?:[要想]|自己)?用|家里.{0,6}(?:[几两三四五六七]?口|老|娃|孩)|一家|全家|孩子|小孩|娃|宝宝|"
    "二胎|"
    "三胎|老婆.{0,4}孩|婴儿|接送|上学|"
    "[三四五六七]口|老人|(?:父母|爸妈)(?!赞助|资助|出|给|掏)|三代|爷爷|奶奶|外公|外婆|丈母娘|岳[父母]|老二|双胞胎|"
    "安全座椅",
    "commute": "每天[^,。]{0,10}(?:来回|往返)|返工|打卡|通勤|上下班|上班|代步",
    "city": "市区|买菜|城里|停车方便",
    "business": "商务|接待|客户|公司用|做生意|老板|跑业务|单位用",
    "camping": "帐篷|车边[^,。]{0,6}做饭|露营|野营|户外|钓鱼|车中床|床车",
    "offroad": "越野|进山|烂路|爬坡",
    "first_car": "第一[台辆部]|首[台辆]车|头一[台辆]|新手|刚拿(?:驾照|到?本)|人生第一|没买过车|刚考",
    "second_car": "第二[台辆部]|增购|再买[一]?[台辆个]|家里有[一]?[台辆]|二[台辆]车",
    "travel": "长途|高速|跑远|回老家|自驾游|出远门",
    "ride_hailing": "网约车|滴滴|跑车挣|跑出租|拉客",
    "cargo": "拉货|装货|载货|工具车",
}
BODIES = {
    "suv": "suv|越野|底盘高|城市越野",
    "sedan": "轿车|三厢|小轿|sedan",
    "hatch": "两厢|小钢炮|小车|小型车|hatch",
    "mpv": "mpv|商务(?:车|型|那[类种]|座|一点|款)|[67七]座商务|保姆车|面包",
}
ENERGIES = {
    "phev": "plug-?in|插头|外插|(?:能|可以?|要|带)(?:外接)?充电的?(?:那种|那类|款)?(?:混动|混合动力)|"
    "混动[^。]{0,5}能(?:外接)?充电的|插混|插电|phev|增程|dm-?i|可油可电|混动.{0,4}绿牌|绿牌.{0,4}混动",
    "hev": "油电混|混动|混合动力|hev|油混|双擎|hybrid",
    "ev": "纯电|电车|电动(?!门|尾门|座椅|天窗|窗|后)|(?<![a-z])b?ev(?![a-z])|新能源车?|充电的车",
    "petrol": "油车|燃油|汽油|烧油|加油的|纯油",
}
ALONE = re.compile("(?<![不别充插])(?:^|要|买|选|想要|喜欢)(电|油|混)(?:的|动的?)?(?:吧|就行|的)?(?=$|[,。 ])")
WANTED = re.compile("(?<![不别没])(?:要|买|选|想要|喜欢)(电|油|混)的(?=$|[,。 ])")
# 不要插电的, 别推电车: named, but not wanted.
NOT_WANTED = re.compile(
    "(?:不(?:想|要|考虑|喜欢|买|接受|用)|别|除了|拒绝)[^,。 不]{0,6}?"
    "(?:插混|插电|增程|混动|混合动力|纯电|电车|电动车?|新能源|油车|燃油)[^,。 ]*|"
    "(?:插混|插电|增程|混动|混合动力|纯电|电车|电动车?|新能源|油车|燃油)(?:车|的)?(?:我|我们)?(?:信不[着过]|"
    "不(?:考虑|敢|放心|习惯|想?要(?=$|[,。!了 ]))|"
    "就?算了)"
)
# 那要不油车算了: taken, for want of anything better.
SETTLES = re.compile(
    "((?:要不|不如|干脆|还是|那就)[^,。不]{0,4}(?:插混|插电|增程|混动|纯电|电车|电动车?|油车|燃油)(?:车|的)?(?:吧)?)算了"
)
BODY_NOT_WANTED = re.compile(
    "(?:不(?:想|要|考虑|喜欢|买|接受|看)|别(?:给我|再|推荐?|看)*|除了|拒绝|嫌)[^,。 不太贵大高费差]{0,4}?"
    "(?:suv|mpv|轿车|三厢|两厢|面包车?|商务车|小车)(?:车|的)?"
)
INSTEAD = {"suv": ("sedan", "hatch"), "sedan": ("suv", "hatch"), "hatch": ("sedan", "suv"), "mpv": ("suv", "sedan")}
# 混动, 不插电那种: the hybrid that is never plugged in.
UNPLUGGED = re.compile(
    "不(?:用|需要?|必|能|带|是)?(?:再|外接|自己|去)*(?:插电?|充电?)(?:的|那种|那类|款|式|桩)+(?:混动|混合动力|油电混)|"
    "(?<!插电)(?<!插电式)(?<!增程)(?:混动|混合动力|油电混)[^。插充]{0,8}(?:不(?:用|需要?|必|能|带|是|想|要)?|别|"
    "免)(?:再|外接|自己|去)*(?:插|充电)"
    "(?!混)[^,。]{0,4}?(?=$|[,。!吧呀啊的那])(?![^,。]*(?:也|能|行|会|可以))"
)
ASKED_SEATS = re.compile("(?<![\\d一二三四五六七八])(?P<n>[四五六七八4-8])(?:个|口)?人")
CHARGER_ASKED = re.compile("桩[^,。!?]{0,3}[吗?]")
HAS_ONE = re.compile("^(?:对|是|有|能|可以|装[了好得]|早装|嗯|得|当然|没问题|家里有|单位有)")
HAS_NONE = re.compile("^(?:没|冇|无|不能|不行|不可|装不|还没|不好|暂时没)")
SEATS = re.compile(
    "(?P<n>[五六七八5678])个?(?:座|人座|个人坐|人坐)|坐(?:得下|下|"
    "得)?(?P<people>[四五六七八4-8])(?:[、到\\-]?[六七八6-8])?(?:个)?人|"
    "(?P<home>[三四五六七八3-8])口"
)
NOW_AND_THEN = re.compile("(?:偶尔|有时候?|过年|周末)[^,。万]{0,6}?(?P<n>[五六七5-7])(?:个(?:人)?|人|口)(?![月年])")
# 五座的坐不下.
TOO_FEW = re.compile("[四五六4-6]个?座(?:的|车)?[^,。]{0,3}?(?:坐不下|不够|太[小挤]|不行|装不下)")
NO_CHARGER = re.compile(
    "(?:冇|没|无|不(?:能|让|给|好|方便|可以|可能|太好)|装不|难|没法|没办法|无法|没有?(?:条件|地方|"
    "固定)?)[^,。 ]{0,5}(?:充电桩?|桩|充电的?地方|车位|插座)|插座[^,。 ]{0,4}(?:没|冇|无)|"
    "(?:桩|充电桩)[^,。 ]{0,3}(?:装不|没(?!问题|毛病|事|什么问题|啥问题)|不(?:能|让|行|好|可以))|装不了(?=$|[ ,。])|"
    "没(?:有)?(?:地方|地儿|处|法|办法|条件)充|充不[了上]电?(?=$|[,。了])|充电[^,。]{0,3}(?:不方便|麻烦|没地方)|"
    "^没有?(?:充电)?(?:桩|车位)|"
    "(?:不(?:许|让|准|给|肯|批|同意|允许|答应|支持|能|可以|叫)|别想|禁止|严禁|拒绝|没法|无法|没办法)(?:我们?|业主|私自|"
    "自己|随便)?"
    "(?:[安加]?装(?:个|家用?)?(?:充电|家充)?桩?|(?:安|弄|搞|拉|接)(?:个|上|家用?)?(?:充电桩?|家充|桩|线|电))"
    "(?=$|[,。!?;~ 啊呀呢了的呗嘛])|[安装弄]不[了上成下]来?(?:充电)?桩|(?:装|安|"
    "弄)(?:个)?(?:充电)?桩[^,。]{0,4}(?:没戏|没门|别想|难|悬|不行|批不)|"
    "(?:充电|桩)[^,。]{0,8}(?:批不下|装不下|不批|不给批|被拒|没批)|飞线"
)
CHARGER = re.compile(
    "(?:有|能|可以|装了?|能够|带|已经|方便)[^,。 不没]{0,5}(?:充电桩?|桩|充电)|家(?:里|充)(?:能)?充|有车位|有桩|"
    "可以装$|"
    "(?:院子?|车位|车库|物业|小区)[^,。不没别]{0,5}(?:能|可以|让|给|同意|允许|许)装|装(?:充电)?桩没问题"
)


CHINESE_NAME = re.compile("[\u4e00-\u9fff]{2,}")
HAD = re.compile(
    "(?:不(?:看|试|考虑|想要?|买|约|选)(?:看|试|驾|了|这|那|[款台辆])*|旧的?|原来的?|以前的?|之前的?|老|"
    "开了[^,。]{1,5}|不是|不要|除了|卖了|现在(?:这|那)?[台辆]?|上[一]?[台辆])$"
)

# 长风……打错, 是知行; 长风换成知行: of two names the one that stands after it is meant.
CORRECTED = re.compile(
    "(?:(?:[打说写记搞弄输发看念]错字?了?|口误|手滑|嘴瓢|呸|不是不是|(?:^|[,。!… 哦噢啊呃哎唉嗯])(?:不对[,… ]*)+|"
    "[,。!… ]不(?=[,。… ])|"
    "更正|纠正)[,。!…:~ 啊哈]*(?:不是[^,。…]{1,8}[,。… ]+)?(?:应该|我|其实|正确|的|是|想|要|说|试|看|指|驾|订|买|约|问|"
    "就|才){0,6}"
    "(?:[那这][款台辆个])?|[换改](?:成|为|到|试驾?|看|约|一?下)?)$"
)

# Around what sounds like a car: 我那台知性, 时光做个保养. Elsewhere 执行 and 时光 are words.
BEFORE_A_CAR = "(?:[台辆部款]|我的|我那个?|试[驾开]?(?:一?下)?(?:你们)?(?:的|那个)?|叫|提的?|订的?|买的?|开的?)"
PERHAPS_BEFORE = "(?:那个|这个|你们)"
SURELY_AFTER = "(?:做个?保养|保养|落地|多少钱|试驾|现车|有没有现|啥时候到|要换)"
# 那个木野后备箱大不大, 我开的是常风: asked about as only a car is, or no word and with a sign of the name.
LOOSELY_BEFORE = (
    "(?:(?<![^,。!?;: ])|那个?|这个?|你们?家?(?:的|那个)?|我(?:的|那个?)|我家那个|[台辆部款]|听说|(?:问|看|"
    "了解)一?下|看[上中好]|喜欢|[选订提买试]|是|叫|[和跟与]|还是|或者?)"
)
ASKED_OF_A_CAR = (
    "(?:呢|的?(?:后备箱|空间|油耗|续航|座椅|试驾|现车|优惠|落地)|有(?:没有)?(?:试驾|现车|优惠|几|多)|"
    "是?[几五六七5-7]座|"
    "(?:混动|纯电|电车|油车)|多少钱|怎么卖|[和跟与还])"
)
LOOSELY_AFTER = (
    f"(?:{ASKED_OF_A_CAR}|是|有|几|想|过来|该|怎么?|能|可以|要|多|公里|就|[那这]|[今明后]天|周|上午|下午|换|做|了|"
    "快(?=[到跑满一二三四五六七八九十两\\d])|保养|"
    "开|到|[,。!? ]|$)"
)
AFTER_A_CAR = "(?:做|保养|来|[啥几]|什么|怎么|要|换|落地|多少|试驾|现车|有没有|的?车|这|那|就是|[吧吗,。 ]|$)"
WHERE_A_CAR_STANDS = (
    (BEFORE_A_CAR, AFTER_A_CAR, True),
    (PERHAPS_BEFORE, SURELY_AFTER, True),
    (LOOSELY_BEFORE, ASKED_OF_A_CAR, True),
    (LOOSELY_BEFORE, LOOSELY_AFTER, False),
)


def model(text: str, names: Mapping[str, str]) -> str | None:
    """The first model named, or what sounds like one; names: what people say → the model's name."""
    return _written(text, names) or _spoken(text, names)


def _written(text: str, names: Mapping[str, str]) -> str | None:
    if corrected := _corrected(text, names):
        return corrected
    found = [
        (HAD.search(text[: text.find(said)]) is not None, text.find(said), -len(said), name)
        for said, name in names.items()
        if said in text
    ]
    return min(found)[3] if found else None


def _corrected(text: str, names: Mapping[str, str]) -> str | None:
    """The last name put right within the message."""
    found = [
        (each.start(), len(said), name)
        for said, name in names.items()
        for each in re.finditer(re.escape(said), text)
        if CORRECTED.search(text[: each.start()])
    ]
    return max(found)[2] if found else None


def _spoken(text: str, names: Mapping[str, str]) -> str | None:
    """知性 for 知行: what voice and thumbs make of a name, by its sound, where a car would stand."""
    sounds = {sound: said for said in names if CHINESE_NAME.fullmatch(said) for sound in _sounds(said)}
    for before, after, sure in WHERE_A_CAR_STANDS:
        for size in {len(sound) for sound in sounds}:
            for found in re.finditer(f"{before}(?P<said>[\u4e00-\u9fff]{{{size}}})(?={after})", text):
                said = found["said"]
                name = next((sounds[sound] for sound in _sounds(said) if sound in sounds), "")
                if name and (sure or (said not in phrases_dict and set(said) & set(name))):
                    return names[name]
    return None


@lru_cache(maxsize=READ_ALREADY)
def _sounds(word: str) -> tuple[tuple[str, ...], ...]:
    """Every way it may be read (云栖: qi, xi), without tones, which voices blur."""
    return tuple(product(*pinyin(word, style=Style.NORMAL, heteronym=True)))


def needs(text: str, *, asked: bool = False, told: str = "", electric: Iterable[str] = ()) -> dict[str, object]:
    """purpose, budget, body, energy, seats_min, home_charger: what was said, no more.

    asked: they were the question. told: our last line, normalised. electric: what people call the models that run on
    nothing else.
    """
    slots: dict[str, object] = {
        "purpose": _named(PURPOSES, text),
        "budget": budget(text, asked=asked),
        "body": _bodies(text),
        "energy": _energy(text, electric) or _named_alone(text, asked),
        "seats_min": _seats(text) or (_people(text) if asked else None),
        "home_charger": _answered(text) if CHARGER_ASKED.search(told) and charger(text) is None else charger(text),
    }
    return {name: each for name, each in slots.items() if each not in (None, ())}


def charger(text: str) -> bool | None:
    if NO_CHARGER.search(text):
        return False
    return True if CHARGER.search(text) else None


def _answered(text: str) -> bool | None:
    """有啊, 去年刚装的: to the question whether one can be charged at home."""
    if HAS_NONE.search(text):
        return False
    return True if HAS_ONE.search(text) else None


def _people(text: str) -> int | None:
    """平常也就六个人, where we asked."""
    found = ASKED_SEATS.search(text)
    return int(value(found["n"]) or 0) or None if found else None


def _named(families: Mapping[str, str], text: str) -> tuple[str, ...]:
    return tuple(name for name, words in families.items() if re.search(words, text))


def _bodies(text: str) -> tuple[str, ...]:
    """不要suv: what else there is in its place."""
    wanted = _named(BODIES, BODY_NOT_WANTED.sub(" ", text))
    out = _named(BODIES, " ".join(found[0] for found in BODY_NOT_WANTED.finditer(text)))
    return wanted or tuple(dict.fromkeys(other for each in out for other in INSTEAD[each] if other not in out))


def _energy(text: str, electric: Iterable[str]) -> str | None:
    """Only when one is named: 油车好还是电车好 asks."""
    if UNPLUGGED.search(text):
        return "hev"
    text = NOT_WANTED.sub(" ", SETTLES.sub("\\1", re.sub("油耗|油箱|加油站|油卡", " ", text)))
    said = [name for name, words in ENERGIES.items() if re.search(words, text)]
    if "ev" not in said and any(name in text for name in electric):
        said.append("ev")
    if "phev" in said:
        said = [name for name in said if name != "hev"]
    return said[0] if len(said) == 1 else None


def _named_alone(text: str, asked: bool) -> str | None:
    """要电的, 油的吧: an answer to what it should run on."""
    found = (ALONE if asked else WANTED).search(text)
    return {"电": "ev", "油": "petrol", "混": "hev"}[found[1]] if found else None


def _seats(text: str) -> int | None:
    found = NOW_AND_THEN.search(text) or SEATS.search(TOO_FEW.sub(" ", text))
    if not found:
        return None
    return int(value(next(each for each in found.groups() if each)) or 0) or None
