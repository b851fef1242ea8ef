"""What is known of a telephone number: dead, a stranger's, to be confirmed, confirmed. It covers every file with it."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from bot.messages import Way
from bot.phones import BadPhone, Phone, parse_phone
from store import audit, feed, refusals
from store.tables.outbound import outbox
from store.tables.people import customer, identity
from store.visibility import visible_to

USUAL = "ok"
BOUNCES = 3


def mark(conn: Connection, phone: str, state: str) -> None:
    """state: dead | stranger | blocked, as customer.phone_state has it."""
    conn.execute(update(customer).where(customer.c.phone == phone, customer.c.phone != "").values(phone_state=state))


def clear_stranger(conn: Connection, phone: str) -> None:
    """The person there says it is them after all; a number found dead meanwhile stays dead."""
    theirs = (customer.c.phone == phone, customer.c.phone_state == "stranger")
    conn.execute(update(customer).where(*theirs).values(phone_state=USUAL, confirm_since=None, confirm_why=""))


def ask_to_confirm(conn: Connection, customer_ids: list[int], why: str, now: datetime) -> None:
    """At the next visit the advisor asks how to reach them; an older wish stays. why: a code of bot/reasons.py."""
    open_ones = (customer.c.id.in_(customer_ids), customer.c.confirm_since.is_(None))
    conn.execute(update(customer).where(*open_ones).values(confirm_since=now, confirm_why=why))


def sharing(conn: Connection, phone: str) -> list[int]:
    """Files that hold this number."""
    if not phone:
        return []
    return list(conn.execute(select(customer.c.id).where(customer.c.phone == phone).order_by(customer.c.id)).scalars())


def bounces(conn: Connection, phone: str) -> bool:
    """The last three SMS to it all came to nothing (handbook H2.5.1): switched off for good, or given up."""
    told = (outbox.c.way == Way.SMS.value, outbox.c.address == phone, outbox.c.state.in_(("failed", "delivered")))
    newest = select(outbox.c.state).where(*told).order_by(outbox.c.id.desc()).limit(BOUNCES)
    return list(conn.execute(newest).scalars()) == ["failed"] * BOUNCES


def confirmed(conn: Connection, user: StaffMember, customer_id: int, written: str, now: datetime) -> None:
    """Asked in person. written: the right number, "" when the one in the file is right.

    Raises RuleBroken no_customer, bad_phone, no_phone.
    """
    row = conn.execute(select(customer).where(customer.c.id == customer_id, visible_to(user, customer))).first()
    if row is None:
        raise NotThere("no_customer", "没有这位客户")
    phone = _number(written or row.phone)
    given = {"phone": phone.e164, "phone_state": USUAL if phone.sms else "voice"}
    conn.execute(
        update(customer).where(customer.c.id == customer_id).values(**given, confirm_since=None, confirm_why="")
    )
    tied = update(identity).where(identity.c.customer_id == customer_id, identity.c.stranger)
    conn.execute(tied.values(stranger=False, changed_at=now))
    if row.phone and phone.e164 != row.phone:
        refusals.carry(conn, [row.phone], [phone.e164])
    action = "phone_changed" if phone.e164 != row.phone else "phone_confirmed"
    audit.record(conn, user, action, {"customer_id": customer_id}, now)
    feed.tell(conn, row.store_id, "thread", {}, customer_id, now)


def _number(written: str) -> Phone:
    if not written.strip():
        raise RuleBroken("no_phone", "请先填写手机号")
    try:
        return parse_phone(written)
    except BadPhone as error:
        raise RuleBroken("bad_phone", "这不是有效的电话号码，请核对后再填") from error
