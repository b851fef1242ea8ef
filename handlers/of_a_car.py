"""What leans on cars just shown, or on the car in the file: 可以试试吗, 我这车能卖多少."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.catalogue import CarModel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.setting import Setting
from bot.understanding.understand import Understanding
from handlers.dialogue import WHEN
from handlers.shown_cars import shown

TRIES = re.compile(
    "(?:那|我|我们|先|能不能|可不可以|能|可以|想|要)*(?:去|来|过来|过去|到店)?"
    "试(?:试|一?下|驾一?下?|开一?下?|坐一?下?)(?:行|可以|成)?(?:吗|不|么|看)?"
)
SELLS = re.compile(
    "(?:能|可以|还能|现在)卖(?:个|到)?(?:多少|几|什么价)|值(?:个)?(?:多少|几[个万]|什么价)|"
    "(?:你们)?(?:收|回收)(?:二手|旧车)|折价"
)
TOWS = re.compile(  # of a car shown
    "(?:那|它|这[台款个]?)*(?:能|可以|能不能|可不可以)(?:拖|拉|挂)(?:个)?(?:车|挂车?|房车|拖挂|船)(?:吗|不|么)?"
)
LOOKS = "_looks"  # slot: they come to see cars
TO_LOOK = frozenset({"service_book", "test_drive_book", "model_enquiry", "unclear", "faq", "sales_terms"})
LOOKS_AT = re.compile(
    "(?:过去|过来|来|去|到)(?:你们?)?(?:店里?|展厅|店)?(?:里)?(?:看看|看一?下|看一看|瞧瞧|逛逛)(?:新|实)?车(?!子?(?:怎么|好了|修))|"
    "(?:看看|看)(?:实|展|新)车|不试驾[^,。]{0,3}就?看看|进(?:来|去)看看(?:车)?(?:行|可以|吗)"
)
WORK = re.compile("保养|修|检|换|异响|故障|漏|我(?:的|这)车|试(?!驾[^,。]{0,3}就?看)(?<!不试)")
RANGE = re.compile(
    "(?:都|还)?有(?:些)?(?:什么|啥|哪些|哪几款|几款)(?:样的)?(?:新)?车(?:型|子|款)?(?:卖|在售)?(?:吗|呢|呀|啊)?$"
)
ABOUT_CARS = frozenset({"model_enquiry", "unclear", "sales_terms", "faq", "off_topic"})
FUEL = re.compile("加(?:多少|几|9[258])号?(?:油|汽油)?|9[258]号?(?:油|汽油)|加9[258]")


def of_a_car(
    understood: Understanding, turn: Turn, read: Read, _now: datetime, _setting: Setting
) -> Understanding | None:
    """None: it leans on none."""
    plain = bare(normalise(turn.inbound.text))
    models = shown(turn, read.content().catalogue)
    if understood.intent == "roadside_assist":
        return Understanding("model_enquiry") if models and TOWS.fullmatch(plain) else None
    if understood.intent in TO_LOOK and LOOKS_AT.search(plain) and not WORK.search(plain):
        when = {name: each for name, each in understood.slots.items() if name in WHEN}
        return Understanding("model_enquiry", slots={**when, LOOKS: True})
    if understood.intent not in ABOUT_CARS or understood.slots.get("topic"):
        return None
    return _of_the_shown(plain, models) or _of_the_own(plain, understood, models, read)


def _of_the_shown(plain: str, models: Sequence[CarModel]) -> Understanding | None:
    if RANGE.search(plain):
        return Understanding("model_enquiry")
    if not models or not TRIES.fullmatch(plain):
        return None
    return Understanding("test_drive_book", slots={"model": models[0].name} if len(models) == 1 else {})


def _of_the_own(plain: str, understood: Understanding, models: Sequence[CarModel], read: Read) -> Understanding | None:
    if not models and read.vehicles() and FUEL.search(plain):
        return Understanding("faq", confidence=understood.confidence)
    own = any(car.model and normalise(car.model) in plain for car in read.vehicles()) or "我" in plain
    return Understanding("sales_terms", slots={"topic": "trade_in"}) if own and SELLS.search(plain) else None
