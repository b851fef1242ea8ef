"""What is to be asked of a customer who stands in the showroom: once a visit, of the advisor who receives them."""

from datetime import datetime

from sqlalchemy import Connection, select

from store import threads
from store.tables.people import customer, repair_order

CONFIRM = "请与客户核对联系方式：之前的号码联系不上或不是本人，核对后在右侧“客户资料”里点“已核对”。"
REASON = "confirm_contact"


def arrived(conn: Connection, order_id: int, now: datetime) -> None:
    """The car came in: where something is to ask, a notice in the conversation and the thread for the advisor."""
    query = (
        select(customer.c.id, customer.c.store_id, repair_order.c.advisor_id)
        .join(customer, customer.c.id == repair_order.c.customer_id)
        .where(repair_order.c.id == order_id, customer.c.confirm_since.is_not(None))
    )
    row = conn.execute(query).first()
    if row is None:
        return
    threads.hand_off(conn, row.id, row.store_id, reason=REASON, priority="normal", at=now, to_staff_id=row.advisor_id)
    threads.note(conn, row.id, row.store_id, CONFIRM, now)
