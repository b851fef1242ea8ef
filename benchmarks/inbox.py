"""The inbox over a long history: list, conversation, search and send, then two hundred open pages beside webhooks.

    python -m benchmarks.inbox [--messages 1000000] [--rounds 60] [--streams 200] [--postgres]

Rows are made by the database itself; the server is ours as `web`, asked over HTTP by one logged-in colleague. CPU is of
the server and its database, which a busy machine distorts least. Prints what was measured and judges nothing.
"""

import argparse
import json
import re
import shutil
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import requests
from rich.console import Console
from rich.table import Table
from sqlalchemy import BindParameter, Engine, bindparam, text

from benchmarks.account import push
from benchmarks.servers import ROOT, durable_cluster, huifang
from store.engine import open_engine, writing
from store.migrate import upgrade
from store.staff import hash_password
from store.tables.base import Instant

PASSWORD = "benchmark 电池"
WORDS = (
    "空调", "保养", "热风", "刹车", "异响", "机油", "轮胎", "试驾", "取车", "预约",
    "明天", "下午", "几点", "多少钱", "师傅", "谢谢", "好的", "满意", "请问", "你好",
    "方便", "配件", "到了", "发票", "洗车", "优惠", "活动", "新车", "年检", "续保",
    "钥匙", "座椅",
)  # fmt: skip
RARE = "变速箱顿挫"  # said once in a thousand messages
WARM = 4  # both workers and their connections have answered this before
LONG = 10_000  # messages of the first customer
SPREAD = 20  # messages of each other customer
MOMENTS = {
    "now": datetime(2026, 11, 29, 2, tzinfo=UTC),
    "old": datetime(2026, 6, 1, 2, tzinfo=UTC),
    "until": datetime(2036, 1, 1, tzinfo=UTC),
}


def main() -> None:
    options = _options()
    (ROOT / "data").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / "data"))
    url = options.database_url or f"sqlite:///{folder / 'huifang.sqlite'}"
    try:
        with ExitStack() as stack:
            cluster = stack.enter_context(durable_cluster()) if options.postgres else None
            url = cluster.new() if cluster else url
            took = _fill(url, options.messages)
            port = stack.enter_context(huifang(folder, url))
            server = Server(port, cluster.pid if cluster else None)
            measured = _measure(server, options) | {"fill_s": round(took, 1), "memory_mb": server.memory_mb()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _tell(measured, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=60, help="requests of each kind")
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20, help="how long the streams stay open beside webhooks")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    parser.add_argument("--database-url", default="", help="an empty database elsewhere; its CPU is not counted then")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _fill(url: str, messages: int) -> float:
    """Seconds it took. A message's words come from its number, so every run has the same history."""
    began, engine = time.monotonic(), open_engine(url)
    upgrade(engine)
    customers = max(2, (messages - LONG) // SPREAD)
    with writing(engine) as conn:
        for statement, values in _statements(messages, customers):
            conn.execute(text(statement).bindparams(*_moments(statement)), values)
    _analyze(engine)
    engine.dispose()
    return time.monotonic() - began


def _moments(statement: str) -> list[BindParameter[datetime]]:
    return [bindparam(name, at, type_=Instant()) for name, at in MOMENTS.items() if f":{name}" in statement]


NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) "


def _statements(messages: int, customers: int) -> Iterator[tuple[str, dict[str, Any]]]:
    person = {"hash": hash_password(PASSWORD)}
    yield "INSERT INTO store (code, name, time_zone) VALUES ('main', '远禾滨江店', 'Asia/Shanghai')", {}
    yield (
        "INSERT INTO staff (store_id, username, password_hash, name, role) "
        "VALUES (1, 'hanmeimei', :hash, '韩梅梅', 'manager')",
        person,
    )
    yield (
        NUMBERS + "INSERT INTO customer (store_id, external_id, name, phone, created_at) "
        "SELECT 1, 'C' || i, '客户' || i, '+86138' || (10000000 + i), :old FROM n",
        {"many": customers},
    )
    yield (
        NUMBERS + "INSERT INTO vehicle (store_id, customer_id, external_id, plate, model) "
        "SELECT 1, i, 'V' || i, '浙A' || (10000 + i), '长风' FROM n",
        {"many": customers},
    )
    yield _threads(), {"many": customers}
    yield (
        NUMBERS + "INSERT INTO identity (customer_id, channel, account, address, following, bound_by, changed_at) "
        "SELECT i, 'wechat', 'main', 'o' || i, (1 = 1), 'qr', :old FROM n",
        {"many": customers},
    )
    yield (
        NUMBERS + "INSERT INTO wechat_window (account, openid, kind, opened_at, expires_at, quota, used) "
        "SELECT 'main', 'o' || i, 'typed', :now, :until, 100000, 0 FROM n",
        {"many": min(customers, 50)},
    )
    yield _messages(), {"many": messages, "long": LONG, "customers": customers, "rare": RARE}


