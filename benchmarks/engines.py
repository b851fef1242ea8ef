"""Messages a second from the outbox to a provider, beside a bare loop of the same calls, Celery and RQ.

    python -m benchmarks.engines [--rounds 3] [--messages 1500] [--latency 0 50] [--threads 8] [--postgres]

Everybody gets a full queue, the same number of calls at once, the same client and signed request, and a provider of
its own that answers OK after the latency and counts what it was sent. Rounds alternate. What is measured lies between
the tenth part of the messages and the last, so nobody's start counts. CPU is that of the engine's processes and of
what it keeps its queue in (PostgreSQL, Valkey). Prints what was measured and judges nothing.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests
from redis import Redis
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rq import Queue
from sqlalchemy import Engine, func, select

from benchmarks import engine_work
from benchmarks.engine_celery import app, send
from benchmarks.sending import stage_full_outbox
from benchmarks.servers import ROOT, durable_cluster, embedded_valkey, free_port, started
from store.engine import open_engine, reading
from store.tables import outbound
from tests.databases import Cluster

OURS, BARE, CELERY, RQ = "huifang", "bare loop", "Celery", "RQ"
PATIENCE_S = 120.0
LOOK_S = 0.02


@dataclass(frozen=True)
class Round:
    """rate: messages a second; cpu_ms: a message, engine and its store."""

    rate: float
    cpu_ms: float
    lost: int
    doubled: int


@dataclass(frozen=True)
class Place:
    """Where one engine runs for one round. urls: of the database and of Valkey; beside: processes that serve it."""

    folder: Path
    provider: int
    database: str
    redis: str
    beside: tuple[int, ...]
    messages: int
    threads: int


def main() -> None:
    options = _options()
    (ROOT / "data").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / "data"))  # a disk like production's, not memory
    os.environ["BENCH_PROVIDER"] = ""
    try:
        with ExitStack() as stack:
            cluster = stack.enter_context(durable_cluster()) if options.postgres else None
            measured = _measure(options, folder, cluster)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _tell(measured, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=1500)
    parser.add_argument("--latency", type=int, nargs="+", default=[0, 50], help="of the provider, ms")
    parser.add_argument("--threads", type=int, default=8, help="calls at once")
    parser.add_argument("--postgres", action="store_true", help="ours on PostgreSQL instead of SQLite")
    parser.add_argument("--pool", choices=("prefork", "threads"), default="prefork", help="of Celery")
    parser.add_argument("--only", nargs="+", choices=(OURS, BARE, CELERY, RQ), default=[OURS, BARE, CELERY, RQ])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    return parser.parse_args()


Measured = dict[tuple[int, str], list[Round]]


def _measure(options: argparse.Namespace, folder: Path, cluster: Cluster | None) -> Measured:
    full = _Full(folder, cluster, options.messages)
    found: Measured = {(latency, name): [] for latency in options.latency for name in options.only}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("measuring", total=options.rounds * len(found))
        for number in range(options.rounds):
            for latency in options.latency:
                turn = number % len(options.only)
                for name in options.only[turn:] + options.only[:turn]:
                    found[latency, name].append(_round(name, latency, full, options))
                    progress.advance(task)
    return found


class _Full:
    """A database with a full outbox, made once; each round works off a copy."""

    def __init__(self, folder: Path, cluster: Cluster | None, messages: int) -> None:
        self.folder, self._cluster, self._messages = folder, cluster, messages
        self._url = cluster.new() if cluster else f"sqlite:///{folder / 'full.sqlite'}"
        engine = open_engine(self._url)
        stage_full_outbox(engine, messages)
        if not cluster:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        if self._cluster is None:
            shutil.copyfile(self.folder / "full.sqlite", folder / "huifang.sqlite")
            yield f"sqlite:///{folder / 'huifang.sqlite'}"
            return
        url = self._cluster.new(like=self._url)
        try:
            yield url
        finally:
            self._cluster.drop(url)

    def server(self) -> list[int]:
        return [self._cluster.pid] if self._cluster else []


def _round(name: str, latency: int, full: _Full, options: argparse.Namespace) -> Round:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=full.folder)))
        port = free_port()
        fake = [sys.executable, "-m", "benchmarks.fake_sms", str(port), str(latency)]
        stack.enter_context(started(fake, folder, {}, port))
        redis = stack.enter_context(embedded_valkey(folder))
        database = stack.enter_context(full.copy(folder)) if name == OURS else ""
        beside = [_pid_of(redis), *(full.server() if name == OURS else [])]
        place = Place(folder, port, database, redis, tuple(beside), options.messages, options.threads)
        return ENGINES[name](place, options)


def _pid_of(redis: str) -> int:
    return int(Redis.from_url(redis).info("server")["process_id"])


def _ours(place: Place, _options: argparse.Namespace) -> Round:
    command = [sys.executable, "-m", "benchmarks.engine_ours", place.database, place.redis, str(place.threads)]
    engine = open_engine(place.database)
    try:
        return _watched(place, command, lambda: _accepted(engine) == place.messages)
    finally:
        engine.dispose()


def _accepted(engine: Engine) -> int:
    with reading(engine) as conn:
        rows = select(func.count()).select_from(outbound.outbox).where(outbound.outbox.c.state == "accepted")
        return conn.execute(rows).scalar_one()


def _bare(place: Place, _options: argparse.Namespace) -> Round:
    command = [sys.executable, "-m", "benchmarks.engine_bare", str(place.messages), str(place.threads)]
    return _watched(place, command)


def _celery(place: Place, options: argparse.Namespace) -> Round:
    broker = place.redis.replace("unix://", "redis+socket://")
    os.environ["BENCH_BROKER"] = broker
    app.conf.broker_url = broker
    with app.connection_for_write(broker) as connection, app.amqp.Producer(connection) as producer:
        for number in range(1, place.messages + 1):
            send.apply_async((number, engine_work.PAYLOAD), producer=producer)
    module = ["-A", "benchmarks.engine_celery", "worker", "-l", "error", "-P", options.pool]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    command = [sys.executable, "-m", "celery", *module, "-c", str(place.threads), *quiet]
    return _watched(place, command, environment={"BENCH_BROKER": broker})


def _rq(place: Place, _options: argparse.Namespace) -> Round:
    queue = Queue("bench", connection=Redis.from_url(place.redis))
    queue.enqueue_many([
        Queue.prepare_data(engine_work.send, (number, engine_work.PAYLOAD), result_ttl=0)
        for number in range(1, place.messages + 1)
    ])  # fmt: skip
    pool = ["worker-pool", "-q", "-u", place.redis, "-n", str(place.threads), "-w", "rq.worker.SimpleWorker"]
    command = [str(Path(sys.executable).with_name("rq")), *pool, "bench"]
    return _watched(place, command)


ENGINES: Mapping[str, Callable[[Place, argparse.Namespace], Round]] = {
    OURS: _ours,
    BARE: _bare,
    CELERY: _celery,
    RQ: _rq,
}


def _watched(
    place: Place,
    command: Sequence[str],
    stored: Callable[[], bool] = lambda: True,
    environment: Mapping[str, str] = {},  # read only
) -> Round:
    """Runs the engine until the provider has seen everything; `stored`: and the engine wrote it down."""
    known = {"PYTHONPATH": str(ROOT), "BENCH_PROVIDER": f"http://127.0.0.1:{place.provider}", **environment}
    with open(place.folder / "engine.log", "wb") as log:
        engine = subprocess.Popen(list(command), cwd=place.folder, env={**os.environ, **known}, stdout=log, stderr=log)
    try:
        began = _until(place, engine, place.messages // 10)
        cpu = _cpu(engine.pid, place.beside)
        _until(place, engine, place.messages)
        while not stored():
            time.sleep(LOOK_S)
        spent = _cpu(engine.pid, place.beside) - cpu
        return _of(place, began, _stats(place), spent)
    finally:
        _end(engine)


def _until(place: Place, engine: subprocess.Popen[bytes], wanted: int) -> Mapping[str, Any]:
    end = time.monotonic() + PATIENCE_S
    while (told := _stats(place))["distinct"] < wanted:
        if time.monotonic() > end or engine.poll() is not None:
            raise SystemExit(f"{told}\n{(place.folder / 'engine.log').read_text()[-2000:]}")
        time.sleep(LOOK_S)
    return told


def _of(place: Place, began: Mapping[str, Any], ended: Mapping[str, Any], cpu: float) -> Round:
    done = ended["received"] - began["received"]
    lost, doubled = place.messages - ended["distinct"], ended["received"] - ended["distinct"]
    return Round(done / (ended["last"] - began["last"]), cpu / done * 1000, lost, doubled)


def _stats(place: Place) -> Mapping[str, Any]:
    told: Mapping[str, Any] = requests.get(f"http://127.0.0.1:{place.provider}/stats", timeout=10).json()
    return told


def _cpu(pid: int, beside: Sequence[int]) -> float:
    """Seconds of processor time so far, children included, the ended ones too."""
    families = [psutil.Process(each) for each in (pid, *beside)]
    members = [one for each in families for one in (each, *each.children(recursive=True))]
    times = [each.cpu_times() for each in members]
    return float(sum(each.user + each.system + each.children_user + each.children_system for each in times))


def _end(engine: subprocess.Popen[bytes]) -> None:
    family = psutil.Process(engine.pid).children(recursive=True)
    for each in [engine, *family]:
        each.kill()
    engine.wait()


def _tell(measured: Measured, options: argparse.Namespace) -> None:
    if options.json:
        named = {
            f"{latency} ms {name}": [vars(each) for each in rounds] for (latency, name), rounds in measured.items()
        }
        Console().print_json(json.dumps(named))
        return
    store = "PostgreSQL" if options.postgres else "SQLite"
    head = f"{options.rounds} rounds of {options.messages}, {options.threads} calls at once, {store}"
    table = Table(title=f"{head}, Celery {options.pool}, load {os.getloadavg()[0]:.1f}")
    for heading in ("latency", "engine", "messages/s median (min-max)", "CPU ms each", "lost/doubled", "ours / this"):
        table.add_column(heading)
    for (latency, name), rounds in measured.items():
        table.add_row(f"{latency} ms", name, *_row(rounds), _ratio(measured.get((latency, OURS), []), rounds))
    Console(width=120).print(table)


def _row(rounds: Sequence[Round]) -> tuple[str, str, str]:
    rates, cpu = [each.rate for each in rounds], [each.cpu_ms for each in rounds]
    return (
        f"{statistics.median(rates):.0f} ({min(rates):.0f}-{max(rates):.0f})",
        f"{statistics.median(cpu):.2f} ({min(cpu):.2f}-{max(cpu):.2f})",
        f"{sum(each.lost for each in rounds)}/{sum(each.doubled for each in rounds)}",
    )


def _ratio(ours: Sequence[Round], theirs: Sequence[Round]) -> str:
    """Round by round, since only neighbours in time met the same machine."""
    ratios = [mine.rate / other.rate for mine, other in zip(ours, theirs, strict=False)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})" if ratios else ""


if __name__ == "__main__":
    main()
