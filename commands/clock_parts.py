"""The clock process, put together: what ticks, and how often."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.journeys import Journey
from bot.links import Links
from channels.render import Templates
from channels.sms_log import LogSms
from channels.sms_provider import SmsSender
from channels.sms_tencent import TencentSms
from channels.wechat.send import WeChatApi
from commands.alert_parts import alert_ticks
from commands.presence_parts import presence_ticks
from config.calendar import Calendar
from config.load import load_upkeep
from config.settings import Settings
from scheduler.call_watch import CallWatch
from scheduler.clock import Tick
from scheduler.escalate import Chains
from scheduler.event_tick import EventTick
from scheduler.followers import FollowerSync
from scheduler.milestones import MilestoneTick
from scheduler.no_shows import NoShowSweeper
from scheduler.plan import Planner
from scheduler.pull import PullTick
from scheduler.reconcile import SmsReconciler
from scheduler.sweep import DeadlineSweeper, FeedSweeper, ReminderSweeper, RestingSweeper
from store.clock import StoredClock
from store.engine import take_stock
from store.writer import Writer


class Needs(Protocol):
    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def links(self) -> Links: ...

    @property
    def given(self) -> Settings: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def writer(self) -> Writer: ...

    @property
    def clock(self) -> StoredClock: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def journeys(self) -> tuple[Journey, ...]: ...

    @property
    def renderer(self) -> Templates: ...

    @property
    def calendar(self) -> Calendar: ...

    @property
    def wechat(self) -> Mapping[str, WeChatApi]: ...

    @property
    def sms(self) -> SmsSender: ...


def ticks_of(house: Needs) -> dict[str, Tick]:
    engine, clock = house.engine, house.clock
    return {
        "business_time": Tick(0.5, clock.refresh),
        "milestones": Tick(5, MilestoneTick(engine, clock, load_upkeep(house.given.config_dir)).tick),
        "plan": Tick(2, Planner(engine, clock, house.journeys, house.calendar).tick),
        "deadlines": Tick(1, DeadlineSweeper(engine, clock, Chains(house.dealer, house.calendar)).tick),
        "reminders": Tick(1, ReminderSweeper(engine, clock).tick),
        "resting": Tick(60, RestingSweeper(engine, clock).tick),
        "no_shows": Tick(30, NoShowSweeper(engine, clock).tick),
        "events": Tick(10, EventTick(engine, clock).tick),
        "calls": Tick(2, CallWatch(engine, clock, house.dealer, house.journeys, house.calendar).tick),
        "followers": Tick(600, FollowerSync(house.writer, clock, house.wechat).tick),
        "feed": Tick(3600, FeedSweeper(engine, clock).tick),
        "stock": Tick(3600, lambda: take_stock(engine)),
        **alert_ticks(house),
        **presence_ticks(house),
        **_sms_ticks(house),
    }


def _sms_ticks(house: Needs) -> dict[str, Tick]:
    """What only some providers can be asked: the outcome of a message, and what a callback of theirs lost."""
    if isinstance(house.sms, LogSms):
        return {}
    asked = SmsReconciler(house.writer, house.clock, house.sms, house.given.sms_provider)
    ticks = {"uncertain_sms": Tick(60, asked.tick)}
    if isinstance(house.sms, TencentSms) and house.given.tencent_pull:
        ticks["pulled_sms"] = Tick(30, PullTick(house.writer, house.clock, house.sms).tick)
    return ticks
