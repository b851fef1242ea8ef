"""`run` as a new user meets it: set up, look around, Ctrl-C, again; one sentence for each thing that can be wrong."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from tests.databases import free_port
from tests.e2e.running import BUSY, ROOT, Running, until


def alive(process: psutil.Process) -> bool:
    """Ended and not yet collected by its parent is ended: a container's first process may never collect."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def children(house: Running) -> dict[str, psutil.Process]:
    """By word of the command line, `valkey` for the server."""
    found = {}
    for process in filter(alive, psutil.Process(house.process.pid).children()):
        words = process.cmdline()
        found[words[2] if len(words) > 2 and words[1].endswith("app.py") else "valkey"] = process
    return found


def stopped(house: Running) -> float:
    """Ctrl-C; seconds until everything is gone. The exit code must be 0."""
    everyone = psutil.Process(house.process.pid).children(recursive=True)
    began = time.monotonic()
    assert house.stop() == 0
    took = time.monotonic() - began
    assert [process for process in everyone if alive(process)] == []
    return took


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Running]:
    house = Running(tmp_path / "data")
    yield house
    if hasattr(house, "process"):
        house.kill()


def refused(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIFANG_")}
    usual = {"DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
    given = {f"HUIFANG_{name}": value for name, value in (usual | settings).items()}
    return subprocess.run(
        [sys.executable, "app.py", "run"], cwd=ROOT, env=clean | given, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.timeout(180)
def test_the_first_start_sets_up_and_the_second_goes_on(house: Running) -> None:
    house.start()
    assert "Huifang 回访 is running" in house.log()
    assert f"{house.web}/inbox" in house.log()
    assert house.demo["login"] in house.log()
    assert stat.S_IMODE((house.data_dir / "demo.json").stat().st_mode) == 0o600
    assert len([person for person in house.people.values() if person["openid"]]) >= 3
    assert requests.get(f"{house.web}/readyz", timeout=5).json()["redis"] == "ok"
    assert requests.get(f"{house.sandbox}/", timeout=5).ok
    assert house.staff().get("/inbox").ok
    assert set(children(house)) == {"web", "worker", "clock", "sandbox", "valkey"}
    assert stopped(house) < 3 * BUSY
    before = house.demo
    house.start()
    assert house.demo == before
    assert stopped(house) < 3 * BUSY
    assert "Traceback" not in house.log()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_process_that_dies_comes_back(house: Running) -> None:
    house.start()
    first = until(lambda: children(house).get("worker"), 20)  # it starts after the pages do
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: children(house).get("worker", first) != first, 20)
    assert house.process.poll() is None


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_killed_outright_it_leaves_nobody_behind(house: Running) -> None:
    house.start()
    everyone = psutil.Process(house.process.pid).children(recursive=True)
    house.kill()
    until(lambda: not any(map(alive, everyone)), 10)


@pytest.mark.again
@pytest.mark.timeout(120)
def test_a_follower_with_the_code_is_known_and_one_without_is_not(house: Running) -> None:
    """Point 2 of the first slice: who scans the code on the receipt is bound and welcomed."""
    house.start()
    unknown = house.wechat("oNobodyYet00000000000000001", "follow")
    assert unknown
    person = next(each for each in house.people.values() if not each["openid"])
    answer = house.api("POST", f"repair-orders/{person['repair_order']}/bind-code")
    assert answer.status_code in (200, 201), answer.text
    welcome = house.wechat("oScansTheCode0000000000001", "scan", scene=answer.json()["scene"])
    assert welcome
    assert welcome != unknown


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refused(tmp_path, PORT=str(port))
    assert told.returncode == 2
    assert f"HUIFANG_PORT: port {port} is in use" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"PORT": "eighty"}, "HUIFANG_PORT: Input should be a valid integer"),
        ({"DATABSE_URL": "x"}, "did you mean HUIFANG_DATABASE_URL?"),
        ({"ALIYUN_ACCESS_KEY_ID": "LTAI"}, "HUIFANG_ALIYUN_ACCESS_KEY_ID: a real account's key"),
        ({"DATA_DIR": "/proc/huifang"}, "HUIFANG_DATA_DIR: cannot write"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "HUIFANG_DATABASE_URL"),
        ({"DATABASE_URL": "oracle://x"}, "HUIFANG_DATABASE_URL"),
    ],
)
def test_a_broken_setting_is_one_sentence(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    told = refused(tmp_path, **settings)
    assert told.returncode == 2, told.stderr
    assert words in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("dealer.yaml", "hotline:", "hotlien:"),
        ("journeys/checkin.yaml", "late: send", "late: maybe"),
        ("calendar.yaml", "", "holidais: []\n"),
    ],
)
def test_a_mistake_in_the_dealers_files_is_named_by_line(tmp_path: Path, file: str, right: str, wrong: str) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    for path in (ROOT / "config").rglob("*.yaml"):
        target = folder / path.relative_to(ROOT / "config")
        target.parent.mkdir(exist_ok=True)
        target.write_text(path.read_text("utf-8"), "utf-8")
    broken = folder / file
    broken.write_text(broken.read_text("utf-8").replace(right, wrong, 1), "utf-8")
    told = refused(tmp_path, CONFIG_DIR=str(folder))
    assert told.returncode == 2
    sentence = told.stderr.strip().splitlines()[-1]
    assert re.search(rf"{file}:\d+: ", sentence)
    assert wrong.split(":", maxsplit=1)[0] in sentence
    assert "Traceback" not in told.stderr
