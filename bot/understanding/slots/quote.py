"""An answer in words to a quote that lies open: what is agreed to line by line, and what is no answer yet.

Vague words (你看着办) are no consent (handbook H1.4.3): their decision is `unclear`. A line that is not spoken of is
neither agreed to nor refused, unless words speak of the rest or of these lines only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.understanding.slots.quote_lines import mentions, one_way
from bot.understanding.slots.quote_words import (
    APART,
    ASKS,
    CONDITION,
    DO,
    ENOUGH,
    EXCEPT,
    EXPLAINS,
    FINE,
    GIVES_UP,
    HUMS,
    KEPT,
    LATER,
    NO,
    ONLY,
    REASON,
    QUESTION_OF_TIME,
    TAKEN_BACK,
    TWICE_NO,
    UNDECIDED,
    YES,
)

CUT = re.compile("[,。!;?\\n\\s]+|(?<!\\d)~|但是?|不过|然后|而且|因为|所以")
ENDS = re.compile(f"(?:{DO}|了|掉|上|下|一下|一个|一套|个新的|新的|好|脱|起|来|吧|呗|嘛|啦|哈|喽|嘞|呀|啊|咯|额|的|得了|好了|就是了?|就得了|先|住|{ENOUGH.pattern})*")
BEGINS = re.compile("(?:那|就|给|价格|价钱|报价|能|我|俺|帮|你|们|侬|直接|赶紧|快|说|是|意思|先|也|还是|再|一起|都|全|可以|同意|行|好|的|师傅|麻烦|这|吧|,|他|她|老公|老婆|爸|妈|要|得|该|必须|算了|嗯|哦|今天|干脆|顺便|在|这儿|一)*")
HEARD = re.compile("(?:嗯+|哦+|噢+|好[的吧呀啊]?|行吧?|ok|[,。!~ ])*(?:知道|收到|了解|明白|看到)了?[,。!~ ]*(?:谢谢)?")
OBJECT = re.compile("(?:了|掉|一?下|上|个|这|那|我|的|和|跟|及|与|、|加|第|你们|只|就|全)*")
PUT_OFF = re.compile("再[说讲议]")
TELLING = frozenset({"line", "all", "rest", "yes", "no"})
FILLERS = re.compile("[我你您他她俺们的了吧呢啊呀嘛哈呗咯哦额就都也还先再给把帮让跟和与及那这个项样几、师傅麻烦一下掉上说是]")
ADVERB = re.compile("[都全]|一[起块]儿?|一并|.+[都也]")
LOOSE = frozenset({"reason", "later"})
APPOINTED = re.compile("(?:周|礼拜|星期)[一二三四五六日天末]|[明后]天|明早|下周|\\d+号(?![做换弄修不])|约|[\u4e00-\u9fff][a-z][a-z0-9]{5}")
SHORT = 16  # signs of a verdict on the whole
NEAR = 3  # signs between 都 and its verb
BESIDE = 6  # signs of other things in a clause that decides
LONGEST = 30
VERBLESS = 3  # signs beside the lines named where naming them alone agrees: 就1和3吧


@dataclass(frozen=True, slots=True)
class Decision:
    """decision: approve, reject, partial, conditional, unclear. approved, rejected: line numbers from 1."""

    decision: str
    approved: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    """kind: line, all, rest, yes, fine, no, kept, only, except, apart, enough, gives_up."""

    start: int
    end: int
    kind: str
    lines: frozenset[int] = frozenset()
    shared: bool = False


@dataclass(slots=True)
class _Said:
    """What clause after clause has said; `lost` where an answer named a line and nobody can say which."""

    lines: dict[int, bool] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    groups: dict[str, bool] = field(default_factory=dict)
    whole: bool | None = None
    only: bool = False
    lost: bool = False
    apart: set[int] = field(default_factory=set)
    waiting: list[_Word] = field(default_factory=list)
    soft: bool = False
    gave_up: bool = False
    bare: bool = False


def decided(text: str, lines: Sequence[str] = (), prices: Sequence[int] = ()) -> Decision | None:
    """lines: what each line of the quote offers, in order; prices: in CNY. None: the text says nothing about it."""
    text, prices = one_way(text), _prices(lines, prices)
    if len(lines) > 1 and HEARD.fullmatch(text):
        return Decision("unclear")
    if (later := _taken_back(text)) and (again := decided(later, lines, prices)) and again.approved + again.rejected:
        return again
    plain = TWICE_NO.sub(_meant_as_yes, text)
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
    named = (each for each in mentions(one_way(text), lines) if each.kind == "line")
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
    told = [(clause, _words(clause, lines, _prices(lines, prices))) for clause in CUT.split(one_way(text)) if clause]
    decides = [(clause, words) for clause, words in told if any(each.kind in TELLING for each in words)]
    named = any(each.kind in NAMES for _, words in decides for each in words)
    beside = [len(FILLERS.sub("", _without(clause, words))) for clause, words in decides]
    if not beside or max(beside) > (BESIDE if named else NEAR) or not (named or len(text) <= SHORT):
        return None
    return None if APPOINTED.search(text) and not (said.approved and said.rejected) else said


def _without(clause: str, words: Sequence[_Word]) -> str:
    for each in reversed(words):
        clause = clause[: each.start] + clause[each.end :]
    return clause


def names_lines(text: str, lines: Sequence[str], prices: Sequence[int] = ()) -> bool:
    """A line, all of them or the rest is spoken of."""
    return bool(mentions(one_way(text), lines, _prices(lines, prices)))


def undecided(text: str) -> bool:
    """问问我老公, 你们看着办: no answer yet."""
    return UNDECIDED.search(text) is not None


def _up(places: set[int] | frozenset[int]) -> tuple[int, ...]:
    return tuple(sorted(places))


def _taken_back(text: str) -> str:
    """What is said after 说反了, 不对."""
    found = list(TAKEN_BACK.finditer(text))
    return text[found[-1].end() :] if found else ""


def _meant_as_yes(found: re.Match[str]) -> str:
    """不换不行 → 换; 不是不换 and 不跟你磨了 decide nothing."""
    return "换" if found["yes"] else ""


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
            if start < found.end() and found.start() < end and not _asks(clause):
                hangs[at] = True
    for at in range(1, len(spans)):
        if hangs[at - 1] and not hangs[at]:
            clause = spans[at][2]
            hangs[at] = not (NO.search(clause) or YES.search(clause)) or re.search("[就才]|不然|^[不没超]", clause) is not None
    clauses = [each[2] for each in spans]
    return [each for each, hang in zip(clauses, hangs, strict=True) if not hang], [
        each for each, hang in zip(clauses, hangs, strict=True) if hang
    ]


def _asks(clause: str) -> bool:
    return (ASKS.search(clause) or EXPLAINS.search(clause)) is not None and not re.search("[吧好行]\\?$", clause)


def _words(clause: str, lines: Sequence[str], prices: Sequence[int]) -> list[_Word]:
    """Lines named and verdicts in the order they stand in; of two that overlap the earlier, then the longer."""
    found = [_Word(each.start, each.end, each.kind, each.lines, each.shared) for each in mentions(clause, lines, prices)]
    for kind, words in KINDS:
        found += [_Word(each.start(), each.end(), kind) for each in words.finditer(clause)]
    kept: list[_Word] = []
    starts = {each.start for each in found}
    found = [each for each in found if clause[each.start : each.end] != "要" or _wanted(clause, each.end, starts)]
    for each in sorted(found, key=lambda word: (word.start, -word.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _wanted(clause: str, end: int, starts: set[int]) -> bool:
    """1要2不要, 要刹车片; not 要去接娃."""
    return end in starts or re.match("$|[的吧啊呀哈嘞,。!~ ]", clause[end:]) is not None


KINDS = (
    ("no", NO), ("reason", REASON), ("later", LATER), ("kept", KEPT), ("gives_up", GIVES_UP), ("yes", YES), ("fine", FINE),
    ("only", ONLY), ("enough", ENOUGH), ("except", EXCEPT), ("apart", APART),
)  # fmt: skip
NAMES = frozenset({"line", "all", "rest"})
VERDICTS = {"yes": True, "fine": True, "enough": True, "no": False, "reason": False, "later": False, "kept": False, "gives_up": False}


def _read(clauses: Sequence[str], lines: Sequence[str], prices: Sequence[int]) -> _Said:
    said = _Said()
    for clause in clauses:
        words = _words(clause, lines, prices)
        if _asks(clause) or UNDECIDED.search(clause):
            said.waiting = []
            continue
        _Clause(clause, words, said).read()
    _left_over(clauses, said, lines, prices)
    return said


class _Clause:
    """One clause read into what was said: a verdict belongs to the lines before it, else to those after it."""

    def __init__(self, text: str, words: list[_Word], said: _Said) -> None:
        self.text, self.words, self.said = text, words, said
        self.verb: bool | None = None
        self.later = self.only = self.excepting = self.here_given = False
        self.reach = 0  # where the verb, or its last object, ends
        self.here = False  # a line was named in this clause

    def read(self) -> None:
        if self.said.waiting and all(each.kind == "all" for each in self.said.waiting):
            self.said.waiting = [] if any(each.kind in NAMES for each in self.words) else self.said.waiting
        for at, word in enumerate(self.words):
            if word.kind in NAMES:
                self._name(word)
            elif word.kind in VERDICTS:
                self._verdict(word, at)
            elif word.kind == "only":
                self.only = not self.said.waiting or self.said.soft
            elif word.kind == "except":
                self.excepting, self.said.waiting = True, []
            elif word.kind == "apart":
                self.said.apart |= {place for each in self.said.waiting for place in each.lines}
                self.said.waiting = []
        adverbs = [each for each in self.words if each.kind == "all" and ADVERB.fullmatch(self.text[each.start : each.end])]
        self.said.waiting = [each for each in self.said.waiting if each not in adverbs]

    def _name(self, word: _Word) -> None:
        said = self.said
        if said.soft:
            said.waiting, said.soft = [], False
        if (word.kind == "all" or not word.lines) and said.waiting and not self.excepting:
            said.waiting = [replace(each, shared=False) for each in said.waiting]
            return  # 1和3都做, 减震那两个都做
        if word.kind == "all" and self._of_others(word):
            word = replace(word, kind="line", lines=frozenset())
        if word.kind != "line":
            self.excepting = False
        elif self.excepting:
            said.apart |= word.lines
            return
        else:
            self.here = True
            said.named |= word.lines
        if self.verb is not None and self._object(word):
            self.reach, self.here_given = word.end, True
            self._give(word, self.verb)
        else:
            said.waiting.append(word)

    def _object(self, word: _Word) -> bool:
        """换刹车片, 不要第二个和第三个; not 换个机油整出来一样也别动."""
        between = self.text[self.reach : word.start]
        if not between and self.here_given and any(
            each.kind in VERDICTS for each in self.words if each.start >= word.end
        ):
            return False
        return OBJECT.fullmatch(between) is not None

    def _of_others(self, word: _Word) -> bool:
        """小东西都换: 都 after something no line is known by is not all of them."""
        before = self.text[: word.start]
        return re.search("(?:的|东西|玩意儿?|那(?:些|几?[个项样]))$", before) is not None and not re.search("(?:[说报列写上]|好|行|可以|是)的$", before)

    def _verdict(self, word: _Word, at: int) -> None:
        said, good = self.said, VERDICTS[word.kind] and not self.later
        if self.excepting and said.apart:
            said.lines |= dict.fromkeys(said.apart, good)
            said.apart, self.excepting = set(), False
        elif said.waiting and not self._far(word, at) and not (said.soft and word.kind in ("kept", "gives_up", "later")):
            for each in said.waiting:
                self._give(each, good)
            said.soft = word.kind == "kept"
            said.waiting = said.waiting if said.soft else []
            self.verb, self.later = None, False
        elif word.kind in ("yes", "no", "reason", "later", "gives_up"):
            self._alone(word, good, at)
        elif word.kind == "fine" and self._commands(word):
            said.whole = True if said.whole is None else said.whole
        if word.kind == "enough" and self.here:
            said.only = True

    def _beside(self, word: _Word) -> int:
        return len(FILLERS.sub("", self.text[: word.start] + self.text[word.end :]))

    def _far(self, word: _Word, at: int) -> bool:
        """Too much stands between the line and the verdict for one to be said of the other."""
        before = self.words[at - 1] if at else None
        gap = self.text[before.end if before else 0 : word.start]
        every = all(each.kind == "all" for each in self.said.waiting)
        return len(FILLERS.sub("", gap)) > (NEAR if every else BESIDE)

    def _alone(self, word: _Word, good: bool, at: int) -> None:
        """A verdict with no line before it: of the line after it, or of the whole."""
        said = self.said
        self.later = self.later or word.kind == "later"
        if word.kind == "gives_up":
            said.gave_up = True
            return
        self.verb = good if word.kind != "later" else None
        self.reach, self.here_given = word.end, False
        after = next((each for each in self.words[at + 1 :] if each.kind in NAMES), None)
        if after and (self.verb is None or self._object(after)):
            return
        if not good:
            said.whole = said.whole if word.kind in LOOSE and self._beside(word) > NEAR else False
        elif self._commands(word):
            said.whole, said.bare = True, True

    def _commands(self, word: _Word) -> bool:
        """换吧, 就这么做; not 我是来换机油的."""
        before, after = self.text[: word.start], self.text[word.end :]
        imperative = re.match("[了掉上]?[吧呗]|的", after) is not None
        return BEGINS.fullmatch(before) is not None and (imperative or ENDS.fullmatch(after) is not None) or (
            imperative and word.kind == "yes" and "的" not in after[:1]
        )

    def _give(self, word: _Word, good: bool) -> None:
        said = self.said
        if word.kind != "line":
            if said.gave_up and word.kind == "all" and good:
                said.lines.clear()
            said.groups[word.kind] = good
        elif not word.lines or (word.shared and good):
            said.lost = True
        else:
            said.lines |= dict.fromkeys(word.lines, good)
            said.only = said.only or (self.only and good)


def _left_over(clauses: Sequence[str], said: _Said, lines: Sequence[str], prices: Sequence[int]) -> None:
    """确认施工, 两项; 1和3: lines named at the end, without a verdict of their own."""
    if not said.waiting or said.soft:
        return
    good = said.whole or None
    if not (said.lines or said.groups):
        last = max((at for at, each in enumerate(clauses) if any(word.kind in NAMES for word in _words(each, lines, prices))), default=0)
        text = clauses[last] if good else "".join(clauses)
        spent = sum(each.end - each.start for each in _words(text, lines, prices) if each.kind in (*NAMES, "only"))
        good = True if len(re.sub("[和跟、,. 及与嗯好那吧]", "", text)) - spent < VERBLESS else None
    if good is not None:
        for each in said.waiting:
            if each.kind != "line":
                said.groups[each.kind] = good
            elif not each.lines or (each.shared and good):
                said.lost = True
            else:
                said.lines |= dict.fromkeys(each.lines, good)


def _sorted(said: _Said, every: frozenset[int]) -> tuple[set[int], set[int]]:
    """(agreed to, refused): a line's own word before one about all, that before one about the rest."""
    group = said.groups.get("all", said.groups.get("rest"))
    spoken = dict.fromkeys(every, said.groups["all"]) if "all" in said.groups else {}
    spoken |= {place: not group for place in said.apart if group is not None}
    spoken |= said.lines
    rest = said.groups.get("rest")
    if rest is None and said.only:
        rest = False
    if rest is None and said.lines and said.whole is not None:
        rest = _whole_for_rest(said)
    if rest is not None and not said.lost:
        spoken |= {place: rest for place in every if place not in spoken and not (rest and place in said.named)}
    yes = {place for place, good in spoken.items() if good}
    return yes, {place for place, good in spoken.items() if not good}


def _whole_for_rest(said: _Said) -> bool | None:
    """那换吧, 滤芯不用: agreed to without a name, so all that is not refused by one; and the other way round."""
    if said.whole and said.bare and not any(said.lines.values()):
        return True
    return False if not said.whole and any(said.lines.values()) else None


def _weighed(
    text: str, said: _Said, yes: set[int], no: set[int], every: frozenset[int]
) -> Decision | None:
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


def _as_a_whole(text: str, said: _Said, every: frozenset[int], *, open_: bool) -> Decision | None:
    asks = any(_asks(each) and not QUESTION_OF_TIME.search(each) for each in CUT.split(text))
    if open_ or asks:
        return Decision("unclear")
    good = said.whole if said.whole is not None else False if said.gave_up else None
    if good is None:
        return Decision("unclear") if HUMS.fullmatch(text.strip(",。.!?~ ")) or PUT_OFF.search(text) else None
    return Decision("approve", _up(every)) if good else Decision("reject", (), _up(every))
