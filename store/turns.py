"""What a turn needs from the data, in few statements: the message first, then everything a decision may look at."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    delete,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.exc import OperationalError

from bot.customer import Customer, Purpose, Role, StaffMember, Store
from bot.effects import PromptKind
from bot.errors import BadBody, HuifangError
from bot.messages import Channel, Inbound
from bot.turn import CaseView, Prompt, Turn, WindowView
from store.dialects import insert_into
from store.tables.cases import cases, deadline
from store.tables.contact import message, prompt, thread, wechat_window
from store.tables.people import consent, customer, identity, refusal, store
from store.tables.staff import staff

SMS_ANSWERS = timedelta(hours=72)  # a text later than this no longer answers a question asked by SMS
CASE_RETURNS = timedelta(days=7)  # a closed case is still the customer's case for so long (design §5)

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL, after `lock_timeout`

owner, human = staff.alias("owner"), staff.alias("human")


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


def arrive(conn: Connection, inbound: Inbound, store_code: str, now: datetime) -> Arrived:
    """Insert the message, making the customer if nobody is known at this address.

    The unique provider key is the lock: a second delivery waits here for the first, then finds its reply.
    store_code: the store of a newcomer. Raises BadBody for a page whose question does not exist.
    """
    if (row := _insert_message(conn, inbound, now)) is not None:
        return Arrived(row.id, row.customer_id)
    if (first := find(conn, inbound)) is not None:
        return first
    if inbound.channel is Channel.PAGE:
        raise BadBody("there is no such question")
    newcomer = _welcome(conn, inbound, store_code, now)
    row = _insert_message(conn, inbound, now)
    if row is None:
        raise BadBody(f"no store {store_code}")
    return Arrived(row.id, row.customer_id, newcomer=newcomer)


def find(conn: Connection, inbound: Inbound) -> Arrived | None:
    """The message as it was taken the first time."""
    mine = select(message.c.id, message.c.customer_id, message.c.reply)
    row = conn.execute(mine.where(message.c.provider_key == stored_key(inbound))).first()
    return None if row is None else Arrived(row.id, row.customer_id, known=True, reply=row.reply or {})


def hold_customer(conn: Connection, customer_id: int) -> None:
    """One turn of a customer at a time. SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        row = select(customer.c.id).where(customer.c.id == customer_id)
        conn.execute(row.with_for_update(key_share=True))


def load_turn(conn: Connection, inbound: Inbound, arrived: Arrived, now: datetime) -> Turn:
    row = conn.execute(_context(inbound, arrived.customer_id, now)).one()
    consents, refusals = permissions(conn, row.id, row.phone)
    return Turn(
        inbound=inbound,
        customer=_customer(row, consents, refusals),
        store=Store(row.store_id, row.code, row.store_name, row.time_zone, row.hotline, row.rescue),
        prompts=_prompts(conn, inbound, row, now),
        case=_case(row),
        human=_human(row),
        window=None if row.window_until is None else WindowView(row.window_until, row.quota - row.used),
        first_contact=row.thread_id is None,
        seed=zlib.crc32(inbound.provider_key.encode()),
    )


def permissions(conn: Connection, customer_id: int, phone: str) -> tuple[frozenset[Purpose], frozenset[Purpose]]:
    """(consents, refusals) over every file that shares the phone; the newest word of the ledger counts."""
    files = select(customer.c.id).where(_same_person(customer_id, phone))
    addresses = select(identity.c.address).where(identity.c.customer_id == customer_id)
    given = select(literal("consent").label("ledger"), consent.c.purpose, consent.c.given, consent.c.id)
    refused = select(literal("refusal").label("ledger"), refusal.c.purpose, true().label("given"), refusal.c.id)
    mine = or_(refusal.c.address == (phone or "-"), refusal.c.address.in_(addresses))
    ledger = union_all(
        given.where(consent.c.customer_id.in_(files)), refused.where(mine, refusal.c.withdrawn_at.is_(None))
    ).order_by("id")
    words: dict[str, dict[Purpose, bool]] = {"consent": {}, "refusal": {}}
    for row in conn.execute(ledger):
        words[row.ledger][Purpose(row.purpose)] = bool(row.given)
    return _true(words["consent"]), _true(words["refusal"])


