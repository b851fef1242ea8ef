"""A guest registered by a colleague, for who says so by telephone or across the desk."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from store.engine import reading, writing
from store.tables.people import event, rsvp
from store.tables.staff import audit
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.store.cast import an_event
from tests.web.inbox.conftest import Enter


@pytest.fixture
def event_id(engine: Engine, cast: Cast, clock: StillClock) -> int:
    """Three seats, in nine days."""
    with writing(engine) as conn:
        return an_event(conn, cast.store_id, at=clock.now + timedelta(days=9), now=clock.now, capacity=3)


def press(browser: FlaskClient, event_id: int, guest: int, heads: int, children: int = 0) -> Any:
    form = {"guest": guest, "heads": heads, "children": children}
    return browser.post(f"/inbox/events/{event_id}/guests", data=form)


def guests(engine: Engine) -> list[tuple[int, str, int, int, str]]:
    with reading(engine) as conn:
        rows = conn.execute(select(rsvp).order_by(rsvp.c.id)).all()
        return [(row.customer_id, row.state, row.seats, row.children, row.via) for row in rows]


@pytest.mark.handbook("H2.5.4")
def test_found_by_name_and_registered_with_a_code(engine: Engine, enter: Enter, cast: Cast, event_id: int) -> None:
    browser = enter(cast.hanmeimei)
    page = browser.get(f"/inbox/events/{event_id}", query_string={"who": "张伟"}).text
    assert f'name="guest" value="{cast.zhang}"' in page
    assert press(browser, event_id, cast.zhang, 2, 1).status_code == 303
    assert guests(engine) == [(cast.zhang, "going", 2, 1, "staff")]
    with reading(engine) as conn:
        code = conn.execute(select(rsvp.c.code)).scalar_one()
        row = conn.execute(select(audit)).one()
    page = browser.get(f"/inbox/events/{event_id}").text
    assert f"签到码 {code}" in page
    assert "同事代报" in page
    assert (row.action, row.staff_id, row.ref["customer_id"]) == ("guest_registered", cast.hanmeimei.id, cast.zhang)


def test_a_full_house_puts_them_on_the_waiting_list(engine: Engine, enter: Enter, cast: Cast, event_id: int) -> None:
    browser = enter(cast.hanmeimei)
    press(browser, event_id, cast.zhang, 3)
    press(browser, event_id, cast.chen, 1)
    assert [row[:2] for row in guests(engine)] == [(cast.zhang, "going"), (cast.chen, "waiting")]
    assert "陈静 已进候补" in browser.get(f"/inbox/events/{event_id}").text
    press(browser, event_id, cast.zhang, 2)
    assert [row[1] for row in guests(engine)] == ["going", "offered"], "a change by hand lets the next one up"


@pytest.mark.parametrize(("heads", "children"), [(0, 0), (51, 0), (2, 2), (2, -1)])
def test_numbers_that_cannot_be_are_refused(
    engine: Engine, enter: Enter, cast: Cast, event_id: int, heads: int, children: int
) -> None:
    answer = press(enter(cast.hanmeimei), event_id, cast.zhang, heads, children)
    assert (answer.status_code, "至少有一位大人" in answer.text) == (409, True)
    assert guests(engine) == []


def test_not_of_another_store_and_not_once_it_began(
    engine: Engine, enter: Enter, cast: Cast, event_id: int, clock: StillClock
) -> None:
    assert press(enter(cast.wanglei), event_id, cast.stranger, 1).status_code == 404
    assert press(enter(cast.hanmeimei), event_id, cast.stranger, 1).status_code == 404
    with writing(engine) as conn:
        conn.execute(event.update().values(starts_at=clock.now))
    assert press(enter(cast.hanmeimei), event_id, cast.zhang, 1).status_code == 409
    assert guests(engine) == []
