"""The statements every turn asks, kept ready (`store/prepared.py`). `store/turns.py` says what they mean."""

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    cast,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from bot.messages import Channel
from store.dialects import insert_into
from store.prepared import Prepared
from store.tables.cases import cases, deadline
from store.tables.contact import message, prompt, thread, wechat_window
from store.tables.people import consent, customer, identity, refusal, store
from store.tables.staff import staff

JSON_OR_NONE = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
SMS_ANSWERS = timedelta(hours=72)  # a text later than this no longer answers a question asked by SMS
CASE_RETURNS = timedelta(days=7)  # a closed case is still the customer's case for so long (design §5)

owner, human = staff.alias("owner"), staff.alias("human")


def given(name: str, like: ColumnElement[Any]) -> ColumnElement[Any]:
    return bindparam(name, type_=like.type)


# --- the message ---------------------------------------------------------------------------------------------------


def _insert_message(sender: Any) -> Prepared:
    """No row: taken before, or nobody at this address."""
    columns = ("at", "channel", "kind", "text", "provider_key")

    def make(conn: Connection) -> Any:
        values = [*(given(name, message.c[name]) for name in columns), bindparam("data", type_=JSON_OR_NONE)]
        row = select(customer.c.store_id, customer.c.id, literal("in"), literal("customer"), *values)
        names = ["store_id", "customer_id", "direction", "author", *columns, "data"]
        new = insert_into(conn, message).from_select(names, row.where(customer.c.id == sender.scalar_subquery()))
        return new.on_conflict_do_nothing(index_elements=["provider_key"]).returning(*MESSAGE_IDS)

    return Prepared(make, MESSAGE_IDS)


MESSAGE_IDS = [message.c.id, message.c.customer_id]


def _follower() -> Select[int]:
    mine = (identity.c.channel == "wechat", identity.c.account == given("account", identity.c.account))
    return select(identity.c.customer_id).where(*mine, identity.c.address == given("address", identity.c.address))


def _texter() -> Select[int]:
    """Of the files that share the number, the one with the newest open question, else the newest known one."""
    fresh = prompt.c.asked_at > given("asked_after", prompt.c.asked_at)
    asked = and_(prompt.c.customer_id == customer.c.id, prompt.c.state == "open", fresh)
    files = select(customer.c.id).outerjoin(prompt, asked)
    files = files.where(customer.c.phone == given("address", customer.c.phone), customer.c.merged_into.is_(None))
    newest = (case((prompt.c.id.is_(None), 0), else_=prompt.c.id).desc(), customer.c.known.desc(), customer.c.id.desc())
    return files.order_by(*newest).limit(1)


def _page_owner() -> Select[int]:
    return select(prompt.c.customer_id).where(prompt.c.id == given("prompt_id", prompt.c.id))


def _rung() -> Select[int]:
    """Who was telephoned: the address is the file's own id."""
    return select(customer.c.id).where(customer.c.id == cast(given("address", identity.c.address), customer.c.id.type))


ARRIVE = {
    Channel.CALL: _insert_message(_rung()),
    Channel.WECHAT: _insert_message(_follower()),
    Channel.PAGE: _insert_message(_page_owner()),
    Channel.SMS: _insert_message(_texter()),
}

FOUND = [message.c.id, message.c.customer_id, message.c.reply]
FIND = Prepared(
    lambda _conn: select(*FOUND).where(message.c.provider_key == given("provider_key", message.c.provider_key)), FOUND
)

SAID = ("store_id", "customer_id", "channel", "kind", "text", "at", "intent", "outbox_id")
SAY = Prepared(
    lambda _conn: insert(message).values(direction="out", author="bot", **{name: bindparam(name) for name in SAID})
)

REPLIED = ("reply", "intent", "customer_id")
STORE_REPLY = Prepared(
    lambda _conn: (
        update(message)
        .where(message.c.id == given("message_id", message.c.id))
        .values(**{name: bindparam(f"new_{name}", type_=message.c[name].type) for name in REPLIED})
    )
)


# --- the turn ------------------------------------------------------------------------------------------------------


def _exists(rows: Any, name: str) -> ColumnElement[bool]:
    return rows.exists().label(name)  # type: ignore[no-any-return]  # SQLAlchemy types labels loosely


def _last(direction: str, column: Any, label: str) -> Any:
    """Of the customer's newest line before this message, or of ours."""
    line = message.alias(f"{label}_line")
    mine = (line.c.customer_id == customer.c.id, line.c.direction == direction)
    earlier = line.c.id < given("message_id", message.c.id)
    found = select(line.c[column.name]).where(*mine, earlier).order_by(line.c.id.desc()).limit(1)
    return found.correlate(customer).scalar_subquery().label(label)