def store_reply(conn: Connection, message_id: int, customer_id: int, reply: Mapping[str, Any], intent: str) -> None:
    """customer_id: the file the turn ended in, which binding may have changed."""
    values = {"reply": dict(reply), "intent": intent, "customer_id": customer_id}
    conn.execute(update(message).where(message.c.id == message_id).values(values))


def add_message(conn: Connection, **values: Any) -> int:
    return int(conn.execute(insert(message).values(**values).returning(message.c.id)).scalar_one())


def _insert_message(conn: Connection, inbound: Inbound, now: datetime) -> Row[Any] | None:
    """None: taken before, or nobody at this address."""
    fixed = {
        "direction": "in",
        "channel": inbound.channel.value,
        "kind": inbound.kind.value,
        "author": "customer",
        "text": inbound.text,
        "provider_key": stored_key(inbound),
    }
    values = [literal(value) for value in fixed.values()]
    sender = select(customer.c.store_id, customer.c.id, literal(now, message.c.at.type), *values)
    new = insert_into(conn, message).from_select(
        ["store_id", "customer_id", "at", *fixed], sender.where(customer.c.id == _sender(inbound))
    )
    new = new.on_conflict_do_nothing(index_elements=["provider_key"]).returning(message.c.id, message.c.customer_id)
    try:
        return conn.execute(new).first()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") == LOCK_NOT_AVAILABLE:  # only the same key makes this insert wait
            raise StillDeciding from error
        raise


def _sender(inbound: Inbound) -> Any:
    match inbound.channel:
        case Channel.WECHAT:
            return _follower(inbound).scalar_subquery()
        case Channel.PAGE:
            asked = select(prompt.c.customer_id).where(prompt.c.id == inbound.prompt_id)
            return asked.scalar_subquery()
        case _:
            return _texter(inbound).scalar_subquery()


def _follower(inbound: Inbound) -> Select[int]:
    mine = (identity.c.channel == "wechat", identity.c.account == inbound.account)
    return select(identity.c.customer_id).where(*mine, identity.c.address == inbound.address)


def _texter(inbound: Inbound) -> Select[int]:
    """Of the files that share the number, the one with the newest open question, else the newest known one."""
    asked = and_(
        prompt.c.customer_id == customer.c.id,
        prompt.c.state == "open",
        prompt.c.asked_at > inbound.sent_at - SMS_ANSWERS,
    )
    files = select(customer.c.id).outerjoin(prompt, asked)
    files = files.where(customer.c.phone == inbound.address, customer.c.merged_into.is_(None))
    newest = (case((prompt.c.id.is_(None), 0), else_=prompt.c.id).desc(), customer.c.known.desc(), customer.c.id.desc())
    return files.order_by(*newest).limit(1)


def _welcome(conn: Connection, inbound: Inbound, store_code: str, now: datetime) -> bool:
    """A file for somebody we know nothing of. False: another delivery was faster and made it."""
    phone = inbound.address if inbound.channel is Channel.SMS else ""
    here = select(store.c.id, literal(False), literal(phone), literal(now, customer.c.created_at.type))
    row = insert(customer).from_select(
        ["store_id", "known", "phone", "created_at"], here.where(store.c.code == store_code)
    )
    made = conn.execute(row.returning(customer.c.id)).scalar()
    if made is None or inbound.channel is Channel.SMS:
        return made is not None
    address = {"channel": inbound.channel.value, "account": inbound.account, "address": inbound.address}
    tie = insert_into(conn, identity).values(customer_id=made, following=True, changed_at=now, **address)
    tied = conn.execute(tie.on_conflict_do_nothing().returning(identity.c.id)).scalar()
    if tied is None:
        conn.execute(delete(customer).where(customer.c.id == made))
    return tied is not None


def _context(inbound: Inbound, customer_id: int, now: datetime) -> Select[Any]:
    """Customer, store, tie to the openid, thread and who has it, window, case with its owner: one statement."""
    mine = and_(
        identity.c.customer_id == customer.c.id,
        identity.c.channel == inbound.channel.value,
        identity.c.account == inbound.account,
        identity.c.address == inbound.address,
    )
    window = and_(
        wechat_window.c.account == inbound.account,
        wechat_window.c.openid == inbound.address,
        wechat_window.c.expires_at > now,
        literal(inbound.channel is Channel.WECHAT),
    )
    contact = and_(deadline.c.case_id == cases.c.id, deadline.c.round == cases.c.round, deadline.c.kind == "contact")
    joined = (
        customer.join(store, store.c.id == customer.c.store_id)
        .outerjoin(identity, mine)
        .outerjoin(thread, thread.c.customer_id == customer.c.id)
        .outerjoin(human, and_(human.c.id == thread.c.owner_id, thread.c.state == "human"))
        .outerjoin(wechat_window, window)
        .outerjoin(cases, cases.c.id == _case_id(now))
        .outerjoin(owner, owner.c.id == cases.c.owner_id)
        .outerjoin(deadline, contact)
    )
    return select(*_COLUMNS).select_from(joined).where(customer.c.id == customer_id)