def _threads() -> str:
    """A tenth waits or is somebody's, a third is closed."""
    state = "CASE i % 30 WHEN 0 THEN 'waiting' WHEN 1 THEN 'human' WHEN 2 THEN 'human' ELSE "
    state += "CASE i % 3 WHEN 0 THEN 'closed' ELSE 'bot' END END"
    columns = "customer_id, store_id, owner_id, state, last_at, last_text, last_channel, due_at"
    due = "CASE i % 30 WHEN 0 THEN :now ELSE NULL END"
    owner = "CASE WHEN i % 30 IN (1, 2) THEN 1 END"
    return (
        NUMBERS + f"INSERT INTO thread ({columns}) SELECT i, 1, {owner}, {state}, :now, '好的', 'wechat', {due} FROM n"
    )


def _messages() -> str:
    words = " ".join(f"WHEN {n} THEN '{word}'" for n, word in enumerate(WORDS))

    def one(by: int) -> str:
        return f"CASE (i / {by} + i * {by}) % {len(WORDS)} {words} END"

    said = " || ".join(one(by) for by in (1, 7, 53, 311)) + " || CASE i % 1000 WHEN 7 THEN :rare ELSE '' END"
    whose = "CASE WHEN i <= :long THEN 1 ELSE 2 + i % (:customers - 1) END"
    columns = "store_id, customer_id, direction, channel, kind, author, text, at"
    way = "CASE i % 2 WHEN 0 THEN 'in' ELSE 'out' END"
    who = "CASE i % 2 WHEN 0 THEN 'customer' ELSE 'bot' END"
    return NUMBERS + (
        f"INSERT INTO message ({columns}) SELECT 1, {whose}, {way}, 'wechat', 'text', {who}, {said}, :old FROM n"
    )


