"""`/events`: what changed, as it changes, to each open page (server-sent events; ids only, pages fetch fragments).

A stream holds a thread, so at most `limit` are served; beyond that 503, and the page polls every ten seconds.
"""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Blueprint, Response, request
from flask_login import current_user
from sqlalchemy import Engine

from bot.customer import StaffMember
from bot.ports import Clock, WakeUps
from store import feed
from store.engine import reading
from store.tables.runtime import feed as feed_table
from store.visibility import visible_to
from web.login import user

BEAT_S = 25.0  # below the minute after which proxies drop a silent connection
POLL_S = 1.0  # also the longest a stream outlives a shutdown
MAX_STREAMS = 16  # of the 32 threads of a worker: webhooks always find one
JUMP_S = 2.0  # the sandbox moved business time: the pages' timers must follow


def stream_blueprint(
    engine: Engine,
    clock: Clock,
    wakeups: WakeUps,
    stopping: Callable[[], bool] = lambda: False,
    limit: int = MAX_STREAMS,
) -> Blueprint:
    """stopping: true once the process shuts down; every stream then ends within POLL_S."""
    pages = Blueprint("stream", __name__)
    seats = threading.BoundedSemaphore(limit)

    @pages.get("/events")
    def events() -> Response:
        if not current_user.is_authenticated:
            return Response("log in\n", 401, mimetype="text/plain")
        if not seats.acquire(blocking=False):
            return Response("busy, poll\n", 503, {"Retry-After": "30"}, mimetype="text/plain")
        stream = Stream(engine, clock, wakeups, stopping, user(), _cursor())
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
    wakeups: WakeUps
    stopping: Callable[[], bool]
    user: StaffMember
    cursor: int
    sent: set[int] = field(default_factory=set)
    beaten: float = 0.0
    drift: float = 0.0

    def lines(self) -> Iterator[str]:
        if self._too_old():
            yield self._beat()
            yield _event("reload", {})
            return
        self._skip_what_the_page_has()
        yield self._beat()
        while not self.stopping():
            yield from self._news()
            jumped = abs(self._drift() - self.drift) > JUMP_S
            if jumped or self.clock.monotonic() - self.beaten >= BEAT_S:
                yield self._beat()
            self.wakeups.wait(feed.TOPIC, POLL_S)
            yield ":\n\n"  # a closed page is noticed by writing only, and its seat is wanted by the next one

    def _news(self) -> Iterator[str]:
        with reading(self.engine) as conn:
            rows = feed.after(conn, self.cursor, visible_to(self.user, feed_table))
        for row in rows:
            if row.id not in self.sent:
                self.sent.add(row.id)
                self.cursor = max(self.cursor, row.id)
                yield _event(
                    "feed", {"kind": row.kind, "customer": row.customer_id, "id": row.id, **_said(row)}, row.id
                )
        self.sent = {each for each in self.sent if each > self.cursor - 2 * feed.OVERLAP}

    def _skip_what_the_page_has(self) -> None:
        """Rows up to the cursor are on the page, save those committed late: the newest few seconds are told again."""
        with reading(self.engine) as conn:
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


def _said(row: feed.FeedRow) -> dict[str, object]:
    """An alert of the house's own carries its sentence; nobody's words are in it."""
    sentence = row.ref.get("sentence")
    return {"sentence": sentence} if sentence else {}


def _event(name: str, data: dict[str, object], number: int | None = None) -> str:
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n"


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
