"""Who has a conversation open, and who is writing in it: losable, so in Redis, or in this process while it is away.

One hash a conversation. `see:<page>:<keeper>` says who looks and until when: the page's live stream keeps it fresh and
takes it away when it ends; a page without a stream says it itself, with keeper "". `write:<page>` holds until when
somebody writes, `hide:<page>` that the window lies behind others.
"""

import json
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
TOPIC = "viewers"  # the wake-up of every process's watch, fired after each change
STAYS_S = 20.0  # a stream keeps its own fresh every eight seconds; two may be lost
WRITES_S = 45.0  # a page says again within half a minute that its owner still writes
GONE_S = 60  # the hash of a conversation nobody looks at


class Asks(Protocol):
    def ask(self, question: Callable[[Any], object], otherwise: T) -> T: ...


@dataclass(frozen=True, slots=True)
class Viewer:
    staff_id: int
    name: str
    writes: bool = False


class Viewers:
    """Times are machine seconds, the same on every host. page, keeper: random, of one open page and one stream."""

    def __init__(self, server: Asks) -> None:
        self._server = server
        self._own: dict[int, dict[str, str]] = {}
        self._guard = threading.Lock()

    def looks(self, customer_id: int, page: str, keeper: str, viewer: Viewer, now: float) -> None:
        """Its stream says that it is open, for STAYS_S from now."""
        self._change(customer_id, {f"see:{page}:{keeper}": _until(viewer, now)})

    def says(self, customer_id: int, page: str, viewer: Viewer, now: float, *, streams: bool) -> None:
        """The page is in sight; its owner writes, or stopped. streams: its stream says the rest."""
        write, alone = f"write:{page}", f"see:{page}:"
        put = {write: str(now + WRITES_S)} if viewer.writes else {}
        drop = [f"hide:{page}", *([] if viewer.writes else [write]), *([alone] if streams else [])]
        self._change(customer_id, put if streams else put | {alone: _until(viewer, now)}, drop)

    def hides(self, customer_id: int, page: str) -> None:
        """The window was closed or lies behind others; its stream may still be there."""
        self._change(customer_id, {f"hide:{page}": "1"}, [f"write:{page}", f"see:{page}:"])

    def leaves(self, customer_id: int, page: str, keeper: str) -> None:
        self._change(customer_id, {}, [f"see:{page}:{keeper}"])

    def of(self, customers: Collection[int], now: float) -> dict[int, Sequence[Viewer]]:
        """Of each conversation who is there, by name; one question for all of them."""
        asked = list(customers)
        if not asked:
            return {}

        def read(redis: Any) -> list[dict[str, str]]:
            pipe = redis.pipeline(transaction=False)
            for each in asked:
                pipe.hgetall(_key(each))
            return list(pipe.execute())

        away: list[dict[str, str]] | None = None
        found = self._server.ask(read, otherwise=away)
        if found is None:
            with self._guard:
                found = [dict(self._own.get(each, {})) for each in asked]
        return {each: _there(said, now) for each, said in zip(asked, found, strict=True)}

    def _change(self, customer_id: int, put: Mapping[str, str], drop: Sequence[str] = ()) -> None:
        key = _key(customer_id)

        def tell(redis: Any) -> bool:
            pipe = redis.pipeline()
            if put:
                pipe.hset(key, mapping=put)
            if drop:
                pipe.hdel(key, *drop)
            pipe.expire(key, GONE_S)
            pipe.execute()
            return True

        if not self._server.ask(tell, otherwise=False):
            self._change_own(customer_id, put, drop)

    def _change_own(self, customer_id: int, put: Mapping[str, str], drop: Sequence[str]) -> None:
        with self._guard:
            kept = self._own.setdefault(customer_id, {})
            kept.update(put)
            for field in drop:
                kept.pop(field, None)
            if not any(field.startswith("see:") for field in kept):
                del self._own[customer_id]


def _key(customer_id: int) -> str:
    return f"huifang:here:{customer_id}"


def _until(viewer: Viewer, now: float) -> str:
    return json.dumps([viewer.staff_id, viewer.name, now + STAYS_S])


def _there(said: Mapping[str, str], now: float) -> Sequence[Viewer]:
    """One line a person, whatever the number of their pages: they write if they do on one of these."""
    found: dict[int, Viewer] = {}
    for field, value in said.items():
        kind, page, *_ = field.split(":")
        if kind != "see" or f"hide:{page}" in said:
            continue
        staff_id, name, until = json.loads(value)
        if until > now:
            writes = float(said.get(f"write:{page}", 0)) > now
            before = found.get(staff_id)
            found[staff_id] = Viewer(staff_id, name, writes or (before is not None and before.writes))
    return sorted(found.values(), key=lambda each: each.name)
