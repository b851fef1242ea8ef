"""One inbound turn in one transaction: message first, load, decide, apply, speak, store the reply, commit, answer."""

import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event, Lock

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

import handlers
from bot.dealer import Dealer, StoreConfig
from bot.effects import HandOff, Say
from bot.errors import BadInbound, HuifangError
from bot.links import Links
from bot.messages import Channel, Inbound, InboundKind
from bot.ports import Calendars, Clock, Read, Renderer
from bot.shown import shown
from bot.turn import Decision, Turn
from bot.understanding.understand import understand
from handlers.human import due
from handlers.subject import ATTENTION
from store import feed, media, outbox, reviews, threads, turns, windows
from store.read import StoreRead
from store.turns import StillDeciding
from store.writer import Writer
from web.apply import Shell, apply
from web.speech import Speech

LATE_S = 4.0  # WeChat hangs up at 5 s; a turn slower than this answers through the outbox

Decide = Callable[[Turn, Read, datetime], Decision]
log = structlog.get_logger()


class TurnFailed(HuifangError):
    """Nothing was kept: the database is away. The provider is told to come again (503)."""

    status = 503


@dataclass(frozen=True, slots=True)
class Answer:
    """texts: all the turn says, in order. passive: what goes back on the request itself (WeChat), may be empty."""

    texts: tuple[str, ...]
    duplicate: bool
    decision: Decision | None
    passive: str = ""


class TurnTaker:
    """Takes one inbound message at a time per identity; the same message again gets the same answer.

    decide: pure; given here so that a test can put a failing one in its place.
    """

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        dealer: Dealer,
        calendars: Calendars,
        renderer: Renderer,
        links: Links,
        decide: Decide | None = None,
    ) -> None:
        self._writer, self._clock = writer, clock
        self._dealer, self._calendars = dealer, calendars
        self._speech = Speech(dealer, renderer, links)
        self._decide: Decide = decide or handlers.decide
        self._in_flight = _InFlight()

    def take(self, inbound: Inbound) -> Answer:
        """Committed when it returns. Raises BadInbound for what is no message, TurnFailed when nothing was kept."""
        started = self._clock.monotonic()
        try:
            with self._in_flight.alone(turns.stored_key(inbound)):
                _read_ahead(inbound.text)
                return self._try_all(inbound, started)
        except StillDeciding:
            return Answer((), duplicate=True, decision=None)

    def within(self, conn: Connection, inbound: Inbound) -> Answer:
        """The same in the caller's transaction, with what else it writes: all or nothing of both."""
        try:
            with conn.begin_nested():
                return self._turn(inbound, self._clock.monotonic(), self._decide, conn)
        except (OperationalError, InterfaceError, BadInbound):
            raise
        except Exception as error:  # noqa: BLE001  as in `take`: whatever a handler does, a person takes over
            log.error("turn_failed", **_where(error), channel=inbound.channel.value, kind=inbound.kind.value)
            return self._turn(inbound, self._clock.monotonic(), _person_takes_over_silently, conn)

    def _try_all(self, inbound: Inbound, started: float) -> Answer:
        """The decision; if it fails, a person takes over; if even that cannot be said, silently."""
        for decide in (self._decide, _person_takes_over, _person_takes_over_silently):
            try:
                return self._writer.run(partial(self._turn, inbound, started, decide), _concerns)
            except (BadInbound, StillDeciding):
                raise
            except (OperationalError, InterfaceError) as error:
                log.error("turn_not_kept", **_where(error), channel=inbound.channel.value)
                raise TurnFailed("the database is away") from error
            except Exception as error:  # noqa: BLE001  whatever a handler does, the customer gets a person, not an error
                log.error("turn_failed", **_where(error), channel=inbound.channel.value, kind=inbound.kind.value)
        raise TurnFailed("the turn could not be kept")

    def _turn(self, inbound: Inbound, started: float, decide: Decide, conn: Connection) -> Answer:
        now = self._clock.business()
        arrived = turns.arrive(conn, inbound, self._home(inbound), now)
        if arrived.known:
            return _stored(arrived.reply or {})
        media.want(conn, arrived.message_id, inbound, self._clock.machine())
        turns.hold_customer(conn, arrived.customer_id)
        self._open_window(conn, inbound, now)
        turn = turns.load_turn(conn, inbound, arrived, now)
        read = StoreRead(conn, turn, self._dealer, self._calendars)
        decision = decide(turn, read, now)
        shell = Shell(conn, turn, read, arrived.message_id, now, arrived.customer_id)
        apply(decision.effects, shell)
        if decide is not self._decide:
            feed.tell(conn, turn.store.id, "alert", {"message_id": arrived.message_id}, shell.customer_id, now)
        late = self._clock.monotonic() - started > LATE_S
        said = self._speech.speak(shell, decision.intent, late=late)
        self._touch(shell)
        reply = {"type": "text", "text": said.passive, "texts": list(said.texts)}
        turns.store_reply(conn, arrived.message_id, shell.customer_id, reply, decision.intent)
        if inbound.kind in (InboundKind.TEXT, InboundKind.VOICE) and decide is self._decide:
            reviews.collect(conn, turn, arrived.message_id, decision, now)
        return Answer(said.texts, duplicate=False, decision=decision, passive=said.passive)

    def _home(self, inbound: Inbound) -> StoreConfig:
        """Where somebody new belongs: the account's store, by SMS the first."""
        account = self._dealer.accounts.get(inbound.account) if inbound.channel is Channel.WECHAT else None
        return self._dealer.store(account.store) if account else self._dealer.stores[0]

    def _open_window(self, conn: Connection, inbound: Inbound, now: datetime) -> None:
        kind = windows.opens(inbound.kind) if inbound.channel is Channel.WECHAT else None
        if kind is not None:
            windows.open_window(conn, inbound.account, inbound.address, kind, now)

    def _touch(self, shell: Shell) -> None:
        inbound = shell.turn.inbound
        spoken_to = inbound.kind is InboundKind.UNFOLLOW or inbound.channel is Channel.CALL  # nobody waits then
        waits = shell.turn.human is not None and not spoken_to
        threads.touch(
            shell.conn,
            shell.customer_id,
            shell.store_id,
            at=shell.now,
            text=shown(inbound),
            channel=inbound.channel.value,
            message_id=shell.message_id,
            answer_by=due(shell.read, shell.now) if waits else None,
        )


