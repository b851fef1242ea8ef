"""SIGKILL at every point of a fetch: the next worker keeps the file, and what the dead one left is removed."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from scheduler.media import LEASE, OrphanSweeper
from store.engine import reading, writing
from store.media_files import FRESH, MediaFolder
from store.tables.contact import media
from store.writer import Writer
from tests.conftest import StillClock
from tests.kill.doomed import TEN
from tests.kill.doomed_media import fetcher
from tests.media_samples import PNG
from tests.provider import Provider, Step, provider, says
from tests.staff_cast import seed
from tests.store.test_media import arrived

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def wechat() -> Iterator[Provider]:
    with provider() as made:
        made.script("/cgi-bin/stable_token", says({"access_token": "TOKEN-1", "expires_in": 7200}))
        made.script("/cgi-bin/media/get", Step(raw=PNG, content_type="image/png"))
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "media", lambda: secrets.token_hex(16))


def killed(url: str, point: str, base: str, folder: MediaFolder) -> None:
    command = [sys.executable, "-m", "tests.kill.doomed_media", url, point, base, str(folder.root)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=ROOT, env=environment, timeout=60, check=False, capture_output=True)
    assert ended.returncode == (0 if point == "none" else -signal.SIGKILL), ended.stderr.decode()


def row(engine: Engine) -> Any:
    with reading(engine) as conn:
        return conn.execute(select(media)).one()


def files(folder: MediaFolder) -> list[Path]:
    return [path for path in folder.root.glob("*/*") if path.is_file()]


@pytest.mark.parametrize(("point", "left"), [("claimed", ".part"), ("half", ".part"), ("whole", ""), ("none", "")])
def test_nothing_is_lost_and_nothing_is_left_over(
    engine: Engine, database_url: str, clock: StillClock, wechat: Provider, folder: MediaFolder, point: str, left: str
) -> None:
    clock.now = TEN
    cast = seed(engine, TEN)
    with writing(engine) as conn:
        arrived(conn, cast, TEN)
    killed(database_url, point, wechat.base, folder)
    assert [path.suffix for path in files(folder)] == [left]
    assert row(engine).state == ("kept" if point == "none" else "wanted")

    next_one = fetcher(database_url, "", wechat.base, folder.root, clock)
    assert next_one.tick() == 0, "the dead one's lease still runs"
    clock.now += LEASE + timedelta(seconds=1)
    assert next_one.tick() == (point != "none")
    next_one.drain()
    assert row(engine).state == "kept"
    assert folder.path(row(engine).name).read_bytes() == PNG

    for path in files(folder):
        os.utime(path, ((clock.now - FRESH).timestamp() - 1,) * 2)
    assert OrphanSweeper(Writer(engine), clock, folder).sweep() == (point != "none")
    assert [path.name for path in files(folder)] == [row(engine).name]
