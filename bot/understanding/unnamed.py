"""Scores told without their number: what is missing to the best, an end of the scale, a place in the list, a range."""

import re

from bot.understanding.scales import Scale
from bot.understanding.score_words import LEAD, ONE, TAIL, UNIT, value

_POINTS = "(?:分|颗?星)(?![钟钱])"
_TAKES = "(?:扣|少|差|减|留|保留|欠)(?:掉|了|给|你们|他们|我|个|的|那|这|去)*"
# 最低分, 那就最好那个, 给你们打最高的: an end of the scale, whichever number that is.
_ENDS_IN = "(?:吧|呗|嘛|的|啦|咯|啊|呀|哈|没商量|不能再[高低])*(?:了)?(?:$|[,。!~ ])"
_EXTREME = re.compile(
    f"(?:那就?|就|必须|当然|肯定|妥妥的?|[打给选回填按点])(?:是|个|你们|我|打|给|选)*最(?P<end>[高好低差])(?:的|"
    f"分|那)*(?:那?[个档一])*{_ENDS_IN}|"
    f"(?:^|[,。!;~ ])(?!.*(?:\\d|[二三四五六七八九十]分))(?:我?选)?最(?P<bare>[高低])(?:的?分(?!是|和|跟|到)|"
    f"的?那?一?[个档级项挡]){_ENDS_IN}"
)
_NONE_AT_ALL = re.compile(f"^(?:能|可以|想)?{LEAD}(?:0|零|负)(?:蛋|\\d)?分|^{LEAD}[0零]蛋")
# 头一个选项, 选第三个, 最后一项: places in a list of labels.
_PLACED = re.compile(
    f"(?:^|[,。!;~ ])(?:还是|我|那)*{LEAD}(?:第(?P<n>{ONE})|(?P<first>[头首]一|打头那?|最[上前]面?(?:的|那|"
    f"一)*)|(?P<last>倒数第一|最后|末尾|"
    f"末了|最末|最下|最底下)(?:面|头)?(?:的|那|这|一)*|"
    "(?P<middle>中间|当中)(?:的|那|这|一)*)(?:个|项|档|条|种|(?<=的)(?=$|[,。]))(?:选项|答案)?"
    f"{TAIL}(?=$|[,。!;~ ])|^{LEAD}倒数第(?P<back>{ONE})(?:个|项)?{TAIL}(?=$|[,。!;~ ])|(?:^|"
    f"[,。!;~ ])(?P<named>[头首末]|"
    f"最后)(?:个|项)?选项{TAIL}(?=$|[,。!;~ ])"
)
# 给9, 差的那1分是排队; 4分 那一分扣在停车上: what is missing is told beside what is given.
_SHORT_OF = re.compile(
    f"^{LEAD}(?P<n>{ONE})(?!\\d){UNIT}?{TAIL}(?:(?:[,。!;\\s]+|(?<=[吧啊呀嘛呗哈]))(?:另外|还|就|只)?(?:的|那|这)*{_TAKES}{ONE}{UNIT}|"
    f"[,。!;\\s]*(?:另外|剩下?|还有)?(?:的|那|这)*{ONE}{UNIT}[^,。]{{0,4}}?[扣少差减留给怕是在])"
)
# 九分, 小李挺耐心, 少一分怕你们骄傲: given first, and what is missing to the best last.
_SHORT_LATER = re.compile(
    f"^{LEAD}(?P<n>{ONE}){UNIT}{TAIL}[,。!;\\s].*[,。!;\\s](?:那|这|就)*{_TAKES}(?P<less>{ONE})分"
)
# 满分十分, 扣一分怕他骄傲: the sum is told with what is taken off.
_LESS = re.compile(
    f"(?P<once>(?:本来|原本|原来)(?:是|想|要)?(?:给|打)?)?(?P<of>满分|{ONE}(?:分|颗?星))(?:是|的|里|上|中|"
    f"当中)*(?:{ONE}分?)?[,。 ]*(?:只|"
    f"就|我)?(?:扣|少|减)(?:掉|了|你们|个)*(?P<less>{ONE})(?:分|颗?星)"
)
_DISCOUNTED = re.compile(f"(?P<n>{ONE})分(?:再|给你们|给)?打个?(?P<by>{ONE})折")
# 满分里少给一分, 离满分差一分, 留一分给你们进步: of the best, when nothing else is given.
_OF_BEST = "(?:[离比从距](?:着|了)?)?(?:满分|最高分|五星|满星)(?:里|上|还|就|也|只|得|要)*"
_MISSING = re.compile(
    f"(?:^|[,。!;~ ])(?:我|就|那|只|得|先|还是|主要|{_OF_BEST}|"
    f"[离比]满分)*{_TAKES}(?P<less>[1一2二两])(?:{_POINTS})(?:满分)?"
    "(?=$|[,。!;~ 是因为主纯给让怕上在吧哈啊呗嘛意到免省防])"
)
# 扣3分, 剩下的给你们
_REST_OF_IT = re.compile(
    f"(?:扣|减|去)(?:掉|了|你们)*(?P<less>{ONE})分[,。 ]*(?:剩下?|其余|余下)的?(?:分)?(?:都|全|就)*(?:给|归|是)"
)
_THAT_POINT = re.compile(f"(?:那|这|剩下?的?|另外)+{ONE}{_POINTS}|(?:给|打)?(?:满分|最高分)")
_POINT = re.compile(f"(?<![\\d第]){ONE}{_POINTS}|(?:^|[,。!;~ ])(?:[给打选]个?)?\\d{TAIL}(?=$|[,。!;~ ])")
_IN_ANGER = re.compile(f"再[^,。]{{0,8}}[扣少]|^扣(?:掉|了)*{ONE}分$|[吗么?]$|几分|为(?:什么|啥)")
# 3分往下, 不超过2分: a stretch of the scale.
_BELOW = re.compile(
    f"^{LEAD}(?P<n>{ONE})(?:分|星)?(?:往下走?|以下|之下|不到){TAIL}(?=$|[,。!;~ ])|^{LEAD}(?:不超过|低于|不到|"
    f"不会超过)(?P<n2>{ONE})(?:分|星)"
)
_ABOVE = re.compile(
    f"^{LEAD}(?P<n>{ONE})(?:分|星)?(?:往上走?|以上|之上|打底|起步?){TAIL}(?=$|[,。!;~ ])|^{LEAD}(?:不低于|高于|"
    f"不少于)(?P<n2>{ONE})(?:分|星)"
)
# 倒数第二档: counted from the worst; 次高分: the one below the best.
_COUNTED_BACK = re.compile(
    f"^{LEAD}(?:倒数|倒着数|从[下后](?:面|往[上前])?数?)(?:的)?第?(?P<n>{ONE})(?:个|档|级|名|等|星|分)?{TAIL}(?=$|"
    f"[,。!;~ ])"
)
_BELOW_BEST = re.compile(
    f"^{LEAD}(?:次高|第二高|第二好|正数(?:的)?第二(?:个|名|高)?|从上(?:面|往下)?数?第二)(?:分|档|级|"
    f"等)?的?{TAIL}(?=$|[,。!;~ ])"
)
# 4.5可以打不, 三分半, 一两分吧: between two numbers.
_BETWEEN = re.compile(
    f"(?:^|[,。!;~ ]){LEAD}(?:(?P<half>{ONE})(?:\\.\\d|点{ONE}|分半|个半|星半|颗半){UNIT}?|"
    f"(?P<low>{ONE}){UNIT}?(?:到|至|-|~|或者?|、)(?P<high>{ONE}){UNIT}?|(?P<two>[一二两三四][两二三四五])分)"
    f"{TAIL}(?:(?:可以|能|好|行|让)[打给]?(?:吗|不|么|没)?|[行成]不[行成]|左右|的样子)?(?=$|[,。!?;~ ])"
)
_PRESSED = re.compile("(?P<key>10|\\d)(?:(?P=key){2,4}|(?P=key){2,}分)")


