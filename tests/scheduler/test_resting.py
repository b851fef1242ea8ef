"""A thread goes back to the bot a day after the last word, unless somebody waits or a case is open."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from scheduler.sweep import RestingSweeper
from store import threads
from store.engine import writing
from store.tables import cases, contact
from tests.conftest import StillClock
from tests.scheduler.stage import Stage
from tests.store.cast import a_staff_member


@pytest.mark.parametrize(
    ("answered", "case", "hours", "state"),
    [(True, False, 23, "human"), (True, False, 25, "bot"), (False, False, 25, "human"), (True, True, 25, "human")],
)
def test_it_is_the_bots_again(
    engine: Engine, clock: StillClock, answered: bool, case: bool, hours: int, state: str
) -> None:
    stage = Stage(engine, clock)
    store_id, customer_id = stage.a_file()[:2]
    with writing(engine) as conn:
        staff_id = a_staff_member(conn, store_id)
        threads.touch(conn, customer_id, store_id, at=clock.now, text="在吗", channel="wechat", answer_by=clock.now)
        threads.answered(conn, customer_id, staff_id)
        if not answered:
            soon = clock.now + timedelta(minutes=3)
            threads.touch(conn, customer_id, store_id, at=clock.now, text="?", channel="wechat", answer_by=soon)
        if case:
            row = {"customer_id": customer_id, "store_id": store_id, "owner_id": staff_id, "level": "P3"}
            conn.execute(insert(cases.cases).values(**row, state="open", opened_at=clock.now))
    clock.advance(hours=hours)
    RestingSweeper(engine, clock).tick()
    assert [row.state for row in stage.rows(contact.thread)] == [state]
