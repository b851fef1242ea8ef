"""The proof of consents from the inbox: for care and managers of the store, each download noted."""

import pytest
from sqlalchemy import Engine, insert, select

from bot.consent import Source
from bot.customer import Purpose
from store import consents
from store.consents import Act
from store.engine import reading, writing
from store.tables.people import customer
from store.tables.staff import audit
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter


@pytest.fixture(autouse=True)
def refused(engine: Engine, cast: Cast, clock: StillClock) -> None:
    """A file of the other store shares 张伟's number, and it was 赵敏 who wrote 退订 there."""
    with writing(engine) as conn:
        row = {"store_id": cast.elsewhere_id, "name": "赵敏之家", "phone": "+8613800000001", "created_at": clock.now}
        other = conn.execute(insert(customer).values(**row).returning(customer.c.id)).scalar_one()
        act = Act(Source.WORD, clock.now, "sms", "+8613800000001", "message:1")
        consents.withdraw(conn, other, [Purpose.MARKETING], act)


def test_a_manager_downloads_it_and_that_is_noted(enter: Enter, engine: Engine, cast: Cast) -> None:
    answer = enter(cast.lilei).get(f"/inbox/customers/{cast.zhang}/consent.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.json is not None
    (word,) = answer.json["words"]
    assert (word["purpose"], word["given"], word["message"]) == ("marketing", False, None)
    assert "赵敏之家" not in answer.text
    with reading(engine) as conn:
        rows = conn.execute(select(audit.c.staff_id, audit.c.action, audit.c.ref)).all()
    assert [tuple(row) for row in rows] == [(cast.lilei.id, "consent_exported", {"customer_id": cast.zhang})]


@pytest.mark.parametrize("who", ["hanmeimei", "wanglei"])
def test_advisors_and_another_store_do_not(enter: Enter, engine: Engine, cast: Cast, who: str) -> None:
    assert enter(getattr(cast, who)).get(f"/inbox/customers/{cast.zhang}/consent.json").status_code == 404
    with reading(engine) as conn:
        assert conn.execute(select(audit.c.id)).all() == []


def test_the_file_says_what_is_refused_and_through_what(enter: Enter, cast: Cast) -> None:
    page = enter(cast.lilei).get(f"/inbox/customers/{cast.zhang}").text
    for said in ("同意记录", "活动与优惠", "拒收", "客户说的", "下载同意凭证"):
        assert said in page
    assert "下载同意凭证" not in enter(cast.hanmeimei).get(f"/inbox/customers/{cast.zhang}").text
