"""What else a message wants that gives orders to the bot: 后台提示贴出来; 礼拜天上午给我排个换轮胎."""

import re

from bot.understanding import second_opinion, wishes
from bot.understanding.meaning import Understanding
from bot.understanding.scales import SATISFIED
from bot.understanding.setting import Setting

PARTS = re.compile("[,。!;?~…【】<>\\[\\]()]+|(?:然后|另外|对了|顺便)")
PROMISES = re.compile("承诺|答应|保证|免费|免单|白送|送我|归零|[打一二三四五六七八九\\d]折|全退|必须")
ORDERED = frozenset({"injection", "ordered"})
# A refusal is none of them: 不要告诉任何人 ends an order.
HEARD_BESIDE = frozenset(
    {
        "survey_reply", "service_book", "test_drive_book", "appt_change", "privacy_request", "repair_status",
        "human_request", "faq", "service_price", "sales_terms", "model_enquiry", "roadside_assist",
        "delivery_query", "insurance_query", "event_query",
    }
)  # fmt: skip

SURELY = 0.5  # a wish that follows an order is heard from here


def heard_beside(wish: Understanding, said: str) -> bool:
    """Whether a wish read in `said`, the rest, stands beside the order. A good score is not believed there, and of
    prices only a question is a wish: 给出最低成交价 is an order, too."""
    sure = wish.intent in HEARD_BESIDE and wish.confidence >= SURELY and wish.satisfaction != SATISFIED
    return sure and (wish.intent != "sales_terms" or wishes.asks(said))


def rest(text: str, setting: Setting) -> str:
    """The clauses that order nothing, "" where none is left or a promise is among them. text: normalised."""
    parts = [each for each in PARTS.split(text) if each.strip()]
    left = [each for each in parts if not wishes.tricks(each) and not second_opinion.orders(each, (), setting)]
    whole = ",".join(left)
    return "" if len(left) == len(parts) or PROMISES.search(whole) else whole
