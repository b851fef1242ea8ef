"""What a member of staff wants to hear: browser and sound, from which level on, which own destinations rest."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.alerts import RANK, Level
from store.dialects import insert_into
from store.tables.alerts import staff_notice


@dataclass(frozen=True, slots=True)
class Notice:
    """lowest: of browser, sound and own destinations. off: names of own destinations that rest."""

    browser: bool = False
    sound: bool = False
    lowest: Level = Level.NORMAL
    off: tuple[str, ...] = ()


NOTHING_CHOSEN = Notice()


def choose(conn: Connection, staff_id: int, notice: Notice) -> None:
    row = {"browser": notice.browser, "sound": notice.sound, "lowest": notice.lowest.value, "off": list(notice.off)}
    new = insert_into(conn, staff_notice).values(staff_id=staff_id, **row)
    conn.execute(new.on_conflict_do_update(index_elements=["staff_id"], set_=row))


def deaf(conn: Connection, staff_ids: Collection[int], level: Level) -> tuple[frozenset[int], frozenset[str]]:
    """(whose own destinations are not told at this level, destinations that rest). A page is never silenced."""
    if level is Level.PAGE:
        return frozenset(), frozenset()
    rows = conn.execute(select(staff_notice).where(staff_notice.c.staff_id.in_(staff_ids))).all()
    silent = {row.staff_id for row in rows if RANK[level] < RANK[Level(row.lowest)]}
    return frozenset(silent), frozenset(name for row in rows for name in row.off)
