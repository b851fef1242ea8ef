"""Turns to look at again: collected by the turn itself, masked on the way out, gone with the customer's words."""

import pytest
from sqlalchemy import Engine, select

from bot.errors import RuleBroken
from store import reviews
from store.engine import reading, writing
from store.tables.taught import review
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed
from tests.web.inbox.day import line


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now)


def add(engine: Engine, cast: Cast, clock: StillClock, text: str, to: int = 0) -> int:
    """A line somebody marked as misread."""
    to = to or cast.zhang
    with writing(engine) as conn:
        said = line(conn, cast, to, clock.now, text)
        assert reviews.misread(conn, cast.hanmeimei, to, said, clock.now)
        return int(conn.execute(select(review.c.id).where(review.c.message_id == said)).scalar_one())


def test_words_are_masked_on_the_way_out_and_kept_nowhere(engine: Engine, cast: Cast, clock: StillClock) -> None:
    add(engine, cast, clock, "我是张伟，韩梅梅说的那个，打13912345678，浙A12345")
    with reading(engine) as conn:
        (row,) = reviews.waiting(conn, cast.lilei)
        kept = conn.execute(select(review.c.text)).scalar_one()
    assert row.text == "我是某，某说的那个，打13800000000，浙A00000"
    assert (row.why, kept) == ("corrected", "")


def test_another_store_sees_and_labels_nothing(engine: Engine, cast: Cast, clock: StillClock) -> None:
    made = add(engine, cast, clock, "那个啥")
    with writing(engine) as conn:
        assert reviews.waiting(conn, cast.wanglei) == []
        assert reviews.one(conn, cast.wanglei, made) is None
        said = conn.execute(select(review.c.message_id)).scalar_one()
        assert not reviews.misread(conn, cast.wanglei, cast.zhang, said, clock.now)
        with pytest.raises(RuleBroken, match="不在了"):
            reviews.settle(conn, cast.wanglei, made, "ignore", "", clock.now)
        assert [each.id for each in reviews.waiting(conn, cast.admin)] == [made]


def test_a_label_takes_the_words_as_looked_at_and_can_be_taken_back(
    engine: Engine, cast: Cast, clock: StillClock
) -> None:
    made = add(engine, cast, clock, "雨刷多钱")
    with writing(engine) as conn:
        reviews.settle(conn, cast.lilei, made, "service_price", "  雨刷  多钱 ", clock.now)
        assert reviews.labelled(conn) == [reviews.Labelled("雨刷 多钱", "", "service_price")]
        assert reviews.how_many(conn, cast.lilei) == {"waiting": 0, "labelled": 1, "ignored": 0}
        reviews.settle(conn, cast.lilei, made, "", "", clock.now)
        assert (reviews.labelled(conn), len(reviews.waiting(conn, cast.lilei))) == ([], 1)
        reviews.settle(conn, cast.lilei, made, "ignore", "雨刷多钱", clock.now)
        assert reviews.how_many(conn, cast.lilei) == {"waiting": 0, "labelled": 0, "ignored": 1}
        with pytest.raises(RuleBroken, match="空的"):
            reviews.settle(conn, cast.lilei, made, "faq", "  ", clock.now)


def test_marked_again_it_waits_again(engine: Engine, cast: Cast, clock: StillClock) -> None:
    made = add(engine, cast, clock, "那个啥")
    with writing(engine) as conn:
        said = conn.execute(select(review.c.message_id)).scalar_one()
        reviews.settle(conn, cast.lilei, made, "faq", "那个啥", clock.now)
        assert reviews.misread(conn, cast.hanmeimei, cast.zhang, said, clock.now)
        (row,) = reviews.waiting(conn, cast.lilei)
    assert (row.id, row.label) == (made, "")


def test_only_a_customers_own_line_can_be_marked(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        ours = line(conn, cast, cast.zhang, clock.now, "您好", direction="out", author="bot")
        theirs = line(conn, cast, cast.chen, clock.now, "在吗")
        assert not reviews.misread(conn, cast.hanmeimei, cast.zhang, ours, clock.now)
        assert not reviews.misread(conn, cast.hanmeimei, cast.zhang, theirs, clock.now)


def test_it_is_erased_with_the_customer(engine: Engine, cast: Cast, clock: StillClock) -> None:
    add(engine, cast, clock, "那个啥")
    labelled = add(engine, cast, clock, "雨刷多钱")
    other = add(engine, cast, clock, "在不", cast.chen)
    with writing(engine) as conn:
        reviews.settle(conn, cast.lilei, labelled, "service_price", "雨刷多钱", clock.now)
        assert reviews.forget(conn, cast.zhang) == 2
        assert reviews.labelled(conn) == []
        assert [each.id for each in reviews.waiting(conn, cast.lilei)] == [other]
