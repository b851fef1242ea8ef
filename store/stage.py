"""A scene set up in a throw-away store: the context of a scripted conversation becomes rows (`converse`)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from bot.booking import Wanted
from bot.customer import Purpose, Role
from bot.effects import PromptKind
from bot.quotes import QuoteState, Work
from store import quotes
from store.tables import booking, cases, contact, ownership, people
from store.tables.staff import staff

ANSWERS_FOR = timedelta(days=7)
CAST = (("chenjing", "陈静", Role.MANAGER), ("hanmeimei", "韩梅梅", Role.ADVISOR))


def add(conn: Connection, table: Table, **values: Any) -> int:
    return int(conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


def _put(conn: Connection, table: Table, named: Mapping[str, Any], **values: Any) -> int:
    """The row so named, changed or added."""
    same = [table.c[name] == value for name, value in named.items()]
    changed = conn.execute(update(table).where(*same).values(**values).returning(table.c.id)).scalar()
    return add(conn, table, **named, **values) if changed is None else int(changed)


def open_store(conn: Connection, code: str, values: Mapping[str, Any]) -> int:
    """The store with a manager and an advisor."""
    store_id = add(conn, people.store, code=code, **values)
    for username, name, role in CAST:
        add(conn, staff, store_id=store_id, username=username, name=name, role=role.value, password_hash="!")
    return store_id


def rename_store(conn: Connection, store_id: int, values: Mapping[str, Any]) -> None:
    conn.execute(update(people.store).where(people.store.c.id == store_id).values(**values))


def add_person(
    conn: Connection, store_id: int, name: str, known: bool, phone: str, follows: tuple[str, str] | None, now: datetime
) -> int:
    """follows: (account, openid) of a WeChat follower, bound by code when known."""
    customer_id = add(
        conn, people.customer, store_id=store_id, name=name, known=known, phone=phone if known else "", created_at=now
    )
    if follows:
        account, openid = follows
        add(
            conn, people.identity, customer_id=customer_id, channel="wechat", account=account, address=openid,
            following=True, bound_by="qr" if known else "", changed_at=now,
        )  # fmt: skip
    return customer_id


def consent(conn: Connection, customer_id: int, allowed: Mapping[Purpose, bool], now: datetime) -> None:
    for purpose, given in allowed.items():
        add(conn, people.consent, customer_id=customer_id, purpose=purpose.value, given=given, at=now)


def add_vehicle(conn: Connection, store_id: int, customer_id: int, model: str, plate: str, mileage: int | None) -> int:
    """A car told of again, by model and plate, has been driven on."""
    told = {"customer_id": customer_id, "model": model, "plate": plate}
    return _put(conn, people.vehicle, told, store_id=store_id, mileage=mileage)


def add_sale(conn: Connection, store_id: int, customer_id: int, model: str, expected_on: date | None) -> int:
    """A new car under contract, with the day it was promised for."""
    car = add_vehicle(conn, store_id, customer_id, model, "", None)
    return _put(
        conn, ownership.sale, {"store_id": store_id, "external_id": f"S-{car}"}, customer_id=customer_id,
        vehicle_id=car, state="contract", expected_on=expected_on,
    )  # fmt: skip


def add_order(
    conn: Connection,
    store_id: int,
    customer_id: int,
    external_id: str,
    status: str,
    at: datetime | None,
    now: datetime,
    promised_at: datetime | None = None,
) -> int:
    """Its advisor is the one of the cast. An order told of again has gone on."""
    advisor = select(staff.c.id, staff.c.name).where(staff.c.store_id == store_id, staff.c.role == Role.ADVISOR.value)
    member = conn.execute(advisor).one()
    return _put(
        conn, people.repair_order, {"store_id": store_id, "external_id": external_id}, customer_id=customer_id,
        status=status, advisor_id=member.id, advisor_name=member.name, delivered_at=at,
        delivered_on=at.date() if at else None, promised_at=promised_at, items=[], updated_at=now,
    )  # fmt: skip


def tell(conn: Connection, store_id: int, customer_id: int, channel: str, text: str, now: datetime) -> int:
    """A line of ours that the customer has read."""
    return add(
        conn, contact.message, store_id=store_id, customer_id=customer_id, direction="out", author="bot",
        channel=channel, kind="custom", text=text, at=now,
    )  # fmt: skip


def add_event(
    conn: Connection,
    store_id: int,
    name: str,
    starts_at: datetime,
    capacity: int,
    place: str,
    now: datetime,
    cost: str = "",
) -> int:
    return add(
        conn, people.event, store_id=store_id, name=name, starts_at=starts_at, place=place, capacity=capacity,
        cost=cost, audience={}, state="published", published_at=now,
    )  # fmt: skip


def add_appointment(
    conn: Connection, store_id: int, customer_id: int, wanted: Wanted, starts_at: datetime, service: str, now: datetime
) -> int:
    """Stands, without holding a place: a script's store is as big as its appointments need."""
    return add(
        conn, booking.appointment, store_id=store_id, customer_id=customer_id, kind=wanted.kind.value,
        service=service, model=wanted.model, starts_at=starts_at, minutes=wanted.minutes, created_at=now,
        changed_at=now,
    )  # fmt: skip