def number(body: str, scale: Scale) -> int | None:
    """The score that is meant, though it is not the number that is written; None when there is none such."""
    if short := _SHORT_OF.search(body):
        return value(short["n"])
    later = _SHORT_LATER.search(body)
    if later and value(later["n"]) + value(later["less"]) == scale.best:
        return value(later["n"])
    for read in (_taken_off, _end, _place, _pressed):
        if (found := read(body, scale)) is not None:
            return found
    return None


def bounded(body: str) -> bool:
    """3分往下, 一两分吧: some number, left to us."""
    return (_BELOW.search(body) or _ABOVE.search(body) or _BETWEEN.fullmatch(body)) is not None


def side(body: str, scale: Scale) -> str:
    """What every number of the stretch is worth; "" when they differ, or when no stretch is told."""
    told = {scale.satisfaction(each) for each in _stretch(body, scale)}
    return told.pop() if len(told) == 1 else ""


def _stretch(body: str, scale: Scale) -> list[int]:
    below, above, between = _BELOW.search(body), _ABOVE.search(body), _BETWEEN.search(body)
    if found := below or above:
        bound = value(found["n"] or found["n2"])
        return [each for each in scale.grades if (each >= bound if above else each < bound)]
    if between is None:
        return []
    low = value(between["half"] or between["low"] or between["two"][0])
    high = low + 1 if between["half"] else value(between["high"] or between["two"][1])
    return [low, high] if scale.holds(low) and scale.holds(high) else []


