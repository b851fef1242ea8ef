"""Everything in Redis (Valkey): what may be lost. Each answer says what holds while Redis is away.

tokens   the WeChat access token       away: this process keeps its own (stable_token gives all the same one)
locks    one refresh at a time         away: always taken; a doubled refresh is harmless
buckets  sends per second              away: this process counts for itself
nonces   replays of one request        away: every nonce is new; the message's unique key still holds
wakeups  a hint that there is work     away: only this process hears it; work is found without it, later
viewers  who has a conversation open   away: this process knows its own pages
"""

import math
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from store.viewers import Viewers

T = TypeVar("T")
Monotonic = Callable[[], float]

ANSWER_S = 0.5  # a turn has 5 s in all and asks Redis up to four times
CONNECT_S = 0.2
REST_S = 1.0  # after a failure Redis is left alone this long: one slow answer a second, not one a question
SLICE_S = 2.0  # a waiting reader comes up for air this often, so that a dead Redis is noticed

RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"

# scheduling.md §5: n = min(burst, n + Δms·rate/1000); without a whole token, ms to wait for one.
TAKE = """
local clock = redis.call('time')
local now = clock[1] * 1000 + clock[2] / 1000
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local held = redis.call('hmget', KEYS[1], 'n', 'at')
local n, at = tonumber(held[1]) or burst, tonumber(held[2]) or now
n = math.min(burst, n + math.max(0, now - at) * rate / 1000)
local wait = 0
if n >= 1 then n = n - 1 else wait = math.ceil((1 - n) / rate * 1000) end
redis.call('hset', KEYS[1], 'n', tostring(n), 'at', tostring(now))
redis.call('pexpire', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return wait
"""


class Losable:
    """redis_url None or "": no Redis at all, everything stays in this process."""

    def __init__(self, redis_url: str | None, monotonic: Monotonic = time.monotonic) -> None:
        server = self._server = Server(redis_url or "", monotonic)
        self.tokens = Tokens(server, monotonic)
        self.locks = Locks(server)
        self.buckets = Buckets(server, monotonic)
        self.nonces = Nonces(server)
        self.wakeups = WakeUps(server, redis_url or "")
        self.viewers = Viewers(server)

    def alive(self) -> bool:
        """Redis answers just now. False without one, too."""
        return bool(self._server.ask(lambda redis: redis.ping(), otherwise=False))


class Server:
    """One Redis that never raises: `otherwise` is the answer while it is away, for REST_S after a failure."""

    def __init__(self, url: str, monotonic: Monotonic, answer_s: float = ANSWER_S) -> None:
        self._redis = _connect(url, answer_s) if url else None
        self._monotonic = monotonic
        self._away_until = -math.inf
        self._away = False

    def ask(self, question: Callable[[Any], object], otherwise: T) -> T:
        if self._redis is None or self._monotonic() < self._away_until:
            return otherwise
        try:
            answer = cast(T, question(self._redis))
        except (RedisError, OSError) as error:
            self._away_until = self._monotonic() + REST_S
            self._seen(away=True, error=type(error).__name__)
            return otherwise
        self._seen(away=False)
        return answer

    def _seen(self, *, away: bool, **more: str) -> None:
        """One line when it goes and one when it is back: a line a second would bury all others."""
        if away is not self._away:
            self._away = away
            structlog.get_logger().warning("redis_away" if away else "redis_back", **more)


def _connect(url: str, answer_s: float) -> Redis:
    # One retry: after a restart of Redis every pooled connection fails once.
    return Redis.from_url(
        url,
        socket_timeout=answer_s,
        socket_connect_timeout=CONNECT_S,
        retry=Retry(NoBackoff(), 1),
        decode_responses=True,
    )


class Tokens:
    """Implements `TokenCache`."""

    def __init__(self, server: Server, monotonic: Monotonic) -> None:
        self._server, self._monotonic = server, monotonic
        self._own: dict[str, tuple[str, float]] = {}
        self._guard = threading.Lock()

    def get(self, account: str) -> str | None:
        away = object()
        found = self._server.ask(lambda redis: redis.get(_token_key(account)), otherwise=away)
        if found is not away:
            return cast("str | None", found)
        token, until = self._own.get(account, ("", -math.inf))
        return token if self._monotonic() < until else None

    def put(self, account: str, token: str, seconds: int) -> None:
        with self._guard:
            self._own[account] = (token, self._monotonic() + seconds)
        self._server.ask(lambda redis: redis.set(_token_key(account), token, ex=max(1, seconds)), otherwise=None)

    def drop_if(self, account: str, failed: str) -> None:
        with self._guard:
            if account in self._own and self._own[account][0] == failed:
                del self._own[account]
        self._server.ask(lambda redis: redis.eval(RELEASE, 1, _token_key(account), failed), otherwise=0)