def drop_appointments(conn: Connection, customer_id: int, now: datetime) -> None:
    mine = (booking.appointment.c.customer_id == customer_id, booking.appointment.c.state.in_(["booked", "confirmed"]))
    conn.execute(update(booking.appointment).where(*mine).values(state="cancelled", changed_at=now))


def add_quote(
    conn: Connection, store_id: int, order: str, external_id: str, works: Sequence[Work], now: datetime
) -> int:
    """A quote as sent, on the customer's repair order `order`."""
    facts = quotes.QuoteFacts(QuoteState.SENT, order=order, works=works)
    return quotes.put_quote(conn, store_id, external_id, facts, now).id


def ask(conn: Connection, customer_id: int, kind: PromptKind, scale: str, ref: Mapping[str, Any], now: datetime) -> int:
    """An open question; an older one of its kind is replaced."""
    drop_questions(conn, customer_id, kind)
    return add(
        conn, contact.prompt, customer_id=customer_id, kind=kind.value, scale=scale, ref=dict(ref), asked_at=now,
        expires_at=now + ANSWERS_FOR,
    )  # fmt: skip


def lies_open(conn: Connection, customer_id: int, kinds: Sequence[PromptKind]) -> bool:
    mine = (contact.prompt.c.customer_id == customer_id, contact.prompt.c.kind.in_([each.value for each in kinds]))
    return conn.execute(select(contact.prompt.c.id).where(*mine, contact.prompt.c.state == "open")).first() is not None


def drop_questions(conn: Connection, customer_id: int, kind: PromptKind) -> None:
    mine = (contact.prompt.c.customer_id == customer_id, contact.prompt.c.kind == kind.value)
    conn.execute(update(contact.prompt).where(*mine, contact.prompt.c.state == "open").values(state="replaced"))


def standing(conn: Connection, phone: str, openid: str) -> tuple[str, str, str]:
    """(thread state, its priority, case: open | closed | "") of whoever is at this address now."""
    mine = select(people.identity.c.customer_id).where(people.identity.c.address == openid)
    known = select(people.customer.c.id).where(people.customer.c.phone == phone)
    here = [row.id for row in conn.execute(known)] + [row.customer_id for row in conn.execute(mine)]
    thread = conn.execute(
        select(contact.thread.c.state, contact.thread.c.priority).where(contact.thread.c.customer_id.in_(here))
    ).first()
    closed = [row.closed_at is not None for row in conn.execute(_cases_of(here))]
    case = "" if not closed else "closed" if all(closed) else "open"
    return (thread.state, thread.priority, case) if thread else ("bot", "", case)


def _cases_of(customers: list[int]) -> Any:
    return select(cases.cases.c.closed_at).where(cases.cases.c.customer_id.in_(customers))


def fixed_case(conn: Connection, customer_id: int, now: datetime) -> int | None:
    """The customer's open case put in the state after which a re-contact may be asked."""
    mine = (cases.cases.c.customer_id == customer_id, cases.cases.c.closed_at.is_(None))
    ready = update(cases.cases).where(*mine).values(state="recontacted", fix="已处理", fixed_at=now)
    return conn.execute(ready.returning(cases.cases.c.id)).scalar()
