"""A planning tick on a full house, at several sizes: first plan, plan again, plan after one in a hundred has changed.

    python -m benchmarks.planning [--customers 10000,100000,1000000] [--ticks 3] [--database-url postgresql://…]

Two years of orders (1.2 a customer), two touchpoints a customer, one published event, every second consenting, a car
each with delivery, registration, readings and a policy, and the milestones of all cars. The shipped journeys, approved.
The first 10,000 customers are made row by row, their milestones by the nightly tick; the rest are copies of them made
in SQL (benchmarks/tiles.py). Each size has a process and, on SQLite, a database of its own. Judges nothing.
"""

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, event, insert

from benchmarks import tiles
from benchmarks.servers import ROOT
from config.calendar import Calendar
from config.load import load_journeys, load_upkeep
from scheduler.milestones import MilestoneTick
from scheduler.plan import Planned, Planner
from store import waves
from store.engine import open_engine, writing
from store.tables import metadata, outbound, ownership, people

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
AT_ONCE = 5000
TILE = 10_000  # customers made row by row
T = TypeVar("T")


class Still:
    """Implements `Clock`: one business moment, so that every idle tick is idle."""

    def business(self) -> datetime:
        return NOW

    def machine(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Measured:
    """again: by a planner that remembers nothing. idle: by one that does. changed: one fact in a hundred was."""

    customers: int
    planned: int
    first: "Cost"
    again: "Cost"
    idle: "Cost"
    changed: "Cost"
    moved: int
    peak_mb: float


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """Seconds. cpu: of this process and of the database serving it, which a busy machine leaves alone."""

    cpu: float
    wall: float


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", default="50000", help="one number, or several with commas between them")
    parser.add_argument("--ticks", type=int, default=3, help="idle ones")
    parser.add_argument("--database-url", default="", help="an empty database; SQLite when left out")
    options = parser.parse_args()
    sizes = [int(each) for each in options.customers.split(",")]
    context = multiprocessing.get_context("spawn")  # memory is counted by process
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as pool:
        for size in sizes:
            tell(pool.submit(measure, size, options.ticks, options.database_url).result())


def measure(customers: int, ticks: int, database_url: str) -> Measured:
    (ROOT / "data").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "data") as folder:
        engine = open_engine(database_url or f"sqlite:///{Path(folder) / 'huifang.sqlite'}")
        meter = Meter(engine)
        try:
            fill(engine, min(customers, TILE))
            all_milestones(engine)
            tiles.copy(engine, TILE, customers)
            return planned(engine, meter, customers, ticks)
        finally:
            metadata.drop_all(engine)
            engine.dispose()


