"""A command before `migrate`, or with its database away: one sentence and exit code 2, no traceback, no SQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import free_port

ROOT = Path(__file__).parents[2]


def called(words: tuple[str, ...], folder: Path, url: str = "") -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIFANG_")}
    given = {"HUIFANG_DATA_DIR": str(folder)} | ({"HUIFANG_DATABASE_URL": url} if url else {})
    return subprocess.run(
        [sys.executable, "app.py", *words], cwd=ROOT, env=clean | given, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize("words", [("why", "C1001"), ("export", "examples")])
def test_before_migrate_it_says_so(words: tuple[str, ...], tmp_path: Path) -> None:
    done = called(words, tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "huifang: the database is not set up for this version: python app.py migrate\n"


def test_without_a_folder_there_is_none_and_migrate_begins_one(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    done = called(("export", "examples"), folder)
    assert done.returncode == 2
    assert done.stderr == "huifang: HUIFANG_DATA_DIR: no database there; to begin one: python app.py migrate.\n"
    assert called(("migrate",), folder).stdout == "database at revision 0001\n"
    assert called(("export", "examples"), folder).returncode == 0


def test_a_database_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    away = f"postgresql://huifang:geheim@127.0.0.1:{free_port()}/huifang"
    done = called(("export", "examples"), tmp_path, away)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "HUIFANG_DATABASE_URL: the database does not answer" in done.stderr
    assert "geheim" not in done.stderr


def test_an_unmigrated_postgresql_says_so_too(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    done = called(("export", "examples"), tmp_path, request.getfixturevalue("postgres").new())
    assert done.stderr == "huifang: the database is not set up for this version: python app.py migrate\n"