CONTEXT_COLUMNS: tuple[ColumnElement[Any], ...] = (
    *(customer.c.id, customer.c.store_id, customer.c.name, customer.c.known, customer.c.phone, customer.c.birthday),
    *(customer.c.phone_state, identity.c.stranger),
    *(store.c.code, store.c.name.label("store_name"), store.c.time_zone, store.c.hotline, store.c.rescue),
    *(identity.c.bound_by, thread.c.id.label("thread_id")),
    *(thread.c.state.label("thread_state"), thread.c.last_text, thread.c.last_at),
    *(human.c.id.label("human_id"), human.c.name.label("human_name"), human.c.role.label("human_role")),
    *(wechat_window.c.expires_at.label("window_until"), wechat_window.c.quota, wechat_window.c.used),
    *(cases.c.id.label("case_id"), cases.c.level, cases.c.state.label("case_state"), cases.c.round),
    *(cases.c.opened_at, cases.c.closed_at, cases.c.repair_order_id, deadline.c.due_at.label("contact_by")),
    *(owner.c.id.label("owner_id"), owner.c.name.label("owner_name"), owner.c.role.label("owner_role")),
    _exists(select(prompt.c.id).where(prompt.c.customer_id == customer.c.id, prompt.c.state == "open"), "asked"),
    *(_last("in", message.c.text, "before_text"), _last("in", message.c.intent, "before_intent")),
    *(_last("in", message.c.at, "before_at"), _last("out", message.c.text, "told_text")),
)


def _context(_conn: Connection) -> Select[Any]:
    """Customer, store, tie to the openid, thread and who has it, window, case with its owner: one statement."""
    account, address = given("account", identity.c.account), given("address", identity.c.address)
    tie = (identity.c.channel == given("channel", identity.c.channel), identity.c.account == account)
    window = (wechat_window.c.account == account, wechat_window.c.openid == address)
    contact = and_(deadline.c.case_id == cases.c.id, deadline.c.round == cases.c.round, deadline.c.kind == "contact")
    joined = (
        customer.join(store, store.c.id == customer.c.store_id)
        .outerjoin(identity, and_(identity.c.customer_id == customer.c.id, *tie, identity.c.address == address))
        .outerjoin(thread, thread.c.customer_id == customer.c.id)
        .outerjoin(human, and_(human.c.id == thread.c.owner_id, thread.c.state == "human"))
        .outerjoin(wechat_window, and_(*window, wechat_window.c.expires_at > given("now", message.c.at)))
        .outerjoin(cases, cases.c.id == _case_id())
        .outerjoin(owner, owner.c.id == cases.c.owner_id)
        .outerjoin(deadline, contact)
    )
    return select(*CONTEXT_COLUMNS).select_from(joined).where(customer.c.id == given("customer_id", customer.c.id))


def _case_id() -> Any:
    """The open case, else the newest closed in the last seven days."""
    inner = cases.alias("newest")
    fresh = or_(inner.c.closed_at.is_(None), inner.c.closed_at > given("closed_after", inner.c.closed_at))
    order = (case((inner.c.closed_at.is_(None), 0), else_=1), inner.c.id.desc())
    mine = select(inner.c.id).where(inner.c.customer_id == customer.c.id, fresh)
    return mine.order_by(*order).limit(1).correlate(customer).scalar_subquery()


CONTEXT = Prepared(_context, CONTEXT_COLUMNS)


def _same_person() -> ColumnElement[bool]:
    """phone "-" is nobody's."""
    return or_(
        customer.c.id == given("customer_id", customer.c.id), customer.c.phone == given("phone", customer.c.phone)
    )


def _permissions(_conn: Connection) -> Any:
    sharing = select(customer.c.id).where(_same_person())
    files = select(customer.c.id).where(or_(customer.c.id.in_(sharing), customer.c.merged_into.in_(sharing)))
    mine = identity.c.customer_id == given("customer_id", customer.c.id)
    said = select(literal("consent").label("ledger"), consent.c.purpose, consent.c.given, consent.c.id)
    refused = select(literal("refusal").label("ledger"), refusal.c.purpose, true().label("given"), refusal.c.id)
    by_phone = refusal.c.address == given("phone", refusal.c.address)
    by_openid = refusal.c.address.in_(select(identity.c.address).where(mine))
    held = (customer.c.id == given("customer_id", customer.c.id), customer.c.email != "")
    by_email = refusal.c.address.in_(select(customer.c.email).where(*held))
    refused = refused.where(or_(by_phone, by_openid, by_email), refusal.c.withdrawn_at.is_(None))
    return union_all(said.where(consent.c.customer_id.in_(files), consent.c.aside == ""), refused).order_by("id")


PERMISSIONS = Prepared(_permissions, [literal("").label("ledger"), consent.c.purpose, consent.c.given, consent.c.id])


def _open_questions(*where: ColumnElement[bool]) -> Prepared:
    asked = select(prompt).where(prompt.c.state == "open", prompt.c.expires_at > given("now", prompt.c.expires_at))
    return Prepared(lambda _conn: asked.where(*where).order_by(prompt.c.id.desc()), list(prompt.c))


_BROUGHT = Prepared(lambda _conn: select(prompt).where(prompt.c.id == given("prompt_id", prompt.c.id)), list(prompt.c))
# A page and a call bring their own question, even one answered before: a second rating replaces the first.
QUESTIONS = {
    Channel.WECHAT: _open_questions(prompt.c.customer_id == given("customer_id", customer.c.id)),
    Channel.SMS: _open_questions(
        prompt.c.customer_id.in_(select(customer.c.id).where(_same_person())),
        prompt.c.asked_at > given("asked_after", prompt.c.asked_at),
    ),
    Channel.PAGE: _BROUGHT,
    Channel.CALL: _BROUGHT,
}
