"""`python app.py sandbox` as a process of its own: it starts, survives a kill, and ends on a signal."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import requests

from store.engine import open_engine
from store.tables import metadata
from tests.databases import free_port

ROOT = Path(__file__).parents[2]


def started(tmp_path: Path, **settings: str) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIFANG_")}
    given = {
        "HUIFANG_SANDBOX": "1",
        "HUIFANG_DATA_DIR": str(tmp_path / "data"),
        "HUIFANG_DATABASE_URL": f"sqlite:///{tmp_path / 'house.sqlite'}",
        "HUIFANG_SANDBOX_PORT": str(port),
        **settings,
    }
    process = subprocess.Popen([sys.executable, "app.py", "sandbox"], cwd=ROOT, env=clean | given)
    return process, f"http://127.0.0.1:{port}"


def until_up(process: subprocess.Popen[bytes], base: str) -> None:
    for _ in range(600):
        assert process.poll() is None, "it ended while starting"
        try:
            requests.get(f"{base}/control/clock", timeout=5)
            return
        except requests.ConnectionError:
            subprocess.run(["sleep", "0.05"], check=True)
    raise RuntimeError("the sandbox did not start")


def test_it_survives_a_kill_and_ends_on_a_signal(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'house.sqlite'}")
    metadata.create_all(engine)
    engine.dispose()
    process, base = started(tmp_path)
    until_up(process, base)
    requests.post(f"{base}/control/wechat/o1/text", json={"content": "你好"}, timeout=10)
    requests.post(f"{base}/control/clock", json={"advance": "3d"}, timeout=10)
    process.kill()
    process.wait(10)
    process, base = started(tmp_path)
    until_up(process, base)
    lines = requests.get(f"{base}/control/wechat/o1/messages", timeout=10).json()
    assert [line["text"] for line in lines] == ["你好"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0


def test_it_refuses_to_run_beside_a_real_account(tmp_path: Path) -> None:
    process, _base = started(tmp_path, HUIFANG_SANDBOX="0")
    assert process.wait(30) == 2
