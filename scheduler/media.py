"""The worker's errands for files: what customers sent is fetched, and files nobody's row speaks of are removed.

1. claim what is due, with a lease longer than any fetch, and commit;
2. fetch in a thread of its own, outside of any transaction: a slow file delays no answer;
3. keep the file and then its row, in one short transaction. A worker killed before that leaves a lease that ends and a
   file without a row, which is removed later; nothing is lost.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from itertools import islice
from typing import BinaryIO, Protocol

import structlog
from sqlalchemy import Connection

from bot.errors import ContentRefused, SendError, TryLater
from bot.media import MediaKind, MediaState
from bot.ports import Clock
from store import evidence, feed, media
from store.engine import reading
from store.media import Errand, Stored
from store.media_files import MediaFolder
from store.writer import Writer

LEASE = timedelta(minutes=5)  # longer than channels.wechat.media.LONGEST_S with its calls
BASE, LONGEST = timedelta(seconds=10), timedelta(hours=1)
GONE = "40007"
SWEEP_S = 600.0
AT_ONCE = 200
log = structlog.get_logger()


class Source(Protocol):
    """`channels.wechat.media.WeChatMedia`."""

    def fetch(self, media_id: str, kind: MediaKind, into: BinaryIO) -> str: ...


class MediaFetcher:
    """sources: by account. `tick` starts what it can; `drain` waits until all it started has ended."""

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        sources: Mapping[str, Source],
        folder: MediaFolder,
        worker: str,
        *,
        threads: int = 2,
    ) -> None:
        self._writer, self._clock, self._sources = writer, clock, sources
        self._folder, self._worker, self._threads = folder, worker, threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="media")
        self._flying: set[Future[None]] = set()

    def tick(self) -> int:
        """How many were started."""
        self._reap()
        free = self._threads - len(self._flying)
        if free <= 0 or not self._any_due():
            return 0
        machine = self._clock.machine()
        errands = self._writer.run(lambda conn: media.claim(conn, free, self._worker, machine, LEASE))
        self._flying |= {self._pool.submit(self.run, errand) for errand in errands}
        return len(errands)

    def drain(self) -> None:
        wait(self._flying)
        self._reap()

    def _any_due(self) -> bool:
        with reading(self._writer.engine) as conn:
            return media.any_due(conn, self._clock.machine())

    def _reap(self) -> None:
        done = {future for future in self._flying if future.done()}
        self._flying -= done
        for future in done:
            if (error := future.exception()) is not None:
                log.error("media_not_settled", error=type(error).__name__)

    def run(self, errand: Errand) -> None:
        """One claimed file, to its end."""
        source = self._sources.get(errand.account)
        try:
            if source is None:
                raise ContentRefused("no_account", "没有配置这个微信公众号，取不到文件")
            stored = self._fetched(source, errand)
        except ContentRefused as error:
            self._end(errand, MediaState.GONE if error.code == GONE else MediaState.REFUSED, error.sentence)
        except SendError as error:
            self._later(errand, error)
        except Exception as error:  # noqa: BLE001  no room on the disk, a fault of ours: one file must not stop the others
            log.error("media_not_written", media_id=errand.id, error=type(error).__name__)
            self._later(errand, TryLater("error", "文件暂时无法保存", BASE.total_seconds()))
        else:
            self._keep(errand, stored)

    def _fetched(self, source: Source, errand: Errand) -> Stored:
        mime, size = "", 0

        def fill(file: BinaryIO) -> None:
            nonlocal mime, size
            mime = source.fetch(errand.provider_id, errand.kind, file)
            size = file.tell()

        name = self._folder.write(fill)
        return Stored(name, mime, size)

    def _keep(self, errand: Errand, stored: Stored) -> None:
        if self._told(lambda conn: media.keep(conn, errand, stored, self._clock.business())):
            log.info("media_kept", media_id=errand.id, kind=errand.kind.value, bytes=stored.size)
        else:
            self._folder.remove(stored.name)

    def _later(self, errand: Errand, error: SendError) -> None:
        machine = self._clock.machine()
        if machine - errand.wanted_at >= media.WANT_FOR:
            self._end(errand, MediaState.GONE, f"三天内没有取到文件：{error.sentence}")
            return
        rest = min(LONGEST, BASE * 2 ** min(errand.tries, 10))
        asked = timedelta(seconds=error.after) if isinstance(error, TryLater) else LONGEST
        again = machine + min(max(rest, asked), LONGEST)
        self._writer.run(lambda conn: media.later(conn, errand, again, error.sentence))

    def _end(self, errand: Errand, state: MediaState, reason: str) -> None:
        log.info("media_not_kept", media_id=errand.id, kind=errand.kind.value, state=state.value)
        self._told(lambda conn: media.give_up(conn, errand, state, reason, self._clock.business()))

    def _told(self, settle: Callable[[Connection], bool]) -> bool:
        return self._writer.run(settle, lambda settled: (feed.TOPIC,) if settled else ())


class OrphanSweeper:
    """Now and then: files no row speaks of (forgotten, or left by a killed worker) are removed."""

    def __init__(self, writer: Writer, clock: Clock, folder: MediaFolder) -> None:
        self._writer, self._clock, self._folder = writer, clock, folder
        self._again_at = clock.monotonic()

    def tick(self) -> int:
        if self._clock.monotonic() < self._again_at:
            return 0
        self._again_at = self._clock.monotonic() + SWEEP_S
        return self.sweep()

    def sweep(self) -> int:
        """How many were removed."""
        removed = 0
        files = self._folder.settled(self._clock.machine())
        while names := list(islice(files, AT_ONCE)):
            with reading(self._writer.engine) as conn:
                orphans = set(names) - media.known_names(conn, names) - evidence.known_names(conn, names)
            for name in orphans:
                self._folder.remove(name)
            removed += len(orphans)
        return removed
