"""A car its customer no longer has: nothing more is planned about it, and the person stays in the file."""

from datetime import date, datetime

from sqlalchemy import Connection, or_, select, update

from bot.reasons import Reason
from store.plans import end_of
from store.tables.outbound import touchpoint
from store.tables.people import repair_order, vehicle


def sell(conn: Connection, customer_id: int, vehicle_id: int, on: date, now: datetime) -> bool:
    """False when it is not theirs, or was sold before. Its dates are worked out anew at the next tick, to none."""
    mine = (vehicle.c.id == vehicle_id, vehicle.c.customer_id == customer_id, vehicle.c.sold_on.is_(None))
    if conn.execute(update(vehicle).where(*mine).values(sold_on=on, dated_on=None)).rowcount != 1:
        return False
    orders = select(repair_order.c.id).where(repair_order.c.vehicle_id == vehicle_id)
    about = or_(
        touchpoint.c.ref["vehicle_id"].as_integer() == vehicle_id, touchpoint.c.ref["order_id"].as_integer().in_(orders)
    )
    end_of(conn, customer_id, about, Reason.VEHICLE_SOLD.value, now)
    return True
