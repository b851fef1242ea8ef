"""`/events`: what changed, as it changes, to each open page (server-sent events; ids only, pages fetch fragments).

A stream holds a thread, so at most `limit` are served; beyond that 503, and the page polls every ten seconds. One look
at the feed serves them all (web/hub.py), one at who has a conversation open too (web/watch.py). Which one this page has
open the stream says for it (`at`, `page`), for as long as it lives.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Blueprint, Response, request
from flask_login import current_user
from sqlalchemy import Engine

from bot.alerts import kind_of, named, rings
from bot.customer import StaffMember
from bot.ports import Clock, WakeUps
from store import feed
from store.engine import reading
from store.feed import FeedRow
from store.tables.runtime import feed as feed_table
from store.viewers import Viewers
from store.visibility import may_see, visible_to
from web.here import Rooms, Seat
from web.hub import Hub, Row
from web.login import user
from web.seats import MAX_STREAMS
from web.watch import Looking, Watch

BEAT_S = 25.0  # below the minute after which proxies drop a silent connection
POLL_S = 1.0  # also the longest a stream outlives a shutdown
JUMP_S = 2.0  # the sandbox moved business time: the pages' timers must follow


def stream_blueprint(
    engine: Engine,
    clock: Clock,
    wakeups: WakeUps,
    viewers: Viewers,
    stopping: Callable[[], bool] = lambda: False,
    limit: int = MAX_STREAMS,
) -> Blueprint:
    """stopping: true once the process shuts down; every stream then ends within POLL_S."""
    pages = Blueprint("stream", __name__)
    seats = threading.BoundedSemaphore(limit)
    hub = Hub(engine, wakeups, POLL_S, stopping)
    watch = Watch(viewers, wakeups, lambda: clock.machine().timestamp(), hub.ring, POLL_S, stopping)
    rooms = Rooms(viewers, watch, wakeups, clock)

    @pages.get("/events")
    def events() -> Response:
        if not current_user.is_authenticated:
            return Response("log in\n", 401, mimetype="text/plain")
        if not seats.acquire(blocking=False):
            return Response("busy, poll\n", 503, {"Retry-After": "30"}, mimetype="text/plain")
        seat = rooms.seat(engine, user(), request.args.get("at", 0, type=int), request.args.get("page", ""))
        stream = Stream(engine, clock, hub, stopping, user(), _cursor(), seat)
        answer = Response(stream.lines(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
        answer.call_on_close(seats.release)
        return answer

    return pages


def _cursor() -> int:
    """A reconnecting browser says where it was; a fresh page says what it was rendered from."""
    said = request.headers.get("Last-Event-ID") or request.args.get("after", "0")
    return int(said) if said.isdecimal() else 0


@dataclass
class Stream:
    """One page's stream. `sent` remembers ids of the overlap the feed is read with."""

    engine: Engine
    clock: Clock
    hub: Hub
    stopping: Callable[[], bool]
    user: StaffMember
    cursor: int
    seat: Seat | None = None
    sent: set[int] = field(default_factory=set)
    beaten: float = 0.0
    drift: float = 0.0

    def lines(self) -> Iterator[str]:
        if self._too_old():
            yield self._beat()
            yield _event("reload", {})
            return
        place = self.hub.join()
        try:
            yield from self._from(place)
        finally:
            self.hub.leave()
            if self.seat:
                self.seat.leave()

    def _from(self, place: int) -> Iterator[str]:
        self._skip_what_the_page_has()
        yield self._beat()
        if self.seat:
            yield from self._others(self.seat.take())
        yield from self._told(self._looked_up())
        while not self.stopping():
            news = self.hub.after(place, POLL_S)
            place = news.place
            yield from self._told(self._looked_up() if news.missed else news.rows)
            jumped = abs(self._drift() - self.drift) > JUMP_S
            if jumped or self.clock.monotonic() - self.beaten >= BEAT_S:
                yield self._beat()
            if self.seat:
                self.seat.stay_on()
            yield ":\n\n"  # a closed page is noticed by writing only, and its seat is wanted by the next one

    def _looked_up(self) -> Sequence[FeedRow]:
        with reading(self.engine) as conn:
            return feed.after(conn, self.cursor, visible_to(self.user, feed_table))

    def _told(self, rows: Sequence[Row]) -> Iterator[str]:
        """Asked once more at the moment of sending: the hub reads for everybody."""
        for row in rows:
            if isinstance(row, Looking):
                yield from self._others(row)
                continue
            if not may_see(self.user, row.store_id):
                continue
            if row.id not in self.sent:
                self.sent.add(row.id)
                self.cursor = max(self.cursor, row.id)
                told = {"kind": row.kind, "customer": row.customer_id, "id": row.id, **_said(row, self.user)}
                yield _event("feed", told, row.id)
        self.sent = {each for each in self.sent if each > self.cursor - 2 * feed.OVERLAP}

    def _others(self, row: Looking) -> Iterator[str]:
        others = self.seat.news(row) if self.seat else None
        if others is not None:
            told = [{"name": each.name, "writes": each.writes} for each in others]
            yield _event("viewers", {"customer": row.customer_id, "others": told})

    def _skip_what_the_page_has(self) -> None:
        """Rows up to the cursor are on the page, save those committed late: the newest few seconds are told again.

        A page without a cursor shows nothing of the feed, so it is told what comes from now on.
        """
        with reading(self.engine) as conn:
            self.cursor = self.cursor or feed.newest(conn)
            rows = feed.after(conn, self.cursor, visible_to(self.user, feed_table))
        fresh = self.clock.business() - timedelta(seconds=5)
        self.sent = {row.id for row in rows if row.id <= self.cursor and row.at < fresh}

    def _too_old(self) -> bool:
        with reading(self.engine) as conn:
            return self.cursor > 0 and feed.too_old(conn, self.cursor)

    def _drift(self) -> float:
        return self.clock.business().timestamp() - self.clock.monotonic()

    def _beat(self) -> str:
        self.beaten, self.drift = self.clock.monotonic(), self._drift()
        return _event("beat", {"now": _iso(self.clock.business())})


def _said(row: feed.FeedRow, reader: StaffMember) -> dict[str, object]:
    """An alert of the house's own carries its sentence; nobody's words are in it. rings: this reader's page is heard.

    for: whom a mention or a reminder is for. level and words are for the browser's own notification, which a member of
    staff may have asked for.
    """
    if row.kind != "alert":
        return {"for": row.ref["staff_id"]} if row.kind in ("mention", "reminder") else {}
    kind, sentence = kind_of(row.ref), row.ref.get("sentence")
    heard = {"level": kind.level.value, "words": kind.sentence, "rings": rings(row.ref, reader)}
    shown = sentence or (kind.sentence if reader.id in named(row.ref) else "")
    return heard | ({"sentence": shown} if shown else {})


def _event(name: str, data: dict[str, object], number: int | None = None) -> str:
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n"


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
