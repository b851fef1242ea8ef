"""Which conversation a page has open: told to colleagues by its live stream, for as long as that lives."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine

from bot.customer import StaffMember
from bot.ports import Clock, WakeUps
from store.engine import reading
from store.viewers import TOPIC, Viewer, Viewers
from store.visibility import sees
from web.watch import Looking, Watch

STAY_S = 8.0  # how often a stream says that its page is still there (store/viewers.py: STAYS_S)
LONGEST = 40  # signs of a page's own id


@dataclass(frozen=True)
class Rooms:
    """Conversations, with who is in them."""

    viewers: Viewers
    watch: Watch
    wakeups: WakeUps
    clock: Clock

    def seat(self, engine: Engine, reader: StaffMember, customer_id: int, page: str) -> "Seat | None":
        """None for a page without a conversation, and for one its reader may not see."""
        if not customer_id or not page.isalnum() or len(page) > LONGEST:
            return None
        with reading(engine) as conn:
            allowed = sees(conn, reader, customer_id)
        return Seat(self, customer_id, page, Viewer(reader.id, reader.name)) if allowed else None


@dataclass
class Seat:
    """keeper: of this one stream, so that the end of a page's last one does not take away the next."""

    rooms: Rooms
    customer_id: int
    page: str
    reader: Viewer
    keeper: str = field(default_factory=lambda: secrets.token_hex(4))
    told: Sequence[Viewer] | None = None
    stayed: float = 0.0
    taken: bool = False

    def take(self) -> Looking:
        """Who is there already; colleagues are told of this one."""
        self.taken = True
        now = self.rooms.watch.join(self.customer_id)
        self._stay()
        self.rooms.wakeups.wake(TOPIC)
        return now

    def stay_on(self) -> None:
        if self.rooms.clock.monotonic() - self.stayed >= STAY_S:
            self._stay()

    def leave(self) -> None:
        if self.taken:
            self.rooms.watch.leave(self.customer_id)
            self.rooms.viewers.leaves(self.customer_id, self.page, self.keeper)
            self.rooms.wakeups.wake(TOPIC)

    def news(self, row: Looking) -> Sequence[Viewer] | None:
        """The colleagues here, where that changed; None where it did not, or is about another conversation."""
        others = [each for each in row.viewers if each.staff_id != self.reader.staff_id]
        if row.customer_id != self.customer_id or others == self.told:
            return None
        self.told = others
        return others

    def _stay(self) -> None:
        self.stayed = self.rooms.clock.monotonic()
        now = self.rooms.clock.machine().timestamp()
        self.rooms.viewers.looks(self.customer_id, self.page, self.keeper, self.reader, now)