def _analyze(engine: Engine) -> None:
    """What a database that has grown for years knows of itself."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))


def _measure(server: "Server", options: argparse.Namespace) -> dict[str, Any]:
    session = _logged_in(base := server.base)
    asked: dict[str, Callable[[int], requests.Response]] = {
        "list": lambda _n: session.get(f"{base}/inbox/list"),
        "thread": lambda n: session.get(f"{base}/inbox/c/{2 + n}"),
        "thread of 10,000": lambda _n: session.get(f"{base}/inbox/c/1"),
        "search, rare": lambda n: session.get(f"{base}/inbox/list", params={"q": (RARE, RARE[:2])[n % 2]}),
        "search, common": lambda n: session.get(f"{base}/inbox/list", params={"q": WORDS[n % len(WORDS)]}),
        "search, nothing": lambda n: session.get(f"{base}/inbox/list", params={"q": f"没有{n}的话"}),
        "send": lambda n: _send(session, base, 2 + n % 40, n),
    }
    measured: dict[str, Any] = {}
    for name, ask in asked.items():
        for warm in range(WARM):
            ask(warm)
        with server.counted(measured, name, options.rounds):
            measured[name] = _percentiles([_timed(ask, n) for n in range(options.rounds)])
    with server.counted(measured, "webhook, alone", options.rounds):
        measured["webhook, alone"] = _percentiles([_webhook(base, n) for n in range(options.rounds)])
    return measured | _with_streams(base, session, options)


def _logged_in(base: str) -> requests.Session:
    session = requests.Session()
    form = {"username": "hanmeimei", "password": PASSWORD, "csrf_token": _token(session.get(f"{base}/login").text)}
    session.post(f"{base}/login", data=form, timeout=30).raise_for_status()
    session.headers["X-CSRFToken"] = _token(session.get(f"{base}/inbox").text)
    return session


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise SystemExit("no form on the page")
    return found[1]


def _send(session: requests.Session, base: str, customer: int, number: int) -> requests.Response:
    form = {"text": f"您好，已经安排好了，第{number}次。", "key": f"bench-{time.monotonic_ns()}"}
    return session.post(f"{base}/inbox/c/{customer}/reply", data=form, headers={"HX-Request": "true"}, timeout=60)


def _timed(ask: Callable[[int], requests.Response], number: int) -> float:
    began = time.perf_counter()
    answer = ask(number)
    took = time.perf_counter() - began
    if answer.status_code >= 400:
        raise SystemExit(f"{answer.status_code}: {answer.text[:300]}")
    return took * 1000


def _webhook(base: str, number: int) -> float:
    query, body = push(8_000_000_000_000_000 + time.monotonic_ns() % 10**14 * 10 + number % 10)
    return _timed(lambda _n: requests.post(f"{base}/wechat/main?{query}", data=body.encode(), timeout=60), number)


def _with_streams(base: str, session: requests.Session, options: argparse.Namespace) -> dict[str, Any]:
    """Webhooks beside open pages, and how long a note takes from the press to each of them."""
    with _open(base, session, options.streams) as pages:
        hooks, lags, end = [], [], time.monotonic() + options.seconds
        number = 0
        while time.monotonic() < end:
            hooks.append(_webhook(base, number := number + 1))
            if number % 5 == 0:
                lags += _lag(base, session, pages)
        told = {"webhook, beside streams": _percentiles(hooks), "event lag": _percentiles(lags)}
        return told | {"streams open": sum(page.alive for page in pages)}


class _Page:
    """One open stream, read by one thread for all: when the last event came."""

    def __init__(self, base: str, session: requests.Session) -> None:
        host, port = base.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), 20)
        cookies = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
        self.socket.sendall(f"GET /events?after=0 HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\n\r\n".encode())
        self.heard: list[tuple[float, bytes]] = []
        self.alive = False
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        self.socket.settimeout(None)
        with suppress(OSError):  # the benchmark closes it
            while data := self.socket.recv(65536):
                self.alive = self.alive or b"200 OK" in data
                if b"event: feed" in data:
                    self.heard.append((time.perf_counter(), data))


@contextmanager
def _open(base: str, session: requests.Session, many: int) -> Iterator[list[_Page]]:
    pages = [_Page(base, session) for _ in range(many)]
    end = time.monotonic() + 60
    while time.monotonic() < end and not all(page.alive for page in pages):
        threading.Event().wait(0.1)
    try:
        yield pages
    finally:
        for page in pages:
            page.socket.close()


def _lag(base: str, session: requests.Session, pages: list[_Page]) -> list[float]:
    """From just before the note is posted until each page has heard of that customer; milliseconds."""
    for page in pages:
        page.heard.clear()
    customer = 41
    mark = f'"customer": {customer},'.encode()
    began = time.perf_counter()
    form = {"text": "看一下", "key": f"note-{time.monotonic_ns()}"}
    session.post(f"{base}/inbox/c/{customer}/note", data=form, headers={"HX-Request": "true"}, timeout=60)
    end = time.perf_counter() + 5
    waiting = [page for page in pages if page.alive]
    found: dict[int, float] = {}
    while len(found) < len(waiting) and time.perf_counter() < end:
        for number, page in enumerate(waiting):
            at = next((at for at, data in list(page.heard) if mark in data), None)
            if at is not None:
                found.setdefault(number, (at - began) * 1000)
        threading.Event().wait(0.005)
    return [found.get(number, 5000.0) for number in range(len(waiting))]


def _percentiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "n": len(ordered),
        "p50": round(statistics.median(ordered), 1),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
        "max": round(ordered[-1], 1),
    }


class Server:
    """Ours: gunicorn's master, its workers, and the database where it is ours too."""

    def __init__(self, port: int, database: int | None) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self._master, self._database = _master(port), psutil.Process(database) if database else None

    @contextmanager
    def counted(self, measured: dict[str, Any], name: str, rounds: int) -> Iterator[None]:
        """Adds to what is measured inside the CPU of one request, in milliseconds."""
        before = self._cpu_s()
        yield
        measured[name]["cpu"] = round((self._cpu_s() - before) * 1000 / rounds, 1)

    def memory_mb(self) -> float:
        """PSS of the web server's processes."""
        return round(float(sum(each.memory_full_info().pss for each in _family(self._master))) / 1e6, 1)

    def _cpu_s(self) -> float:
        family = [each for root in (self._master, self._database) if root for each in _family(root)]
        return float(sum(each.cpu_times().user + each.cpu_times().system for each in family))


def _family(root: psutil.Process) -> list[psutil.Process]:
    return [root, *root.children(recursive=True)]


def _master(port: int) -> psutil.Process:
    """Of gunicorn, whose workers share the socket."""
    listening = [each.pid for each in psutil.net_connections("tcp")
                 if each.status == "LISTEN" and each.laddr.port == port and each.pid]  # fmt: skip
    master = psutil.Process(listening[0])
    while (parent := master.parent()) is not None and "web" in parent.cmdline()[-1:]:
        master = parent
    return master


def _tell(measured: dict[str, Any], options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(measured, ensure_ascii=False))
        return
    load = f"load {psutil.getloadavg()[0]:.0f} on {psutil.cpu_count()} cores"
    store = "PostgreSQL" if options.postgres or options.database_url else "SQLite"
    title = f"{options.messages:,} messages on {store}, {load}"
    table = Table("what", "n", "p50 ms", "p95 ms", "max ms", "CPU ms", title=title)
    for name, value in measured.items():
        if isinstance(value, dict):
            table.add_row(name, *(str(value.get(each, "")) for each in ("n", "p50", "p95", "max", "cpu")))
    console = Console()
    console.print(table)
    for name in ("streams open", "memory_mb", "fill_s"):
        console.print(f"{name}: {measured[name]}")


if __name__ == "__main__":
    main()
