"""Every field of a condition asks the file what it says, on both databases; what never happened is for ever ago."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, null, select, update

from bot.conditions import FIELDS, Condition, Kind, fields_of
from store.conditions import COLUMNS, TEXTS, Of, compiled, moments
from store.engine import reading, writing
from store.tables import cases, contact, people
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_message, a_staff_member, a_store, add

READ: TypeAdapter[Condition] = TypeAdapter(Condition)


@pytest.fixture
def file(engine: Engine, clock: StillClock) -> int:
    """李雷 follows, came 40 days ago, wrote 3 days ago, was asked 20 days ago; his electric car is 100 days old."""
    with writing(engine) as conn:
        store_id = a_store(conn)
        who = a_customer(conn, store_id, openid="o1")
        conn.execute(update(people.customer).values(city="杭州", member=True))
        add(
            conn, people.vehicle, store_id=store_id, customer_id=who, external_id="V1", model="拾光", energy="electric",
            mileage=12000, lifecycle="active", delivered_on=clock.now.date() - timedelta(days=100),
        )  # fmt: skip
        add(
            conn, people.repair_order, store_id=store_id, customer_id=who, external_id="1", status="delivered",
            items=[], delivered_on=date(2026, 8, 8), delivered_at=clock.now - timedelta(days=40), updated_at=clock.now,
        )  # fmt: skip
        a_message(conn, store_id, who, clock.now - timedelta(days=3), direction="in", author="customer")
        for kind, days in (("survey", 20), ("membership", 95)):
            add(
                conn, contact.prompt, customer_id=who, kind=kind, scale="", ref={}, expires_at=clock.now,
                asked_at=clock.now - timedelta(days=days),
            )  # fmt: skip
        add(
            conn, cases.cases, store_id=store_id, customer_id=who, level="P3", state="closed", opened_at=clock.now,
            owner_id=a_staff_member(conn, store_id), closed_at=clock.now - timedelta(days=31),
        )  # fmt: skip
    return who


def holds(engine: Engine, clock: StillClock, given: Any, *, car: bool = True) -> bool:
    with reading(engine) as conn:
        of = Of(people.customer.c.store_id, people.customer.c.id, people.vehicle.c.id if car else null())
        joined = people.vehicle.c.customer_id == people.customer.c.id
        rows = select(people.customer.c.id).join_from(people.customer, people.vehicle, joined, isouter=True)
        condition = READ.validate_python(given)
        asked = rows.where(compiled(condition, of))
        return conn.execute(asked, moments(condition, clock.now)).first() is not None


@pytest.mark.parametrize(
    ("field", "op", "value", "true"),
    [
        ("store.code", "=", "binjiang", True),
        ("customer.follows", "=", True, True),
        ("customer.has_phone", "=", False, False),
        ("customer.open_case", "=", False, True),
        ("customer.city", "=", "杭州", True),
        ("customer.city", "in", ["宁波", "绍兴"], False),
        ("customer.member", "=", True, True),
        ("customer.models", "in", ["长风", "拾光"], True),
        ("customer.models", "=", "长风", False),
        ("customer.energies", "=", "electric", True),
        ("event.seats_left", "<", 1, False),
        ("customer.vehicles", "=", 1, True),
        ("customer.visits", ">", 1, False),
        ("customer.days_since_visit", ">=", 40, True),
        ("customer.days_since_visit", "<", 40, False),
        ("customer.days_since_survey", ">=", 30, False),
        ("customer.days_since_message", "<=", 3, True),
        ("customer.days_since_membership", ">", 90, True),
        ("customer.days_since_case", ">=", 30, True),
        ("vehicle.model", "=", "拾光", True),
        ("vehicle.energy", "in", ["electric", "plug_in"], True),
        ("vehicle.lifecycle", "!=", "active", False),
        ("vehicle.mileage", ">=", 12000.5, False),
        ("vehicle.days_since_delivery", ">=", 100, True),
    ],
)
def test_each_field(engine: Engine, clock: StillClock, file: int, field: str, op: str, value: Any, true: bool) -> None:
    asked = {"field": field, "op": op, "value": value}
    assert holds(engine, clock, asked) is true
    assert holds(engine, clock, {"not": asked}) is not true


def test_what_never_happened_is_for_ever_ago(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as conn:
        a_customer(conn, a_store(conn), phone="")
    for field in ("visit", "survey", "message", "membership", "case"):
        assert holds(engine, clock, {"field": f"customer.days_since_{field}", "op": ">=", "value": 9999})
        assert not holds(engine, clock, {"field": f"customer.days_since_{field}", "op": "<=", "value": 9999})
    assert not holds(engine, clock, {"field": "vehicle.model", "value": "拾光"}, car=False)


def test_all_any_and_not_join(engine: Engine, clock: StillClock, file: int) -> None:
    yes, no = {"field": "customer.follows", "value": True}, {"field": "customer.follows", "value": False}
    assert holds(engine, clock, {"all": [yes, {"any": [no, {"not": no}]}]})
    assert not holds(engine, clock, {"all": [yes, no]})


def test_every_field_has_its_column() -> None:
    assert set(COLUMNS) | set(TEXTS) == set(FIELDS)
    assert set(TEXTS) == {name for name, kind in FIELDS.items() if kind is Kind.TEXTS}


@pytest.mark.parametrize(
    "given",
    [
        {"field": "customer.name; drop table customer", "value": "x"},
        {"field": "vehicle.model", "op": ">", "value": "x"},
        {"field": "vehicle.mileage", "value": True},
        {"field": "customer.days_since_visit", "op": "=", "value": 3},
        {"field": "customer.follows", "value": 1},
        {"field": "vehicle.energy", "op": "in", "value": []},
        {"all": []},
        {"not": {"field": "x", "value": 1}},
        {"field": "vehicle.model", "value": "x", "sql": "1=1"},
    ],
)
def test_what_is_not_in_the_language_is_refused(given: Any) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(given)


def test_the_fields_of_a_condition_are_found_in_its_depth() -> None:
    inner = {"field": "vehicle.model", "value": "x"}
    assert list(fields_of(READ.validate_python({"any": [{"not": inner}, {"all": [inner]}]}))) == ["vehicle.model"] * 2
