"""What the texts of an event may name, and which facts of it still stand: for a batch of touchpoints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bot.journeys import Anchor
from store.event_facts import Named, standing
from store.tables.people import event, rsvp
from store.touchpoints import Due

FORESEEN = "event.foreseen"  # a draft whose invitations are only reckoned (scheduler/event_preview.py)


@dataclass(frozen=True, slots=True)
class EventBook:
    """events: by id. parties: by (customer, event). standing: the facts that hold now."""

    events: Mapping[int, Any]
    parties: Mapping[tuple[int, int], Any]
    standing: frozenset[Named]

    def stands(self, due: Due) -> bool:
        named = named_by(due)
        return named.fact == FORESEEN or named in self.standing

    def words(self, due: Due, store_name: str) -> dict[str, object]:
        """Instants as datetimes; empty when the touchpoint is about no event."""
        row = self.events.get(due.ref.get("event_id", 0))
        if row is None:
            return {}
        party = self.parties.get((due.customer_id, row.id))
        return {
            "event": row.name, "starts_at": row.starts_at, "place": row.place or store_name, "cost": row.cost,
            "offers": row.offers, "photos": row.photos, **_party(party),
        }  # fmt: skip


def load(conn: Connection, due: Sequence[Due]) -> EventBook:
    """A fixed number of queries, none where no event is concerned."""
    about = [each for each in due if each.ref.get("event_id") is not None]
    if not about:
        return EventBook({}, {}, frozenset())
    ids = sorted({each.ref["event_id"] for each in about})
    mine = (rsvp.c.event_id.in_(ids), rsvp.c.customer_id.in_({each.customer_id for each in about}))
    parties = {(row.customer_id, row.event_id): row for row in conn.execute(select(rsvp).where(*mine))}
    rows = {row.id: row for row in conn.execute(select(event).where(event.c.id.in_(ids)))}
    return EventBook(rows, parties, frozenset(standing(conn, _asked(about))))


def named_by(due: Due) -> Named:
    return Named(due.ref["event_id"], due.customer_id, due.ref.get("fact", Anchor.EVENT_PUBLISHED.value))


def _asked(about: Iterable[Due]) -> set[Named]:
    return {named for each in about if (named := named_by(each)).fact != FORESEEN}


def _party(row: Any) -> dict[str, object]:
    if row is None:
        return {}
    return {"seats": row.seats, "children": row.children, "code": row.code or "", "confirm_by": row.offered_until}
