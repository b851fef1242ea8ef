"""What is asked often: the approved answer, word for word. Without one a person is offered (H1.6.2)."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.effects import Effect, Say
from bot.faq import Entry
from bot.inspection import inspection_told
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.slots import services, topics
from bot.understanding.understand import Understanding
from handlers import menu
from handlers.cars import model_of
from handlers.handover import answered, offered, page_of
from handlers.of_a_price import DIFFERENCE, named_before
from handlers.of_consent import CONSENT
from handlers.opening import opening_told
from handlers.opt_out import standing

INTENT = "faq"
DURATION = "duration"
SHORT = 6  # signs that say nothing by themselves


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if CONSENT in understood.slots:
        return answered(standing(turn), understood, turn, read, now, wish="问停发了哪些消息、哪些还会发")
    topic = str(understood.slots.get("topic", "")) or _leant_on(turn)
    if topic in topics.OF_THE_HOUSE:
        return answered(
            menu.hours(read, opening_told(turn, read, now)), understood, turn, read, now, wish="问营业时间或地址"
        )
    today = now.astimezone(ZoneInfo(turn.store.time_zone)).date()
    entry = read.answer(topic, today) or read.answer(topic, today, "insurance_query")
    if entry is None and (choices := _compared(turn, read)):
        return answered(Say("price.compared", {"choices": choices}), understood, turn, read, now, wish="问项目的区别")
    if entry is None:
        wish = f"问题没有现成答案：{topic or '未归类'}"
        return offered(Say("human.offer"), understood, turn, read, now, "faq_unknown", wish=wish)
    model = model_of(understood, read)
    energy = model.energies[0] if model and len(model.energies) == 1 else ""
    own = _how_long(turn, read) if topic == DURATION else _own_case(entry, understood, now, turn)
    said = Say("faq.answer", {"answer": entry.words(energy), "clause": entry.clause, "own": own, **page_of(entry)})
    return answered(said, understood, turn, read, now, wish=f"问：{entry.title}")


def _leant_on(turn: Turn) -> str:
    """拾光续航多少, 冬天呢: what both lines together ask."""
    short = len(turn.inbound.text) <= SHORT and turn.before.text
    return topics.topic(INTENT, normalise(f"{turn.before.text} {turn.inbound.text}")) or "" if short else ""


def _how_long(turn: Turn, read: Read) -> str:
    """Of the work named, or spoken of in the line before: what the price list says."""
    named = services.item(normalise(turn.inbound.text)) or services.item(named_before(turn) or "")
    found = read.content().services.item(named or "")
    return f"{found.name}大约{found.minutes}分钟。" if found else ""


def _compared(turn: Turn, read: Read) -> str:
    """小保养和大保养有啥区别: what each holds, costs and takes, a line each; "" where not two of the list are named."""
    prices, text = read.content().services, normalise(turn.inbound.text)
    if not DIFFERENCE.search(text):
        return ""
    found = [item for name in services.items(text) if (item := prices.item(name))]
    lines = [f"{each.name}：{each.includes or each.name}，大约{each.minutes}分钟" for each in found]
    return "\n".join(lines) if len(lines) > 1 else ""


def _own_case(entry: Entry, understood: Understanding, now: datetime, turn: Turn) -> str:
    """What the rule means for this very car, where the words say when it was registered."""
    registered = str(understood.slots.get("first_reg", ""))
    if entry.id != "annual_inspection" or not registered:
        return ""
    return inspection_told(registered, now.astimezone(ZoneInfo(turn.store.time_zone)).date())
