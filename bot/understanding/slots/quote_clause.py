"""One clause of an answer to a quote: a verdict belongs to the lines named before it, else to those after it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.understanding.slots.quote_lines import mentions
from bot.understanding.slots.quote_words import (
    APART,
    DO,
    ENOUGH,
    EXCEPT,
    FINE,
    GIVES_UP,
    KEPT,
    LATER,
    NO,
    ONLY,
    REASON,
    YES,
)

ENDS = re.compile(
    f"(?:{DO}|了|掉|上|下|一下|一个|一套|这个?报价|报价|这个价格?|个新的|新的|好|脱|起|来|吧|呗|嘛|啦|哈|喽|嘞|呀|啊|咯|额|的|得了|好了|"
    f"就是了?|就得了|先|住|{ENOUGH.pattern})*"
)
BEGINS = re.compile(
    "(?:那|就|给|价格|价钱|报价|能|我|俺|帮|你|们|侬|直接|赶紧|快|说|是|意思|先|也|还是|再|一起|都|全|可以|"
    "同意|行|好|的|师傅|麻烦|这|吧|,|他|她|老公|老婆|爸|妈|要|得|该|必须|算了|嗯|哦|今天|干脆|顺便|在|这儿|一)*"
)
OBJECT = re.compile("(?:项?:|了|掉|一?下|上|个|这|那|我|的|和|跟|及|与|、|加|第|你们|只|就|全)*")
ADVERB = re.compile("[都全]|一[起块]儿?|一并|.+[都也]")
LOOSE = frozenset({"reason", "later"})
NEAR = 3  # signs between 都 and its verb
FILLERS = re.compile(
    "[我你您他她俺们的了吧呢啊呀嘛哈呗咯哦额就都也还先再给把帮让跟和与及那这个项样几、师傅麻烦一下掉上说是]"
)
BESIDE = 6  # signs of other things in a clause that decides


@dataclass(frozen=True, slots=True)
class Word:
    """kind: line, all, rest, yes, fine, no, kept, only, except, apart, enough, gives_up."""

    start: int
    end: int
    kind: str
    lines: frozenset[int] = frozenset()
    shared: bool = False
    many: int = 0


@dataclass(slots=True)
class Said:
    """What clause after clause has said; `lost` where an answer named a line and nobody can say which."""

    lines: dict[int, bool] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    groups: dict[str, bool] = field(default_factory=dict)
    whole: bool | None = None
    only: bool = False
    lost: bool = False
    apart: set[int] = field(default_factory=set)
    waiting: list[Word] = field(default_factory=list)
    soft: bool = False
    gave_up: bool = False
    bare: bool = False
    offered: bool = False  # the clause before named lines and nothing else: 除味吧
    counted: list[tuple[int, bool]] = field(default_factory=list)  # 影响安全的两项: how many, and the verdict

    def give(self, word: Word, good: bool) -> None:
        """The verdict to what a word names: a group, some of a kind, or lines."""
        if word.kind != "line":
            self.groups[word.kind] = good
        elif word.many:
            self.counted.append((word.many, good))
        elif not word.lines or (word.shared and good):
            self.lost = True
        else:
            self.lines |= dict.fromkeys(word.lines, good)


def words_of(clause: str, lines: Sequence[str], prices: Sequence[int]) -> list[Word]:
    """Lines named and verdicts in the order they stand in; of two that overlap the earlier, then the longer."""
    found = [
        Word(each.start, each.end, each.kind, each.lines, each.shared, each.many)
        for each in mentions(clause, lines, prices)
    ]
    for kind, words in KINDS:
        found += [Word(each.start(), each.end(), kind) for each in words.finditer(clause)]
    kept: list[Word] = []
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
    ("no", NO), ("reason", REASON), ("later", LATER), ("kept", KEPT), ("gives_up", GIVES_UP), ("yes", YES),
    ("fine", FINE), ("only", ONLY), ("enough", ENOUGH), ("except", EXCEPT), ("apart", APART),
)  # fmt: skip
NAMES = frozenset({"line", "all", "rest"})
VERDICTS = {
    "yes": True,
    "fine": True,
    "enough": True,
    "no": False,
    "reason": False,
    "later": False,
    "kept": False,
    "gives_up": False,
}


class Clause:
    """One clause read into what was said: a verdict belongs to the lines before it, else to those after it."""

    def __init__(self, text: str, words: list[Word], said: Said) -> None:
        self.text, self.words, self.said = text, words, said
        self.verb: bool | None = None
        self.outside = self.loose = self.later = self.only = self.excepting = self.here_given = False
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
                self.outside = True
                self.said.waiting = []
        self._only_these()
        self.said.offered = (
            bool(self.words)
            and all(each.kind == "line" and each.lines and not each.shared for each in self.words)
            and (
                re.fullmatch("[吧呗]", self.text[self.words[-1].end :]) is not None
                and not FILLERS.sub("", self.text[: self.words[0].start])
            )
        )
        adverbs = [
            each for each in self.words if each.kind == "all" and ADVERB.fullmatch(self.text[each.start : each.end])
        ]
        self.said.waiting = [each for each in self.said.waiting if each not in adverbs]

    def _only_these(self) -> None:
        """就保养: named alone, so agreed to alone."""
        lines = [each for each in self.said.waiting if each.kind == "line" and each in self.words]
        if self.only and lines and not any(each.kind in VERDICTS for each in self.words):
            rest = self.text
            for each in reversed(self.words):
                rest = rest[: each.start] + rest[each.end :]
            if not FILLERS.sub("", rest):
                for each in lines:
                    self._give(each, good=True)
                self.said.waiting = []

    def _name(self, word: Word) -> None:
        said = self.said
        if said.soft:
            said.waiting, said.soft = [], False
        if (word.kind == "all" or not word.lines) and said.waiting and not self.excepting:
            said.waiting = [replace(each, shared=False) for each in said.waiting]
            return  # 1和3都做, 减震那两个都做
        if word.kind == "rest" and said.offered:
            for each in said.waiting:
                self._give(each, good=True)  # 除味吧, 其他不考虑
        if word.kind == "rest":
            said.waiting = []  # 最贵的我再比比, 其他做
        if not word.lines and self.here and self.verb is not None:
            return  # 同意1、3两项
        if word.kind == "all" and not self.excepting and self._of_others(word):
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

    def _object(self, word: Word) -> bool:
        """换刹车片, 不要第二个和第三个; not 换个机油整出来一样也别动, 自己会装剩下的弄吧."""
        between = self.text[self.reach : word.start]
        after = [each for each in self.words if each.start >= word.end]
        if not between and self.here_given and any(each.kind in VERDICTS for each in after):
            return False
        if self.loose and after and after[0].kind in ("yes", "no"):
            return False  # 雨刮我自己会装剩下两个弄吧
        return OBJECT.fullmatch(between) is not None

    def _of_others(self, word: Word) -> bool:
        """小东西都换: 都 after something no line is known by is not all of them."""
        before = self.text[: word.start]
        return re.search("(?:的|东西|玩意儿?|那(?:些|几?[个项样]))$", before) is not None and not re.search(
            "(?:[说报列写上]|好|行|可以|是)的$", before
        )

    def _verdict(self, word: Word, at: int) -> None:
        said, good = self.said, VERDICTS[word.kind] and not self.later
        if self.excepting and self.outside and said.apart:
            said.groups["all"], self.excepting = good, False  # 除减震以外的做
        elif self.excepting and said.apart:
            said.lines |= dict.fromkeys(said.apart, good)
            said.apart, self.excepting = set(), False
        elif (
            said.waiting
            and not self._of_another(word, at)
            and not self._far(word, at)
            and not (said.soft and word.kind in ("kept", "gives_up", "later"))
        ):
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

    def _of_another(self, word: Word, at: int) -> bool:
        """滤芯网上有, 我就换个刹车片: what was named in another clause waits for a verdict of its own."""
        after = self.words[at + 1] if at + 1 < len(self.words) else None
        if self.here or after is None or after.kind != "line" or word.kind not in ("yes", "no"):
            return False
        if OBJECT.fullmatch(self.text[word.end : after.start]) is None or any(
            each.kind in VERDICTS for each in self.words[at + 2 :]
        ):
            return False
        self.said.waiting = []
        return True

    def _beside(self, word: Word) -> int:
        return len(FILLERS.sub("", self.text[: word.start] + self.text[word.end :]))

    def _far(self, word: Word, at: int) -> bool:
        """Too much stands between the line and the verdict for one to be said of the other."""
        before = self.words[at - 1] if at else None
        gap = self.text[before.end if before else 0 : word.start]
        every = all(each.kind == "all" for each in self.said.waiting)
        return len(FILLERS.sub("", gap)) > (NEAR if every else BESIDE)

    def _alone(self, word: Word, good: bool, at: int) -> None:
        """A verdict with no line before it: of the line after it, or of the whole."""
        said = self.said
        self.later = self.later or word.kind == "later"
        if word.kind == "gives_up":
            said.gave_up = True
            return
        self.verb = good if word.kind != "later" else None
        self.reach, self.here_given, self.loose = word.end, False, word.kind in LOOSE
        after = next((each for each in self.words[at + 1 :] if each.kind in NAMES), None)
        if after and (self.verb is None or self._object(after)):
            return
        if not good:
            said.whole = said.whole if word.kind in LOOSE and self._beside(word) > NEAR else False
        elif self._commands(word):
            said.whole, said.bare = True, True

    def _commands(self, word: Word) -> bool:
        """换吧, 就这么做; not 我是来换机油的."""
        before, after = self.text[: word.start], self.text[word.end :]
        imperative = re.match("[了掉上]?[吧呗]|的", after) is not None
        if BEGINS.fullmatch(before) is not None and (imperative or ENDS.fullmatch(after) is not None):
            return True
        return imperative and word.kind == "yes" and not after.startswith("的")

    def _give(self, word: Word, good: bool) -> None:
        said = self.said
        if said.gave_up and word.kind == "all" and good:
            said.lines.clear()
        said.give(word, good)
        if word.kind == "line" and not word.many and word.lines and not (word.shared and good):
            said.only = said.only or (self.only and good)
