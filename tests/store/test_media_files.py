"""The folder: whole files only, for our own user only, and which of them have lain there for a while."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.media_files import FRESH, MediaFolder

NAME = "ab" + "0" * 30


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "media", lambda: NAME)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_ours_alone(folder: MediaFolder) -> None:
    before = os.umask(0)
    try:
        assert folder.write(lambda file: file.write(b"picture")) == NAME
    finally:
        os.umask(before)
    path = folder.path(NAME)
    assert path == folder.root / "ab" / NAME
    assert path.read_bytes() == b"picture"
    assert (mode(path), mode(path.parent), mode(folder.root)) == (0o600, 0o700, 0o700)


def test_what_could_not_be_filled_leaves_nothing(folder: MediaFolder) -> None:
    def fill(file: object) -> None:
        assert next(folder.root.glob("*/*")).name == NAME + ".part", "it has its name only when it is whole"
        raise ValueError

    with pytest.raises(ValueError):
        folder.write(fill)
    assert list(folder.root.glob("*/*")) == []


def test_only_what_has_lain_there_is_looked_at(folder: MediaFolder) -> None:
    folder.write(lambda file: file.write(b"x"))
    half = folder.path("cd" + "0" * 30 + ".part")
    half.parent.mkdir()
    half.write_bytes(b"half")
    written = datetime.fromtimestamp(half.stat().st_mtime, UTC)
    assert list(folder.settled(written + FRESH - timedelta(seconds=2))) == []
    assert set(folder.settled(written + FRESH + timedelta(seconds=2))) == {NAME, half.name}
    folder.remove(half.name)
    folder.remove("not-there")
    assert set(folder.settled(written + FRESH + timedelta(seconds=2))) == {NAME}


def test_a_house_without_files_has_none(folder: MediaFolder) -> None:
    assert list(folder.settled(datetime.now(UTC))) == []
