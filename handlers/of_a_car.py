"""What leans on cars just shown, or on the car in the file: 可以试试吗, 我这车能卖多少."""

import re
from datetime import datetime

from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.setting import Setting
from bot.understanding.understand import Understanding
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
FUEL = re.compile("加(?:多少|几|9[258])号?(?:油|汽油)?|9[258]号?(?:油|汽油)|加9[258]")


def of_a_car(
    understood: Understanding, turn: Turn, read: Read, _now: datetime, _setting: Setting
) -> Understanding | None:
    """None: it leans on none."""
    if understood.intent == "roadside_assist" and TOWS.fullmatch(bare(normalise(turn.inbound.text))):
        return Understanding("model_enquiry") if shown(turn, read.content().catalogue) else None
    if understood.intent not in ("model_enquiry", "unclear", "sales_terms") or understood.slots.get("topic"):
        return None
    plain = bare(normalise(turn.inbound.text))
    models = shown(turn, read.content().catalogue)
    if models and TRIES.fullmatch(plain):
        return Understanding("test_drive_book", slots={"model": models[0].name} if len(models) == 1 else {})
    if not models and read.vehicles() and FUEL.search(plain):
        return Understanding("faq", confidence=understood.confidence)
    own = any(car.model and normalise(car.model) in plain for car in read.vehicles()) or "我" in plain
    return Understanding("sales_terms", slots={"topic": "trade_in"}) if own and SELLS.search(plain) else None
