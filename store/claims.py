"""Taking a conversation and giving it back. The open case goes with its thread."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.cases import MANAGERS
from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from store import cases, feed, threads
from store.tables.contact import thread
from store.tables.people import customer
from store.tables.staff import staff
from store.visibility import visible_to


def claim(conn: Connection, user: StaffMember, customer_id: int, version: int, now: datetime) -> None:
    """version: of the thread as the page showed it. Of two people one wins; the other reads the winner's name.

    Raises RuleBroken no_customer, already_claimed, moved, about_you.
    """
    store_id = _store_of(conn, user, customer_id)
    threads.lock(conn, customer_id, store_id, {"last_at": now})
    if not threads.claim(conn, customer_id, user.id, version):
        _explain(conn, user, customer_id)
        return
    case_id = cases.open_case_of(conn, customer_id)
    if case_id is not None:
        cases.claim(conn, case_id, user, now)
    feed.tell(conn, store_id, "thread", {}, customer_id, now)


def release(conn: Connection, user: StaffMember, customer_id: int, now: datetime) -> None:
    """Back to the bot, or to the queue while a case is open. Raises RuleBroken no_customer, not_yours."""
    store_id = _store_of(conn, user, customer_id)
    row = conn.execute(select(thread.c.state, thread.c.owner_id).where(thread.c.customer_id == customer_id)).first()
    if row is None or row.state != "human" or (row.owner_id != user.id and user.role not in MANAGERS):
        raise RuleBroken("not_yours", "由其他同事负责")
    open_case = cases.open_case_of(conn, customer_id) is not None
    threads.release(conn, customer_id, "waiting" if open_case else "bot", now)
    feed.tell(conn, store_id, "thread", {}, customer_id, now)


def finish(conn: Connection, user: StaffMember, customer_id: int, now: datetime) -> None:
    """Settled, without a case. Raises RuleBroken no_customer, not_yours, has_case, waits."""
    store_id = _store_of(conn, user, customer_id)
    threads.lock(conn, customer_id, store_id, {"last_at": now})
    row = conn.execute(select(thread).where(thread.c.customer_id == customer_id)).one()
    if row.state != "human" or (row.owner_id != user.id and user.role not in MANAGERS):
        raise RuleBroken("not_yours", "由其他同事负责")
    if cases.open_case_of(conn, customer_id) is not None:
        raise RuleBroken("has_case", "还有未结的单，请在单上结案")
    if row.answer_by is not None:
        raise RuleBroken("waits", "客户在等回复，先回复再结案")
    threads.release(conn, customer_id, "closed", now)
    feed.tell(conn, store_id, "thread", {}, customer_id, now)


def _explain(conn: Connection, user: StaffMember, customer_id: int) -> None:
    """Why the claim did not work; one's own second press is no mistake."""
    query = select(thread.c.state, thread.c.owner_id, staff.c.name)
    row = conn.execute(
        query.outerjoin(staff, staff.c.id == thread.c.owner_id).where(thread.c.customer_id == customer_id)
    ).one()
    if row.state != "human":
        raise RuleBroken("moved", "会话刚有变化，请再点一次认领")
    if row.owner_id != user.id:
        raise RuleBroken("already_claimed", f"{row.name} 已先认领")


def _store_of(conn: Connection, user: StaffMember, customer_id: int) -> int:
    found = select(customer.c.store_id).where(customer.c.id == customer_id, visible_to(user, customer))
    store_id: int | None = conn.execute(found).scalar()
    if store_id is None:
        raise NotThere("no_customer", "没有这位客户")
    return store_id
