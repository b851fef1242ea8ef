"""Memory of everything `run` starts, as PSS: what is shared between processes is counted once. Prints, judges nothing.

python -m benchmarks.memory [--turns 300]
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import requests
from rich.console import Console
from rich.table import Table

from benchmarks.servers import ROOT, free_port

READY_S = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--turns", type=int, default=300, help="customers' messages before measuring")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="huifang-memory-"))
    web, sandbox = free_port(), free_port()
    house = _start(folder, web, sandbox)
    try:
        _await(f"http://127.0.0.1:{web}/readyz", house)
        _await(f"http://127.0.0.1:{sandbox}/control/clock", house)
        for number in range(options.turns):
            body = {"content": "请问几点关门"}
            requests.post(f"http://127.0.0.1:{sandbox}/control/wechat/oMemory{number % 50}/text", json=body, timeout=20)
        _tell(house.pid, options.turns)
    finally:
        house.send_signal(signal.SIGINT)
        house.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, web: int, sandbox: int) -> subprocess.Popen[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIFANG_")}
    ports = {"HUIFANG_PORT": str(web), "HUIFANG_SANDBOX_PORT": str(sandbox), "HUIFANG_DATA_DIR": str(folder)}
    command = [sys.executable, str(ROOT / "app.py"), "run"]
    return subprocess.Popen(command, cwd=folder, env={**clean, **ports}, stdout=subprocess.DEVNULL)


def _await(url: str, house: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end and house.poll() is None:
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise SystemExit(f"{url} did not answer")


def _tell(pid: int, turns: int) -> None:
    table = Table(title=f"PSS after {turns} turns")
    for heading in ("process", "MiB"):
        table.add_column(heading)
    total = 0.0
    top = psutil.Process(pid)
    for process in [top, *top.children(recursive=True)]:
        mebibytes = process.memory_full_info().pss / 2**20
        total += mebibytes
        table.add_row(_name(process), f"{mebibytes:.1f}")
    table.add_row("all", f"{total:.1f}", style="bold")
    Console().print(table)


def _name(process: psutil.Process) -> str:
    words = process.cmdline()
    ours = any("app.py" in word for word in words[:2])
    return " ".join(Path(word).name for word in words[1:3]) if ours else process.name()


if __name__ == "__main__":
    main()
