"""An answer in words to a quote that lies open: what is agreed to line by line, and what is no answer yet.

Vague words (你看着办) are no consent (handbook H1.4.3): their decision is `unclear`. A line that is not spoken of is
neither agreed to nor refused, unless words speak of the rest or of these lines only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.understanding.slots.quote_clause import BESIDE, FILLERS, NAMES, NEAR, Clause, Said, Word, words_of
from bot.understanding.slots.quote_conditions import CAN, CONDITION
from bot.understanding.slots.quote_lines import mentions
from bot.understanding.slots.quote_plain import ASKED, NOT_AGREED, by_number, put_plainly, without_twists
from bot.understanding.slots.quote_words import (
    ASIDE,
    ASKS,
    DO,
    EXPLAINS,
    HOLDS,
    HUMS,
    KEPT,
    NO,
    PUTS_OFF,
    QUESTION_OF_TIME,
    REASON,
    TAKEN_BACK,
    UNDECIDED,
    YES,
)

CUT = re.compile("[,。!;?\\n\\s]+|(?<!\\d)~|但是?|不过|然后|而且|因为|所以")
ONE_OF_THEM = re.compile(
    f"(?<![第后头前每末上下那这])一[个项样]{DO}|{DO}一[个项样](?:吧|就|$|[,。])|(?:^|[,。 ])(?:有|其中)一[个项样]"
)  # which?
HEARD = re.compile("(?:嗯+|哦+|噢+|好[的吧呀啊]?|行吧?|ok|[,。!~ ])*(?:知道|收到|了解|明白|看到)了?[,。!~ ]*(?:谢谢)?")
PUT_OFF = re.compile("再[说讲议]")
ANSWERS = frozenset({"yes", "no", "fine", "gives_up", "enough", "kept"})
TELLING = frozenset({"line", "all", "rest", "yes", "no"})
REACHES = re.compile(f"{CAN}(?![^,。]{{0,3}}[吗么?])")
OF_THE_REST = re.compile("都(?:行|成|可以|ok)[吧的了]*")  # 除了最后那个, 都行: all the others; 都行 alone is vague
APPOINTED = re.compile("(?:周|礼拜|星期)[一二三四五六日天末]|[明后]天|明早|下周|\\d+号(?![做换弄修不])")
VISITS = re.compile("约|(?:过|送|开)[来去](?![拿取开提接])|[来到]店|[\u4e00-\u9fff][a-z][a-z0-9]{5}")
OF_WORK = re.compile(f"{DO}|[要用别甭免划删]")
IMPERATIVE = re.compile("[了上掉下]?[吧呗喽]|[上掉]")
# 不修了, 修吧修吧, 还是给我换上
ORDERS = re.compile(
    f"(?:^|[,。!~ 啊呀哎哦嗯哈吧了])(?:那|就|先|都|我)*不{DO}了(?!没|吗|么|[一两几\\d])|"
    "(?:^|[,。!~ 啊呀哎哦嗯哈行好吧])(?:那|就|都|还是|赶紧|赶快|快|干脆|给我|帮我|你们|"
    f"师傅)*(?P<verb>{DO})(?:上|了|掉)?[吧呗喽](?=$|[,。!~ 啊哈]|(?P=verb))|"
    f"还是(?:都|全|给我|帮我)*{DO}[上了掉吧](?=$|[,。!吧])"
)
SHORT = 16  # signs of a verdict on the whole
LONGEST = 30
VERBLESS = 3  # signs beside the lines named where naming them alone agrees: 就1和3吧


@dataclass(frozen=True, slots=True)
class Decision:
    """decision: approve, reject, partial, conditional, unclear. approved, rejected: line numbers from 1."""

    decision: str
    approved: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()


def decided(text: str, lines: Sequence[str] = (), prices: Sequence[int] = ()) -> Decision | None:
    """lines: what each line of the quote offers, in order; prices: in CNY. None: the text says nothing about it."""
    text, prices = by_number(put_plainly(text), lines), _prices(lines, prices)
    which = ONE_OF_THEM.search(text) and not spoken_of(text, lines)
    if len(lines) > 1 and (HEARD.fullmatch(text) or which):
        return Decision("unclear")
    if HOLDS.search(text) and not (names_lines(text, lines, prices) or REASON.search(text) or KEPT.search(text)):
        return Decision("unclear")
    if (later := _taken_back(text)) and (again := decided(later, lines, prices)) and again.approved + again.rejected:
        return again
    plain = without_twists(text)
    open_parts, hanging = _conditions(plain)
    said = _read(open_parts, lines, prices)
    every = frozenset(range(1, len(lines) + 1))
    yes, no = _sorted(said, every)
    if hanging:
        touched = {place for part in hanging for each in mentions(part, lines, prices) for place in each.lines}
        apart = touched and touched < every and not said.groups
        return Decision("conditional", _up(yes - touched), _up(no - touched)) if apart else Decision("conditional")
    return _weighed(plain, said, yes, no, every)


def asks_about(text: str, lines: Sequence[str]) -> bool:
    """变速箱油多少公里换: a question that names a line of the quote."""
    return ASKS.search(text) is not None and bool(spoken_of(text, lines))


def spoken_of(text: str, lines: Sequence[str]) -> tuple[int, ...]:
    """The lines words name, whatever they say of them: 刹车油必须换吗 → that of the brake fluid."""
    named = (each for each in mentions(put_plainly(text), lines) if each.kind == "line")
    return _up({place for each in named for place in each.lines})


def _prices(lines: Sequence[str], prices: Sequence[int]) -> tuple[int, ...]:
    """In CNY; a name may hold its own (前刹车片 680元)."""
    own = [re.search("(\\d+)元$", name) for name in lines]
    if all(own) and lines:
        return tuple(int(each[1]) for each in own if each)
    return tuple(prices)


def plainly(text: str, lines: Sequence[str], prices: Sequence[int] = ()) -> Decision | None:
    """What is decided where little else is said beside the lines and the verdict; None where it may be by chance."""
    said = decided(text, lines, prices)
    if said is None or said.decision == "unclear":
        return None
    if said.decision == "conditional":
        return said if names_lines(text, lines, prices) or len(text) <= LONGEST else None
    told = [
        (clause, words_of(clause, lines, _prices(lines, prices)))
        for clause in CUT.split(by_number(put_plainly(text), lines))
        if clause
    ]
    decides = [(clause, words) for clause, words in told if any(each.kind in TELLING for each in words)]
    visits = VISITS.search(text) or any(APPOINTED.search(clause) for clause, _ in decides)
    if any(_commands(clause, words) for clause, words in decides):
        return None if visits and not (said.approved and said.rejected) else said
    if not any(each.kind in ANSWERS for _, words in told for each in words):
        return None  # 机油昨天换的 tells, it does not answer
    named = any(each.kind in NAMES for _, words in decides for each in words)
    beside = [len(FILLERS.sub("", _without(clause, words))) for clause, words in decides]
    if not beside or max(beside) > (BESIDE if named else NEAR) or not (named or len(text) <= SHORT):
        return None
    visits = VISITS.search(text) or any(APPOINTED.search(clause) for clause, _ in decides)
    return None if visits and not (said.approved and said.rejected) else said


def _commands(clause: str, words: Sequence[Word]) -> bool:
    """六样都给我修喽, 雨刮不换, 不修了: a verdict beside what it is said of, whatever else runs on in the clause."""
    if ORDERS.search(clause):
        return True
    for one, other in pairwise(words):
        between, after = clause[one.end : other.start], clause[other.end :]
        if one.kind not in NAMES or other.kind not in ("yes", "no") or FILLERS.sub("", between):
            continue
        refuses = other.kind == "no" and OF_WORK.search(clause[other.start : other.end])
        if refuses or (other.kind == "yes" and (one.kind != "line" or "给" in between or IMPERATIVE.match(after))):
            return True
    return False


def _without(clause: str, words: Sequence[Word]) -> str:
    for each in reversed(words):
        clause = clause[: each.start] + clause[each.end :]
    return clause


def names_lines(text: str, lines: Sequence[str], prices: Sequence[int] = ()) -> bool:
    """A line, all of them or the rest is spoken of."""
    return bool(mentions(by_number(put_plainly(text), lines), lines, _prices(lines, prices)))


def undecided(text: str) -> bool:
    """问问我老公, 你们看着办: no answer yet."""
    return UNDECIDED.search(ASKED.sub("", text)) is not None


def puts_off(text: str) -> bool:
    """明天给你们准信: the answer comes later, whatever day or hour is named."""
    return PUTS_OFF.search(ASKED.sub("", text)) is not None


def _up(places: set[int] | frozenset[int]) -> tuple[int, ...]:
    return tuple(sorted(places))


def _taken_back(text: str) -> str:
    """What is said after 说反了, 不对."""
    found = list(TAKEN_BACK.finditer(text))
    return text[found[-1].end() :] if found else ""


def _conditions(text: str) -> tuple[list[str], list[str]]:
    """(clauses that stand by themselves, clauses that hang on a condition); a question is no condition."""
    spans, start = [], 0
    for cut in (*CUT.finditer(text), None):
        end = cut.start() if cut else len(text)
        tail = text[end : end + 1] if text[end : end + 1] in "?" else ""
        spans.append((start, end, text[start:end] + tail))
        start = cut.end() if cut else end
    spans = [each for each in spans if each[2].strip()]
    hangs = [False] * len(spans)
    for found in CONDITION.finditer(text):
        for at, (start, end, clause) in enumerate(spans):
            if start < found.end() and found.start() < end and (not _asks(clause) or REACHES.search(clause)):
                hangs[at] = True
    for at in range(1, len(spans)):
        if hangs[at - 1] and not hangs[at]:
            clause = spans[at][2]
            hangs[at] = (
                not (NO.search(clause) or YES.search(clause)) or re.search("[就才]|不然|^[不没超]", clause) is not None
            )
    clauses = [each[2] for each in spans]
    return [each for each, hang in zip(clauses, hangs, strict=True) if not hang], [
        each for each, hang in zip(clauses, hangs, strict=True) if hang
    ]


def _asks(clause: str) -> bool:
    return (ASKS.search(clause) or EXPLAINS.search(clause)) is not None and not re.search("[吧好行]\\?$", clause)


def _read(clauses: Sequence[str], lines: Sequence[str], prices: Sequence[int]) -> Said:
    said = Said()
    for clause in (_without_asides(each, lines) for each in clauses):
        words = words_of(clause, lines, prices)
        if NOT_AGREED.search(clause):
            said = Said()
            continue
        of_the_rest = said.apart and OF_THE_REST.fullmatch(clause)
        if _asks(clause) or (UNDECIDED.search(clause) and not of_the_rest):
            said.named |= {place for word in words if word.kind == "line" for place in word.lines}
            said.waiting = []
            continue
        Clause(clause, words, said).read()
    _left_over(clauses, said, lines, prices)
    return said


def _without_asides(clause: str, lines: Sequence[str]) -> str:
    """两个都换旧件给我留着 → 两个都换; 座椅别洗, where no line offers that."""
    return ASIDE.sub(lambda found: found[0] if mentions(found[0], lines) and "旧" not in found[0] else "", clause)


def _left_over(clauses: Sequence[str], said: Said, lines: Sequence[str], prices: Sequence[int]) -> None:
    """确认施工, 两项; 1和3: lines named at the end, without a verdict of their own."""
    if not said.waiting or said.soft:
        return
    good = said.whole or None
    if not (said.lines or said.groups):
        last = max(
            (
                at
                for at, each in enumerate(clauses)
                if any(word.kind in NAMES for word in words_of(each, lines, prices))
            ),
            default=0,
        )
        text = clauses[last] if good else "".join(clauses)
        spent = sum(each.end - each.start for each in words_of(text, lines, prices) if each.kind in (*NAMES, "only"))
        good = True if len(re.sub("[和跟、,. 及与嗯好那吧]", "", text)) - spent < VERBLESS else None
    if good is not None:
        for each in said.waiting:
            said.give(each, good)


def _sorted(said: Said, every: frozenset[int]) -> tuple[set[int], set[int]]:
    """(agreed to, refused): a line's own word before one about all, that before one about the rest."""
    group = said.groups.get("all", said.groups.get("rest"))
    spoken = dict.fromkeys(every, said.groups["all"]) if "all" in said.groups else {}
    spoken |= {place: not group for place in said.apart if group is not None}
    spoken |= said.lines
    spoken |= _counted(said, every - spoken.keys() - said.named)
    rest = said.groups.get("rest")
    if rest is None and said.only:
        rest = False
    if rest is None and said.lines and said.whole is not None:
        rest = _whole_for_rest(said)
    if rest is not None and not (spoken or said.named):
        said.lost = True  # 底盘那个不要, 剩下的做: of which line nobody has heard
        said.groups.pop("rest", None)
    elif rest is not None and not said.lost:
        spoken |= {place: rest for place in every if place not in spoken and place not in said.named}
    yes = {place for place, good in spoken.items() if good}
    return yes, {place for place, good in spoken.items() if not good}


