"""What staff write: message, outbox row, thread and case in one transaction; a second press of the button is the first.

The window is asked again here, at the moment of sending: what the page showed may be over.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from bot.cases import MANAGERS
from bot.customer import Purpose, StaffMember
from bot.errors import NotThere, RuleBroken
from bot.messages import Category, Priority, Way
from bot.parts import as_messages
from store import alerts, cases, media, mentions, outbox, threads, windows
from store.media import Stored
from store.standing import standing_of
from store.tables.contact import message, thread
from store.tables.outbound import outbox as outbox_table
from store.tables.people import customer, identity
from store.tables.staff import staff
from store.visibility import visible_to

LONGEST = 2000  # characters; on WeChat three messages, since one takes 2048 bytes (wechat.md §3.2)
PART_GAP = timedelta(seconds=1)  # between the parts of one text, so that they arrive in order
PICTURE = "[图片]"  # what the list shows of it
KEY = re.compile(r"[0-9A-Za-z-]{8,64}")


@dataclass(frozen=True, slots=True)
class Sent:
    """again: this key was sent before, and nothing was done now."""

    message_id: int
    again: bool = False


def staff_reply(conn: Connection, user: StaffMember, customer_id: int, text: str, key: str, now: datetime) -> Sent:
    """A WeChat customer-service message inside the window; the worker takes the slot when the message leaves.

    A long text goes in parts, each a message and a slot of its own; all or none.
    Raises RuleBroken: no_customer, held, about_you, no_text, too_long, bad_key, not_following, window_closed,
    window_full.
    """
    who = _reachable(conn, user, customer_id)
    if (before := _sent_before(conn, who, key)) is not None:
        return before
    words = _checked(text)
    case_id = _take(conn, user, who, now)
    openid = _openid(conn, customer_id)
    parts = as_messages(words)
    rows = _in_window(conn, who, openid, [{"text": part} for part in parts], key, now)
    row = {"channel": "wechat", "kind": "custom"}
    sent = [
        _written(conn, user, who, case_id, now, **row, text=part, outbox_id=outbox_id)
        for part, outbox_id in zip(parts, rows, strict=True)
    ]
    return sent[0]


def staff_picture(
    conn: Connection, user: StaffMember, customer_id: int, picture: Stored, key: str, now: datetime, machine: datetime
) -> Sent:
    """As `staff_reply`, a picture that lies in the folder already; with `again` or an error it is nobody's."""
    who = _reachable(conn, user, customer_id)
    if (before := _sent_before(conn, who, key)) is not None:
        return before
    case_id = _take(conn, user, who, now)
    openid = _openid(conn, customer_id)
    kept = media.put(conn, openid.account, openid.address, picture, now, machine)
    (outbox_id,) = _in_window(conn, who, openid, [{"image": kept}], key, now)
    sent = _written(conn, user, who, case_id, now, channel="wechat", kind="image", text=PICTURE, outbox_id=outbox_id)
    media.belongs(conn, kept, sent.message_id)
    return sent


def staff_template(
    conn: Connection,
    user: StaffMember,
    customer_id: int,
    payload: Mapping[str, object],
    text: str,
    key: str,
    now: datetime,
) -> Sent:
    """A service template message; payload as `Outgoing` has it for TEMPLATE, text as the thread shows it."""
    who = _reachable(conn, user, customer_id)
    if (before := _sent_before(conn, who, key)) is not None:
        return before
    case_id = _take(conn, user, who, now)
    openid = _openid(conn, customer_id)
    outbox_id = outbox.enqueue(
        conn,
        store_id=who.store_id,
        customer_id=customer_id,
        way=Way.TEMPLATE,
        account=openid.account,
        address=openid.address,
        category=Category.SERVICE,
        priority=Priority.REPLY,
        payload=payload,
        out_id=_out_id(key),
        not_before=now,
    )
    return _written(conn, user, who, case_id, now, channel="wechat", kind="template", text=text, outbox_id=outbox_id)


def account_of(conn: Connection, customer_id: int) -> str:
    """The WeChat account this customer follows. Raises RuleBroken not_following."""
    return str(_openid(conn, customer_id).account)