def _token_key(account: str) -> str:
    return f"huifang:token:{account}"


class Locks:
    """Implements `Lock`: SET NX PX, released only by its holder, so an overdue holder frees no one else's."""

    def __init__(self, server: Server) -> None:
        self._server = server

    @contextmanager
    def hold(self, name: str, seconds: float) -> Iterator[bool]:
        key, mine = f"huifang:lock:{name}", secrets.token_hex(16)
        taken = self._server.ask(lambda redis: redis.set(key, mine, nx=True, px=int(seconds * 1000)), otherwise=True)
        try:
            yield bool(taken)
        finally:
            if taken:
                self._server.ask(lambda redis: redis.eval(RELEASE, 1, key, mine), otherwise=0)


class Buckets:
    """Implements `Bucket`."""

    def __init__(self, server: Server, monotonic: Monotonic) -> None:
        self._server, self._monotonic = server, monotonic
        self._own: dict[str, tuple[float, float]] = {}
        self._guard = threading.Lock()

    def take(self, name: str, rate: float, burst: int) -> float:
        wait_ms = self._server.ask(
            lambda redis: redis.eval(TAKE, 1, f"huifang:bucket:{name}", rate, burst), otherwise=None
        )
        return self._take_own(name, rate, burst) if wait_ms is None else wait_ms / 1000

    def _take_own(self, name: str, rate: float, burst: int) -> float:
        with self._guard:
            now = self._monotonic()
            held, at = self._own.get(name, (float(burst), now))
            held = min(float(burst), held + (now - at) * rate)
            taken = held >= 1
            self._own[name] = (held - 1 if taken else held, now)
            return 0.0 if taken else (1 - held) / rate


class Nonces:
    """Implements `NonceCache`."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def first_use(self, nonce: str, message_key: str, seconds: int) -> str | None:
        key = f"huifang:nonce:{nonce}"
        return self._server.ask(lambda redis: redis.set(key, message_key, nx=True, get=True, ex=seconds), None)


class WakeUps:
    """Implements `WakeUps` with one short stream a topic: every waiting thread hears a wake-up, also one that
    came while it was busy, since each remembers how far it has read."""

    def __init__(self, server: Server, url: str) -> None:
        self._server = server
        # A blocking read holds its connection, so it has a client of its own with a longer patience.
        self._waiting = Server(url, server._monotonic, SLICE_S + ANSWER_S)
        self._read = threading.local()
        self._bell = threading.Condition()
        self._rung: dict[str, int] = {}

    def wake(self, topic: str) -> None:
        with self._bell:
            self._rung[topic] = self._rung.get(topic, 0) + 1
            self._bell.notify_all()
        self._server.ask(lambda redis: redis.xadd(_stream(topic), {"w": "1"}, maxlen=1, approximate=False), None)

    def wait(self, topic: str, seconds: float) -> bool:
        left = seconds
        while left > 0:
            slice_s = min(left, SLICE_S)
            if self._wait_redis(topic, slice_s):
                return True
            left -= slice_s
        return False

    def _wait_redis(self, topic: str, seconds: float) -> bool:
        seen: dict[str, str] = self._read.__dict__.setdefault("seen", {})
        key, away = _stream(topic), object()
        after, block = seen.get(topic, "0-0"), max(1, int(seconds * 1000))
        entries: Any = self._waiting.ask(lambda redis: redis.xread({key: after}, 1, block), otherwise=away)
        if entries is away:
            return self._wait_own(topic, seconds)
        if entries:
            seen[topic] = _newest(entries)
        return bool(entries)

    def _wait_own(self, topic: str, seconds: float) -> bool:
        heard: dict[str, int] = self._read.__dict__.setdefault("heard", {})
        with self._bell:
            rung = self._bell.wait_for(lambda: self._rung.get(topic, 0) > heard.get(topic, 0), seconds)
            heard[topic] = self._rung.get(topic, 0)
        return rung


def _newest(entries: Any) -> str:
    """The id in an XREAD answer: `[[key, [(id, fields)]]]`, or a mapping under RESP3."""
    read = next(iter(entries.values())) if isinstance(entries, dict) else entries[0][1]
    batch = read[0] if read and isinstance(read[0], list) else read
    return str(batch[-1][0])


def _stream(topic: str) -> str:
    return f"huifang:wake:{topic}"
