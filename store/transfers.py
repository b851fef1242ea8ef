"""Handing a conversation to a colleague, with a word why. The open case goes along."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.cases import MANAGERS
from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from store import cases, feed, mentions, replies, threads
from store.tables.contact import thread
from store.tables.people import customer
from store.visibility import visible_to


def hand_over(
    conn: Connection, user: StaffMember, customer_id: int, to_id: int, why: str, key: str, now: datetime
) -> None:
    """The colleague is told, and the reason stands in the conversation as a note. key: one press is one transfer.

    Raises RuleBroken no_customer, no_colleague, not_yours, about_you (the complaint is about that colleague), no_text.
    """
    found = select(customer.c.store_id, customer.c.created_at).where(customer.c.id == customer_id)
    row = conn.execute(found.where(visible_to(user, customer))).first()
    if row is None:
        raise NotThere("no_customer", "没有这位客户")
    to = next((each for each in mentions.colleagues(conn, row.store_id) if each.id == to_id), None)
    if to is None:
        raise RuleBroken("no_colleague", "请选择本店同事")
    threads.lock(conn, customer_id, row.store_id, {"last_at": row.created_at})
    held = conn.execute(select(thread.c.state, thread.c.owner_id).where(thread.c.customer_id == customer_id)).one()
    if held.state == "human" and held.owner_id != user.id and user.role not in MANAGERS:
        raise RuleBroken("not_yours", "由其他同事负责")
    if replies.add_note(conn, user, customer_id, f"@{to.name} {why.strip()}", key, now, needs=why).again:
        return
    if (case_id := cases.open_case_of(conn, customer_id)) is not None:
        cases.claim(conn, case_id, to, now)
    taken = {"owner_id": to.id, "state": "human", "version": thread.c.version + 1}
    conn.execute(update(thread).where(thread.c.customer_id == customer_id).values(**taken))
    feed.tell(conn, row.store_id, "thread", {}, customer_id, now)