def staff_sms(
    conn: Connection, user: StaffMember, customer_id: int, payload: Mapping[str, object], key: str, now: datetime
) -> Sent:
    """An approved service template, filled; payload as `Outgoing` has it for SMS. Raises also no_phone, refused."""
    who = _reachable(conn, user, customer_id)
    if (before := _sent_before(conn, who, key)) is not None:
        return before
    if not who.phone or who.phone_state != "ok":
        raise RuleBroken("no_phone", "没有可用的手机号")
    if standing_of(conn, [who.id])[who.id].refuses(Purpose.SERVICE):
        raise RuleBroken("refused", "客户已拒收短信，只能打电话")
    case_id = _take(conn, user, who, now)
    outbox_id = _queued(conn, who, Way.SMS, who.phone, payload, key, now)
    text = str(payload["text"])
    return _written(conn, user, who, case_id, now, channel="sms", kind="sms", text=text, outbox_id=outbox_id)


def staff_email(
    conn: Connection,
    user: StaffMember,
    customer_id: int,
    payload: Mapping[str, object],
    text: str,
    key: str,
    now: datetime,
) -> Sent:
    """A ready-made service message; payload as `Outgoing` has it for EMAIL. Raises also no_email, refused."""
    who = _reachable(conn, user, customer_id)
    if (before := _sent_before(conn, who, key)) is not None:
        return before
    if not who.email or who.email_state != "ok":
        raise RuleBroken("no_email", "没有可用的邮箱")
    if standing_of(conn, [who.id])[who.id].refuses(Purpose.SERVICE):
        raise RuleBroken("refused", "客户已拒收邮件，只能打电话")
    case_id = _take(conn, user, who, now)
    outbox_id = _queued(conn, who, Way.EMAIL, who.email, payload, key, now)
    return _written(conn, user, who, case_id, now, channel="email", kind="email", text=text, outbox_id=outbox_id)


def _queued(
    conn: Connection, who: Any, way: Way, address: str, payload: Mapping[str, object], key: str, now: datetime
) -> int:
    """The outbox row of a ready-made service message that no account sends."""
    return outbox.enqueue(
        conn,
        store_id=who.store_id,
        customer_id=who.id,
        way=way,
        account="",
        address=address,
        category=Category.SERVICE,
        priority=Priority.REPLY,
        payload=payload,
        out_id=_out_id(key),
        not_before=now,
    )


def record_call(conn: Connection, user: StaffMember, customer_id: int, text: str, key: str, now: datetime) -> Sent:
    """Spoken by telephone: nothing leaves the house, but it is the human word that meets the deadline."""
    who = _reachable(conn, user, customer_id)
    if (before := _sent_before(conn, who, key)) is not None:
        return before
    words = _checked(text)
    case_id = _take(conn, user, who, now)
    return _written(conn, user, who, case_id, now, channel="call", kind="call", text=words, key=key)


def add_note(
    conn: Connection, user: StaffMember, customer_id: int, text: str, key: str, now: datetime, needs: str = "…"
) -> Sent:
    """For colleagues only: direction `note` never goes out, and claims nothing. needs: a part that may not be empty."""
    who = _reachable(conn, user, customer_id)
    if (before := _sent_before(conn, who, key)) is not None:
        return before
    _checked(needs)
    row = _row(user, who, cases.open_case_of(conn, customer_id), now, channel="note", kind="note", text=_checked(text))
    made = _insert(conn, row | {"direction": "note", "provider_key": _out_id(key)})
    threads.told(conn, customer_id, who.store_id, made, now)
    mentions.call(conn, user, who.store_id, customer_id, made, text, now)
    return Sent(made)


def _reachable(conn: Connection, user: StaffMember, customer_id: int) -> Row[Any]:
    """The customer, with the thread row held until the commit."""
    row = conn.execute(select(customer).where(customer.c.id == customer_id, visible_to(user, customer))).first()
    if row is None:
        raise NotThere("no_customer", "没有这位客户")
    return row


def _sent_before(conn: Connection, who: Row[Any], key: str) -> Sent | None:
    """The thread is locked first, so of two presses at once the second finds the first one's row."""
    if not KEY.fullmatch(key):
        raise RuleBroken("bad_key", "页面已过期，请刷新后再发")
    threads.lock(conn, who.id, who.store_id, {"last_at": who.created_at})
    columns = select(message.c.id, message.c.customer_id)
    left = select(outbox_table.c.id).where(outbox_table.c.out_id == _out_id(key))
    # Two halves, each by its unique key: with OR across the join both databases read every message there is.
    sent = columns.where(message.c.outbox_id == left.scalar_subquery())
    row = conn.execute(sent.union_all(columns.where(message.c.provider_key == _out_id(key)))).first()
    if row is not None and row.customer_id != who.id:
        raise RuleBroken("bad_key", "页面已过期，请刷新后再发")
    return Sent(row.id, again=True) if row else None


