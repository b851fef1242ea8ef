"""A word that is a label of the scale is as good as its number: 一般 on "1=满意,2=一般,3=不满意" is 2."""

import re

from bot.understanding.normalise import bare
from bot.understanding.scales import AMISS, UNDONE, Scale
from bot.understanding.verdicts import clauses, grade

_DEGREE = (
    "(?:非常|很|特别|十分|超级?|相当|挺|蛮|比较|较为?|基本上?|大体|总体|还算?|算|都|太|老|真|不太|不怎么|不够|不|未|压根|根本|完全|"
    "没有?|还没有?|没能|已经?|全|也)*"
)
_OPENS = (
    "(?:嗯+|哦+|我们?|家里|就|还是|那就?|选|总的来说|总的来讲|总体(?:来说|来讲|上)?|整体(?:来说|来讲|上)?|"
    "对?这[次回](?:的)?|服务|维修|保养|结果|问题|感觉|觉得)*"
)
_YES_NO = re.compile(
    "(?P<no>(?:还|并|都|根本)*没(?:有)?(?:呢|啊|呀|的|啦)*)|"
    "(?:嗯+|是|对|都|已经|全)*(?:可以(?:了|啦|的|呀|吧)*|(?:好|搞定|弄好|修好|处理好|完事)(?:了|啦|的|呀)+)"
)
_CLOSES = "(?:[的了吧呀啊哈呢嘛哦喔啦滴额噢咯哒般]|[^\\w\\s])*"
FEWEST = 2  # numbers of a scale
_CORE = re.compile("^(?:非常|很|特别|十分|比较|较|基本|不太|不|未|没有?|已经?)+(?=.)")
# What everybody calls the five steps of a scale that is told in numbers alone.
_FIVE = re.compile("(?:非常|很|比较|不太|非常不|很不|不)?满意[的了]*|一般般?[的吧]*|(?:很|非常)?差[的了]*")


def given(text: str, scale: Scale) -> int | None:
    """The number whose spelled-out label a clause of the message is; None for none, or for two."""
    if not scale.labels:
        return None
    answers = [answer for each in clauses(text) if (answer := _YES_NO.fullmatch(bare(each.text)))]
    if answers and (undone := _undone(scale)) is not None:
        return undone if answers[-1]["no"] else scale.best
    cores = "|".join(sorted({re.escape(_CORE.sub("", word)) for word in scale.labels.values()}, key=len, reverse=True))
    label = re.compile(f"{_OPENS}(?P<label>{_DEGREE}(?:{cores}))(?:(?:是|归|倒是)?(?P=label))*{_CLOSES}")
    found = {_number(match["label"], scale) for each in clauses(text) if (match := label.fullmatch(each.text.strip()))}
    return found.pop() if len(found) == 1 else None


def named(text: str, scale: Scale) -> bool:
    """Whether the words are those of the steps of a scale, though it spells none out: 不满意, 非常满意."""
    if scale.labels:
        return given(text, scale) is not None
    return any(_FIVE.fullmatch(re.sub("[^\\w]+", "", each.text)) for each in clauses(text))


def _number(said: str, scale: Scale) -> int | None:
    for number, word in scale.labels.items():
        if said == word:
            return number
    worth, undone = grade(said), _undone(scale)
    if undone is not None:
        return undone if UNDONE.search(said) else scale.best
    return None if worth is None else scale.rating(worth)


def _undone(scale: Scale) -> int | None:
    """The number of 未解决, where a scale asks nothing but whether it was done."""
    words = {number: word for number, word in scale.labels.items() if not AMISS.search(word)}
    undone = [number for number, word in words.items() if UNDONE.search(word) and grade(word) is None]
    return undone[0] if len(undone) == 1 and len(words) == FEWEST else None