_COLUMNS: tuple[ColumnElement[Any], ...] = (
    *(customer.c.id, customer.c.store_id, customer.c.name, customer.c.known, customer.c.phone, customer.c.birthday),
    *(store.c.code, store.c.name.label("store_name"), store.c.time_zone, store.c.hotline, store.c.rescue),
    identity.c.bound_by,
    thread.c.id.label("thread_id"),
    *(human.c.id.label("human_id"), human.c.name.label("human_name"), human.c.role.label("human_role")),
    *(wechat_window.c.expires_at.label("window_until"), wechat_window.c.quota, wechat_window.c.used),
    *(cases.c.id.label("case_id"), cases.c.level, cases.c.state.label("case_state"), cases.c.round),
    *(cases.c.opened_at, cases.c.closed_at, cases.c.repair_order_id, deadline.c.due_at.label("contact_by")),
    *(owner.c.id.label("owner_id"), owner.c.name.label("owner_name"), owner.c.role.label("owner_role")),
)


def _case_id(now: datetime) -> Any:
    """The open case, else the newest closed in the last seven days."""
    inner = cases.alias("newest")
    mine = select(inner.c.id).where(inner.c.customer_id == customer.c.id)
    fresh = or_(inner.c.closed_at.is_(None), inner.c.closed_at > now - CASE_RETURNS)
    order = (case((inner.c.closed_at.is_(None), 0), else_=1), inner.c.id.desc())
    return mine.where(fresh).order_by(*order).limit(1).correlate(customer).scalar_subquery()


def _prompts(conn: Connection, inbound: Inbound, row: Row[Any], now: datetime) -> tuple[Prompt, ...]:
    """Open questions, newest first. A page brings its own, even one answered before: a second rating replaces."""
    asked = select(prompt)
    if inbound.channel is Channel.PAGE:
        asked = asked.where(prompt.c.id == inbound.prompt_id)
    else:
        asked = asked.where(prompt.c.state == "open", prompt.c.expires_at > now)
    if inbound.channel is Channel.SMS:
        files = select(customer.c.id).where(_same_person(row.id, row.phone))
        asked = asked.where(prompt.c.customer_id.in_(files), prompt.c.asked_at > now - SMS_ANSWERS)
    elif inbound.channel is Channel.WECHAT:
        asked = asked.where(prompt.c.customer_id == row.id)
    return tuple(prompt_of(each) for each in conn.execute(asked.order_by(prompt.c.id.desc())))


def prompt_of(row: Row[Any]) -> Prompt:
    ref = {name: value for name, value in (row.ref or {}).items() if isinstance(value, int)}
    return Prompt(row.id, PromptKind(row.kind), row.scale, row.asked_at, row.expires_at, row.clarified, ref)


def _same_person(customer_id: int, phone: str) -> ColumnElement[bool]:
    mine = customer.c.id == customer_id
    return or_(mine, customer.c.phone == phone) if phone else mine


def _customer(row: Row[Any], consents: frozenset[Purpose], refusals: frozenset[Purpose]) -> Customer:
    return Customer(
        id=row.id,
        store_id=row.store_id,
        name=row.name,
        known=row.known,
        bound=bool(row.bound_by),
        phone=row.phone,
        birthday=row.birthday,
        consents=consents,
        refusals=refusals,
    )


def _case(row: Row[Any]) -> CaseView | None:
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


def _human(row: Row[Any]) -> StaffMember | None:
    if row.human_id is None:
        return None
    return StaffMember(row.human_id, row.store_id, row.human_name, Role(row.human_role))


def _true(words: Mapping[Purpose, bool]) -> frozenset[Purpose]:
    return frozenset(purpose for purpose, said in words.items() if said)
