"""What a quote's lines come to, asked: 总共多少了, 只做1和2的话多少钱, 不要刹车油加起来多少."""

import re
from collections.abc import Sequence

from bot.understanding.normalise import bare
from bot.understanding.slots.quote import decided, spoken_of

MUCH = "(?:(?<!剩)(?<!剩下)(?<!还有)多少(?!公里|毫米|天|年|度|号|分钟|小时)|几个?钱|[啥什]么?价(?:格|钱)?|几钱)"
OF_ALL = (
    "一共|总共|共|合计|总计|加起来|加一起|总价|拢共|统共|全部|全下来|下来|算下来|这些|[都全][做换弄修]|"
    "[两三四五六几][样项个]|一起"
)
SUM = re.compile(
    f"(?:{OF_ALL})[^,。]{{0,8}}{MUCH}|{MUCH}[^,。]{{0,3}}(?:{OF_ALL})|"
    f"^(?:那|那么|好|行|嗯|现在|这样|就这样|要|是|,|大概|的话|得)*{MUCH}(?:钱|了|啊|呀|呢|来着|\\?)*$"
)
PRICE = re.compile("(?<!剩)多少(?:钱|元|块)|几个?钱|[啥什]么?价|几钱|怎么卖|(?:价格|价钱)(?:是|呢)?(?:多少|$)")


def asks_the_sum(text: str, lines: Sequence[str]) -> bool:
    """总共多少了, or bare 多少钱; 轮胎多少钱 asks for something else."""
    plain = text.strip(",。!?~ ")
    return SUM.search(plain) is not None or (bool(spoken_of(text, lines)) and _chosen_ones(text))


def asks_the_price(text: str, lines: Sequence[str]) -> bool:
    """The sum, or what one line costs: 空调滤芯多少钱."""
    return asks_the_sum(text, lines) or (PRICE.search(bare(text)) is not None and bool(spoken_of(text, lines)))


def meant(text: str, lines: Sequence[str]) -> tuple[int, ...]:
    """The lines whose price is asked: those named, all but those not wanted, or all."""
    every = tuple(range(1, len(lines) + 1))
    named = spoken_of(text, lines)
    said = decided(re.sub(f"{MUCH}.*|的话|加起来", "", text), lines)
    refused = said.rejected if said and len(said.rejected) < len(lines) else ()
    return tuple(each for each in every if each not in refused) if refused else named or every


def _chosen_ones(text: str) -> bool:
    return re.search(f"(?:的话|只[做换弄修要]|就[做换弄修要]|不[做换弄修要])[^,。]{{0,8}}{MUCH}", text) is not None
