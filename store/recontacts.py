"""The case moves on when its own question really reached the customer, not when it was planned."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.errors import RuleBroken
from store import cases, touchpoints


def asked(conn: Connection, carried: Sequence[int], now: datetime) -> None:
    """carried: touchpoints that were sent or said."""
    for case_id in touchpoints.cases_asked(conn, carried):
        try:
            with conn.begin_nested():
                cases.record_recontact(conn, case_id, now)
        except RuleBroken:  # closed or reopened while the message was on its way: the newer step stands
            continue
