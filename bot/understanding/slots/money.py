"""Money in whole CNY: a budget with its frame (about, max, min), a sum insured."""

import re

from bot.understanding.slots.numerals import NUMBER, value

WAN = 10_000
AMOUNT = f"(?P<n>{NUMBER})"
RANGE = re.compile(f"(?P<low>{NUMBER})\\s*(?:万|w)?\\s*(?:到|至|-|~|—)\\s*(?P<high>{NUMBER})\\s*(?P<unit>万|w|个)?")
SUM = re.compile(
    f"(?<![周期拜第月])(?<!初){AMOUNT}(?P<more>多|来|几|出头)?\\s*(?P<unit>万|w(?![a-z])|个(?![月人座位小星])|块|元)?(?![座人口岁年月天"
    f"号点楼公里千十百]|km|个[月人座位小星])"
)
ROUGHLY = re.compile("(?P<n>[一二两三四五六七八九]?十|百|\\d0)(?P<sort>来|几|多)个?(?P<unit>万|w)")
MORE = {"来": 1, "多": 3, "几": 5}  # of ten: 二十多万 lies in the lower half
MAX = re.compile(
    "以[内下里]|之[内里]|内的|万[内里](?!程)|不(?:要|能|可以?|想|许|准|得|好)?(?:再)?(?:超过?|高于|突破)|别超过?|最[多高]|封顶|不到|顶多|"
    "撑死|低于|往下|打住|顶天|到顶|"
    "唔好超|不超|上限|再[多高](?:就|也)?(?:[没拿掏给]|不(?!错)|免谈|算了)|打死|[卡控压死]死(?=在|到|"
    "[\\d一二两三四五六七八九十])|"
    "(?<=万)[卡控]死|封死|不(?:能|可以?|准|许|会|想)?再(?:多|加|高|添|涨)|多[一半][分毛块](?:钱)?[都也]?(?:没|不|免谈)|"
    "[一半][分毛块](?:钱)?[都也]?(?:不能|不可以|不会|没法|别想|不)(?:再)?(?:多|加|添)|极限|到头|天花板|[拿掏]不出|"
    "(?:兜里|手[头里]|口袋里?)(?:总共|一共)?(?:就|只有)有?(?=[\\d一二两三四五六七八九十]+[来多几]?[万w个])"
)
MIN = re.compile("打底|不(?:能|可以)再[少低]|以上|起(?!步价)|至少|起码|最少|不低于|往上")
# 起码得五座: bounds no sum.
AT_LEAST_SEATS = re.compile("(?:至少|起码|最少)[^,。万]{0,4}?(?:座|人|口|年|公里)")
ABOUT_CAR = re.compile(
    "万|[一二两三四五六七八九十]个(?=[以之][内下里上]|左右)|"
    "\\d+个(?=[以之左上内出,。 ]|的?预算)|w(?![a-z])|预算|价位|\\d{5,}"
)
# 顶天20: a ceiling that ends there is one in 万.
CEILING = re.compile(
    f"(?:顶天|封顶|到顶|撑死|[卡控]死|顶多|打死)了?(?:也|就|是|在|到|给|只有)*(?:{NUMBER})(?=$|[,。!;?~ 了吧的啊])|"
    f"(?:^|[,。 ]){NUMBER}(?:顶天|封顶|到顶|撑死|[卡控]死)"
)
# 一年三万公里, 偶尔坐7个, 家里5口人: numbers, but none of money.
NO_SUM = re.compile(
    f"{NUMBER}(?:多|来|几)?\\s*(?:万|w|千|百)?(?:多|来|几)?\\s*(?:公里|千米|km|里地|里路)|"
    f"(?:偶尔|有时候?|过年|周末)[^,。万]{{0,6}}?{NUMBER}(?:个人?|人|口)(?![月年])|{NUMBER}口人?"
)
ADDS = re.compile(f"再?(?:添|加|凑|补)(?:个|上)?(?P<more>{NUMBER})\\s*(?:万|w)")
AT_MOST = re.compile("(?:最多|顶多|最高|不超过|别超过?)(?:也|就|能|到|给|加到)*$")  # 8个左右, 最多9个
NOT_THIS = re.compile("(?:别(?:卡|限)|不是|不止|别按|不要)$")
RAISED = re.compile(
    "(?:加|升|提|换|改|涨|拉|调|上)(?:到|成|至)?[\\d一二两三四五百]+(?![千元块])|"
    "[到按](?:底)?[\\d一二两三四五六八百]+(?:万|个)"
)
TO = re.compile("[到成至底]|[加升提换改涨拉调上按]")
ASKED_COVER = re.compile(f"(?:^|[,。 是就按到要买选上保])(?P<n>{NUMBER})(?:的|个)?(?=[吧呢行够踏好稳,。 ]|$)")
COVERS = frozenset({50, 100, 150, 200, 300, 400, 500, 600, 800, 1000})  # sold in 万
BARE_COVER = re.compile(f"(?:三者|三责|第三者)险?[^,。\\d]{{0,6}}?(?P<n>{NUMBER})(?![\\d年月号天点块元%])")
THIRD = re.compile("三者|三责|第三者")


