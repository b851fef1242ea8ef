"""What leans on a greeting, or on the membership just spoken of: 有什么礼物吗, 要钱吗, a smile alone."""

import re
from datetime import datetime

from bot.ports import Read
from bot.turn import Turn
from bot.understanding.invitations import ASKS_PRICE
from bot.understanding.normalise import bare, normalise
from bot.understanding.setting import Setting
from bot.understanding.slots import services
from bot.understanding.understand import NOTHING_MORE, UNCLEAR, Understanding
from handlers.sent_in import STICKERS

GIFT = re.compile(
    "礼物|礼品|红包|福利|蛋糕|惊喜|[有送][^,。]{0,2}(?:啥|什么)[^,。]{0,2}(?:送|表示)?[吗么?]?$|送(?:啥|什么|点)"
)
JOINS = re.compile(
    "(?:那|就|行|好|给我|帮我|我|也|[, ])*(?:办|入|加入|开|来|整)(?:一?[个张]|一下|会员)(?:吧|呗|嘛|了|啊|好了)*"
)
MAYBE_JOINS = frozenset(
    {"event_rsvp", "service_book", "unclear", "thanks", "human_request", "off_topic", "quote_reply"}
)
SHORT = 10  # signs
MAYBE_MEMBERSHIP = frozenset({"event_query", "faq", "unclear", "off_topic", "service_price", "sales_terms"})


def of_courtesy(
    understood: Understanding, turn: Turn, _read: Read, _now: datetime, _setting: Setting
) -> Understanding | None:
    text = normalise(turn.inbound.text)
    if understood.intent == "off_topic" and STICKERS.fullmatch(turn.inbound.text.strip()):
        return UNCLEAR  # it is answered as a smile, once
    if understood.intent == "model_enquiry" and not understood.slots and GIFT.search(text):
        return Understanding("faq")
    asks = understood.intent in MAYBE_MEMBERSHIP and len(bare(text)) <= SHORT and ASKS_PRICE.search(text)
    if turn.before.intent == "membership" and asks and services.item(text) is None:
        return Understanding("membership", slots={"topic": "cost"})
    if understood.intent == "membership" and not understood.slots and NOTHING_MORE.fullmatch(bare(text)):
        return Understanding("membership", slots={"decision": "decline"})
    if turn.before.intent == "membership" and understood.intent in MAYBE_JOINS and JOINS.fullmatch(bare(text)):
        return Understanding("membership", slots={"decision": "accept"})
    return None
