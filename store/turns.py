"""What a turn needs from the data, in few statements: the message first, then everything a decision may look at."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, literal, select
from sqlalchemy.exc import OperationalError

from bot.consent import Standing, fold
from bot.customer import Customer, Purpose, Role, StaffMember, Store
from bot.dealer import StoreConfig
from bot.effects import PromptKind
from bot.errors import BadBody, HuifangError
from bot.messages import Channel, Inbound
from bot.shown import carried, shown
from bot.turn import NOTHING_BEFORE, Before, CaseView, Prompt, Turn, WindowView
from store.dialects import insert_into
from store.stores import keep_stores
from store.tables.contact import KNOWN
from store.tables.people import customer, identity, store
from store.turn_statements import (
    ARRIVE,
    CASE_RETURNS,
    CONTEXT,
    FIND,
    PERMISSIONS,
    QUESTIONS,
    SAY,
    SMS_ANSWERS,
    STORE_REPLY,
)

GOES_ON = timedelta(minutes=30)  # so long a short message still leans on the one before
IN_A_ROW = timedelta(minutes=10)  # an album is sent picture by picture
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL, after `lock_timeout`
NOBODY = "-"  # stands for "no phone", so that two files without one are not the same person


@dataclass(frozen=True, slots=True)
class Arrived:
    """known: the message was here before, and `reply` is what was answered then."""

    message_id: int
    customer_id: int
    known: bool = False
    newcomer: bool = False
    reply: Mapping[str, Any] | None = None


class StillDeciding(HuifangError):
    """The same message is being decided elsewhere and took longer than a caller may wait."""


def stored_key(inbound: Inbound) -> str:
    return f"{inbound.channel}:{inbound.account}:{inbound.provider_key}"


def arrive(conn: Connection, inbound: Inbound, home: StoreConfig, now: datetime) -> Arrived:
    """Insert the message, making the customer if nobody is known at this address.

    The unique provider key is the lock: a second delivery waits here for the first, then finds its reply.
    home: the store of a newcomer. Raises BadBody for a page whose question does not exist.
    """
    if (row := _insert_message(conn, inbound, now)) is not None:
        return Arrived(row.id, row.customer_id)
    if (first := find(conn, inbound)) is not None:
        return first
    if inbound.channel in (Channel.PAGE, Channel.CALL):
        raise BadBody("there is no such question or customer")
    keep_stores(conn, [home])  # a dealer may have started without `demo`
    newcomer = _welcome(conn, inbound, home.code, now)
    row = _insert_message(conn, inbound, now)
    return Arrived(row.id, row.customer_id, newcomer=newcomer)


def find(conn: Connection, inbound: Inbound) -> Arrived | None:
    """The message as it was taken the first time."""
    row = FIND.first(conn, provider_key=stored_key(inbound))
    return None if row is None else Arrived(row.id, row.customer_id, known=True, reply=row.reply or {})


def hold_customer(conn: Connection, customer_id: int) -> None:
    """One turn of a customer at a time. SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        row = select(customer.c.id).where(customer.c.id == customer_id)
        conn.execute(row.with_for_update(key_share=True))


def load_turn(conn: Connection, inbound: Inbound, arrived: Arrived, now: datetime) -> Turn:
    row = CONTEXT.first(
        conn,
        message_id=arrived.message_id,
        customer_id=arrived.customer_id,
        channel=inbound.channel.value,
        account=inbound.account,
        address=inbound.address,
        now=now,
        closed_after=now - CASE_RETURNS,
    )
    asked = row.asked or inbound.channel is not Channel.WECHAT
    who = _customer(row, permissions(conn, row.id, row.phone), inbound)
    prompts = _prompts(conn, inbound, row, now) if asked else ()
    return Turn(
        inbound=inbound,
        customer=who,
        store=Store(row.store_id, row.code, row.store_name, row.time_zone, row.hotline, row.rescue),
        prompts=tuple(each for each in prompts if each.kind is PromptKind.STRANGER) if who.stranger else prompts,
        case=_case(row),
        human=_human(row),
        window=_window(row, inbound),
        first_contact=row.thread_id is None,
        waiting=row.thread_state == "waiting",
        waits_after=row.last_text if row.thread_state == "waiting" and row.last_at > now - IN_A_ROW else "",
        before=_before(row, now),
        told=row.told_text or "",
        seed=zlib.crc32(inbound.provider_key.encode()),
    )


def permissions(conn: Connection, customer_id: int, phone: str) -> Standing:
    """store/standing.py in one prepared statement, for the turn has no time for more."""
    rows = PERMISSIONS.all(conn, customer_id=customer_id, phone=phone or NOBODY)
    words = [(Purpose(row.purpose), bool(row.given)) for row in rows if row.ledger == "consent"]
    return fold(words, [Purpose(row.purpose) for row in rows if row.ledger == "refusal"])