def budget(text: str, *, asked: bool = False) -> dict[str, int] | None:
    """about, max or min; a range gives min, max and the middle. asked: the budget was the question, 15 means 15万."""
    text = NO_SUM.sub(" ", text)
    asked = asked or CEILING.search(text) is not None
    if not asked and not ABOUT_CAR.search(text):
        return None
    span = RANGE.search(text)
    if span and (between := _between(span)):
        return between
    text = AT_LEAST_SEATS.sub(" ", text)
    amount = _amount(text, asked or "预算" in text)
    if amount is None:
        return None
    return {"max" if MAX.search(text) else "min" if MIN.search(text) else "about": amount}


def third_party(text: str, *, asked: bool = False) -> int | None:
    """The cover asked for: 三者两百万. asked: it was spoken of just before, 还是200吧 means 200万."""
    sums = [_yuan(found["n"], found["unit"]) for found in SUM.finditer(text)]
    sums = [each for each in sums if 10 * WAN <= each <= 1000 * WAN]
    if sums and (raised := RAISED.search(text)):
        to = value(TO.split(raised[0])[-1]) or 0.0
        return int(to * WAN if 10 <= to < WAN else sums[-1])  # 由一百万加到三百万, 从一百个加到两百
    if sums and (THIRD.search(text) or len({*sums}) == 1):
        return int(sums[0])
    bare = BARE_COVER.search(text) or (ASKED_COVER.search(text) if asked else None)
    return int(value(bare["n"]) or 0) * WAN if bare and value(bare["n"]) in COVERS else None


def _between(span: re.Match[str]) -> dict[str, int] | None:
    high = _yuan(span["high"], span["unit"])
    low = _yuan(span["low"], None)
    low = low if low >= WAN else low * WAN
    if not 0 < low < high or high < 3 * WAN:
        return None
    return {"min": int(low), "max": int(high), "about": int(low + high) // 2}


def _amount(text: str, asked: bool) -> int | None:
    rough = ROUGHLY.search(text)
    if rough:
        tens = value(rough["n"]) or 100
        exact = rough["sort"] == "来" and rough["n"].isdecimal()  # 20来万 is 20, where 二十来万 runs a little over
        return int((tens + (0 if exact else MORE[rough["sort"]])) * WAN)
    sums = sorted(SUM.finditer(text), key=lambda each: not set(each[0]) & {"万", "w"})  # 三代人, 预算30万
    sums.sort(key=lambda each: not _framed(text, each))
    for found in sums:
        if NOT_THIS.search(text[: found.start()]):
            continue
        yuan = _yuan(found["n"], found["unit"])
        if asked and yuan < 200:
            yuan *= WAN
        if yuan >= 3 * WAN:
            return int(yuan + _added(text, found.end()))
    return None


def _framed(text: str, found: re.Match[str]) -> bool:
    """12万以内, of several sums, is the one that bounds."""
    bounded = MAX.match(text, found.end()) or MIN.match(text, found.end()) or AT_MOST.search(text[: found.start()])
    return bool(found["unit"]) and bounded is not None


def _added(text: str, start: int) -> float:
    """儿子给十万, 我自己再添个两万."""
    found = ADDS.search(text, start)
    return (value(found["more"]) or 0.0) * WAN if found and (value(found["more"]) or 0) < WAN else 0.0


def _yuan(number: str, unit: str | None) -> float:
    said = value(number) or 0.0
    return said * WAN if unit in ("万", "w", "个") and said < WAN else said
