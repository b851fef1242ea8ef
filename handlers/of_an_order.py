"""What leans on a new car that is bought and not given yet: 上午, right after the day; 再不来我退了."""

import re
from datetime import datetime

from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.particulars import particulars
from bot.understanding.setting import Setting
from bot.understanding.understand import Understanding
from handlers.dialogue import VISITS, WHEN, topic_of

GIVES_BACK = re.compile("退(?!订短信|休)(?:了|车|订|单|钱|款|掉|$)|不要了|不买了|取消订")
GIVEN = re.compile("[提交](?:新)?车|新车|车.{0,3}到")
WORK = re.compile("保养|修|换|洗|试驾|年检")
MOVES = VISITS | {"unclear", "appt_cancel", "appt_confirm"}


def of_an_order(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """None: it leans on none."""
    plain = normalise(turn.inbound.text)
    goes_on = turn.before.intent == "delivery_query"
    gives_back = GIVES_BACK.search(plain) is not None and (goes_on or understood.intent == "appt_cancel")
    if understood.intent not in MOVES or WORK.search(plain) or not (goes_on or gives_back or GIVEN.search(plain)):
        return None
    arranges = read.appointments(now) or any(topic_of(each) in VISITS for each in turn.prompts)
    if arranges or read.car_on_order() is None:
        return None
    if gives_back:
        return Understanding("sales_terms", slots={"topic": "order_cancel"})
    said = particulars("service_book", plain, setting, ())
    when = {name: value for name, value in said.items() if name in WHEN and value}
    return Understanding("delivery_query", slots={"topic": "delivery", **when}) if when else None
