"""The worker's errands for files, on both databases: kept, refused, gone, later, forgotten meanwhile, orphans."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from sqlalchemy import Engine, select

from bot.errors import ChannelStopped, ContentRefused, SendError, TryLater
from bot.media import MediaKind
from scheduler.media import LEASE, SWEEP_S, MediaFetcher, OrphanSweeper
from store import feed, media
from store.engine import reading, writing
from store.media_files import FRESH, MediaFolder
from store.tables import contact
from store.writer import Writer
from tests.conftest import StillClock
from tests.media_samples import PNG
from tests.staff_cast import Cast, seed
from tests.store.test_media import arrived

BUSY = TryLater("-1", "微信系统繁忙，稍后自动重试", 4)


@dataclass
class Wechat:
    """Implements `Source`: writes a picture, or raises what stands in `errors`, in order."""

    errors: list[Exception | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def fetch(self, media_id: str, kind: MediaKind, into: BinaryIO) -> str:
        self.asked.append(media_id)
        self.before()
        error = self.errors.pop(0) if self.errors else None
        into.write(PNG[:20])  # what was written before an error must not stay
        if error is not None:
            raise error
        into.write(PNG[20:])
        return "image/png"


@dataclass
class Errands:
    engine: Engine
    clock: StillClock
    cast: Cast
    folder: MediaFolder
    source: Wechat = field(default_factory=Wechat)
    woken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.writer = Writer(self.engine, self.woken.append)
        self.fetcher = self.worker("w1")

    def worker(self, name: str) -> MediaFetcher:
        return MediaFetcher(self.writer, self.clock, {"main": self.source}, self.folder, name)

    def want(self, **what: Any) -> int:
        with writing(self.engine) as conn:
            return arrived(conn, self.cast, self.clock.now, **what)

    def round(self) -> int:
        started = self.fetcher.tick()
        self.fetcher.drain()
        return started

    def row(self) -> Any:
        with reading(self.engine) as conn:
            return conn.execute(select(contact.media)).one()

    def files(self) -> list[Path]:
        return [path for path in self.folder.root.glob("*/*") if path.is_file()]


@pytest.fixture
def errands(engine: Engine, clock: StillClock, tmp_path: Path) -> Errands:
    folder = MediaFolder(tmp_path / "media", lambda: secrets.token_hex(16))
    return Errands(engine, clock, seed(engine, clock.now), folder)


def test_a_wanted_picture_is_kept_and_the_pages_are_woken(errands: Errands) -> None:
    assert errands.round() == 0
    errands.want()
    assert errands.round() == 1
    row = errands.row()
    assert (row.state, row.mime, row.bytes, row.kept_at) == ("kept", "image/png", len(PNG), errands.clock.now)
    assert errands.folder.path(row.name).read_bytes() == PNG
    assert errands.woken == [feed.TOPIC]
    assert errands.round() == 0


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ContentRefused("type", "文件类型不在允许之列"), "refused"),
        (ContentRefused("too_large", "文件超过 10 MB"), "refused"),
        (ContentRefused("40007", "文件在微信已失效"), "gone"),
    ],
)
def test_what_cannot_be_had_ends_with_its_reason(errands: Errands, error: SendError, state: str) -> None:
    errands.want()
    errands.source.errors = [error]
    errands.round()
    row = errands.row()
    assert (row.state, row.reason, row.name) == (state, str(error.sentence), "")
    assert errands.files() == []
    errands.clock.advance(days=4)
    assert errands.round() == 0


@pytest.mark.parametrize("error", [BUSY, ChannelStopped("40164", "IP"), OSError(28, "disk full"), KeyError("ours")])
def test_what_fails_for_now_is_tried_again(errands: Errands, error: Exception) -> None:
    errands.want()
    errands.source.errors = [error]
    errands.round()
    assert errands.row().state == "wanted"
    assert errands.files() == []
    assert errands.round() == 0, "not at once"
    errands.clock.advance(hours=1)
    assert errands.round() == 1
    assert errands.row().state == "kept"


def test_the_pauses_grow_to_an_hour(errands: Errands) -> None:
    errands.want()
    pauses = []
    for _ in range(12):
        errands.source.errors = [BUSY]
        assert errands.round() == 1
        pauses.append((errands.row().retry_at - errands.clock.now).total_seconds())
        errands.clock.now = errands.row().retry_at
    assert pauses == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]


def test_after_three_days_it_is_given_up_with_the_last_reason(errands: Errands) -> None:
    errands.want()
    errands.source.errors = [BUSY, BUSY]
    errands.round()
    errands.clock.advance(days=3)
    errands.round()
    row = errands.row()
    assert row.state == "gone"
    assert "三天" in row.reason
    assert "繁忙" in row.reason


def test_an_account_that_is_no_more_gives_nothing(errands: Errands) -> None:
    errands.want()
    errands.fetcher = MediaFetcher(errands.writer, errands.clock, {}, errands.folder, "w1")
    errands.round()
    assert errands.row().state == "refused"


def test_forgotten_while_it_was_fetched_nothing_stays(errands: Errands) -> None:
    errands.want()

    def leave() -> None:
        with writing(errands.engine) as conn:
            media.forget_of(conn, "main", "o-zhang")

    errands.source.before = leave
    errands.round()
    with reading(errands.engine) as conn:
        assert conn.execute(select(contact.media)).all() == []
    assert errands.files() == []


def test_a_worker_slower_than_its_lease_loses_and_cleans_up(errands: Errands) -> None:
    errands.want()
    second = errands.worker("w2")

    def overtaken() -> None:
        errands.source.before = lambda: None
        errands.clock.advance(seconds=LEASE.total_seconds())
        second.tick()
        second.drain()

    errands.source.before = overtaken
    errands.round()
    (file,) = errands.files()
    assert (errands.row().state, errands.row().name) == ("kept", file.name)


def test_no_more_than_two_at_once(errands: Errands) -> None:
    for number in range(5):
        errands.want(media_id=f"M-{number}")
    assert [errands.round() for _ in range(4)] == [2, 2, 1, 0]
    assert sorted(errands.source.asked) == [f"M-{number}" for number in range(5)]


def old(path: Path, errands: Errands) -> None:
    moment = (errands.clock.machine() - FRESH - timedelta(seconds=1)).timestamp()
    os.utime(path, (moment, moment))


def test_files_nobodys_row_speaks_of_are_removed(errands: Errands) -> None:
    errands.want()
    errands.round()
    (kept,) = errands.files()
    lost = errands.folder.path(errands.folder.write(lambda file: file.write(b"left by a killed worker")))
    half = lost.with_name(lost.name + ".part")
    half.write_bytes(b"half")
    new = errands.folder.path(errands.folder.write(lambda file: file.write(b"its row is being written")))
    os.utime(new, (errands.clock.now.timestamp(),) * 2)
    for path in (kept, lost, half):
        old(path, errands)
    sweeper = OrphanSweeper(errands.writer, errands.clock, errands.folder)
    assert sweeper.tick() == 2
    assert sorted(errands.files()) == sorted([kept, new])
    with writing(errands.engine) as conn:
        media.forget_of(conn, "main", "o-zhang")
    assert sweeper.tick() == 0, "not at every round"
    errands.clock.ticks += SWEEP_S
    assert sweeper.tick() == 1
    assert errands.files() == [new]
