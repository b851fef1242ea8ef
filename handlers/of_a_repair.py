"""What leans on a car in the workshop: which one is meant, when it is fetched, "tell me when it is done"."""

import re
from dataclasses import replace
from datetime import datetime

from bot.cases import NO_ORDER_OPEN
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.particulars import particulars
from bot.understanding.setting import Setting
from bot.understanding.slots.festivals import days_of
from bot.understanding.slots.plates import plate
from bot.understanding.understand import Understanding
from handlers.dialogue import VISITS, WHEN, topic_of
from handlers.of_a_quote import UNSURE

FETCHED_AT, FETCHED_ON = "_fetched_at", "_fetched_on"  # slots: "17:00"; an ISO date
TO_BE_TOLD, BILL = "_to_be_told", "_bill"
NEW_CAR = re.compile("订|新车|交付|下定|合同")
FETCHES = re.compile(
    "(?:几点|(?:什么|啥)时候|多久|今天|明天|下午|晚上)[^,。!?]{0,4}(?:取|拿|提(?!前|醒)|开走|(?:修|弄|做|搞)?好(?!的|吧|啊)|完工)"
)
# What a question about fetching a car is taken for by those who do not know that one stands here.
MAYBE_FETCHES = UNSURE | {"faq", "delivery_query", "info_update"}
# What the line before may turn into something else; danger, refusals, rights and a wish for a person never.
SAYS_LITTLE = frozenset(
    {"unclear", "service_book", "appt_change", "repair_status", "service_price", "faq", "off_topic"}
)
PLATE_ALONE = 12  # signs, with 车牌 before it
WORK = re.compile("保养|修(?!好|完)|换|检|洗|约|[看查]一?下")
COMES = re.compile(
    "(?:过?来|过?去|到|下班|顺路|我)[^,。!?]{0,8}(?:取|拿|提|接(?!小?孩|娃|人|女儿|儿子|老|放学)|开)|(?:过来|过去|到店|下班)|(?:取|拿|接|提)车"
)
HOW_MUCH = re.compile("(?:一共|总共|那|要|得|是|花了?)*(?:多少钱|几钱|多少费用|费用多少)(?:了|的)?")
GOES_ON = frozenset({"repair_status", "quote_reply"})
TELL_ME = re.compile(
    "(?:好了|修好|弄好|做好|完了|完工|可以取)(?!的|又)[^,。!? ]{0,6}"
    "(?:告诉|通知|说一声|[叫喊]我|打个?(?:招呼|电话)|给我打|发|吱)"
)


def of_a_repair(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """None: it leans on none."""
    if (which := _which_car(understood, turn)) is not None:
        return which
    if "pickup_person" in understood.slots or not in_the_workshop(read):
        return None
    if _about_fetching(understood, turn.inbound.text):
        return replace(understood, intent="repair_status", slots=_when(turn, setting), signals=frozenset())
    plain = normalise(turn.inbound.text)
    if turn.before.intent in GOES_ON and HOW_MUCH.fullmatch(bare(plain)) and read.open_quote(now) is None:
        return Understanding("repair_status", slots={BILL: True})
    if TELL_ME.search(plain) and understood.intent in MAYBE_FETCHES | VISITS | {"repair_status", "human_request"}:
        return Understanding("repair_status", slots={TO_BE_TOLD: True})
    return _comes_for_it(understood, turn, read, setting)


def _which_car(understood: Understanding, turn: Turn) -> Understanding | None:
    """A plate alone, from who has just asked how far the work is: theirs, and no new one."""
    said = plate(bare(normalise(turn.inbound.text)))
    alone = said and len(bare(turn.inbound.text)) <= PLATE_ALONE and understood.intent in SAYS_LITTLE | {"info_update"}
    if turn.before.intent != "repair_status" or not alone:
        return None
    return Understanding("repair_status", slots={"plate": said})


def _comes_for_it(understood: Understanding, turn: Turn, read: Read, setting: Setting) -> Understanding | None:
    """那我五点来接可以吗, 五点半 right after how far it is: when it is fetched, no visit to the workshop."""
    plain = normalise(turn.inbound.text)
    visits = read.appointments(setting.now) or any(topic_of(each) in VISITS for each in turn.prompts)
    maybe = understood.intent in SAYS_LITTLE | VISITS and not visits
    when = _when(turn, setting) if maybe and not WORK.search(plain) else {}
    goes_on = turn.before.intent in GOES_ON and set(understood.slots) <= WHEN
    return Understanding("repair_status", slots=when) if when and (goes_on or COMES.search(plain)) else None


def _when(turn: Turn, setting: Setting) -> dict[str, object]:
    """The day and hour they will come, as far as they say; of a festival its first day."""
    plain = normalise(turn.inbound.text)
    said, days = particulars("service_book", plain, setting, ()), days_of(plain, setting.now.date())
    on = said.get("date") or (days[0].isoformat() if days else None)
    if on == setting.now.date().isoformat() and not said.get("time"):
        on = None  # 那今天能好不 asks
    told = {FETCHED_ON: on, FETCHED_AT: said.get("time")}
    return {name: each for name, each in told.items() if each}


def _about_fetching(understood: Understanding, text: str) -> bool:
    if understood.intent == "delivery_query" and understood.slots.get("topic") == "delivery":
        return not NEW_CAR.search(text)
    return understood.intent in MAYBE_FETCHES and not understood.satisfaction and FETCHES.search(text) is not None


def in_the_workshop(read: Read) -> bool:
    """A car of theirs stands here, or is done and not fetched."""
    order = read.latest_order()
    return order is not None and order.status not in NO_ORDER_OPEN