def _counted(said: Said, unspoken: frozenset[int]) -> dict[int, bool]:
    """影响安全的两项同意, 抛光和内饰不做: the two that are left; of any other number nobody can say which."""
    if len(said.counted) == 1 and said.counted[0][0] == len(unspoken) and said.lines and not said.lost:
        return dict.fromkeys(unspoken, said.counted[0][1])
    said.lost = said.lost or bool(said.counted)
    return {}


def _whole_for_rest(said: Said) -> bool | None:
    """那换吧, 滤芯不用: agreed to without a name, so all that is not refused by one; and the other way round."""
    if said.whole and said.bare and not any(said.lines.values()):
        return True
    return False if not said.whole and any(said.lines.values()) else None


def _weighed(text: str, said: Said, yes: set[int], no: set[int], every: frozenset[int]) -> Decision | None:
    undecided, explains = UNDECIDED.search(text), EXPLAINS.search(text)
    if not (yes or no or said.groups):
        return _as_a_whole(text, said, every, open_=bool(undecided or explains or said.lost))
    if said.groups.get("all") and not said.lines and (explains or undecided) and not said.gave_up:
        return Decision("unclear")
    if (every and yes >= every) or (not every and said.groups and not no and all(said.groups.values())):
        return Decision("approve", _up(yes))
    if (every and no >= every) or (not every and said.groups and not yes and not any(said.groups.values())):
        return Decision("reject", (), _up(no))
    return Decision("partial", _up(yes), _up(no))


def _as_a_whole(text: str, said: Said, every: frozenset[int], *, open_: bool) -> Decision | None:
    asks = any(_asks(each) and not QUESTION_OF_TIME.search(each) for each in CUT.split(text))
    if open_ or asks:
        return Decision("unclear")
    good = said.whole if said.whole is not None else False if said.gave_up else None
    if good is None:
        return Decision("unclear") if HUMS.fullmatch(text.strip(",。.!?~ ")) or PUT_OFF.search(text) else None
    return Decision("approve", _up(every)) if good else Decision("reject", (), _up(every))
