"""The figures of an event, counted by hand on a small file: by wave, by way, with who came uninvited."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.customer import Purpose
from store import arrivals, seats
from store.engine import reading, writing
from store.event_figures import Figures, figures_of
from store.tables import booking, outbound, people
from store.tables.ownership import sale
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed
from tests.store.cast import a_customer, a_touchpoint, add, an_event

WAYS = {0: ("sms", "delivered"), 1: ("mass", "accepted"), 2: ("sms", "accepted")}


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now, "!")


@pytest.fixture
def guests(engine: Engine, cast: Cast) -> list[int]:
    """Six who agreed, and one who did not."""
    with writing(engine) as conn:
        return [
            a_customer(
                conn,
                cast.store_id,
                name=f"客人{n}",
                phone=f"+861380000{n:04}",
                consents=(Purpose.MARKETING,) if n < 6 else (),
            )
            for n in range(7)
        ]


@pytest.fixture
def event_id(engine: Engine, cast: Cast, guests: list[int], clock: StillClock) -> int:
    with writing(engine) as conn:
        return an_event(conn, cast.store_id, at=clock.now + timedelta(days=9), now=clock.now)


def sent(engine: Engine, cast: Cast, event_id: int, who: int, way: str, state: str, now: datetime) -> None:
    with writing(engine) as conn:
        made = a_touchpoint(
            conn, cast.store_id, who, now, rule="event_invitation.invitation", occurrence=f"event#{event_id}",
            category="marketing", ref={"event_id": event_id}, state="done", outcome="sent", done_at=now,
        )  # fmt: skip
        copies = [("mass", "failed"), (way, state)] if way == "sms" else [(way, state)]
        for number, (by, became) in enumerate(copies):
            row = add(
                conn, outbound.outbox, store_id=cast.store_id, customer_id=who, out_id=f"t{made}n{number}", way=by,
                address="x", category="marketing", priority="bulk", state=became, payload={}, not_before=now,
                created_at=now,
            )  # fmt: skip
            add(conn, outbound.carries, outbox_id=row, touchpoint_id=made)


def came(engine: Engine, cast: Cast, event_id: int, who: int | None, heads: int, children: int, now: datetime) -> None:
    with writing(engine) as conn:
        assert arrivals.check_in(
            conn, cast.hanmeimei, event_id, who, heads, children, how="name", key=f"g{who}", now=now
        )


def figures(engine: Engine, event_id: int) -> Figures:
    with reading(engine) as conn:
        return figures_of(conn, event_id)


@pytest.mark.handbook("H1.7.4")
def test_invited_delivered_registered_attended_converted(
    engine: Engine, cast: Cast, event_id: int, guests: list[int], clock: StillClock
) -> None:
    for number, (way, state) in WAYS.items():
        sent(engine, cast, event_id, guests[number], way, state, clock.now)
    with writing(engine) as conn:
        for number, party in ((0, 3), (1, 2), (6, 1)):
            seats.book(conn, event_id, guests[number], party, party - 1, clock.now)
        seats.book(conn, event_id, guests[3], 2, 0, clock.now)
        seats.give_back(conn, event_id, guests[3], clock.now)
    assert figures(engine, event_id).no_show_rate is None, "nobody kept the door yet"
    clock.advance(days=9)
    came(engine, cast, event_id, guests[0], 3, 2, clock.now)
    came(engine, cast, event_id, guests[4], 1, 0, clock.now)
    came(engine, cast, event_id, None, 2, 1, clock.now)
    with writing(engine) as conn:
        add(
            conn, booking.appointment, store_id=cast.store_id, customer_id=guests[0], kind="service", minutes=60,
            starts_at=clock.now, created_at=clock.now + timedelta(days=29), changed_at=clock.now,
        )  # fmt: skip
        add(
            conn, booking.appointment, store_id=cast.store_id, customer_id=guests[4], kind="service", minutes=60,
            starts_at=clock.now, created_at=clock.now + timedelta(days=31), changed_at=clock.now,
        )  # fmt: skip
    found = figures(engine, event_id)
    total = found.total
    assert (total.invited, total.sent, total.delivered) == (6, 3, 2)
    assert (found.registered, found.seats, found.cancelled) == (3, 6, 1)
    assert (found.attended, found.heads, found.children) == (3, 6, 3)
    assert (found.walk_ins, found.strangers, found.converted) == (2, 1, 1)
    assert found.no_shows == 2
    assert found.no_show_rate == pytest.approx(2 / 3)
    by_way = {
        line.way: (line.invited, line.sent, line.delivered, line.registered, line.attended) for line in found.by("way")
    }
    assert by_way == {"mass": (1, 1, 1, 1, 0), "sms": (2, 2, 1, 1, 1), "": (3, 0, 0, 1, 2)}
    assert [(line.wave, line.invited, line.registered, line.attended) for line in found.by("wave")] == [
        (1, 6, 2, 2), (0, 0, 1, 1),
    ]  # fmt: skip
    assert (total.registered, total.attended, total.converted) == (3, 3, 1)


@pytest.mark.parametrize("what", ["contract", "delivered", "workshop", "before", "cancelled"])
def test_what_counts_as_converted(
    engine: Engine, cast: Cast, event_id: int, guests: list[int], clock: StillClock, what: str
) -> None:
    clock.advance(days=9)
    came(engine, cast, event_id, guests[0], 1, 0, clock.now)
    day = clock.now.date() + timedelta(days=-1 if what == "before" else 5)
    mine = {"store_id": cast.store_id, "customer_id": guests[0]}
    with writing(engine) as conn:
        if what == "workshop":
            at = clock.now + timedelta(days=5)
            row = {"external_id": "9", "status": "in_progress", "items": [], "updated_at": at}
            add(conn, people.repair_order, **mine, **row)
        else:
            car = add(conn, people.vehicle, **mine, external_id="V9")
            dates = {"delivered_on" if what == "delivered" else "contract_on": day}
            state = "cancelled" if what == "cancelled" else "contract"
            add(conn, sale, **mine, vehicle_id=car, external_id="S9", state=state, **dates)
    assert figures(engine, event_id).converted == (0 if what in ("before", "cancelled") else 1)
