"""The cast as rows: 远禾滨江店, its staff, its customers, each made by one call."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert

from bot.customer import Purpose
from store import waves
from store.tables import contact, outbound, people, staff

BEFORE = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)


def add(conn: Connection, table: Any, **values: Any) -> int:
    return int(conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


def a_store(conn: Connection, code: str = "binjiang", name: str = "远禾滨江店") -> int:
    return add(conn, people.store, code=code, name=name, time_zone="Asia/Shanghai")


def a_customer(
    conn: Connection,
    store_id: int,
    *,
    name: str = "李雷",
    phone: str = "+8613900000001",
    email: str = "",
    birthday: date | None = None,
    openid: str = "",
    consents: tuple[Purpose, ...] = (),
) -> int:
    """A customer of the file; with an openid, a bound follower of account main."""
    customer_id = add(
        conn, people.customer, store_id=store_id, name=name, phone=phone, email=email, birthday=birthday,
        birthday_md=birthday.strftime("%m-%d") if birthday else "", external_id=f"C-{name}", created_at=BEFORE,
    )  # fmt: skip
    if openid:
        add(
            conn, people.identity, customer_id=customer_id, channel="wechat", account="main", address=openid,
            following=True, bound_by="qr", changed_at=BEFORE,
        )  # fmt: skip
    for purpose in consents:
        add(conn, people.consent, customer_id=customer_id, purpose=purpose.value, given=True, at=BEFORE)
    return customer_id


def refused(conn: Connection, address: str, purpose: Purpose) -> None:
    add(conn, people.refusal, address=address, purpose=purpose.value, source="word", at=BEFORE)


def a_staff_member(conn: Connection, store_id: int, name: str = "韩梅梅", role: str = "advisor") -> int:
    username = f"{name}@{store_id}"
    return add(conn, staff.staff, store_id=store_id, username=username, password_hash="-", name=name, role=role)


def a_touchpoint(conn: Connection, store_id: int, customer_id: int, due: datetime, **values: Any) -> int:
    row = {"rule": "checkin.question", "occurrence": "RO#8812", "rule_version": "1", "category": "survey", "ref": {}}
    return add(
        conn, outbound.touchpoint, **{**row, "store_id": store_id, "customer_id": customer_id, "due_at": due,
        "planned_for": due, **values},
    )  # fmt: skip


def sent_touchpoint(conn: Connection, store_id: int, customer_id: int, *, at: datetime, category: str, key: str) -> int:
    return a_touchpoint(
        conn, store_id, customer_id, at, rule=f"{category}.x", occurrence=key, category=category,
        state="done", outcome="sent", done_at=at,
    )  # fmt: skip


def a_message(conn: Connection, store_id: int, customer_id: int, at: datetime, **values: Any) -> int:
    row = {"direction": "out", "channel": "sms", "kind": "sms", "author": "bot"}
    return add(conn, contact.message, store_id=store_id, customer_id=customer_id, at=at, **{**row, **values})


def an_event(conn: Connection, store_id: int, *, at: datetime, now: datetime, **values: Any) -> int:
    """Published, its first wave opened. at: when it begins."""
    row = {"name": "爱车讲座", "place": "二楼", "capacity": 20, "audience": {}, "state": "published", **values}
    event_id = add(conn, people.event, store_id=store_id, starts_at=at, published_at=now, **row)
    waves.open_next(conn, event_id, now)
    return event_id
