"""Customers of the dealer's file and their cars, as the DMS puts them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.phones import Phone
from store.consents import ConsentFact, carry_refusals, record_consents
from store.put import Incomplete, Put, change, found, put_row
from store.tables.people import customer, vehicle


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """None: left out, so it stays. birthday_md "MM-DD"; birthday only when the year is known."""

    external_id: str
    name: str | None = None
    phone: Phone | None = None
    birthday: date | None = None
    birthday_md: str | None = None
    consents: tuple[ConsentFact, ...] = ()


@dataclass(frozen=True, slots=True)
class VehicleFacts:
    external_id: str
    plate: str | None = None
    model: str | None = None
    vin: str | None = None
    mileage: int | None = None


def put_customer(conn: Connection, store_id: int, facts: CustomerFacts, now: datetime, at: str = "") -> Put:
    """Raises Incomplete when a new customer lacks name or phone. at: JSON pointer of the facts in the body."""
    row = found(conn, customer, store_id, facts.external_id)
    if row is None:
        _complete(at, name=facts.name, phone=facts.phone)
    before = row.phone if row is not None else ""
    given = _given(name=facts.name) | _birthday(facts) | _phone(facts.phone, before)
    put = put_row(conn, customer, store_id, facts.external_id, given, {"created_at": now, "known": True})
    after = facts.phone.e164 if facts.phone else before
    if before and after != before:
        carry_refusals(conn, before, after)
    told = record_consents(conn, put.id, after, facts.consents)
    return Put(put.id, put.created, put.changed or told)


def put_vehicle(
    conn: Connection, store_id: int, facts: VehicleFacts, customer_id: int | None = None, at: str = ""
) -> Put:
    """customer_id None: the owner stays. Raises Incomplete when a new vehicle lacks owner, plate or model."""
    given = _given(customer_id=customer_id, plate=facts.plate, model=facts.model, vin=facts.vin, mileage=facts.mileage)
    row = found(conn, vehicle, store_id, facts.external_id)
    if row is not None:
        return Put(row.id, created=False, changed=change(conn, vehicle, row, given))
    _complete(at, plate=facts.plate, model=facts.model, customer=customer_id)
    return put_row(conn, vehicle, store_id, facts.external_id, given, {})


def customer_of(conn: Connection, store_id: int, external_id: str) -> int | None:
    own = (customer.c.store_id == store_id, customer.c.external_id == external_id)
    return conn.execute(select(customer.c.id).where(*own)).scalar()


def _birthday(facts: CustomerFacts) -> dict[str, Any]:
    """Day and year go together: a new day without a year forgets the old year."""
    return {} if facts.birthday_md is None else {"birthday_md": facts.birthday_md, "birthday": facts.birthday}


def _phone(phone: Phone | None, before: str) -> dict[str, Any]:
    """A number found dead stays dead when the same one is imported again."""
    if phone is None or phone.e164 == before:
        return {}
    return {"phone": phone.e164, "phone_state": "ok" if phone.sms else "voice"}


def _given(**columns: Any) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if value is not None}


def _complete(at: str, **needed: object) -> None:
    for name, value in needed.items():
        if value is None:
            raise Incomplete(f"a new row needs {name}", f"{at}/{name}")
