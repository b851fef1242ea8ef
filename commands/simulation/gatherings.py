"""Events of a simulation: published three weeks ahead, now and then moved or called off; most who registered come."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.customer import StaffMember
from bot.events import RsvpState
from store import arrivals, events
from store.events import Draft

NAMES = ("爱车养护讲座", "亲子自驾日", "冬季用车课堂", "车主摄影散步", "新车赏鉴", "端午香囊手作")
FIRST, EVERY, AHEAD = 20, 60, 21  # days
SEATS = 20
CHANGES_AFTER = 16  # days after it was published, five before it begins
MOVED, CALLED_OFF = 0, 1  # which of six
COME = 0.8  # of who has seats
DOORS = 14  # o'clock


@dataclass(frozen=True, slots=True)
class Gathering:
    """number: from 0, in the order of the year. published: on that evening."""

    number: int
    published: date

    @property
    def name(self) -> str:
        return NAMES[self.number % len(NAMES)]

    @property
    def changes(self) -> bool:
        return self.number % len(NAMES) in (MOVED, CALLED_OFF)


def of_the_year(first_day: date, days: int) -> Sequence[Gathering]:
    """One every two months."""
    published = (first_day + timedelta(days=ahead) for ahead in range(FIRST, days, EVERY))
    return [Gathering(number, day) for number, day in enumerate(published)]


def publish(conn: Connection, manager: StaffMember, name: str, starts_at: datetime, now: datetime) -> int:
    made = events.create(conn, manager, Draft(name, "二楼", starts_at, SEATS), now)
    events.publish(conn, manager, made, now)
    return made


def change(conn: Connection, manager: StaffMember, event_id: int, gathering: Gathering, now: datetime) -> None:
    """An hour later, or not at all."""
    there = events.event_for(conn, manager, event_id)
    assert there is not None
    if gathering.number % len(NAMES) == CALLED_OFF:
        events.call_off(conn, manager, event_id, now)
        return
    draft = Draft(there.name, there.place, there.starts_at + timedelta(hours=1), there.capacity)
    events.edit(conn, manager, event_id, draft, now)


def receive(conn: Connection, manager: StaffMember, event_id: int, seed: int, now: datetime) -> None:
    """The evening of the day: who of those with seats came in through the door."""
    if (there := events.event_for(conn, manager, event_id)) is None or there.state != "published":
        return
    for party in arrivals.expected(conn, event_id):
        chance = random.Random(f"{seed}:door:{there.name}:{party.name}:{party.phone_end}:{party.customer_id}")
        if party.state == RsvpState.GOING.value and chance.random() < COME:
            key = f"sim:{event_id}:{party.customer_id}"
            heads, children = max(party.seats, 1), min(party.children, max(party.seats, 1))
            arrivals.check_in(conn, manager, event_id, party.customer_id, heads, children, how="name", key=key, now=now)
