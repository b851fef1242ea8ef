"""What the referee is told of a year: every copy that came to somebody, and none that did not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from commands.simulation.books import sends_of
from store.engine import reading, writing
from store.tables.outbound import carries, outbox
from tests.store.cast import a_customer, a_store, a_touchpoint, add

NOON = datetime(2026, 4, 16, 4, tzinfo=UTC)


@pytest.fixture
def thanks(engine: Engine) -> int:
    """A question by telephone that was sent at last: the id of its touchpoint."""
    with writing(engine) as conn:
        house = a_store(conn)
        return a_touchpoint(conn, house, a_customer(conn, house), NOON, state="done", outcome="sent", done_at=NOON)


def copy(conn: Connection, touchpoint_id: int, way: str, state: str, **values: Any) -> None:
    made = add(
        conn, outbox, store_id=1, customer_id=1, out_id=f"{way}{state}", way=way, address="+8657180000136",
        category="survey", priority="survey", state=state, payload={}, not_before=NOON, created_at=NOON, **values,
    )  # fmt: skip
    add(conn, carries, outbox_id=made, touchpoint_id=touchpoint_id)


def test_a_call_counts_once_however_often_it_was_taken_back(engine: Engine, thanks: int) -> None:
    with writing(engine) as conn:
        for state in ("cancelled", "failed", "accepted"):
            copy(conn, thanks, "call", state, final_at=NOON - timedelta(hours=2))
        copy(conn, thanks, "call", "delivered", final_at=NOON)
    with reading(engine) as conn:
        assert [(each.touchpoint, each.at) for each in sends_of(conn, {})] == [(thanks, NOON)]


def test_a_text_counts_when_the_provider_got_it_and_may_have_passed_it_on(engine: Engine, thanks: int) -> None:
    with writing(engine) as conn:
        for state in ("failed", "accepted", "uncertain", "delivered"):
            copy(conn, thanks, "sms", state)
    arrived = {"smsfailed": NOON, "smsaccepted": NOON, "smsuncertain": NOON + timedelta(minutes=1)}
    with reading(engine) as conn:
        assert sorted(each.at for each in sends_of(conn, arrived)) == [NOON, NOON + timedelta(minutes=1)]