def _concerns(answer: Answer) -> Collection[str]:
    if answer.duplicate:
        return ()
    return (feed.TOPIC, outbox.TOPIC) if len(answer.texts) > bool(answer.passive) else (feed.TOPIC,)


def _read_ahead(text: str) -> None:
    """What the words alone say is remembered by the readers: less is left to do under the database's lock."""
    try:
        understand(text)
    except Exception:  # noqa: BLE001  the decision meets it again, and there a person takes over
        log.warning("reading_ahead_failed")


class _InFlight:
    """A second delivery in this process waits here, without a transaction, until the first is decided."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._deciding: dict[str, Event] = {}

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Raises StillDeciding when the first takes longer than `LATE_S`."""
        with self._lock:
            first = self._deciding.get(key)
            mine = self._deciding.setdefault(key, Event())
        if first is not None:
            if not first.wait(LATE_S):
                raise StillDeciding
            yield
            return
        try:
            yield
        finally:
            with self._lock:
                del self._deciding[key]
            mine.set()


def _person_takes_over(turn: Turn, read: Read, now: datetime) -> Decision:
    silent = _person_takes_over_silently(turn, read, now)
    return Decision((*silent.effects, Say("fallback.person")), intent=silent.intent)


def _person_takes_over_silently(_turn: Turn, _read: Read, now: datetime) -> Decision:
    return Decision((HandOff("bot_failed", "high", due_at=now + ATTENTION),), intent="unclear")


def _stored(reply: Mapping[str, object]) -> Answer:
    texts, passive = reply.get("texts"), reply.get("text")
    return Answer(tuple(texts) if isinstance(texts, list) else (), True, None, str(passive or ""))


def _where(error: BaseException) -> dict[str, str]:
    """Kind and place, never the error's own words: they may hold what the customer wrote."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return {"error": type(error).__name__, "at": f"{Path(frame.filename).name}:{frame.lineno}"}