def store_reply(conn: Connection, message_id: int, customer_id: int, reply: Mapping[str, Any], intent: str) -> None:
    """customer_id: the file the turn ended in, which binding may have changed."""
    STORE_REPLY.all(conn, message_id=message_id, new_reply=dict(reply), new_intent=intent, new_customer_id=customer_id)


def say(conn: Connection, **values: Any) -> None:
    """A line of the bot's in the log."""
    SAY.all(conn, **values)


def _insert_message(conn: Connection, inbound: Inbound, now: datetime) -> Any:
    """None: taken before, or nobody at this address."""
    try:
        return ARRIVE[inbound.channel].first(
            conn,
            at=now,
            channel=inbound.channel.value,
            kind=inbound.kind.value,
            text=shown(inbound),
            data=carried(inbound),
            provider_key=stored_key(inbound),
            account=inbound.account,
            address=inbound.address,
            asked_after=now - SMS_ANSWERS,
            prompt_id=inbound.prompt_id,
        )
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") == LOCK_NOT_AVAILABLE:  # only the same key makes this insert wait
            raise StillDeciding from error
        raise


def _welcome(conn: Connection, inbound: Inbound, store_code: str, now: datetime) -> bool:
    """A file for somebody we know nothing of. False: another delivery was faster and made it."""
    phone = inbound.address if inbound.channel is Channel.SMS else ""
    here = select(store.c.id, literal(False), literal(phone), literal(now, customer.c.created_at.type))
    row = insert(customer).from_select(
        ["store_id", "known", "phone", "created_at"], here.where(store.c.code == store_code)
    )
    made = conn.execute(row.returning(customer.c.id)).scalar_one()
    if inbound.channel is Channel.SMS:
        return True
    address = {"channel": inbound.channel.value, "account": inbound.account, "address": inbound.address}
    tie = insert_into(conn, identity).values(customer_id=made, following=True, changed_at=now, **address)
    tied = conn.execute(tie.on_conflict_do_nothing().returning(identity.c.id)).scalar()
    if tied is None:
        conn.execute(delete(customer).where(customer.c.id == made))
    return tied is not None


def _prompts(conn: Connection, inbound: Inbound, row: Any, now: datetime) -> tuple[Prompt, ...]:
    """Open questions, newest first."""
    found = QUESTIONS[inbound.channel].all(
        conn,
        now=now,
        customer_id=row.id,
        phone=row.phone or NOBODY,
        asked_after=now - SMS_ANSWERS,
        prompt_id=inbound.prompt_id,
    )
    return tuple(prompt_of(each) for each in found)


def prompt_of(row: Any) -> Prompt:
    ref = {name: value for name, value in (row.ref or {}).items() if isinstance(value, int)}
    known = (row.ref or {}).get(KNOWN, {})
    return Prompt(row.id, PromptKind(row.kind), row.scale, row.asked_at, row.expires_at, row.clarified, ref, known)


def _before(row: Any, now: datetime) -> Before:
    fresh = row.before_at is not None and row.before_at > now - GOES_ON
    return Before(row.before_text, row.before_intent) if fresh else NOTHING_BEFORE


def _window(row: Any, inbound: Inbound) -> WindowView | None:
    if row.window_until is None or inbound.channel is not Channel.WECHAT:
        return None
    return WindowView(row.window_until, row.quota - row.used)


def _customer(row: Any, standing: Standing, inbound: Inbound) -> Customer:
    """Whoever said that they are somebody else hears nothing of the file, not even the name."""
    by_sms = inbound.channel is Channel.SMS and row.phone_state == "stranger"
    if by_sms or row.stranger:
        return Customer(
            row.id, row.store_id, "", known=False, phone=row.phone, refusals=standing.refusals, stranger=True
        )
    return Customer(
        id=row.id,
        store_id=row.store_id,
        name=row.name,
        known=row.known,
        bound=bool(row.bound_by),
        phone=row.phone,
        birthday=row.birthday,
        consents=standing.consents,
        refusals=standing.refusals,
    )


def _case(row: Any) -> CaseView | None:
    if row.case_id is None:
        return None
    return CaseView(
        id=row.case_id,
        level=row.level,
        state=row.case_state,
        round=row.round,
        owner=StaffMember(row.owner_id, row.store_id, row.owner_name, Role(row.owner_role)),
        contact_by=row.contact_by,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        order_id=row.repair_order_id,
    )


def _human(row: Any) -> StaffMember | None:
    if row.human_id is None:
        return None
    return StaffMember(row.human_id, row.store_id, row.human_name, Role(row.human_role))
