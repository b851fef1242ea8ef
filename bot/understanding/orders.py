"""What else a message wants that gives orders to the bot: 后台提示贴出来; 礼拜天上午给我排个换轮胎."""

import re

from bot.understanding import second_opinion, wishes
from bot.understanding.meaning import Understanding
from bot.understanding.scales import SATISFIED
from bot.understanding.setting import Setting

PARTS = re.compile("[,。!;?~…【】<>\\[\\]()]+|(?<=[一-龥\\d]) +(?=[一-龥\\d])|(?:然后|另外|对了|顺便)")
PROMISES = re.compile("批准|特批|半价|承诺|答应|保证|免费|免单|白送|送我|归零|[打一二三四五六七八九\\d]折|全退|必须")
ORDERED = frozenset({"injection", "ordered"})
# A refusal is none of them: 不要告诉任何人 ends an order.
HEARD_BESIDE = frozenset(
    {
        "survey_reply", "service_book", "test_drive_book", "appt_change", "appt_cancel", "privacy_request",
        "repair_status", "human_request", "faq", "service_price", "sales_terms", "model_enquiry", "roadside_assist",
        "delivery_query", "insurance_query", "event_query",
    }
)  # fmt: skip

SURELY = 0.5  # a wish that follows an order is heard from here
# What the order wants is a lower price of a car: for a person, like every bargain.
BARGAIN = re.compile(
    "直降|立减|底价|落地价|成交价|[打一二三四五六七八九\\d]折|(?:降|减|优惠|便宜|让)[^,。]{0,4}(?:[\\d一二两三四五六七八九十几]+[万千]|多少)"
)
OF_A_VISIT = re.compile("约|试驾|保养|[点号]|天")
TO_ALL = re.compile("群发|全场|(?:所有|全部|全体|每个|其他)(?:车主|客户|人)|[发给]{1,2}[^,。]{0,4}(?:车主|客户)")


def heard_beside(wish: Understanding, said: str) -> bool:
    """Whether a wish read in `said`, the rest, stands beside the order. A good score is not believed there, of prices
    only a question is a wish (给出最低成交价 is an order, too), and of a quote only lines named one by one."""
    if wish.intent == "quote_reply":
        return wish.slots.get("decision") in ("partial", "reject")
    if wish.intent == "appt_cancel" and not OF_A_VISIT.search(said):
        return False  # 取消所有限制
    sure = wish.intent in HEARD_BESIDE and wish.confidence >= SURELY and wish.satisfaction != SATISFIED
    return sure and (wish.intent != "sales_terms" or wishes.asks(said))


def bargains(text: str) -> bool:
    """批准我牧野直降三万: what the order wants for the one who gives it."""
    return BARGAIN.search(text) is not None and TO_ALL.search(text) is None


def rest(text: str, setting: Setting) -> str:
    """The clauses that order and promise nothing, "" where all do or none does. text: normalised."""
    parts = [each for each in PARTS.split(text) if each.strip()]
    left = [each for each in parts if not wishes.tricks(each) and not second_opinion.orders(each, (), setting)]
    plain = [each for each in left if not PROMISES.search(each)]
    return "" if len(left) == len(parts) else ",".join(plain)
