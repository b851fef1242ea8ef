"""`converse FILE`: scripted conversations through the real inbound path, in a store thrown away afterwards."""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine

from bot.customer import Purpose
from bot.dealer import Dealer
from bot.effects import PromptKind
from bot.links import Links
from bot.messages import Channel, Inbound, InboundKind
from bot.ports import Calendars, Renderer
from commands.conversations import SHANGHAI, Context, Conversation, Happening, load
from commands.expected import compared
from commands.scenes import housed, set_scene
from commands.scored import Judged, difference, score, write
from store import stage
from store.engine import reading, writing
from store.tables import metadata
from store.writer import Writer
from web.turn import Answer, Decide, TurnTaker

INVITES = re.compile("参加|报名|讲堂|自驾|沙龙|邀请|活动")
AFTER_A_FIX = re.compile("^(?:recontact|recheck|case_recheck)")
ASKS_MEMBERSHIP = re.compile("会员.*(?:回复|了解)|(?:回复|了解).*会员")


class Apart(Protocol):
    """A house in a throw-away folder."""

    @property
    def engine(self) -> Engine: ...

    @property
    def writer(self) -> Writer: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def calendar(self) -> Calendars: ...

    @property
    def renderer(self) -> Renderer: ...

    @property
    def links(self) -> Links: ...

    @property
    def decide(self) -> Decide: ...

    @property
    def monotonic(self) -> Callable[[], float]: ...


class Needs(Protocol):
    def apart(self, folder: Path) -> Apart: ...


class Scripted:
    """Both clocks stand where the conversation puts them."""

    def __init__(self, now: datetime, monotonic: Callable[[], float]) -> None:
        self.now, self._monotonic = now, monotonic

    def business(self) -> datetime:
        return self.now

    def machine(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self._monotonic()


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="JSON or YAML, see docs/conversations.md")
    parser.add_argument("--json", action="store_true", help="one JSON object a turn; this is what is always printed")
    parser.add_argument("--check", action="store_true", help="compare with `expect`; a miss exits 1")
    parser.add_argument(
        "--score", type=Path, metavar="FILE", help="the score by tag: a table, JSON in *.json, - on standard error"
    )


