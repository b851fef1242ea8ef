"""What an item costs: from the price list or not at all, and never less than it says (handbook H2.3.3)."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Param, PromptKind, Say
from bot.messages import Channel
from bot.ports import Read
from bot.price_list import ServiceItem
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.slots.quote_sums import asks_the_sum
from bot.understanding.understand import Understanding
from handlers import quote_changed, quote_open, service_book
from handlers.cars import model_of
from handlers.dialogue import ask_for, topic_of
from handlers.handover import offered, to_person
from handlers.subject import prompt_of

INTENT = "service_price"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    said = str(understood.slots.get("item") or understood.slots.get("service", ""))
    item = read.content().services.item(said)
    if "bargain" in understood.signals:
        return to_person(understood, turn, read, now, "price", wish="问价格，希望人工答复")
    if of_it := _of_a_quote(turn, read, now):
        return (of_it,)
    return _listed(item, said, understood, turn, read, now)


def _of_a_quote(turn: Turn, read: Read, now: datetime) -> Effect | None:
    """What stands in the quote that lies open, or has just been answered, counts before the price list."""
    if quote := read.open_quote(now):
        return quote_open.priced(quote, turn, now, of_a_price=True)
    answered = read.answered_quote(now)
    whole = turn.before.intent == quote_open.INTENT and asks_the_sum(normalise(turn.inbound.text), ())
    return quote_changed.noted(answered) if answered and whole and turn.inbound.channel is not Channel.SMS else None


def _listed(
    item: ServiceItem | None, said: str, understood: Understanding, turn: Turn, read: Read, now: datetime
) -> Sequence[Effect]:
    """By the price list."""
    prices = read.content().services
    if item is None and (several := _being_arranged(turn, read)):
        return tuple(Say("price.item", {**_told(each, understood, read), "offer": False}) for each in several)
    if item is None and not said and prices.items:
        return (ask_for(PromptKind.PRICE, Say("price.which"), understood.slots, now),)
    if item is None:
        wish = f"问价格，价目表里没有：{said or '未说项目'}"
        return offered(Say("price.unknown"), understood, turn, read, now, "price", wish=wish)
    books = understood.wants(service_book.INTENT)
    price = Say("price.item", {**_told(item, understood, read), "offer": not books})
    if books:
        return (price,)
    return (ask_for(PromptKind.BOOKING, price, {"service": item.kind}, now, priority=1),)


def _being_arranged(turn: Turn, read: Read) -> Sequence[ServiceItem]:
    """大概要多少钱, asked while a visit is arranged: what it is for; the small and the large where both may be."""
    asked = prompt_of(turn, PromptKind.BOOKING, PromptKind.OPTIONS)
    if asked is None or asked is not turn.prompt or topic_of(asked) != service_book.INTENT:
        return ()
    prices, said = read.content().services, str(asked.known.get("service", ""))
    item = prices.item(said)
    return (item,) if item else [each for each in prices.items if each.kind == said == "maintenance"][:2]


def _told(item: ServiceItem, understood: Understanding, read: Read) -> dict[str, Param]:
    model = model_of(understood, read)
    low, high = read.content().services.price(item, model)
    return {
        "item": item.name, "includes": item.includes, "note": item.note, "model": model.name if model else "",
        "low": low, "high": high, "minutes": item.minutes,
    }  # fmt: skip