def planned(engine: Engine, meter: "Meter", customers: int, ticks: int) -> Measured:
    journeys = [each.model_copy(update={"approval": False}) for each in load_journeys(ROOT / "config")]
    planner = Planner(engine, Still(), journeys, Calendar())
    first, done = meter.timed(planner.tick)
    again, nothing = meter.timed(Planner(engine, Still(), journeys, Calendar()).tick)
    assert nothing == Planned(), nothing
    idle = sorted(meter.timed(planner.tick)[0] for _ in range(ticks + 1))[ticks // 2]
    tiles.change(engine)
    changed, moved = meter.timed(Planner(engine, Still(), journeys, Calendar()).tick)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(customers, done.inserted, first, again, idle, changed, moved.moved + moved.inserted, peak)


def all_milestones(engine: Engine) -> int:
    tick, cars = MilestoneTick(engine, Still(), load_upkeep(ROOT / "config")), 0
    while done := tick.tick().cars:
        cars += done
    return cars


class Meter:
    """What a step costs, the database included: SQLite is this process, PostgreSQL one of its own a connection."""

    def __init__(self, engine: Engine) -> None:
        self._servers: set[int] = set()
        if engine.dialect.name == "postgresql":
            event.listen(engine, "connect", lambda connection, _: self._servers.add(connection.info.backend_pid))

    def timed(self, step: Callable[[], T]) -> tuple[Cost, T]:
        cpu, wall = self._cpu(), time.perf_counter()
        done = step()
        return Cost(self._cpu() - cpu, time.perf_counter() - wall), done

    def _cpu(self) -> float:
        return time.process_time() + sum(map(_spent, self._servers))


def _spent(pid: int) -> float:
    """0 for one that is over, or on another machine."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tell(m: Measured) -> None:
    """CPU seconds, in brackets microseconds a customer (the same at every size is linear), then seconds waited."""
    table = Table(title=f"{m.customers} customers, load {os.getloadavg()[0]:.1f}")
    for heading in ("first", "planned", "again", "idle", "1 % changed", "moved or new", "peak memory MB"):
        table.add_column(heading)
    costs = (m.first, m.again, m.idle, m.changed)
    times = [f"{each.cpu:.2f} ({each.cpu * 1e6 / m.customers:.1f}) {each.wall:.1f}" for each in costs]
    table.add_row(times[0], str(m.planned), *times[1:], str(m.moved), f"{m.peak_mb:.0f}")
    Console(width=140).print(table)


def fill(engine: Engine, customers: int) -> None:
    metadata.create_all(engine)
    with writing(engine) as conn:
        put(conn, people.store, iter([{"id": 1, "code": "s1", "name": "远禾滨江店", "time_zone": "Asia/Shanghai"}]))
        put(conn, people.customer, map(a_customer, range(1, customers + 1)))
        put(conn, people.consent, map(a_consent, range(2, customers + 1, 2)))
        put(conn, people.vehicle, map(a_car, range(1, customers + 1)))
        put(conn, ownership.odometer, (each for number in range(1, customers + 1) for each in readings(number)))
        put(conn, ownership.policy, map(a_policy, range(1, customers + 1)))
        put(conn, people.repair_order, (an_order(number, customers) for number in range(1, customers * 6 // 5 + 1)))
        put(conn, people.event, iter([an_event()]))
        put(conn, outbound.touchpoint, (a_touchpoint(number, customers) for number in range(1, customers * 2 + 1)))
        waves.open_next(conn, 1, NOW)
    tiles.analyze(engine)


def put(conn: Connection, table: Any, rows: Iterator[Mapping[str, Any]]) -> None:
    while batch := [row for _, row in zip(range(AT_ONCE), rows, strict=False)]:
        conn.execute(insert(table), batch)


def a_customer(number: int) -> dict[str, Any]:
    born = datetime(1980, 1, 1, tzinfo=UTC) + timedelta(days=number % 365)
    return {"id": number, "store_id": 1, "external_id": f"C{number}", "name": "车主", "phone": f"+86139{number:08d}",
            "birthday_md": f"{born:%m-%d}", "created_at": NOW - timedelta(days=800)}  # fmt: skip


def a_consent(customer: int) -> dict[str, Any]:
    return {"customer_id": customer, "purpose": "marketing", "given": True, "at": NOW - timedelta(days=400)}


def bought(number: int) -> date:
    return (NOW - timedelta(days=10 + number * 7 % 2900)).date()


def a_car(number: int) -> dict[str, Any]:
    on = bought(number)
    return {"id": number, "store_id": 1, "customer_id": number, "external_id": f"V{number}", "energy": "petrol",
            "delivered_on": on, "first_registration": on + timedelta(days=3)}  # fmt: skip


def readings(number: int) -> list[dict[str, Any]]:
    days = (NOW.date() - bought(number)).days
    return [{"vehicle_id": number, "on": bought(number) + timedelta(days=each), "km": 20 + each * 35}
            for each in (0, days // 2 + 1, days + 2)]  # fmt: skip


def a_policy(number: int) -> dict[str, Any]:
    return {"store_id": 1, "vehicle_id": number, "external_id": f"P{number}", "kind": "commercial",
            "ends_on": NOW.date() + timedelta(days=number * 11 % 365)}  # fmt: skip


def delivered(number: int) -> datetime:
    return NOW - timedelta(days=number % 730, hours=2)


def an_order(number: int, customers: int) -> dict[str, Any]:
    at = delivered(number)
    return {"id": number, "store_id": 1, "customer_id": number % customers + 1, "external_id": str(number),
            "vehicle_id": number % customers + 1, "status": "delivered", "delivered_at": at,
            "delivered_on": at.date(), "items": [], "updated_at": at}  # fmt: skip


def an_event() -> dict[str, Any]:
    return {"store_id": 1, "name": "爱车讲座", "starts_at": NOW + timedelta(days=9), "capacity": 20,
            "audience": {}, "state": "published", "published_at": NOW}  # fmt: skip


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
