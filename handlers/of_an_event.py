"""What leans on an event spoken of: 又有空了, 来 after a no; 那天下雨咋办; 讲堂完了再做保养."""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.effects import PromptKind
from bot.ports import EventView, Read
from bot.turn import Prompt, Turn
from bot.understanding.intents import ACTS_FROM
from bot.understanding.invitations import ASKS_PRICE, head_count
from bot.understanding.normalise import bare, normalise
from bot.understanding.setting import Setting
from bot.understanding.slots import services
from bot.understanding.understand import Understanding, understand
from bot.understanding.wishes import asks, thanks
from handlers.acknowledged import only_acknowledges
from handlers.subject import prompt_of

EVENTS = frozenset({"event_rsvp", "event_query"})
# An answer that names coming, seats or those who come; a mere 好的 to who said no takes nothing back.
COMES = re.compile("[来去]|参加|报名|算[我上]|留|加|有空|[\\d一二两三四五六七八九](?:个|位|大)|俩|带")
MAYBE_ABOUT = frozenset({"off_topic", "faq", "unclear", "greet", "thanks", "model_enquiry", "service_price"})
OF_THAT_DAY = re.compile(
    "那天|当天|到时候?|下雨|天气|刮风|台风|现场|活动|讲堂|露营|自驾|沙龙|取消|延期|改期|停车|午饭|吃饭|礼品|帐篷|装备"
)
NOT_SENT = re.compile("(?:别|不要|不用)[^,。]{0,4}(?:发|推)[^,。]{0,3}活动")  # 先别发活动, of who asks something else
ON_THAT_DAY = re.compile(
    "顺便|顺带|顺路|(?:讲堂|活动|沙龙|课)[^,。]{0,3}(?:完|结束|之?后|前)|完了|结束(?:后|了)|听完|那天|当天|同一天|一起"
)
SHORT_QUESTION = 8  # signs


def comes_after_all(turn: Turn, read: Read, now: datetime, setting: Setting | None) -> Understanding | None:
    """诶又有空了, 来: to the invitation just declined or asked about, though nothing lies open."""
    text = normalise(turn.inbound.text)
    spoken = turn.before.intent in EVENTS and prompt_of(turn, PromptKind.EVENT) is None
    if not spoken or not COMES.search(text) or only_acknowledges(text) or thanks(text):
        return None
    event = read.invited_event(now)
    if event is None or event.my_seats:
        return None
    invitation = Prompt(0, PromptKind.EVENT, "", now, event.starts_at, ref={"event_id": event.id})
    said = understand(turn.inbound.text, (*turn.prompts, invitation), setting=setting)
    return said if said.intent == "event_rsvp" and "_undecided" not in said.slots else None


def of_an_event(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """那天下雨咋办, of the event that is spoken of; a visit 顺便 or 讲堂完了 is on its day."""
    text = normalise(turn.inbound.text)
    if understood.intent in EVENTS | {"service_book"} and understood.wants("service_book"):
        return _on_its_day(understood, text, turn, read, now, setting)
    near = turn.before.intent in EVENTS or (turn.prompt is not None and turn.prompt.kind is PromptKind.EVENT)
    if near and _asks_what_it_costs(understood, text):
        return Understanding("event_query", slots={"topic": "cost"})
    maybe = (understood.intent in MAYBE_ABOUT and understood.confidence < 1.0) or understood.confidence < ACTS_FROM
    if near and maybe and OF_THAT_DAY.search(NOT_SENT.sub(" ", text)) and asks(text) and _event(turn, read, now):
        return Understanding("event_query", slots={"topic": "other"})
    return None


def _asks_what_it_costs(understood: Understanding, text: str) -> bool:
    """两大一小 多少钱; 多少钱 alone."""
    counted = head_count(bare(text))[0] is not None or len(bare(text)) <= SHORT_QUESTION
    maybe = understood.intent in MAYBE_ABOUT | {"event_rsvp"} and "decision" not in understood.slots
    return bool(maybe and counted and ASKS_PRICE.search(text)) and services.item(text) is None


def _on_its_day(
    understood: Understanding, text: str, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    if {"date", "date_from"} & set(understood.slots) or not ON_THAT_DAY.search(text):
        return None
    event = _event(turn, read, now)
    goes = event is not None and (event.my_seats or understood.intent == "event_rsvp")
    if event is None or not goes:
        return None
    day = event.starts_at.astimezone(ZoneInfo(turn.store.time_zone)).date()
    return replace(understood, slots={**understood.slots, "date": day.isoformat()})


def _event(turn: Turn, read: Read, now: datetime) -> EventView | None:
    asked = prompt_of(turn, PromptKind.EVENT)
    event_id = asked.ref.get("event_id") if asked else None
    return read.event(event_id) if event_id else read.invited_event(now)


def counted_before(turn: Turn) -> str:
    """两大一小 多少钱, then 好的 报名: the line that told how many would come; "" where there was none."""
    return bare(normalise(turn.before.text)) if turn.before.intent in EVENTS else ""
