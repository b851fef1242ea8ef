"""The milestones of each car, kept as rows: worked out anew when something of it has changed, and once a day."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, case, delete, insert, or_, select, update

from bot.journeys import Anchor
from bot.milestones import (
    CarFile,
    Declined,
    Insurance,
    Milestone,
    RecallNotice,
    Visit,
    lifecycle,
    milestones,
)
from bot.upkeep import Reading, Upkeep
from store.tables.contact import prompt
from store.tables.ownership import milestone, odometer, policy, recall, recall_car
from store.tables.people import repair_order, store, vehicle
from store.tables.quotes import quote, quote_line

READINGS = 40  # the newest of a car; the forecast needs two
AT_ONCE = 500  # cars in one transaction, a fraction of a second


@dataclass(frozen=True, slots=True)
class Renewed:
    """What one batch did."""

    cars: int = 0
    changed: int = 0


def stale(conn: Connection, now: datetime, limit: int = AT_ONCE) -> list[int]:
    """Cars whose dates are to be worked out: changed ones first, then those last seen on an earlier day."""
    todays = {row.id: _today(row.time_zone, now) for row in conn.execute(select(store.c.id, store.c.time_zone))}
    if not todays:
        return []
    today = case(todays, value=vehicle.c.store_id)
    old = or_(vehicle.c.dated_on.is_(None), vehicle.c.dated_on < min(todays.values()))
    rows = select(vehicle.c.id).where(or_(old, vehicle.c.dated_on < today))
    return list(conn.execute(rows.order_by(vehicle.c.dated_on.asc().nulls_first()).limit(limit)).scalars())


def renew(conn: Connection, ids: Sequence[int], upkeep: Upkeep, now: datetime) -> Renewed:
    """Works out the milestones of these cars and writes what differs."""
    zones = {row.id: row.time_zone for row in conn.execute(select(store.c.id, store.c.time_zone))}
    # Held, so that who changes a car's file meanwhile marks it again once this is done.
    held = select(vehicle).where(vehicle.c.id.in_(ids)).order_by(vehicle.c.id).with_for_update(key_share=True)
    cars = conn.execute(held).all()
    book = _Book.of(conn, ids, {car.id: car for car in cars}, zones)
    there: dict[int, dict[tuple[str, str], Any]] = defaultdict(dict)
    for row in conn.execute(select(milestone).where(milestone.c.vehicle_id.in_(ids))):
        there[row.vehicle_id][row.kind, row.occurrence] = row
    changes = _Changes()
    for car in cars:
        today = _today(zones[car.store_id], now)
        file = book.file(car, today, there[car.id])
        changes.compare(car, milestones(file, upkeep, today), there[car.id])
        state = lifecycle(file, upkeep, today)
        changes.seen(car, today, state.value if state else "")
    changes.write(conn)
    return Renewed(len(cars), changes.count)


class _Changes:
    """Rows to make, change and take away."""

    def __init__(self) -> None:
        self._new: list[dict[str, Any]] = []
        self._gone: list[int] = []
        self._moved: list[tuple[int, dict[str, Any]]] = []
        self._seen: dict[tuple[date, str], list[int]] = defaultdict(list)

    @property
    def count(self) -> int:
        return len(self._new) + len(self._gone) + len(self._moved)

    def compare(self, car: Any, found: Sequence[Milestone], there: Mapping[tuple[str, str], Any]) -> None:
        wanted = {(each.kind.value, each.occurrence): each for each in found}
        self._gone += [row.id for key, row in there.items() if key not in wanted]
        for key, each in wanted.items():
            row = {"store_id": car.store_id, "customer_id": car.customer_id, "on": each.on, "detail": dict(each.detail)}
            before = there.get(key)
            if before is None:
                self._new.append({**row, "vehicle_id": car.id, "kind": key[0], "occurrence": key[1]})
            elif any(before._mapping[name] != value for name, value in row.items()):
                self._moved.append((before.id, row))

    def seen(self, car: Any, today: date, state: str) -> None:
        if (car.dated_on, car.lifecycle) != (today, state):
            self._seen[today, state].append(car.id)

    def write(self, conn: Connection) -> None:
        """Away first: a car's milestone may have gone over to another file."""
        if self._gone:
            conn.execute(delete(milestone).where(milestone.c.id.in_(self._gone)))
        for key, row in self._moved:
            conn.execute(update(milestone).where(milestone.c.id == key).values(row))
        if self._new:
            conn.execute(insert(milestone), self._new)
        for (today, state), cars in self._seen.items():
            conn.execute(update(vehicle).where(vehicle.c.id.in_(cars)).values(dated_on=today, lifecycle=state))