def _taken_off(body: str, scale: Scale) -> int | None:
    """What is left of the best score when some of it is taken off, in points or by a discount."""
    if less := _LESS.match(body):
        of = scale.best if less["of"] == "满分" else value(less["of"].rstrip("分颗星"))
        return of - value(less["less"]) if of == scale.best or less["once"] else None
    if cut := _DISCOUNTED.search(body):
        points, rest = divmod(value(cut["n"]) * value(cut["by"]), 10)
        return None if rest else points
    if left := _REST_OF_IT.search(body):
        return scale.best - value(left["less"])
    missing = _MISSING.search(body)
    if missing is None or _IN_ANGER.search(body):
        return None
    beside = _THAT_POINT.sub(" ", body[: missing.start()] + " " + body[missing.end() :])
    return None if _POINT.search(beside) else scale.best - value(missing["less"])


def _end(body: str, scale: Scale) -> int | None:
    if _NONE_AT_ALL.search(body):
        return scale.worst
    found = _EXTREME.search(body)
    return None if found is None else scale.worst if (found["end"] or found["bare"]) in "低差" else scale.best


def _place(body: str, scale: Scale) -> int | None:
    found, numbers = _PLACED.search(body), list(scale.labels)
    if not numbers:
        return _counted(body, scale)
    if found is None:
        return None
    if said := found["n"] or found["back"]:
        place = value(said) - 1
        return (numbers if found["n"] else numbers[::-1])[place] if 0 <= place < len(numbers) else None
    if found["middle"]:
        return numbers[len(numbers) // 2] if len(numbers) % 2 else None
    return numbers[0] if found["first"] or found["named"] in ("头", "首") else numbers[-1]


def _counted(body: str, scale: Scale) -> int | None:
    """倒数第二档 of a scale told in numbers alone."""
    by_worth = sorted(scale.grades, key=lambda number: (scale.grades[number], number))
    if _BELOW_BEST.search(body):
        return by_worth[-2]
    back = _COUNTED_BACK.search(body)
    place = value(back["n"]) - 1 if back else -1
    return by_worth[place] if 0 <= place < len(by_worth) else None


def _pressed(body: str, scale: Scale) -> int | None:
    """5555分: the best key, pressed for joy; 666 is none on five points."""
    found = _PRESSED.fullmatch(body)
    key = int(found["key"]) if found else None
    return key if key is not None and (key == scale.best or body.endswith("分")) and scale.holds(key) else None
