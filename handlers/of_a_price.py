"""What leans on a price or a piece of work just spoken of: 那换两条呢, 后面的呢, 包工费吗, 要多久."""

import re
from dataclasses import replace
from datetime import datetime

from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.particulars import particulars
from bot.understanding.setting import Setting
from bot.understanding.slots import services
from bot.understanding.understand import Understanding
from handlers.of_a_repair import in_the_workshop

DIFFERENCE = re.compile("区别|不同|不一样|差(?:别|在|哪|多少)|分别")
PRICE_OF_IT = re.compile("(?:那|这个|这)?(?:是|要)?(?:免费|收费|要钱|收钱|花钱|多少钱|几钱|贵)(?:的)?[吗么不嘛]?")
TOLD_PRICE = re.compile("^[^\\n]{0,30}?(?:\\d+[–-]\\d+元|免费)")  # price.item
MORE_OF_IT = re.compile(
    "(?:那|要是|如果|就|只|先|我)*(?:换|做|弄)?"
    "(?:[一两俩二三四][条个只副对块]|前|后|左|右|两边|前后|全部|全套|一起)(?:面|边|头)?(?:的|轮)?(?:呢|多少钱?|怎么算|什么价)*"
)
INCLUDED = re.compile(
    "(?:包|含|包含|包括|算上?|另算|另收)[^,。!?]{0,3}(?:工时|工费|人工|手工|安装|材料|配件)|"
    "(?:工时|工费|人工|安装)费?[^,。!?]{0,3}(?:包|含|另)"
)
HOW_LONG = re.compile(
    "(?:那|再问|一下|大概|一般|大约|差不多|总共|一共|全部)*(?:(?:做|弄|换|洗|修|搞|补)(?:完|好|一?次|一?下|这个)?|等)?(?:要|得|需要|大概)*"
    "(?:等|做|弄|换|洗)?(?:多久|多长时间|几个(?:小时|钟头)|多少时间|多大会儿?)(?:能|才)?(?:做完|弄完|弄好|做好|完事?|好)?"
)
# What a bare word about a price or a time is taken for by who does not know what was spoken of.
MAYBE = frozenset(
    {"faq", "unclear", "service_price", "service_book", "repair_status", "delivery_query", "off_topic", "model_enquiry",
     "sales_terms"}
)  # fmt: skip


def of_a_price(
    understood: Understanding, turn: Turn, read: Read, _now: datetime, setting: Setting
) -> Understanding | None:
    """None: it leans on none."""
    plain = bare(normalise(turn.inbound.text))
    if understood.intent not in MAYBE:
        return None
    if DIFFERENCE.search(plain) and len(services.items(plain)) > 1:
        return replace(understood, intent="faq", slots={}, also=())
    if HOW_LONG.fullmatch(plain) and not in_the_workshop(read):
        return replace(understood, intent="faq", slots={"topic": "duration"}, also=())
    spoken_of = named_before(turn)
    if spoken_of is None or services.item(plain):
        return None
    about_it = (
        (understood.intent in ("faq", "unclear") and PRICE_OF_IT.fullmatch(plain))
        or understood.intent == "service_price"
        or (turn.before.intent == "service_price" and (MORE_OF_IT.fullmatch(plain) or _only_a_car(plain, setting)))
        or INCLUDED.search(plain)
    )
    return _priced(plain, spoken_of, turn, setting) if about_it else None


def _priced(plain: str, spoken_of: str, turn: Turn, setting: Setting) -> Understanding:
    """后面的呢, of the pads in front, are those behind; 大的呢, of the small maintenance, is the large."""
    other = services.item(f"后{services.word(spoken_of)}") if plain.startswith(("后", "那后")) else None
    said = particulars("service_price", normalise(f"{turn.before.text} {plain}"), setting, ())
    item = other or services.item(spoken_of)
    if item == "minor_maintenance" and "大" in plain:
        item = "major_maintenance"
    return Understanding("service_price", slots={**said, "service": item})


def named_before(turn: Turn) -> str | None:
    """The line before, or the price we told, as far as it names a work of the list."""
    told = TOLD_PRICE.search(normalise(turn.told))
    lines = (normalise(turn.before.text), told[0] if told else "")
    return next((each for each in lines if services.item(each)), None)


def _only_a_car(plain: str, setting: Setting) -> bool:
    return plain.removesuffix("的").removeprefix("我").removeprefix("是") in {normalise(name) for name in setting.names}