def _take(conn: Connection, user: StaffMember, who: Row[Any], now: datetime) -> int | None:
    """Who writes has the thread, and the open case if nobody claimed it; returns that case."""
    holder = select(thread.c.state, thread.c.owner_id, staff.c.name).outerjoin(staff, staff.c.id == thread.c.owner_id)
    row = conn.execute(holder.where(thread.c.customer_id == who.id)).one()
    if row.state == "human" and row.owner_id != user.id and user.role not in MANAGERS:
        raise RuleBroken("held", f"{row.name} 正在处理，请先转交")
    case_id = cases.open_case_of(conn, who.id)
    if case_id is not None:
        cases.claim_if_open(conn, case_id, user, now)
        cases.record_contact(conn, case_id, user, "", now)
    threads.answered(conn, who.id, user.id, now)
    alerts.acknowledge_customer(conn, who.id, user.id, now)
    return case_id


def _openid(conn: Connection, customer_id: int) -> Row[Any]:
    followed = (identity.c.customer_id == customer_id, identity.c.channel == "wechat", identity.c.following)
    row = conn.execute(select(identity).where(*followed).order_by(identity.c.id.desc())).first()
    if row is None:
        raise RuleBroken("not_following", "客户没有关注服务号，请改用短信或电话")
    return row


def _in_window(
    conn: Connection,
    who: Row[Any],
    openid: Row[Any],
    payloads: Sequence[Mapping[str, object]],
    key: str,
    now: datetime,
) -> list[int]:
    """The outbox rows, one a message and a slot; all or none. Raises RuleBroken window_closed, window_full."""
    window = windows.view(conn, openid.account, openid.address, now)
    room = window.left - windows.queued_for(conn, who.id) if window else 0
    if window is None or room < 1:
        raise RuleBroken("window_closed", "微信窗口已关闭，请改用短信或电话")
    if len(payloads) > room:
        raise RuleBroken("window_full", f"这段话要分 {len(payloads)} 条发出，窗口只剩 {room} 条，请缩短后再发")
    return [
        outbox.enqueue(
            conn,
            store_id=who.store_id,
            customer_id=who.id,
            way=Way.CUSTOM,
            account=openid.account,
            address=openid.address,
            category=Category.SERVICE,
            priority=Priority.REPLY,
            payload=payload,
            out_id=f"{_out_id(key)}.{number}" if number else _out_id(key),
            not_before=now + number * PART_GAP,
            expires_at=window.expires_at,
        )
        for number, payload in enumerate(payloads)
    ]


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise RuleBroken("no_text", "请先写内容")
    if len(words) > LONGEST:
        raise RuleBroken("too_long", f"一条最多 {LONGEST} 字")
    return words


def _out_id(key: str) -> str:
    return f"staff-{key}"


def _written(
    conn: Connection,
    user: StaffMember,
    who: Row[Any],
    case_id: int | None,
    now: datetime,
    *,
    channel: str,
    kind: str,
    text: str,
    outbox_id: int | None = None,
    key: str = "",
) -> Sent:
    row = _row(user, who, case_id, now, channel=channel, kind=kind, text=text)
    made = _insert(conn, row | {"outbox_id": outbox_id, "provider_key": _out_id(key) if key else None})
    threads.touch(conn, who.id, who.store_id, at=now, text=text, channel=channel, message_id=made)
    return Sent(made)


def _row(
    user: StaffMember, who: Row[Any], case_id: int | None, now: datetime, *, channel: str, kind: str, text: str
) -> dict[str, object]:
    return {
        "store_id": who.store_id,
        "customer_id": who.id,
        "direction": "out",
        "channel": channel,
        "kind": kind,
        "author": "staff",
        "staff_id": user.id,
        "text": text,
        "at": now,
        "case_id": case_id,
    }


def _insert(conn: Connection, row: Mapping[str, object]) -> int:
    return int(conn.execute(insert(message).values(**row).returning(message.c.id)).scalar_one())