def run(house: Needs, options: argparse.Namespace) -> int:
    """0 ran, 1 a miss with --check. A bad file raises ConfigError (exit 2). Standard output holds turns only."""
    conversations = load(options.file)
    judged: list[Judged] = []
    with tempfile.TemporaryDirectory(prefix="huifang-converse-", ignore_cleanup_errors=True) as folder:
        stage_for = Stage(house.apart(Path(folder)))
        for number, conversation in enumerate(conversations):
            for line, turn in stage_for.play(conversation, number):
                print(json.dumps(line, ensure_ascii=False), flush=True)
                judged.append(turn)
                if options.check and turn.missed:
                    print(difference(turn), file=sys.stderr)
        stage_for.close()
    if options.score:
        write(score(judged), options.score)
    return 1 if options.check and any(turn.missed for turn in judged) else 0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who speaks in one conversation, and from where."""

    customer_id: int
    channel: Channel
    phone: str
    openid: str

    @property
    def address(self) -> str:
        return self.phone if self.channel is Channel.SMS else self.openid


class Stage:
    """One store for all conversations of a file; each has a customer, a clock and a taker of its own."""

    def __init__(self, house: Apart) -> None:
        self._house = house
        self._clock = Scripted(datetime(2026, 1, 1, tzinfo=SHANGHAI), house.monotonic)
        self._config = house.dealer.stores[0]
        self._account = next(iter(house.dealer.accounts), "main")
        metadata.create_all(house.engine)
        with writing(house.engine) as conn:
            self._store_id = stage.open_store(conn, self._config.code, self._as_configured())
        self._taker = TurnTaker(
            house.writer, self._clock, house.dealer, house.calendar, house.renderer, house.links, house.decide
        )

    def close(self) -> None:
        self._house.engine.dispose()

    def play(self, conversation: Conversation, number: int) -> list[tuple[dict[str, Any], Judged]]:
        contexts, lines = conversation.contexts(), []
        tags = tuple(conversation.tags)
        actor = self._enter(conversation.channel, contexts[0], number)
        for turn, (said, context) in enumerate(zip(conversation.turns, contexts, strict=True), 1):
            changed = set(said.context) if turn > 1 else set(Context.model_fields) | set(conversation.context)
            self._set(actor, context, changed)
            words = Inbound(
                actor.channel, self._account if actor.channel is Channel.WECHAT else "aliyun", actor.address,
                InboundKind.TEXT, f"{number}:{turn}", context.now, said.user,
            )  # fmt: skip
            line = self._line(conversation.id, turn, actor, self._taker.take(words))
            found = tuple(compared(said.expect, line)) if said.expect else ()
            lines.append((line, Judged(conversation.id, turn, said.user, (*tags, *said.tags), found)))
        return lines

    def _as_configured(self) -> dict[str, str]:
        store = self._config
        return {"name": store.name, "time_zone": store.time_zone, "hotline": store.hotline, "rescue": store.rescue}

    def _enter(self, channel: str, context: Context, number: int) -> Actor:
        self._clock.now = context.now
        phone, openid, person = f"+86139{number:08d}", f"o{number:027d}", context.customer
        by_sms = channel == "sms"
        follows = None if by_sms else (self._account, openid)
        with writing(self._house.engine) as conn:
            customer_id = stage.add_person(
                conn, self._store_id, person.name, person.known or by_sms, phone, follows, context.now
            )
        return Actor(customer_id, Channel.SMS if by_sms else Channel.WECHAT, phone, openid)

    def _set(self, actor: Actor, context: Context, changed: set[str]) -> None:
        """Rows for what is new in this turn's context; time passes first."""
        self._clock.now = now = context.now
        with writing(self._house.engine) as conn:
            if "store" in changed:
                given = context.store.model_dump(include={"name", "hotline", "rescue"}) if context.store else {}
                stage.rename_store(conn, self._store_id, self._as_configured() | _filled(given))
                self._house.dealer.stores[0] = housed(self._config, context.store)
            if "customer" in changed:
                allowed = context.customer.consent
                stage.consent(conn, actor.customer_id, _purposes(allowed.service, allowed.marketing), now)
            if "vehicles" in changed:
                for car in context.vehicles:
                    stage.add_vehicle(conn, self._store_id, actor.customer_id, car.model, car.plate, car.mileage)
            order_id = self._order(conn, actor, context) if "repair_order" in changed else None
            self._questions(conn, actor, context, changed, {"order_id": order_id} if order_id else {})
            set_scene(conn, self._store_id, actor.customer_id, context, changed)
            if "last_outbound" in changed and context.last_outbound:
                stage.tell(conn, self._store_id, actor.customer_id, actor.channel.value, context.last_outbound, now)

    def _order(self, conn: Any, actor: Actor, context: Context) -> int | None:
        order = context.repair_order
        if order is None:
            return None
        finished = _instant(order.finished) if order.finished else None
        name = f"{order.id}/{actor.customer_id}"  # files reuse order numbers
        promised = _promised(order.promised, context.now)
        return stage.add_order(
            conn, self._store_id, actor.customer_id, name, order.status, finished, context.now, promised
        )  # fmt: skip

    def _questions(self, conn: Any, actor: Actor, context: Context, changed: set[str], ref: dict[str, int]) -> None:
        """What the customer was asked last: an invitation, membership, how it was. The newest is asked last."""
        me, now = actor.customer_id, context.now
        if changed & {"event", "last_outbound"}:
            event = context.event or (Happening() if INVITES.search(context.last_outbound) else None)
            if event:
                at = _starts(event, now)
                made = stage.add_event(
                    conn, self._store_id, event.name, at, event.capacity, event.place, now, event.cost
                )
                stage.ask(conn, me, PromptKind.EVENT, "", {"event_id": made}, now)
        if "last_outbound" in changed and ASKS_MEMBERSHIP.search(context.last_outbound):
            stage.ask(conn, me, PromptKind.MEMBERSHIP, "", {}, now)
        if "pending_survey" in changed:
            self._survey(conn, me, context, ref)

    def _survey(self, conn: Any, me: int, context: Context, ref: dict[str, int]) -> None:
        survey = context.pending_survey
        if survey is None:
            stage.drop_questions(conn, me, PromptKind.SURVEY)
            return
        case = stage.fixed_case(conn, me, context.now) if AFTER_A_FIX.search(survey.kind) else None
        kind = PromptKind.RECONTACT if case else PromptKind.SURVEY
        stage.ask(conn, me, kind, survey.scale, ref | ({"case_id": case} if case else {}), context.now)

    def _line(self, name: str, turn: int, actor: Actor, answer: Answer) -> dict[str, Any]:
        with reading(self._house.engine) as conn:
            state, priority, case = stage.standing(conn, actor.phone, actor.openid)
        escalated = state in ("waiting", "human")
        decision = answer.decision
        return {
            "id": name,
            "turn": turn,
            "intent": decision.intent if decision else "unclear",
            "also": list(decision.also) if decision else [],
            "slots": dict(decision.slots) if decision else {},
            "rating": decision.rating if decision else None,
            "escalated": escalated,
            "priority": (priority or None) if escalated else None,
            "case": case or None,
            "reply": "\n".join(answer.texts),
        }


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _purposes(service: bool, marketing: bool) -> dict[Purpose, bool]:
    return {Purpose.SERVICE: service, Purpose.MARKETING: marketing, Purpose.GREETING: marketing}


def _instant(day: date | datetime) -> datetime:
    moment = day if isinstance(day, datetime) else datetime.combine(day, time(16, 0))
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _promised(said: Any, now: datetime) -> datetime | None:
    """A moment, a day (in the afternoon) or a time of today (17:00); what is none of them is no promise."""
    if isinstance(said, date):
        return _instant(said)
    for read, text in (
        (date.fromisoformat, str(said)),
        (datetime.fromisoformat, str(said)),
        (datetime.fromisoformat, f"{now.date()}T{said}"),
    ):
        try:
            return _instant(read(text))
        except ValueError:
            continue
    return None


def _starts(event: Happening, now: datetime) -> datetime:
    """A date without a time means ten in the morning; none or an unreadable one, in three days."""
    try:
        day = event.date if isinstance(event.date, datetime) else datetime.fromisoformat(str(event.date))
    except ValueError:
        return now + timedelta(days=3)
    return _instant(day if day.time() != time() else day.replace(hour=10))
