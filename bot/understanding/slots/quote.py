"""An answer in words to a quote that lies open: what is agreed to line by line, and what is no answer yet.

Vague words (你看着办) are no consent (handbook H1.4.3): their decision is `unclear`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding.slots.numerals import value
from bot.understanding.slots.services import items

ORDINAL = re.compile(
    "(?P<front>[前头]面?(?P<many>[两二三四五\\d])[项个条样])|(?P<back>最?后面?(?:那|一|"
    "的)?(?:那)?一?[项个条]|最后(?:那个|一个|的)?)|"
    "[头首]一?(?P<first>[样个项条])|(?<!安全)(?<!质量)第(?P<nth>[1-9一二三四五六七八九])|"
    "(?P<n>[1-9一二三四五六七八九])(?:[项号条](?!都|全|一起)|(?=[、,和跟及做换整弄修也不可同都 要行先]|$))"
)
YES = re.compile(
    "同意|可以|(?<!不)行|做(?!完|不|法)|换(?!人)|要(?!多|不|是|紧|求|得)|弄|修|整|确认|安排|"
    "没(?:问题|意见)|ok|(?<![你您])好|嗯|开始|照|按|留(?!着)|要得|得(?=$|[,啦])"
)
NO = re.compile(
    "挺着|删|[去划拿]掉|先?拖着|先拖|搁(?:着|一?下)|缓一?缓|缓缓|下回|回头|再讲|不(?:做|换|要|修|弄|用|同意|需要|行|"
    "可以|动|考虑)|别(?:做|换|弄|动|修)|先?放(?:放|一放|着)|"
    "下次|以后|暂时|先不|拒绝|算了|取消|留着|自己[^,。 ]{0,4}(?:买|换|弄|搞|来)|不了|免了|甭"
)
UNDECIDED = re.compile(
    "看着(?:办|弄|整|来)|看着|随便|想想|考虑(?:一下|下|看)|再(?:说|看|想|商量)|商量(?!好|过|完|妥|定)|问(?:问|"
    "一下|下).{0,4}(?:老公|老婆|家|人|他|她)|等我|晚点|不(?:确定|知道|懂)|你们?定"
)
ASKS = re.compile(
    "[吗么呢?]$|多少|为(?:什么|啥)|怎么|还能用|什么|哪个|吗[,。 ]|是不是|能再|有没有|要多久|"
    "照片|不换(?:会|行)|贵啊?$|必须换|行不行$|原厂|啥"
)
# A question about a line agrees to nothing, whatever line it names.
EXPLAINS = re.compile(
    "非[^,。]{0,4}不可|会怎么?样?|会有(?:什么|啥|多)|为(?:什么|啥)|严[不]?重[吗么不]|有(?:没有)?必要|必须[^,。]{0,4}[吗么?]|要不要紧|"
    "要紧[吗么]|是什么|干(?:什么|啥|嘛)用|还能(?:再)?(?:撑|用|开|跑)|多少公里|(?:多久|几年|多长时间)[^,。]{0,2}换|原厂|(?:什么|哪个|啥)牌子|质保|保多久|进口的?[吗么]|能(?:撑|用|开|跑)多久|怎么就|哪里坏|坏[到成]什么"
)
CONDITION = re.compile(
    "前提|压到|除非|如果|要是|只要|(?:就|才)(?:都|全|再|给)?(?:我)?(?:做|换|同意|修|弄|可以|全做|不做|来|行)|"
    "的话|(?:超过|不到|以内|以下|打|能)[^,。]{0,8}(?:就|可以做)|便宜.{0,6}(?:就|我)|"
    "折.{0,4}(?:我)?(?:就|可以|全)|优惠.{0,8}就|不然"
)
NOTHING = re.compile("(?:都|全部?|一[项个样]也)(?:先|就|暂时)?不(?:做|换|要|修|弄|用|同意)")
EVERY = re.compile("全[部都]?|都|所有|一起|照单|按(?:报价|单|这个|你们说)|就照|就这样")
BARE_YES = re.compile("(?:那就?|就|行吧?|好吧?|可以|嗯)?(?:换|做|弄|修|整|搞)(?:吧|呗|嘛|了吧)")
REST = re.compile("(?:其[他它余]|别的|剩下|另外|余下|后面那?些?)(?:的|项|几项)?")
EXCEPT = re.compile("除[了去](?P<what>[^,。 ]{1,8}?)(?:以外|之外|外|不|先|,|都|其他|全|别的)")
ONLY = re.compile("只(?:做|换|要|修|弄|同意)|就(?:做|换|弄|修|要)(?!吧)")
BRAKES = re.compile("[刹煞]车")
SEVERAL = re.compile("[两俩三几]个|都")
MUST, ADVISED = re.compile("必须|必要|该做"), re.compile("建议|可[缓换]|其他")
CUT = re.compile("[,。!;?\\s]+|但是?|不过|然后|(?<=[做换弄修]掉)|(?<=[做换要行意])(?=[^,。 ]{0,6}(?:不|先|下次))")


@dataclass(frozen=True, slots=True)
class Decision:
    """decision: approve, reject, partial, conditional, unclear. approved, rejected: line numbers from 1."""

    decision: str
    approved: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()


# 算了, 都换了吧: 算了 gives in, it does not refuse.
EVERY_LINE = re.compile(
    "^(?:算了|行吧?|那|哎|嗯|好吧?)*[ ,]*(?:[两俩三四五六几](?:个|项|样)|就|全)*(?:都|一起|全部|一块)(?:给我|一"
    "起)?[换做修弄搞整](?:了|掉)?吧?"
    "(?=$|[,省免])"
)
# 第一项跟第三项可以第二个就不要了: a voice message has no comma.
RUN_ON = re.compile(
    "([做换修弄]了?吧(?=[\u4e00-\u9fff]{2})|(?:可以|同意|[做换修弄](?:吧|了)?|行|不要了?|不做了?|不换了?)(?=第[一二三四五六]|剩下|其他|别的))"
)


def decided(text: str, lines: Sequence[str] = ()) -> Decision | None:
    """lines: what each line of the quote offers, in order. None: the text says nothing about it."""
    text = RUN_ON.sub("\\1,", text)
    if EVERY_LINE.search(text):
        return Decision("approve", tuple(range(1, len(lines) + 1)))
    if NOTHING.search(text):
        return Decision("reject", (), tuple(range(1, len(lines) + 1)))
    yes, no = _sides(text, lines)
    if EXPLAINS.search(text) or (UNDECIDED.search(text) and not yes):
        return Decision("unclear")
    if CONDITION.search(text) and not (yes and no):
        return Decision("conditional")
    if yes or no:
        return _by_line(text, yes, no, lines)
    return Decision("unclear") if ASKS.search(text) else _as_a_whole(text, tuple(range(1, len(lines) + 1)))


def _as_a_whole(text: str, every: tuple[int, ...]) -> Decision | None:
    if NO.search(text):
        return Decision("reject", (), every)
    return Decision("approve", every) if YES.search(text) else None


def _by_line(text: str, yes: set[int], no: set[int], lines: Sequence[str]) -> Decision:
    every = set(range(1, len(lines) + 1))
    if REST.search(text) or ONLY.search(text) or EXCEPT.search(text):
        missing = every - yes - no
        if yes and not no:
            no = missing
        elif no and not yes:
            yes = missing
        elif _rest_agreed(text):
            yes |= missing
        else:
            no |= missing
    elif no and not yes:
        yes = every - no if EVERY.search(text) or _bare_yes(text) else set()
    if every and not no and yes >= every:
        return Decision("approve", tuple(sorted(yes)))
    if every and not yes and no >= every:
        return Decision("reject", (), tuple(sorted(no)))
    return Decision("partial", tuple(sorted(yes)), tuple(sorted(no - yes)))


def asks_about(text: str, lines: Sequence[str]) -> bool:
    """变速箱油多少公里换: a question that names a line of the quote."""
    return ASKS.search(text) is not None and bool(_by_name(text, lines))


def _bare_yes(text: str) -> bool:
    """那换吧, 滤芯不用: agreed to without a name, so to all that is not refused by one."""
    return any(BARE_YES.fullmatch(each) for each in re.split("[,。!;\\s]+", text))


def _rest_agreed(text: str) -> bool:
    found = REST.search(text)
    return bool(found and YES.search(text[found.end() :]) and not NO.search(text[found.end() :]))


def _sides(text: str, lines: Sequence[str]) -> tuple[set[int], set[int]]:
    """Lines named with yes, lines named with no; a clause without a verb of its own belongs to the next one."""
    yes: set[int] = set()
    no: set[int] = set()
    excepted = EXCEPT.search(text)
    if excepted:
        named = _named(excepted["what"], lines)
        negated = NO.search(text[excepted.end() - 1 :]) is not None
        (yes if negated else no).update(named)
        text = text[excepted.end() - 1 :]
    held: set[int] = set()
    for clause in CUT.split(text):
        held |= _named(REST.sub(" ", clause), lines)
        if NO.search(clause):
            no |= held
            held = set()
        elif YES.search(clause):
            yes |= held
            held = set()
    return yes | held if (yes or no or held) and not no else yes, no


def _named(clause: str, lines: Sequence[str]) -> set[int]:
    return _counted(clause, len(lines)) | _by_name(clause, lines)


def _counted(clause: str, count: int) -> set[int]:
    found: set[int] = set()
    for each in ORDINAL.finditer(clause):
        if each["front"]:
            found |= set(range(1, int(value(each["many"]) or 0) + 1))
        elif each["first"]:
            found.add(1)
        elif each["back"]:
            found |= {count} if count else set()
        elif (number := int(value(each["n"] or each["nth"]) or 0)) and (not count or number <= count):
            found.add(number)
    return found


def _by_name(clause: str, lines: Sequence[str]) -> set[int]:
    """By the item both speak of, or by two signs in a row that only this line has."""
    said = set(items(clause))
    found = {place for place, name in enumerate(lines, 1) if said & set(items(name))}
    if found:
        return found
    clause, lines = BRAKES.sub("制动", clause), [BRAKES.sub("制动", name) for name in lines]
    pairs = {clause[at : at + 2] for at in range(len(clause) - 1)}
    shared = {place: {name[at : at + 2] for at in range(len(name) - 1)} & pairs for place, name in enumerate(lines, 1)}
    own = {
        place for place, common in shared.items() if any(sum(pair in name for name in lines) == 1 for pair in common)
    }
    if not own and SEVERAL.search(clause):
        counts = [{place for place, common in shared.items() if pair in common} for pair in pairs]
        own = next((each for each in counts if len(each) > 1), set())
    must, advised = MUST.search(clause), ADVISED.search(clause)
    return own if not (must or advised) or own else set()
