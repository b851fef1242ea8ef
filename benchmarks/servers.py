"""Starting the servers of a benchmark with the same workers, and ending them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.account import AES_KEY, APP_ID, TOKEN
from commands import valkey
from commands.web import THREADS, WORKERS
from store.probe import ask_redis
from tests.databases import Cluster, postgres_programs, running_cluster

ROOT = Path(__file__).parents[1]
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
READY_S = 120.0  # a first start learns the intents, and the machine may be busy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: Sequence[str], folder: Path, environment: Mapping[str, str], port: int) -> Iterator[int]:
    """The port, once it takes connections. The server's folder is its working directory."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIFANG_")}
    paths = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    with open(folder / "server.log", "ab") as log:
        server = subprocess.Popen(
            list(command), cwd=folder, env={**clean, **paths, **environment}, stdout=log, stderr=log
        )
    try:
        _await(port, server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:  # WeRoBot's threads may wait for their own database's lock
            server.kill()
            server.wait()


@contextmanager
def flask_server(module: str, folder: Path, threads: int = THREADS) -> Iterator[int]:
    port = free_port()
    options = ["-k", "gthread", "-w", str(WORKERS), "--threads", str(threads), "-b", f"127.0.0.1:{port}"]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        *options,
        "--graceful-timeout",
        "1",
        "--log-level",
        "warning",
        f"{module}:make()",
    ]
    with started(command, folder, {}, port):
        yield port


@contextmanager
def huifang(folder: Path, database_url: str = "") -> Iterator[int]:
    """Ours as `web` with a real account's settings, its database in `folder`, its own Valkey beside it."""
    port, url = free_port(), database_url or f"sqlite:///{folder / 'huifang.sqlite'}"
    with embedded_valkey(folder) as redis_url:
        settings = {
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
            "DATA_DIR": str(folder),
            "PORT": str(port),
            "SANDBOX_PORT": str(port + 1 if port < 65535 else port - 1),
            "SECRET_KEY": "benchmark" * 5,
            "WECHAT_APP_ID": APP_ID,
            "WECHAT_APP_SECRET": "benchmark",
            "WECHAT_TOKEN": TOKEN,
            "WECHAT_AES_KEY": AES_KEY,
        }
        environment = {f"HUIFANG_{name}": value for name, value in settings.items()}
        migrate = [sys.executable, str(ROOT / "app.py"), "migrate"]
        subprocess.run(migrate, env={**os.environ, **environment}, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with started([sys.executable, str(ROOT / "app.py"), "web"], folder, environment, port):
            yield port


@contextmanager
def durable_cluster() -> Iterator[Cluster]:
    """A PostgreSQL of its own that keeps what it answered, as SQLite does here."""
    programs = postgres_programs()
    if programs is None:
        raise SystemExit("PostgreSQL is missing: apt-get install postgresql")
    with running_cluster(programs, DURABLE) as cluster:
        yield cluster


@contextmanager
def embedded_valkey(folder: Path) -> Iterator[str]:
    place = valkey.socket_path(folder)
    server = subprocess.Popen(valkey.command(folder, place))
    url = valkey.url(place)
    try:
        if not valkey.await_answer(lambda: ask_redis(url), alive=lambda: server.poll() is None):
            raise SystemExit("the embedded Valkey did not start")
        yield url
    finally:
        server.terminate()
        server.wait(10)


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"no server on port {port}; its message stands above")
