"""What the texts of a journey about a car may name: the milestone it hangs on, in the words of its texts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from bot.journeys import Anchor
from store.among import among
from store.prepared import Prepared
from store.tables.ownership import milestone
from store.tables.people import vehicle

KINDS = {"compulsory": "交强险", "commercial": "商业险"}
SAID_ITEMS = 3  # more than that is a list, not a sentence


def by_ids(conn: Connection, ids: Sequence[int]) -> dict[int, Any]:
    """Milestones that stand, with their car."""
    return {row.id: row for row in _BY_IDS.all(conn, ids=ids)} if ids else {}


_BY_IDS = Prepared.of(
    select(milestone, vehicle.c.plate, vehicle.c.model, vehicle.c.mileage)
    .join(vehicle, vehicle.c.id == milestone.c.vehicle_id)
    .where(among(milestone.c.id, "ids"))
)


def words_of(row: Any) -> dict[str, object]:
    """{} without a milestone. due_on: the day itself, "11月30日"; the rest as bot/milestones.py gives it."""
    if row is None:
        return {}
    detail: Mapping[str, Any] = row.detail
    items = [str(each) for each in detail.get("items", ())]
    return {
        "due_on": _day(str(detail.get("due_on") or row.on.isoformat())),
        "service": "首次保养" if row.kind == Anchor.FIRST_SERVICE else "保养",
        "due_km": int(detail.get("due_km", 0)),
        "mileage": row.mileage or 0,
        "on_line": bool(detail.get("on_line", False)),
        "years": int(detail.get("years", detail.get("age", 0))),
        "insurance": KINDS.get(str(detail.get("kind", "")), "车险"),
        "items": "、".join(items[:SAID_ITEMS]) + ("等" if len(items) > SAID_ITEMS else ""),
        "recall": str(detail.get("title", "")),
    }


def _day(written: str) -> str:
    day = date.fromisoformat(written)
    return f"{day.month}月{day.day}日"
