"""Files that customers send and staff send: wanted, fetched by the worker, kept, shown, forgotten.

The bytes lie in a folder (`store/media_files.py`); a row is here first and goes first, so that a file without a row is
nobody's. Leases and `retry_at` are machine time, as the outbox's are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from bot.customer import StaffMember
from bot.media import MediaKind, MediaState
from bot.messages import Inbound
from store import threads
from store.dialects import insert_into, skipping_locked
from store.tables.contact import media, message
from store.tables.people import customer
from store.visibility import visible_to

WANT_FOR = timedelta(days=3)  # WeChat keeps a file so long (wechat.md §3.7)
KINDS = frozenset(MediaKind)
ATTACHED = (
    media.c.id.label("media_id"), media.c.kind.label("media_kind"), media.c.state.label("media_state"),
    media.c.mime, media.c.bytes, media.c.reason.label("media_reason"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Errand:
    """A claimed row. tries: calls made before this one. wanted_at: machine time."""

    id: int
    account: str
    provider_id: str
    kind: MediaKind
    tries: int
    wanted_at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the folder. size: bytes."""

    name: str
    mime: str
    size: int


@dataclass(frozen=True, slots=True)
class Attached:
    """What the thread shows of a message's file."""

    id: int
    kind: str
    state: str
    mime: str
    size: int
    reason: str


def want(conn: Connection, message_id: int, inbound: Inbound, machine_now: datetime) -> None:
    """In the transaction that keeps the message. A message without a file, or with one of another kind, wants none."""
    if inbound.media is None or not inbound.media.id or inbound.kind.value not in KINDS:
        return
    row = {
        "message_id": message_id,
        "account": inbound.account,
        "openid": inbound.address,
        "provider_id": inbound.media.id,
        "kind": inbound.kind.value,
        "wanted_at": machine_now,
        "retry_at": machine_now,
    }
    conn.execute(insert_into(conn, media).values(**row).on_conflict_do_nothing(index_elements=["message_id"]))


def any_due(conn: Connection, machine_now: datetime) -> bool:
    """Reads only, so that an idle worker takes no lock."""
    return conn.execute(select(media.c.id).where(*_due(machine_now)).limit(1)).first() is not None


def claim(conn: Connection, limit: int, worker: str, machine_now: datetime, lease: timedelta) -> list[Errand]:
    """Up to `limit` files nobody is fetching. A worker that dies leaves them to the next one when its lease ends."""
    due = select(media.c.id).where(*_due(machine_now)).order_by(media.c.retry_at, media.c.id).limit(limit)
    taken = (
        update(media)
        .where(media.c.id.in_(skipping_locked(conn, due).scalar_subquery()))
        .values(lease_by=worker, lease_until=machine_now + lease, tries=media.c.tries + 1)
    )
    return [_errand(row) for row in conn.execute(taken.returning(*media.c)).all()]


def keep(conn: Connection, errand: Errand, stored: Stored, now: datetime) -> bool:
    """False: no longer ours (forgotten meanwhile, or a second worker has it), and the file is nobody's."""
    kept = {"name": stored.name, "mime": stored.mime, "bytes": stored.size, "kept_at": now}
    return _settle(conn, errand, MediaState.KEPT, now, **kept)


def give_up(conn: Connection, errand: Errand, state: MediaState, reason: str, now: datetime) -> bool:
    """state: refused or gone. reason: a sentence for staff."""
    return _settle(conn, errand, state, now, reason=reason)


def later(conn: Connection, errand: Errand, retry_at: datetime, reason: str) -> None:
    again = {"retry_at": retry_at, "reason": reason, "lease_by": None, "lease_until": None}
    conn.execute(update(media).where(*_ours(errand)).values(**again))


def put(conn: Connection, account: str, openid: str, stored: Stored, now: datetime, machine_now: datetime) -> int:
    """A picture of staff's, kept already; `belongs` ties it to its message once that is written."""
    row = {"account": account, "openid": openid, "kind": MediaKind.IMAGE.value, "state": MediaState.KEPT.value}
    kept = {"name": stored.name, "mime": stored.mime, "bytes": stored.size, "kept_at": now}
    times = {"wanted_at": machine_now, "retry_at": machine_now}
    return int(conn.execute(insert(media).values(**row, **kept, **times).returning(media.c.id)).scalar_one())


def belongs(conn: Connection, media_id: int, message_id: int) -> None:
    conn.execute(update(media).where(media.c.id == media_id).values(message_id=message_id))


def kept_file(conn: Connection, media_id: int) -> Stored | None:
    """For the worker that sends it. None: forgotten, or never kept."""
    row = conn.execute(select(media).where(media.c.id == media_id, media.c.state == MediaState.KEPT.value)).first()
    return Stored(row.name, row.mime, row.bytes) if row else None


def visible_file(conn: Connection, user: StaffMember, media_id: int) -> Stored | None:
    """For a page: only to who may see the customer's conversation."""
    rows = (
        select(media)
        .join(message, message.c.id == media.c.message_id)
        .join(customer, customer.c.id == message.c.customer_id)
        .where(media.c.id == media_id, media.c.state == MediaState.KEPT.value, visible_to(user, customer))
    )
    row = conn.execute(rows).first()
    return Stored(row.name, row.mime, row.bytes) if row else None


def attached(row: Any) -> Attached | None:
    """Of a row of the conversation that was joined with `ATTACHED`."""
    if row.media_id is None:
        return None
    return Attached(row.media_id, row.media_kind, row.media_state, row.mime, row.bytes, row.media_reason)


def forget_of(conn: Connection, account: str, openid: str) -> int:
    """Every file of this openid, sent or received: the rows now, the files when the worker next looks (leaving)."""
    return conn.execute(delete(media).where(media.c.account == account, media.c.openid == openid)).rowcount


def known_names(conn: Connection, names: Collection[str]) -> set[str]:
    """Those of these files that a row speaks of."""
    return set(conn.execute(select(media.c.name).where(media.c.name.in_(names))).scalars()) if names else set()


def _due(machine_now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(media.c.lease_until.is_(None), media.c.lease_until <= machine_now)
    return media.c.state == MediaState.WANTED.value, media.c.retry_at <= machine_now, free


def _ours(errand: Errand) -> tuple[ColumnElement[bool], ...]:
    """The claim is counted by `tries`: a worker that lost its lease holds an older one."""
    same = and_(media.c.id == errand.id, media.c.tries == errand.tries + 1)
    return same, media.c.state == MediaState.WANTED.value


def _settle(conn: Connection, errand: Errand, state: MediaState, now: datetime, **values: Any) -> bool:
    """The final state, and the open pages are told."""
    done: dict[str, Any] = {"state": state.value, "reason": "", "lease_by": None, "lease_until": None} | values
    settled = update(media).where(*_ours(errand)).values(**done).returning(media.c.message_id)
    message_id = conn.execute(settled).scalar()
    if message_id is None:
        return False
    about = select(message.c.customer_id, message.c.store_id).where(message.c.id == message_id)
    who = conn.execute(about).one()
    threads.told(conn, who.customer_id, who.store_id, message_id, now)
    return True


def _errand(row: Any) -> Errand:
    return Errand(row.id, row.account, row.provider_id, MediaKind(row.kind), row.tries - 1, row.wanted_at)
