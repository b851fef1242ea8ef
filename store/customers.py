"""Customers of the dealer's file and their cars, as the DMS puts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from bot.phones import Phone
from store import refusals
from store.consents import ConsentFact, record_consents
from store.dialects import insert_for
from store.put import Incomplete, Put, change, found, put_row
from store.tables.ownership import odometer
from store.tables.people import customer, vehicle


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """None: left out, so it stays. email: as bot/emails.py folds it, "" takes it away.

    birthday_md "MM-DD"; birthday only when the year is known.
    """

    external_id: str
    name: str | None = None
    phone: Phone | None = None
    email: str | None = None
    birthday: date | None = None
    birthday_md: str | None = None
    city: str | None = None
    member: bool | None = None
    consents: tuple[ConsentFact, ...] = ()


@dataclass(frozen=True, slots=True)
class VehicleFacts:
    """mileage_on: the local day the mileage was read; a later reading of the same day replaces it."""

    external_id: str
    plate: str | None = None
    model: str | None = None
    vin: str | None = None
    mileage: int | None = None
    mileage_on: date | None = None
    energy: str | None = None
    first_registration: date | None = None
    warranty_until: date | None = None
    sold_on: date | None = None
    serviced_on: date | None = None
    inspection_until: date | None = None


def put_customer(conn: Connection, store_id: int, facts: CustomerFacts, now: datetime, at: str = "") -> Put:
    """Raises Incomplete when a new customer lacks a name, or phone and e-mail address both; and when the last of the
    two is taken away.

    at: JSON pointer of the facts in the body.
    """
    row = found(conn, customer, store_id, facts.external_id)
    phone, email = (row.phone, row.email) if row is not None else ("", "")
    given = (
        _given(name=facts.name, city=facts.city, member=facts.member)
        | _birthday(facts)
        | _phone(facts.phone, phone)
        | _email(facts.email, email)
    )
    if row is None:
        _complete(at, name=facts.name, phone=facts.phone or facts.email or None)
    elif facts.email == "" and not given.get("phone", phone):
        # A refusal stands at an address: with none left it could be lost.
        raise Incomplete("the last address of a file stays until another one comes", f"{at}/email")
    put = put_row(conn, customer, store_id, facts.external_id, given, {"created_at": now, "known": True})
    told = record_consents(conn, put.id, _carried(conn, phone, email, given), facts.consents)
    merged = row.merged_into if row is not None else None  # what the DMS says of the old file is the new one's
    return Put(merged or put.id, put.created, put.changed or told)


def put_vehicle(
    conn: Connection, store_id: int, facts: VehicleFacts, customer_id: int | None = None, at: str = ""
) -> Put:
    """customer_id None: the owner stays. Raises Incomplete when a new vehicle lacks owner, plate or model."""
    given = _given(
        customer_id=customer_id, plate=facts.plate, model=facts.model, vin=facts.vin, mileage=facts.mileage,
        energy=facts.energy, first_registration=facts.first_registration, warranty_until=facts.warranty_until,
        sold_on=facts.sold_on, serviced_on=facts.serviced_on, inspection_until=facts.inspection_until,
    )  # fmt: skip
    row = found(conn, vehicle, store_id, facts.external_id)
    if row is None:
        _complete(at, plate=facts.plate, model=facts.model, customer=customer_id)
        put = put_row(conn, vehicle, store_id, facts.external_id, given, {})
    else:
        put = Put(row.id, created=False, changed=change(conn, vehicle, row, given))
    read = _read_odometer(conn, put.id, facts)
    if put.changed or read:
        undated(conn, vehicle.c.id == put.id)
    return put


def undated(conn: Connection, which: ColumnElement[bool]) -> None:
    """Something of these cars has changed: their milestones are worked out anew (store/milestones.py)."""
    conn.execute(update(vehicle).where(which).values(dated_on=None))


def _read_odometer(conn: Connection, vehicle_id: int, facts: VehicleFacts) -> bool:
    """Whether the reading is new; the newest of a day counts."""
    if facts.mileage is None or facts.mileage_on is None:
        return False
    reading = {"vehicle_id": vehicle_id, "on": facts.mileage_on, "km": facts.mileage}
    return conn.execute(_reading(conn.dialect.name), reading).first() is not None


@lru_cache(maxsize=2)
def _reading(dialect: str) -> Any:
    put = insert_for(dialect, odometer)
    differs = odometer.c.km != put.excluded.km
    kept = put.on_conflict_do_update(index_elements=["vehicle_id", "on"], set_={"km": put.excluded.km}, where=differs)
    return kept.returning(odometer.c.id)


def customer_of(conn: Connection, store_id: int, external_id: str) -> int | None:
    own = (customer.c.store_id == store_id, customer.c.external_id == external_id)
    return conn.execute(select(func.coalesce(customer.c.merged_into, customer.c.id)).where(*own)).scalar()


def _birthday(facts: CustomerFacts) -> dict[str, Any]:
    """Day and year go together: a new day without a year forgets the old year."""
    return {} if facts.birthday_md is None else {"birthday_md": facts.birthday_md, "birthday": facts.birthday}


def _carried(conn: Connection, phone: str, email: str, given: Mapping[str, Any]) -> list[str]:
    """The addresses of the file from now on, with the refusals of those they replace."""
    changes = ((phone, given.get("phone", phone)), (email, given.get("email", email)))
    for before, after in changes:
        if before and after and after != before:
            refusals.carry(conn, [before], [after])
    return [after for _, after in changes if after]


def _phone(phone: Phone | None, before: str) -> dict[str, Any]:
    """A number found dead, or a stranger's, stays so when the same one is imported again."""
    if phone is None or phone.e164 == before:
        return {}
    known = {"confirm_since": None, "confirm_why": ""}  # a new number is an answer to what was to be asked
    return {"phone": phone.e164, "phone_state": "ok" if phone.sms else "voice", **known}


def _email(email: str | None, before: str) -> dict[str, Any]:
    """As a number: what was refused as unknown stays so while it is the same address."""
    return {} if email is None or email == before else {"email": email, "email_state": "ok"}


def _given(**columns: Any) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if value is not None}


def _complete(at: str, **needed: object) -> None:
    for name, value in needed.items():
        if value is None:
            raise Incomplete(f"a new row needs {name}", f"{at}/{name}")
