"""Encrypted text turns a second, ours beside a bare echo and WeRoBot. Prints what was measured and judges nothing.

    python -m benchmarks.turns [--rounds 7] [--seconds 3] [--connections 32] [--database-url postgresql://…]

Every server runs under gunicorn with the same number of workers, ours and the echo with the same threads; rounds are
interleaved, so that what else the machine does meets all alike; the load comes from wrk with pushes made beforehand,
each with its own MsgId.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

import requests
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.account import answer_text, push, write_pushes
from benchmarks.servers import ROOT, flask_server, huifang

SCRIPT = Path(__file__).with_name("push.lua")
OURS, ECHO, WEROBOT = "huifang", "wechatpy echo", "WeRoBot"
PATHS = {OURS: "/wechat/main", ECHO: "/wechat", WEROBOT: "/wechat"}
Round: TypeAlias = dict[str, float]
IDS = count(7_000_000_000_000_000)


def main() -> None:
    options = _options()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    (ROOT / "data").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / "data"))  # a disk like production's, not memory
    try:
        measured = _measure(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _tell(measured, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3, help="a server and round")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--database-url", default="", help="an empty database for ours; SQLite when left out")
    parser.add_argument("--only", choices=list(PATHS), help="measure one alone, to look for what is slow")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    return parser.parse_args()


def _measure(options: argparse.Namespace, folder: Path) -> dict[str, list[Round]]:
    names = [options.only] if options.only else list(PATHS)
    with ExitStack() as stack, Progress(console=Console(stderr=True), transient=True) as progress:
        ports = {name: stack.enter_context(_server(name, folder, options)) for name in names}
        rates: dict[str, float] = {}
        for name, port in ports.items():
            _check(name, port)
            rates[name] = _round(name, port, folder, options, 2, 2000)["rate"]  # everybody has written before
        task = progress.add_task("measuring", total=options.rounds * len(names))
        found: dict[str, list[Round]] = {name: [] for name in names}
        for number in range(options.rounds):
            for name in names[number % len(names) :] + names[: number % len(names)]:
                found[name].append(_round(name, ports[name], folder, options, options.seconds, rates[name]))
                progress.advance(task)
    return found


def _server(name: str, folder: Path, options: argparse.Namespace) -> Any:
    own = folder / name.replace(" ", "-")
    own.mkdir()
    if name == OURS:
        return huifang(own, options.database_url)
    if name == ECHO:
        return flask_server("benchmarks.echo_app", own)
    # Its threads share one SQLite connection without a lock: with more than one it answers "database is locked"
    # as an empty 200 and loses sessions, so it runs as it works best.
    return flask_server("benchmarks.werobot_app", own, threads=1)


def _check(name: str, port: int) -> None:
    """One turn, read back: a server that answers nonsense fast must not win."""
    query, body = push(next(IDS))
    answer = requests.post(f"http://127.0.0.1:{port}{PATHS[name]}?{query}", data=body.encode(), timeout=10)
    if answer.status_code != 200 or not answer_text(answer.text):
        raise SystemExit(f"{name} answered {answer.status_code} {answer.text[:200]!r}")


def _round(name: str, port: int, folder: Path, options: argparse.Namespace, seconds: int, rate: float) -> Round:
    """rate: turns a second to prepare for; when the pushes run out it measures again with twice as many."""
    pushes, file = int(rate * seconds * 1.5), folder / "pushes"
    first = next(IDS)
    for _ in range(pushes):
        next(IDS)
    write_pushes(file, PATHS[name], first, pushes)
    wrk = ["wrk", "-t1", f"-c{options.connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(SCRIPT)]
    told = subprocess.run(
        [*wrk, f"http://127.0.0.1:{port}", "--", str(file)], capture_output=True, text=True, check=True, timeout=120
    )
    measured: Round = json.loads(told.stdout.strip().splitlines()[-1])
    if measured["errors"]:
        raise SystemExit(f"{name}: {measured['errors']:.0f} of {measured['requests']:.0f} failed\n{told.stdout}")
    if measured["requests"] + options.connections >= pushes:
        return _round(name, port, folder, options, seconds, rate * 2)
    return {**measured, "rate": measured["requests"] / measured["seconds"]}


def _tell(measured: Mapping[str, list[Round]], options: argparse.Namespace) -> None:
    console = Console()
    if options.json:
        console.print_json(json.dumps(measured))
        return
    table = Table(title=f"n = {options.rounds} rounds of {options.seconds} s, {options.connections} connections")
    for heading in ("server", "turns/s median (min-max)", "p50 ms", "p99 ms median (max)", "ours / this"):
        table.add_column(heading)
    for name, rounds in measured.items():
        table.add_row(name, *_row(rounds), _ratio(measured.get(OURS, []), rounds))
    console.print(table)


def _row(rounds: list[Round]) -> tuple[str, str, str]:
    rates, p99 = [each["rate"] for each in rounds], [each["p99_ms"] for each in rounds]
    return (
        f"{statistics.median(rates):.0f} ({min(rates):.0f}-{max(rates):.0f})",
        f"{statistics.median(each['p50_ms'] for each in rounds):.1f}",
        f"{statistics.median(p99):.1f} ({max(p99):.1f})",
    )


def _ratio(ours: list[Round], theirs: list[Round]) -> str:
    """Round by round, since only neighbours in time met the same machine."""
    ratios = [mine["rate"] / other["rate"] for mine, other in zip(ours, theirs, strict=False)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})" if ratios else ""


if __name__ == "__main__":
    main()