@dataclass(frozen=True, slots=True)
class _Book:
    """Everything about these cars, by car."""

    readings: Mapping[int, Sequence[Any]]
    visits: Mapping[int, Sequence[Any]]
    policies: Mapping[int, Sequence[Any]]
    recalls: Mapping[str, Sequence[Any]]  # by VIN
    declined: Mapping[int, Sequence[Any]]
    satisfied: Mapping[int, Sequence[Any]]
    zones: Mapping[int, str]

    @classmethod
    def of(cls, conn: Connection, ids: Collection[int], cars: Mapping[int, Any], zones: Mapping[int, str]) -> "_Book":
        visits = _by(conn, _visits(ids), "vehicle_id")
        orders = {row.id: row.vehicle_id for rows in visits.values() for row in rows}
        customers = {car.customer_id for car in cars.values()}
        readings = select(odometer).where(odometer.c.vehicle_id.in_(ids)).order_by(odometer.c.on)
        return cls(
            readings=_by(conn, readings, "vehicle_id"),
            visits=visits,
            policies=_by(conn, select(policy).where(policy.c.vehicle_id.in_(ids)), "vehicle_id"),
            recalls=_by(conn, _recalls({car.vin for car in cars.values()} - {""}), "vin"),
            declined=_by(conn, _declined(ids), "vehicle_id"),
            satisfied=_satisfied(conn, customers, orders),
            zones=zones,
        )

    def file(self, car: Any, today: date, there: Mapping[tuple[str, str], Any]) -> CarFile:
        zone = ZoneInfo(self.zones[car.store_id])
        recalls = [row for row in self.recalls.get(car.vin, ()) if row.store_id == car.store_id]
        return CarFile(
            number=car.external_id or str(car.id),
            model=car.model,
            energy=car.energy,
            vin=car.vin,
            first_registration=car.first_registration,
            delivered_on=car.delivered_on,
            warranty_until=car.warranty_until,
            inspection_until=car.inspection_until,
            serviced_on=car.serviced_on,
            sold_on=car.sold_on,
            readings=[Reading(row.on, row.km) for row in self.readings.get(car.id, ())][-READINGS:],
            visits=[_visit(row) for row in self.visits.get(car.id, ())],
            policies=[_insurance(row) for row in self.policies.get(car.id, ())],
            recalls=[_notice(row, today, there) for row in recalls],
            declined=_refusals(self.declined.get(car.id, ()), zone),
            satisfied=[(row.id, row.answered_at.astimezone(zone).date()) for row in self.satisfied.get(car.id, ())],
        )


def _today(zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def _by(conn: Connection, rows: Select[Any], name: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in conn.execute(rows):
        found[row._mapping[name]].append(row)
    return found


def _visits(ids: Collection[int]) -> Select[Any]:
    columns = ("id", "vehicle_id", "external_id", "delivered_on", "items")
    return select(*(repair_order.c[name] for name in columns)).where(
        repair_order.c.vehicle_id.in_(ids),
        repair_order.c.status == "delivered",
        repair_order.c.delivered_on.is_not(None),
    )


def _recalls(vins: Collection[str]) -> Select[Any]:
    return (
        select(recall, recall_car.c.vin)
        .join(recall_car, recall_car.c.recall_id == recall.c.id)
        .where(recall_car.c.vin.in_(vins), recall_car.c.done_on.is_(None), recall.c.state == "published")
    )


def _declined(ids: Collection[int]) -> Select[Any]:
    return (
        select(repair_order.c.vehicle_id, quote.c.external_id, quote.c.version, quote_line.c.name, quote_line.c.urgency)
        .add_columns(quote_line.c.answered_at)
        .join_from(quote_line, quote, quote.c.id == quote_line.c.quote_id)
        .join(repair_order, repair_order.c.id == quote.c.repair_order_id)
        .where(repair_order.c.vehicle_id.in_(ids), quote.c.state == "answered", quote_line.c.answer == "declined")
        .order_by(quote.c.id, quote_line.c.position)
    )


def _satisfied(conn: Connection, customers: Collection[int], orders: Mapping[int, int]) -> dict[int, list[Any]]:
    """By car: answers about a repair order of it."""
    rows = select(prompt).where(
        prompt.c.customer_id.in_(customers), prompt.c.kind == "survey", prompt.c.satisfaction == "satisfied",
        prompt.c.answered_at.is_not(None),
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in conn.execute(rows):
        car = orders.get(row.ref.get("order_id") or 0)
        if car is not None:
            found[car].append(row)
    return found


def _visit(row: Any) -> Visit:
    return Visit(row.external_id, row.delivered_on, tuple(str(each.get("name", "")) for each in row.items))


def _insurance(row: Any) -> Insurance:
    return Insurance(row.external_id, row.kind, row.ends_on, row.outcome)


def _notice(row: Any, today: date, there: Mapping[tuple[str, str], Any]) -> RecallNotice:
    """Known since its milestone stands, else since today."""
    before = there.get((Anchor.RECALL.value, f"recall#{row.external_id}/{row.vin}"))
    return RecallNotice(row.external_id, row.title, row.published_on, before.on if before else today)


def _refusals(rows: Sequence[Any], zone: ZoneInfo) -> list[Declined]:
    lines: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in rows:
        lines[row.external_id, row.version].append(row)
    return [
        Declined(
            number, version, max(line.answered_at for line in group).astimezone(zone).date(),
            tuple(line.name for line in group), any(line.urgency == "must" for line in group),
        )
        for (number, version), group in lines.items()
    ]  # fmt: skip
