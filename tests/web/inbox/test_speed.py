"""What keeps the inbox quick over a history of years, shown without a clock: by which index each view reads, and that
a view asks no more of the database when there is more in it.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, insert, select

from store.engine import writing
from store.tables.contact import message, thread
from store.tables.people import customer
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.statements import steps_of, whole_looks
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day

pytestmark = pytest.mark.plans
GROWING = {"message", "outbox", "touchpoint", "thread", "customer", "vehicle", "identity", "wait"}
FEW, MANY = 100, 2000
HX = {"HX-Request": "true"}


def said(browser: FlaskClient, customer_id: int, way: str) -> int:
    form = {"text": "您好，已经安排好了。", "key": secrets.token_hex(8)}
    return browser.post(f"/inbox/c/{customer_id}/{way}", data=form, headers=HX).status_code


VIEWS: dict[str, Callable[[FlaskClient, Cast], int]] = {
    "list": lambda browser, _: browser.get("/inbox/list").status_code,
    "mine": lambda browser, _: browser.get("/inbox/list?tab=mine").status_code,
    "found": lambda browser, _: browser.get("/inbox/list?q=空调").status_code,
    "found by three": lambda browser, _: browser.get("/inbox/list?q=空调不").status_code,
    "conversation": lambda browser, cast: browser.get(f"/inbox/c/{cast.zhang}").status_code,
    "what came since": lambda browser, cast: browser.get(f"/inbox/c/{cast.zhang}/live?since=1").status_code,
    "what was before": lambda browser, cast: browser.get(f"/inbox/c/{cast.zhang}/older?before=9").status_code,
    "reply": lambda browser, cast: said(browser, cast.zhang, "reply"),
    "note": lambda browser, cast: said(browser, cast.zhang, "note"),
    "call": lambda browser, cast: said(browser, cast.zhang, "call"),
}


def test_no_view_reads_a_table_that_grows_with_the_years_from_end_to_end(
    enter: Enter, engine: Engine, cast: Cast, day: Day
) -> None:
    browser, whole = enter(cast.hanmeimei), {}
    for name, ask in VIEWS.items():
        with whole_looks(engine) as found:
            assert ask(browser, cast) == 200, name
        whole[name] = found & GROWING
    assert not any(whole.values()), whole


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the one whose work can be counted
def test_more_customers_are_hardly_more_work(
    enter: Enter, engine: Engine, cast: Cast, day: Day, clock: StillClock
) -> None:
    """The tabs count them along an index, three instructions each; a search looks at each name."""

    def work() -> dict[str, int]:
        spent = {}
        for name, ask in VIEWS.items():
            with steps_of(engine) as steps:
                assert ask(browser, cast) == 200, name
            spent[name] = len(steps) * 10
        return spent

    browser = enter(cast.hanmeimei)
    strangers(engine, cast, clock, FEW)  # more than the list shows
    before = work()
    strangers(engine, cast, clock, MANY)
    after = work()
    a_customer = {name: (after[name] - before[name]) / MANY for name in VIEWS}
    assert {name for name, more in a_customer.items() if more > (10 if "found" in name else 4)} == set(), a_customer


def strangers(engine: Engine, cast: Cast, clock: StillClock, many: int) -> None:
    """Customers who follow and said something once, long ago."""
    here = {"store_id": cast.store_id}
    with writing(engine) as conn:
        start = conn.execute(select(func.max(customer.c.id))).scalar_one() + 1
        ids = range(start, start + many)
        conn.execute(
            insert(customer), [{**here, "id": each, "name": f"客户{each}", "created_at": clock.now} for each in ids]
        )
        newest = {"last_at": clock.now - timedelta(days=90), "last_text": "好的", "last_channel": "wechat"}
        conn.execute(insert(thread), [{**here, **newest, "customer_id": each} for each in ids])
        conn.exec_driver_sql("ANALYZE")


def test_a_look_from_end_to_end_would_be_seen(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        row = {
            "store_id": cast.store_id,
            "customer_id": cast.zhang,
            "direction": "in",
            "channel": "sms",
            "kind": "text",
        }
        conn.execute(insert(message).values(**row, author="customer", text="好", at=clock.now))
    with whole_looks(engine) as found, engine.connect() as conn:
        conn.exec_driver_sql("SELECT count(kind) FROM message WHERE kind = 'text'")
    assert found == {"message"}
