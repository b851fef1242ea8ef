"""A planning tick on a full house: the first, which plans, then idle ones. Prints what was measured, judges nothing.

    python -m benchmarks.planning [--customers 50000] [--ticks 7] [--database-url postgresql://…]

Two years of orders (1.2 a customer), two touchpoints a customer, one published event, every second one consenting.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, insert

from benchmarks.servers import ROOT
from config.calendar import Calendar
from config.load import load_journeys
from scheduler.plan import Planned, Planner
from store.engine import open_engine, writing
from store.tables import metadata, outbound, people

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
AT_ONCE = 5000


class Still:
    """Implements `Clock`: one business moment, so that every idle tick is idle."""

    def business(self) -> datetime:
        return NOW

    def machine(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return time.monotonic()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--ticks", type=int, default=7, help="idle ones")
    parser.add_argument("--database-url", default="", help="an empty database; SQLite when left out")
    options = parser.parse_args()
    (ROOT / "data").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "data") as folder:
        engine = open_engine(options.database_url or f"sqlite:///{Path(folder) / 'huifang.sqlite'}")
        fill(engine, options.customers)
        planner = Planner(engine, Still(), load_journeys(ROOT / "config"), Calendar())
        measured = [timed(planner.tick) for _ in range(options.ticks + 1)]
        engine.dispose()
    tell(options.customers, measured)


def timed(tick: Callable[[], Planned]) -> tuple[float, Planned]:
    start = time.perf_counter()
    done = tick()
    return time.perf_counter() - start, done


def tell(customers: int, measured: list[tuple[float, Planned]]) -> None:
    (first, done), *idle = measured
    seconds = [each for each, _ in idle]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table = Table(title=f"{customers} customers, {len(idle)} idle ticks, load {os.getloadavg()[0]:.1f}")
    for heading in ("first tick s", "planned", "idle tick ms median (min-max)", "peak memory MB"):
        table.add_column(heading)
    spread = f"{statistics.median(seconds) * 1000:.0f} ({min(seconds) * 1000:.0f}-{max(seconds) * 1000:.0f})"
    table.add_row(f"{first:.1f}", str(done.inserted), spread, f"{peak:.0f}")
    Console().print(table)


def fill(engine: Engine, customers: int) -> None:
    metadata.create_all(engine)
    with writing(engine) as conn:
        put(conn, people.store, iter([{"id": 1, "code": "s1", "name": "远禾滨江店", "time_zone": "Asia/Shanghai"}]))
        put(conn, people.customer, map(a_customer, range(1, customers + 1)))
        put(conn, people.consent, map(a_consent, range(2, customers + 1, 2)))
        put(conn, people.repair_order, (an_order(number, customers) for number in range(1, customers * 6 // 5 + 1)))
        put(conn, people.event, iter([an_event()]))
        put(conn, outbound.touchpoint, (a_touchpoint(number, customers) for number in range(1, customers * 2 + 1)))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("ANALYZE")  # as autovacuum would within a minute


def put(conn: Connection, table: Any, rows: Iterator[Mapping[str, Any]]) -> None:
    while batch := [row for _, row in zip(range(AT_ONCE), rows, strict=False)]:
        conn.execute(insert(table), batch)


def a_customer(number: int) -> dict[str, Any]:
    born = datetime(1980, 1, 1, tzinfo=UTC) + timedelta(days=number % 365)
    return {"id": number, "store_id": 1, "external_id": f"C{number}", "name": "车主", "phone": f"+86139{number:08d}",
            "birthday_md": f"{born:%m-%d}", "created_at": NOW - timedelta(days=800)}  # fmt: skip


def a_consent(customer: int) -> dict[str, Any]:
    return {"customer_id": customer, "purpose": "marketing", "given": True, "at": NOW - timedelta(days=400)}


def delivered(number: int) -> datetime:
    return NOW - timedelta(days=number % 730, hours=2)


def an_order(number: int, customers: int) -> dict[str, Any]:
    at = delivered(number)
    return {"id": number, "store_id": 1, "customer_id": number % customers + 1, "external_id": str(number),
            "status": "delivered", "delivered_at": at, "delivered_on": at.date(), "items": [],
            "updated_at": at}  # fmt: skip


def an_event() -> dict[str, Any]:
    return {"store_id": 1, "name": "爱车讲座", "starts_at": NOW + timedelta(days=9), "capacity": 20,
            "audience": {"who": "all_consenting"}, "state": "published", "published_at": NOW}  # fmt: skip


def a_touchpoint(number: int, customers: int) -> dict[str, Any]:
    """History: what was asked about each order that is more than 30 days old, the rest greetings of years ago."""
    order = number <= customers * 6 // 5 and number % 730 > 30
    at = delivered(number) + timedelta(days=3)
    occurrence = f"RO#{number}" if order else f"{2000 + number % 20}-{number}"
    return {"store_id": 1, "customer_id": number % customers + 1, "occurrence": occurrence, "rule_version": "old",
            "rule": "checkin.question" if order else "birthday.greeting", "category": "survey", "due_at": at,
            "planned_for": at, "expires_at": at + timedelta(days=7), "ref": {}, "state": "done",
            "outcome": "sent", "done_at": at}  # fmt: skip


if __name__ == "__main__":
    main()
