"""What an answer to a quote leans on: the lines read back a moment ago, else those the talk was about just before.

空调滤芯多少钱, then 换吧, means the air filter and nothing else; 2不要 is read back, and 做吧 agrees to the others.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding.intents import QUOTE_REPLY
from bot.understanding.normalise import normalise
from bot.understanding.slots.quote import decided, names_lines, spoken_of
from bot.understanding.slots.quote_lines import mentions
from bot.understanding.slots.quote_plain import put_plainly

IT = re.compile("(?:就|只)(?:要|做|换|弄|修)?(?:它|这|那)(?!么|样|价|点|事|些|会|时|天|次)(?:[一两俩]?[个项条])?")
ALSO = re.compile("也(?=[可要给]?[做换弄修上]|[要行])")
CLAUSE = re.compile("[^,。!;?~\\s]+")
PARTICLES = "[的了吧呀啊嘞哒呢滴啦哈噢哦]*"
HEARD = (
    "我(?=知|收|明|了解)|收到|知道|明白|了解|谢谢[您你]?们?|多谢|谢|感谢|"
    "辛苦[您你]?|麻烦[您你]?|师傅|[您你]们?|[嗯恩哦噢👌👍🙏😊]+"
)
# 好的, 行谢谢师傅: agrees to one thing, not to several.
NODS = re.compile(
    f"(?:(?:{HEARD}){PARTICLES})*(?:(?:好|行|可以|ok|okay|中|成){PARTICLES})+(?:(?:好|行|可以|ok|{HEARD}){PARTICLES})*"
)
OF_THE_WHOLE = re.compile("报价|单子|清单|整单|总价|同意|批准")  # said of the quote, whatever was spoken of before
THAT_ONE = re.compile("(?:^|(?<=[,。!~ 行好那就]))(?:[这那]个|它)(?=[也就先都]*(?:不|别|甭|要|[做换弄修]))")
EVERY_LINE = re.compile("全部|所有|通通|统统|[三四五六七八九3-9][个项样]")
# A colleague answers: what is said now is no answer to our list.
HANDED_ON = re.compile("跟您说明|慢慢商量|已转告|已转给同事|等您回复")
TOLD_OF = re.compile("跟您说明(?P<about>[^。]+)的情况|报价里(?P<priced>[^。]+元)")  # lines our last line spoke of
OF_THE_QUOTE = re.compile(
    "报价(?!单为准)|同意|(?<!您)确认|逐项|[共合总]计?\\s*\\d|检查(?:发现|结果|出)|建议|可以吗|对吗"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What lies open between us. lines, prices: of the quote. before: the customer's line before, told: ours."""

    lines: Sequence[str] = ()
    prices: Sequence[int] = ()
    prompts: Sequence[Prompt] = ()
    before: str = ""
    told: str = ""


def leaned(text: str, asked: Asked) -> str:
    """The text with the lines named it leans on."""
    if (back := _of(asked.prompts)) is not None:
        return _on_what_was_read_back(text, back, asked)
    focus = in_focus(asked)
    if not focus or OF_THE_WHOLE.search(text):
        return text
    if nods(text):
        return text if HANDED_ON.search(asked.told) else f"{numbered(focus)}做"
    if len(focus) > 1 and _all_of(text, len(focus), asked):
        return f"{numbered(focus)}{text}"
    if THAT_ONE.search(text) and not spoken_of(text, asked.lines):
        return THAT_ONE.sub(numbered(focus), text, count=1)
    found = next((each for each in CLAUSE.finditer(text) if _bare_verdict(each[0], asked)), None)
    return text if found is None else f"{text[: found.start()]}{numbered(focus)}{text[found.start() :]}"


def agrees_to_it(text: str, asked: Asked) -> bool:
    """做吧, 行换吧, to what was read back: those lines, and no line that was left out."""
    if _of(asked.prompts) is None or names_lines(text, asked.lines, asked.prices):
        return False
    said = decided(text, asked.lines, asked.prices)
    return said is not None and said.decision == "approve"


def nods(text: str) -> bool:
    """好的, 行 谢谢师傅."""
    return NODS.fullmatch(re.sub("[\\s,。!~、;]", "", text)) is not None


def in_focus(asked: Asked) -> tuple[int, ...]:
    """The lines the customer spoke of just before, or our answer to that; () where it was all of them or none."""
    told = TOLD_OF.search(asked.told)
    ours = (told["about"] or told["priced"]) if told else ""
    those = spoken_of(normalise(asked.before), asked.lines) or spoken_of(ours, asked.lines)
    return those if len(those) < len(asked.lines) else ()


def read_back(prompts: Sequence[Prompt]) -> tuple[int, ...]:
    """The lines just read back to them as agreed to (您是想做第 2 项，对吗)."""
    known = _of(prompts) or {}
    return _places(known.get("approved")) or _places(known.get("_meant"))


def numbered(places: Sequence[int]) -> str:
    """(1, 3) → 第1项、第3项."""
    return "、".join(f"第{place}项" for place in places)


def pointed(text: str, those: Sequence[int], lines: Sequence[str]) -> str:
    """就它一个; 另外两个不做: words that lean on lines that are agreed to, with these lines named."""
    if not those:
        return text
    if IT.search(text):
        return IT.sub(f"就{numbered(those)}做,", text)
    return f"{numbered(those)}做,{text}" if _of_the_rest(text, lines) else text


def _on_what_was_read_back(text: str, back: dict[str, object], asked: Asked) -> str:
    """2不要 was read back, then 其他的做吧: 2 stays refused; then 2也做: beside the others."""
    agreed, refused = _places(back.get("approved")), _places(back.get("rejected"))
    also = next((each for each in CLAUSE.finditer(text) if ALSO.search(each[0])), None)
    if also and spoken_of(also[0], asked.lines):
        beside = numbered(agreed or _places(back.get("_meant")))
        return f"{text[: also.start()]}{beside}做,{text[also.start() :]}"
    if not agreed and refused and _of_the_rest(text, asked.lines):
        return f"{numbered(refused)}不做,{text}"
    return pointed(text, agreed or _places(back.get("_meant")), asked.lines)


def _of_the_rest(text: str, lines: Sequence[str]) -> bool:
    kinds = {each.kind for each in mentions(put_plainly(text), lines)}
    return "rest" in kinds and kinds <= {"rest", "all"}


def _all_of(text: str, many: int, asked: Asked) -> bool:
    """都换了吧, 两个都要, after two of three lines were spoken of: those two; 全部 is the whole."""
    named = mentions(put_plainly(text), asked.lines, asked.prices)
    these = all(each.kind == "all" or each.many == many for each in named)
    return bool(named) and these and not EVERY_LINE.search(text)


def _bare_verdict(clause: str, asked: Asked) -> bool:
    """换吧, 那不换了: yes or no to nothing that is named."""
    if nods(clause) or names_lines(clause, asked.lines, asked.prices):
        return False
    said = decided(clause, asked.lines, asked.prices)
    return said is not None and said.decision in ("approve", "reject")


def _of(prompts: Sequence[Prompt]) -> dict[str, object] | None:
    """What was known as the lines of a quote were read back; None where they were not."""
    asked = next((each for each in prompts if each.kind is PromptKind.READ_BACK), None)
    return dict(asked.known) if asked and asked.known.get("intent") == QUOTE_REPLY else None


def _places(known: object) -> tuple[int, ...]:
    return tuple(each for each in known if isinstance(each, int)) if isinstance(known, list | tuple) else ()
