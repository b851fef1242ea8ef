"""Which lines of a quote words speak of: by number, place, price, name or part of a name; all of them, or the rest.

Both the words and the names are written one way first (`one_way`): 制动液, 刹车液 and 刹车油 are one thing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin

from bot.understanding.slots.numerals import NUMBER, value

SAME = tuple(
    (re.compile(said), meant)
    for said, meant in (
        ("(?:制动|[刹煞]车)(?:液|油)", "刹车油"),
        ("制动|煞车", "刹车"),
        ("刹车(?:皮|蹄)片?", "刹车片"),
        ("雨刷器?|雨刮器|水拨|刮水器|刮雨器|(?:管|那个)?刮[水雨](?:片|的)", "雨刮"),
        ("(?:12v的?)?(?:蓄电池|小?电瓶|小电池|启动电池)", "电瓶"),
        ("避震器?|减[震振]", "减震"),
        ("冷却液|水箱水|冷却水", "防冻液"),
        ("波箱油", "变速箱油"),
        ("轱辘|车胎|轮胎", "轮胎"),
        ("火嘴", "火花塞"),
        ("空调(?:格|过滤[网器]?|滤(?:网|清器|子)?(?!芯))|花粉滤芯?|冷气格", "空调滤芯"),
        ("空气(?:格|过滤器?|滤(?:网|清器|子)?(?!芯))|空滤芯?|风格(?=[换做不也先])", "空气滤芯"),
        ("汽油(?:格|滤(?:芯|清器)?)|汽滤|燃油滤(?:清器)?(?!芯)", "燃油滤芯"),
        ("机油?滤(?:芯|清器)?|机油格", "机滤"),
        ("四轮定位", "定位"),
        ("滤(?:子|网)", "滤芯"),
    )
)
# Said of a line by a word its name does not hold.
ALSO_CALLED = tuple(
    (re.compile(said), re.compile(meant))
    for said, meant in (
        ("(?<![轮补])胎(?!压|噪)|轮子", "轮胎|轮$"),
        ("(?<!刹车)(?<!刮)片[子儿]|刹车的?(?=换|也|就|先|不|留)", "刹车片"),
        ("电池", "电瓶"),
        ("打不着火?的?那个|打火(?!机)|启动的?那个", "电瓶"),
        ("保养", "机油|机滤|保养"),
        ("机油(?!滤)|机滤", "机油|机滤|小?保养"),
        ("(?<![机滑刹车箱器漆速汽加费])油(?=[也就先不都换]|那)", "油$|机油"),
        ("刮片|雨刮", "雨刮"),
        ("(?<!保险)杠子?", "保险杠"),
        ("(?<![补喷])漆(?=[补喷不就也做先])|[补喷]漆", "漆"),
        ("[去除]味|味道", "味"),
        ("洗(?:的|那)", "清洗|清洁"),
        ("滤(?!芯)", "滤"),
        ("(?<!清)洗内饰|洗车里", "内饰"),
    )
)
# 灯和镜子换, 盘先不换: by the last sign of one name alone, where a name would stand.
PARTS = "灯镜泵盘片胎带油芯塞瓶锁链杠膜罩管阀机器线架蜡水臂轮套垫簧"
TAIL = re.compile(
    f"(?:^|(?<=[,。;! 和跟、及与换做修弄把那下了]))(?P<tail>[{PARTS}])子?"
    "(?=[和跟、及与,。也先不就别要都可换做修弄我再给暂准批同通算免总]|$)"
)
NOTHING_NAMED = frozenset(
    {"更换", "一对", "一套", "一副", "两条", "四条", "一条", "检查", "工时", "项目", "维修", "材料"}
)
GENERIC = re.compile("[更一两二四对套副条支只根\\d()（）/+ .]+|元")
DECORATION = re.compile("[(（][^)）]*[)）]|总成|组件|\\d+(?:\\.\\d+)?元|^\\d+[.、 ]|(?<=.)更换$|^更换")
HAND = "[一二两三四五六七八九]"
CLASSIFIER = "[项个条样件种副块]"
VERB = "做换整弄修搞装要批"
VERDICTS = "行√×✔✖也不别甭先可同好就都给我自留免删划去暂放缓安全拒驳通准取撤砍❌✅"
AFTER_NUMBER = f"[{VERDICTS}{VERB}两俩:/\\-下以还和跟及与加、,。.;!? ]|$"
NTH = re.compile(
    f"倒数第(?P<last>[1-9]|{HAND}){CLASSIFIER}?|"
    f"(?<!安全)(?<!质量)(?<!颜值)第(?P<nth>[1-9]|{HAND})(?:[项个条样件种号行]|步)?(?!次|回|天|遍|时间)|"
    f"(?<![\\d.一二三四五六七八九十百千万几第vx])(?<!\\d:)(?P<n>[1-9])(?:号(?=[1-9]|{AFTER_NUMBER})|项(?!都|全|里|中|"
    f"一起|一并)|(?!\\.\\d)(?={AFTER_NUMBER}))|"
    f"(?<![十百千万几第统唯同单任专进每这那哪差\\d])(?P<hand>[一二三四五六七八九])(?:号(?=[{VERB}不先可同和跟一二三四五六七八九])|"
    "项(?!都|全|里|中|一起|也|不[落少漏])|"
    f"(?=[{VERB}和跟、,。]|不[{VERB}用]|先不|可以|同意|都|给我|给[{VERB}]|帮|就[{VERB}不算]|自己|$))"
)
RUN = re.compile(
    f"(?<![\\d.:第])(?P<run>[1-9](?:\\.?[1-9]){{1,5}})(?!\\.\\d)(?={AFTER_NUMBER})|"
    f"(?<![第百千万十周期礼拜])(?P<runs>{HAND}{{2,5}})(?=[{VERB}都]|不[{VERB}]|可以|同意)"
)
SPAN = re.compile(
    f"(?<![\\d.第])(?:从|打)?第?(?P<from>[1-9]|{HAND}){CLASSIFIER}?(?:到|至|[~-])第?(?P<to>[1-9]|"
    f"{HAND})(?:{CLASSIFIER}(?!月|礼拜|星期)|号)?(?![\\d.点天月年万千百十块元折个周])"
)
ODD, EVEN = re.compile("(?:[单奇]数|单号)(?:项|的)?"), re.compile("(?:[双偶]数|双号)(?:项|的)?")
ENDS = re.compile("头尾(?:两[个项])?|两头的?|一头一尾|首尾")
MANY = "(?P<{}>[两俩仨二三四五]|\\d)"
NO_TIME = "(?![天年月周次回公点块元百千万]|个(?:月|礼拜|星期))"
FRONT = re.compile(
    f"(?:最?[前头上](?:头|面|边)?|开头|打头)(?:的|那|这)?{MANY.format('front')}{CLASSIFIER}?{NO_TIME}(?!条?轮?胎|轮)"
)
BACK = re.compile(
    f"(?:最?后(?:头|面|边)?|末尾?了?|下面)(?:的|那|这)?{MANY.format('back')}{CLASSIFIER}?{NO_TIME}(?!条?轮?胎|轮)"
)
FIRST = re.compile(
    f"[头首]一?[{CLASSIFIER[1:-1]}副块只]|(?:打头|开头|最[前上]|[前上](?:头|面|边))的?(?:那|这|一)+{CLASSIFIER}|前者"
)
LAST = re.compile(
    f"(?:最后|最?末[了尾]?|尾巴上?|收尾|压轴|垫底|最?[后下](?:头|面|边)|最?底下)的?(?:那|这|一)+{CLASSIFIER}|最后(?:个|的)|"
    "末了(?:的|个)|后者"
)
MIDDLE = re.compile(f"(?:当?中间|正?当中|夹中间)的?(?:那|这|一)*(?P<many>[两俩仨三二四])?{CLASSIFIER}?")
COUNTED = re.compile(
    f"(?:这|那)?(?P<c>[两俩仨二三四五六七八]|[2-9])(?:{CLASSIFIER}(?!月|礼拜|星期)(?:东西|活)?|(?<=[俩仨]))"
)
OF_THEM = re.compile("[里中当选挑只]|之[中内]")
COUNTS_LINES = re.compile("$|[,。!都全先就给同我不别要可也算免取划暂做换弄修搞整拿]")
REST = re.compile(
    f"(?:其[他它余]|余者)(?:的|几|那|{HAND}|俩)*{CLASSIFIER}?|别的(?:几|那)*{CLASSIFIER}?|(?:剩下来?|余下)(?:的|几|那|{HAND}|"
    f"俩|\\d(?={CLASSIFIER}))*{CLASSIFIER}?|剩余(?:的|几|那|{HAND}|俩)*{CLASSIFIER}?|剩的|剩(?:{HAND}|俩|几){CLASSIFIER}?|多(?:的|出来的|余的)(?=[没不就都先也别甭我]|$)|"
    f"另外(?:的|俩|那?(?:几|{HAND}|俩|\\d){CLASSIFIER}|那{CLASSIFIER})|另(?:一|两|俩|几)[{CLASSIFIER[1:-1]}]?|"
    f"后[面头]?(?:那|的)?(?:些|几{CLASSIFIER})|[上下前后][面头边]的(?=[就都先不别我也做换弄修整搞])|旁的|(?:不相干|没关系|"
    "无关)的|(?:小)?零碎的?|杂七杂八的?"
)
ALL = re.compile(
    f"(?:这|那|噶)几{CLASSIFIER}|这些|(?:一|半){CLASSIFIER}(?:都|也)|前后(?=都|全|一[起块]|两)|[啥什]么?(?:都|"
    "也)(?=[不别甭先没])|哪一?{CLASSIFIER}(?=[都也][不别甭没要换做得])|(?:任何|半)一?{CLASSIFIER}(?:都|也)?|全[部都套](?:都)?|通通|统统|所有(?:的|项目)*|(?<![大天么候点谁样时])都(?!怪|说|是|还|"
    "快|这|市|没|磨|老|已|到)|"
    f"全(?=[{VERB}同给免]|不[{VERB}])|一[起块]儿?(?={'|'.join(VERB)}|给|都|吧|$)|一并|整单|一次性"
)
PRICE = re.compile(f"(?P<sum>{NUMBER})(?P<more>多|来|几)?(?:块|元)?钱?(?:的?那[一]?{CLASSIFIER}|的(?!话|价))")
BOUND = re.compile(
    f"(?P<sum>{NUMBER})(?:块|元)?钱?(?:以|之)?(?P<side>[内下上])的|(?P<over>超过?了?|高于|大于|[多贵]于|过)?"
    f"(?P<under>低于|不到|不过|不超过?|不足|少于|小于)?(?P<of>{NUMBER})(?:块|元)?钱?的"
)
TENS = re.compile(
    "(?<![一二三四五六七八九两\\d])(?P<unit>几?十|几?百|几?千|上[百千万])(?:来|多)?块?钱?的(?!话)(?:小?东西|小?玩意儿?|那[些几]?[个项样]?)?"
)
CHEAP_ONES = re.compile(
    f"(?P<which>便宜|贵|小|大)的(?:那|这)?(?P<many>[两俩二三]|\\d){CLASSIFIER}?|(?P<n>[两俩二三])个?(?P<size>小|便宜|大|贵)的"
)
# 大的不做, 小的做: clear where one price is three times the next smaller one.
BIG_ONES = re.compile(
    "(?<![不多太很挺嫌真么死好老])(?:大|贵)的(?=[就都先不别也给可要我做换弄修暂再留拿免算]|$|"
    "[,。 ])|大(?:件|项|头|活儿?)(?:的)?"
)
SMALL_ONES = re.compile(
    "(?<![不多太很挺能点么])(?:小|便宜)的(?=[就都先不别也给可要我做换弄修暂再留拿免算]|$|[,。 ])|小(?:件|项|头|"
    "活儿?|钱|玩意儿?)(?:的)?"
)
GAP = 3
TOLD = 2  # figures said: 三千九 for 3980
DEAREST, CHEAPEST = (
    re.compile(f"最贵的?(?:那|这)?个?|(?<![不不嫌太真么死好])贵的?那一?{CLASSIFIER}"),
    re.compile(f"最便宜的?(?:那|这)?个?|(?<![不能点])便宜的?那一?{CLASSIFIER}"),
)
SIDED = re.compile("(?P<side>[前后左右])(?:面|头|边|轮)?的?(?:那[个副块条]?)?(?P<part>[片盘胎灯镜轮门])子?")
FRONT_ONES = re.compile("前(?:面|头|边|轮)?(?:的|片|盘|轮)(?!都)|前[面头边](?=[不先也换就])")
REAR_ONES = re.compile("后(?:面|头|边|轮)?(?:的|片|盘|轮)(?!都)|后[面头边](?=[不先也换就])")
SEVERAL = re.compile("[两俩三四几]|都|全|些|统统|通通|有关|相关|类|一[套系]")
FIGURES = {"俩": 2, "仨": 3}


@dataclass(frozen=True, slots=True)
class Mention:
    """lines: positions from 1; empty where words point at a line and nobody can say which. kind: line, all, rest.

    shared: several lines go by this word, and it does not say that all of them are meant.
    many: how many lines such words count (影响安全的两项).
    """

    start: int
    end: int
    lines: frozenset[int]
    kind: str = "line"
    shared: bool = False
    many: int = 0


def one_way(text: str) -> str:
    """制动液 and 刹车液 → 刹车油, 雨刷 → 雨刮."""
    for said, meant in SAME:
        text = said.sub(meant, text)
    return text


def mentions(text: str, lines: Sequence[str], prices: Sequence[int] = ()) -> list[Mention]:
    """What `text` (written one way) speaks of, in order, none within another. prices: in CNY, line by line."""
    found = [
        *_groups(text, len(lines)),
        *_placed(text, len(lines)),
        *_named(text, tuple(lines)),
        *_priced(text, prices),
    ]
    kept: list[Mention] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end, one.kind != "line" or not one.lines)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _groups(text: str, count: int) -> Iterator[Mention]:
    every = frozenset(range(1, count + 1))
    for each in REST.finditer(text):
        yield Mention(each.start(), each.end(), every, "rest")
    for each in ALL.finditer(text):
        yield Mention(each.start(), each.end(), every, "all")
    for each in COUNTED.finditer(text):
        many = _number(each["c"])
        if OF_THEM.match(text, each.end()):
            continue  # 四个里面挑便宜的两个
        if many == count or not count:
            yield Mention(each.start(), each.end(), every, "all")
        elif many < count and not re.match("[^,。 ]{0,2}(?:滤芯|轮胎|刹车|雨刮)|[年天月]", text[each.end() :]):
            counts = COUNTS_LINES.match(text, each.end()) is not None
            yield Mention(each.start(), each.end(), frozenset(), many=many if counts else 0)


def _placed(text: str, count: int) -> Iterator[Mention]:
    def there(found: re.Match[str], *places: int) -> Mention:
        within = frozenset(place for place in places if 1 <= place <= (count or 9))
        return Mention(found.start(), found.end(), within)

    for each in NTH.finditer(text):
        if each["hand"] == "一" and text[each.start() - 1 : each.start()] == text[each.end() : each.end() + 1]:
            continue  # 放一放, 换一换
        number = _number(each["nth"] or each["n"] or each["hand"] or each["last"])
        if (spot := count + 1 - number if each["last"] else number) <= (count or 9) or each["nth"]:
            yield there(each, spot)
    for each in RUN.finditer(text):
        run = [_number(sign) for sign in (each["run"] or each["runs"]).replace(".", "")]
        if run == sorted(set(run)) and run[-1] <= count:
            yield there(each, *run)
    for each in SPAN.finditer(text):
        if _number(each["from"]) < _number(each["to"]) <= count:
            yield there(each, *range(_number(each["from"]), _number(each["to"]) + 1))
    for words, first in ((ODD, 1), (EVEN, 2)):
        yield from (there(each, *range(first, count + 1, 2)) for each in words.finditer(text))
    yield from (there(each, 1, count) for each in ENDS.finditer(text))
    for each in FRONT.finditer(text):
        yield there(each, *range(1, _number(each["front"]) + 1))
    for each in BACK.finditer(text):
        yield there(each, *range(count + 1 - _number(each["back"]), count + 1))
    yield from (there(each, 1) for each in FIRST.finditer(text))
    yield from (there(each, count) for each in LAST.finditer(text))
    for each in MIDDLE.finditer(text):
        many = _number(each["many"]) if each["many"] else 1
        first = (count - many) // 2 + 1
        yield there(each, *(range(first, first + many) if (count - many) % 2 == 0 and first > 0 else ()))


def _priced(text: str, prices: Sequence[int]) -> Iterator[Mention]:
    for each in PRICE.finditer(text) if prices else ():
        low = value(each["sum"]) or 0
        exact = int(low) in prices or len(str(int(low)).rstrip("0")) < TOLD
        high = (
            low + 10 ** (len(str(int(low))) - len(str(int(low)).rstrip("0") or "1"))
            if each["more"] or not exact
            else low + 1
        )
        within = frozenset(place for place, price in enumerate(prices, 1) if low <= price < high)
        if len(within) == 1:
            yield Mention(each.start(), each.end(), within)
    for each in BOUND.finditer(text) if prices else ():
        if not (each["side"] or each["over"] or each["under"]):
            continue
        bound = value(each["sum"] or each["of"]) or 0
        above = each["side"] == "上" or (each["over"] is not None and each["under"] is None)
        within = frozenset(at for at, price in enumerate(prices, 1) if (price >= bound if above else price <= bound))
        yield Mention(each.start(), each.end(), within)
    for each in TENS.finditer(text) if prices else ():
        low = 10 ** ("十百千万".index(each["unit"][-1]) + 1)
        within = frozenset(at for at, price in enumerate(prices, 1) if low <= price < 10 * low)
        yield Mention(each.start(), each.end(), within)
    for each in CHEAP_ONES.finditer(text) if prices else ():
        order = sorted(
            range(1, len(prices) + 1), key=lambda at: prices[at - 1], reverse=(each["which"] or each["size"]) in "贵大"
        )
        yield Mention(each.start(), each.end(), frozenset(order[: _number(each["many"] or each["n"])]))
    for words, large in ((BIG_ONES, True), (SMALL_ONES, False)):
        for each in words.finditer(text) if prices else ():
            yield Mention(each.start(), each.end(), _by_size(prices, large=large))
    for words, least in ((DEAREST, max), (CHEAPEST, min)):
        for each in words.finditer(text) if prices else ():
            within = frozenset(place for place, price in enumerate(prices, 1) if price == least(prices))
            yield Mention(each.start(), each.end(), within if len(within) == 1 else frozenset())


def _by_size(prices: Sequence[int], *, large: bool) -> frozenset[int]:
    """None where the prices do not part in two; of two lines the dearer and the cheaper."""
    order = sorted(prices)
    gaps = [above / max(below, 1) for below, above in pairwise(order)]
    wide = [at for at, gap in enumerate(gaps) if gap >= GAP or (len(order) == 2 and gap > 1)]
    if len(wide) != 1:
        return frozenset()
    bound = order[wide[0]]
    return frozenset(place for place, price in enumerate(prices, 1) if (price > bound) is large)


def _named(text: str, lines: tuple[str, ...]) -> Iterator[Mention]:
    fragments = _fragments(lines)
    place = 0
    while place < len(text):
        longest = next(
            (
                text[place:end]
                for end in range(min(len(text), place + 12), place + 1, -1)
                if text[place:end] in fragments
            ),
            "",
        )
        if not longest and (heard := _by_sound(text[place : place + 4], lines)):
            longest = text[place : place + heard[0]]
            yield Mention(place, place + heard[0], heard[1])
        elif longest:
            yield _of_several(text, place, place + len(longest), fragments[longest], lines)
        place += len(longest) or 1
    for said, meant in ALSO_CALLED:
        within = frozenset(place for place, name in enumerate(_plain(lines), 1) if meant.search(name))
        for each in said.finditer(text) if within else ():
            if each[0] not in fragments:
                yield _of_several(text, each.start(), each.end(), within, lines)
    for each in TAIL.finditer(text):
        within = frozenset(place for place, name in enumerate(_plain(lines), 1) if each["tail"] in name[-2:])
        if len(within) == 1 or (within and len({_plain(lines)[place - 1][-2:] for place in within}) == 1):
            yield _of_several(text, each.start(), each.end(), within, lines)
    yield from _by_side(text, lines)


def _of_several(text: str, start: int, end: int, within: frozenset[int], lines: tuple[str, ...]) -> Mention:
    """两个滤芯 and 滤芯都 are all of them, so is a word every name ends in; 前面的刹车片 is the one in front."""
    if len(within) < 2:
        return Mention(start, end, within)
    side = re.search(
        "([前后])(?:面|头|边|轮)?的?(?:那[个副条根])?(?P<beside>[^,。;! 前后不]{1,4}[和跟、及与])?$", text[:start]
    )
    names = _plain(lines)
    if side and (there := frozenset(place for place in within if side[1] in lines[place - 1])):
        return Mention(start if side["beside"] else side.start(), end, there)
    plural = SEVERAL.search(text[max(0, start - 3) : start]) or SEVERAL.search(text[end : end + 3])
    heads = all(names[place - 1].endswith(text[start:end]) for place in within)
    return Mention(start, end, within, shared=not (plural or heads))


def _by_side(text: str, lines: tuple[str, ...]) -> Iterator[Mention]:
    """前片换, 后面的不换: the one line that names the side, and the part where that is said."""
    for each in SIDED.finditer(text):
        there = frozenset(
            place for place, name in enumerate(_plain(lines), 1) if each["side"] in name and each["part"] in name
        )
        if len(there) == 1:
            yield Mention(each.start(), each.end(), there)
    for words, sign in ((FRONT_ONES, "前"), (REAR_ONES, "后")):
        there = frozenset(place for place, name in enumerate(lines, 1) if sign in name)
        both = any("前" in name for name in lines) and any("后" in name for name in lines)
        yield from (
            Mention(each.start(), each.end(), there) for each in words.finditer(text) if both and len(there) == 1
        )


@lru_cache(maxsize=64)
def _plain(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(DECORATION.sub("", one_way(name)).strip() for name in lines)


@lru_cache(maxsize=64)
def _fragments(lines: tuple[str, ...]) -> dict[str, frozenset[int]]:
    """Every run of two signs or more of a name → the lines that hold it."""
    found: dict[str, set[int]] = {}
    for place, name in enumerate(_plain(lines), 1):
        for start in range(len(name)):
            for end in range(start + 2, len(name) + 1):
                run = name[start:end]
                if run not in NOTHING_NAMED and not GENERIC.fullmatch(run):
                    found.setdefault(run, set()).add(place)
    return {run: frozenset(places) for run, places in found.items()}


def _by_sound(text: str, lines: tuple[str, ...]) -> tuple[int, frozenset[int]] | None:
    """沙车片, 火花赛: what a voice message makes of a name; how many signs, and the one line that sounds so."""
    for long in range(min(4, len(text)), 1, -1):
        within = _sounds(lines).get(_sound(text[:long]), frozenset())
        if len(within) == 1 and not text[:long].isascii():
            return long, within
    return None


@lru_cache(maxsize=64)
def _sounds(lines: tuple[str, ...]) -> dict[tuple[str, ...], frozenset[int]]:
    found: dict[tuple[str, ...], set[int]] = {}
    for run, places in _fragments(lines).items():
        if len(run) <= 4:
            found.setdefault(_sound(run), set()).update(places)
    return {sound: frozenset(places) for sound, places in found.items()}


@lru_cache(maxsize=2048)
def _sound(word: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(word))


def _number(written: str) -> int:
    return FIGURES.get(written) or int(value(written) or 0)
