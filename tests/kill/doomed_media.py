"""A fetch in a process of its own that is killed with SIGKILL at one exact point.

`python -m tests.kill.doomed_media DATABASE_URL POINT PROVIDER_URL FOLDER`; points: claimed, half, whole, none.
"""

import os
import secrets
import sys
from pathlib import Path
from typing import BinaryIO

from bot.media import MediaKind
from channels.http import Http
from channels.wechat.media import WeChatMedia
from channels.wechat.token import AccessTokens
from scheduler.media import MediaFetcher
from store import media
from store.engine import open_engine
from store.losable import Losable
from store.media_files import MediaFolder
from store.writer import Writer
from tests.conftest import StillClock
from tests.kill.doomed import TEN, die


class Source:
    """The real one; dies after the first bytes are written."""

    def __init__(self, real: WeChatMedia, point: str) -> None:
        self.real, self.point = real, point

    def fetch(self, media_id: str, kind: MediaKind, into: BinaryIO) -> str:
        if self.point == "claimed":
            die()
        mime = self.real.fetch(media_id, kind, into)
        if self.point == "half":
            into.flush()
            die()
        return mime


def fetcher(url: str, point: str, provider: str, folder: Path, clock: StillClock) -> MediaFetcher:
    losable, http = Losable(None, clock.monotonic), Http(provider)
    tokens = AccessTokens(
        "wx0123456789", "secret", http,
        cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
        monotonic=clock.monotonic, machine=clock.machine,
    )  # fmt: skip
    real = WeChatMedia(tokens, http, Http, clock.machine, clock.monotonic)
    files = MediaFolder(folder, lambda: secrets.token_hex(16))
    sources = {"main": Source(real, point)}
    return MediaFetcher(Writer(open_engine(url)), clock, sources, files, f"worker:{os.getpid()}")


def main(url: str, point: str, provider: str, folder: str) -> None:
    if point == "whole":
        vars(media)["keep"] = die  # the file has its name, its row does not know yet
    worker = fetcher(url, point, provider, Path(folder), StillClock(TEN))
    worker.tick()
    worker.drain()


if __name__ == "__main__":
    main(*sys.argv[1:])
