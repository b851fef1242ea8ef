"""Where somebody is in a conversation: the last line seen, and what is half written. Theirs alone."""

from datetime import datetime

from sqlalchemy import Connection, update

from bot.customer import StaffMember
from store.dialects import insert_into
from store.tables.desk import bookmark, mention

LONGEST = 2000
WAYS = frozenset({"reply", "note", "call"})


def saw(conn: Connection, user: StaffMember, customer_id: int, message_id: int, now: datetime) -> None:
    """Up to that line; it never goes back. Who opened the conversation has seen what called them there."""
    new = insert_into(conn, bookmark).values(staff_id=user.id, customer_id=customer_id, seen_id=message_id, at=now)
    later = bookmark.c.seen_id < new.excluded.seen_id
    seen = {"seen_id": new.excluded.seen_id}
    conn.execute(new.on_conflict_do_update(index_elements=["staff_id", "customer_id"], set_=seen, where=later))
    mine = (mention.c.staff_id == user.id, mention.c.customer_id == customer_id, mention.c.message_id <= message_id)
    conn.execute(update(mention).where(*mine, mention.c.seen.is_(False)).values(seen=True))


def keep_draft(conn: Connection, user: StaffMember, customer_id: int, way: str, text: str, now: datetime) -> None:
    """way: reply | note | call. An empty text forgets it; too much of it is cut, nothing is refused."""
    draft = {"way": way if text and way in WAYS else "", "draft": text[:LONGEST], "at": now}
    new = insert_into(conn, bookmark).values(staff_id=user.id, customer_id=customer_id, **draft)
    conn.execute(new.on_conflict_do_update(index_elements=["staff_id", "customer_id"], set_=draft))
