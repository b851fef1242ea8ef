"""When each rule is due for each anchor, computed in Python (bot/journeys) and kept for planning to join with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, select

from store.dialects import insert_into
from store.engine import count_anew
from store.tables.outbound import rule_day

Place: TypeAlias = tuple[int, str, int]  # store, key in rule_day, first bucket it is for
Times: TypeAlias = tuple[datetime, datetime, int]  # due, expires, first bucket it is no longer for
Days: TypeAlias = Mapping[Place, Times]
MANY = 10  # days of a rule that are joined in the same transaction: more than a morning brings


def those_there(conn: Connection, rule: str, version: str, wanted: Days) -> dict[Place, Times]:
    """Rows of the rule. One that ends before all that is wanted is none of them, and a year's rows need no reading."""
    if not wanted:
        return {}
    since = min(times[1] for times in wanted.values())
    rows = conn.execute(_THERE, {"name": rule, "as_of": version, "since": since})
    return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows}


_THERE = select(
    rule_day.c.store_id, rule_day.c.anchor_key, rule_day.c.from_bucket, rule_day.c.due_at, rule_day.c.expires_at,
    rule_day.c.below_bucket,
).where(
    rule_day.c.rule == bindparam("name"), rule_day.c.version == bindparam("as_of"),
    rule_day.c.expires_at >= bindparam("since"),
)  # fmt: skip


def put_days(conn: Connection, rule: str, version: str, days: Days) -> None:
    """Write these, over what stands there."""
    put = insert_into(conn, rule_day)
    changed = {name: put.excluded[name] for name in ("due_at", "expires_at", "below_bucket")}
    unique = ["rule", "version", "store_id", "anchor_key", "from_bucket"]
    rows: list[dict[str, Any]] = [
        {"rule": rule, "version": version, "store_id": place[0], "anchor_key": place[1],
         "from_bucket": place[2], "due_at": times[0], "expires_at": times[1], "below_bucket": times[2]}
        for place, times in days.items()
    ]  # fmt: skip
    if rows:
        conn.execute(put.on_conflict_do_update(index_elements=unique, set_=changed), rows)
    if len(rows) >= MANY:
        count_anew(conn, rule_day)
