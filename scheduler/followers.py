"""Followers kept as WeChat has them: new ones are asked about, and once a day the whole list is compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from bot.errors import SendError, TryLater, Undeliverable
from bot.ports import Clock
from channels.wechat.people import BATCH, Person, followers, people, person
from channels.wechat.send import WeChatApi
from store import followers as kept
from store.engine import reading
from store.followers import Told
from store.writer import Writer

EVERY_S = 5.0
REST_S = 60.0  # an account WeChat refused is left alone this long
NOT_BEFORE = time(4, 0)  # of the night, when no one is written to
CHINA = ZoneInfo("Asia/Shanghai")
ROWS = 1000  # compared in one transaction

Apis = Mapping[str, WeChatApi]


class FollowerInfo:
    """A chore of the worker: outside every turn, up to 100 new followers of an account at a time."""

    def __init__(self, writer: Writer, clock: Clock, apis: Apis) -> None:
        self._writer, self._clock, self._apis = writer, clock, apis
        self._next = dict.fromkeys(apis, clock.monotonic())

    def tick(self) -> int:
        """How many were asked about."""
        return sum(self._ask(account) for account in self._apis if self._clock.monotonic() >= self._next[account])

    def _ask(self, account: str) -> int:
        self._next[account] = self._clock.monotonic() + EVERY_S
        with reading(self._writer.engine) as conn:
            openids = kept.not_asked_about(conn, account, BATCH)
        if not openids:
            return 0
        asked_at = self._clock.business()
        try:
            found = _told(self._apis[account], openids)
        except SendError as error:
            self._next[account] = self._clock.monotonic() + (error.after if isinstance(error, TryLater) else REST_S)
            structlog.get_logger().warning("followers_not_told", account=account, code=error.code)
            return 0
        now = self._clock.business()
        for told in found:
            self._writer.run(partial(kept.note, account=account, told=told, asked_at=asked_at, now=now))
        return len(found)


def _told(api: WeChatApi, openids: list[str]) -> list[Told]:
    """One openid WeChat does not know spoils the batch: then each is asked about alone, and that one has left."""
    try:
        return [_written(each) for each in people(api, openids)]
    except Undeliverable:
        return [_alone(api, openid) for openid in openids]


def _alone(api: WeChatApi, openid: str) -> Told:
    try:
        return _written(person(api, openid))
    except Undeliverable:
        return Told(openid, follows=False)


def _written(found: Person) -> Told:
    return Told(found.openid, found.follows, found.scene, found.qr_scene, found.unionid)


@dataclass(frozen=True, slots=True)
class Compared:
    """followers: WeChat's count. left, came: people whose state we had wrong. unknown: followers we never met."""

    followers: int
    left: int
    came: int
    unknown: int


class FollowerSync:
    """Marks who left, and who came, while we were down."""

    def __init__(self, writer: Writer, clock: Clock, apis: Apis) -> None:
        self._writer, self._clock, self._apis = writer, clock, apis

    def tick(self) -> int:
        """Once a day and account, whichever process comes first; how many states were put right."""
        local = self._clock.business().astimezone(CHINA)
        if local.time() < NOT_BEFORE:
            return 0
        return sum(self._daily(account, local.date().isoformat()) for account in self._apis)

    def compare(self, account: str) -> Compared:
        """Raises a SendError; nothing is changed unless the whole list was read."""
        asked_at = self._clock.business()
        listed = {openid for page in followers(self._apis[account]) for openid in page}
        seen = left = came = after = 0
        while True:
            now = self._clock.business()
            look = partial(kept.compare, account=account, followers=listed, asked_at=asked_at, now=now)
            rows, gone, new, after = self._writer.run(partial(look, after=after, limit=ROWS))
            seen, left, came = seen + rows, left + gone, came + new
            if rows < ROWS:
                break
        unknown = len(listed) - self._known(account, listed)
        structlog.get_logger().info("followers_compared", account=account, followers=len(listed), left=left, came=came)
        return Compared(len(listed), left, came, unknown)

    def _known(self, account: str, listed: set[str]) -> int:
        with reading(self._writer.engine) as conn:
            return len(listed & kept.openids(conn, account))

    def _daily(self, account: str, day: str) -> int:
        name = f"followers:{account}"
        if not self._writer.run(lambda conn: kept.begin_errand(conn, name, day)):
            return 0
        try:
            done = self.compare(account)
        except SendError as error:
            structlog.get_logger().warning("followers_not_compared", account=account, code=error.code)
            self._writer.run(lambda conn: kept.give_back_errand(conn, name, day))
            return 0
        return done.left + done.came
