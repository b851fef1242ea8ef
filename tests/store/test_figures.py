"""The figures from rows of both databases: what counts as an answer, what does not, and whose it is to see."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, update

from bot.dealer import Span as Hours
from bot.dealer import StoreConfig
from bot.figures import Figures, Measure, Share, figures
from bot.hours import Opening, opening_of
from config.calendar import Calendar
from store import cases, threads
from store.engine import reading, writing
from store.figures import Span, seen_in
from store.tables import contact, outbound, people
from tests.conftest import StillClock
from tests.staff_cast import Cast, complain, seed
from tests.statements import asked_of
from tests.web.inbox.day import add, line, sent

LUNCH = StoreConfig(code="a", name="A", lunch=Hours.model_validate({"start": "12:00", "end": "13:00"}))


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now)


def opening(_store_id: int) -> Opening:
    return opening_of(LUNCH, Calendar())


def told(engine: Engine, cast: Cast, clock: StillClock, **more: object) -> Figures:
    start, end = clock.now - timedelta(days=30), clock.now + timedelta(days=30)
    span = Span(**{"user": cast.lilei, "start": start, "end": end, "now": clock.now, "opening": opening} | more)  # type: ignore[arg-type]  # the tests' own keywords
    with reading(engine) as conn:
        return figures(seen_in(conn, span))


def asks(conn: Connection, cast: Cast, at: datetime, who: int = 0) -> None:
    line(conn, cast, who or cast.zhang, at, "请转人工")
    threads.hand_off(conn, who or cast.zhang, cast.store_id, reason="human_request", priority="high", at=at)


def answers(conn: Connection, cast: Cast, at: datetime, accepted: datetime | None, who: int = 0) -> None:
    """A reply of 韩梅梅. accepted: by the provider; None: it never was."""
    to = who or cast.zhang
    threads.answered(conn, to, cast.hanmeimei.id, at)
    sent(conn, cast, to, at, f"您好 {at.timestamp()}", "queued", author="staff", staff_id=cast.hanmeimei.id)
    mine = (outbound.outbox.c.customer_id == to, outbound.outbox.c.accepted_at.is_(None))
    conn.execute(update(outbound.outbox).where(*mine).values(accepted_at=accepted))


def test_the_first_accepted_human_word_is_the_answer(engine: Engine, cast: Cast, clock: StillClock) -> None:
    start = clock.now
    with writing(engine) as conn:
        asks(conn, cast, start)
        line(conn, cast, cast.zhang, start, "同事马上来", direction="out", author="bot", kind="passive")
        note = {"direction": "note", "channel": "note", "kind": "note", "author": "staff"}
        line(conn, cast, cast.zhang, start + timedelta(seconds=5), "我看看", **note)
        answers(conn, cast, start + timedelta(seconds=20), start + timedelta(seconds=70))
    found = told(engine, cast, clock)
    assert (found.first.n, found.first.p50) == (1, 70), "when a provider took it, not when it was typed"
    assert (found.waiting.n, found.within) == (1, Share(1, 1))


def test_a_message_that_was_never_accepted_answers_nobody(engine: Engine, cast: Cast, clock: StillClock) -> None:
    start = clock.now
    with writing(engine) as conn:
        asks(conn, cast, start)
        answers(conn, cast, start + timedelta(seconds=20), None)
    assert told(engine, cast, clock).waiting.n == 0
    with writing(engine) as conn:
        sent(conn, cast, cast.zhang, start + timedelta(seconds=400), "再发", "accepted", author="staff",
             staff_id=cast.hanmeimei.id)  # fmt: skip
        mine = (outbound.outbox.c.customer_id == cast.zhang, outbound.outbox.c.state == "accepted")
        conn.execute(update(outbound.outbox).where(*mine).values(accepted_at=start + timedelta(seconds=400)))
    assert told(engine, cast, clock).waiting.p50 == 400


def test_a_call_counts_as_spoken(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        asks(conn, cast, clock.now)
        at = clock.now + timedelta(seconds=100)
        threads.answered(conn, cast.zhang, cast.hanmeimei.id, at)
        spoken = {"direction": "out", "channel": "call", "kind": "call", "author": "staff"}
        line(conn, cast, cast.zhang, at, "已电话沟通", staff_id=cast.hanmeimei.id, **spoken)
    assert told(engine, cast, clock).waiting.p50 == 100


def test_every_turn_waits_but_only_the_hand_over_is_a_first_response(
    engine: Engine, cast: Cast, clock: StillClock
) -> None:
    start = clock.now
    with writing(engine) as conn:
        asks(conn, cast, start)
        answers(conn, cast, start + timedelta(seconds=60), start + timedelta(seconds=60))
        for minutes, waited in ((10, 30), (20, 600)):
            at = start + timedelta(minutes=minutes)
            made = line(conn, cast, cast.zhang, at, "还有个问题")
            threads.touch(
                conn, cast.zhang, cast.store_id, at=at, text="还有个问题", channel="wechat", message_id=made,
                answer_by=at + timedelta(minutes=3),
            )  # fmt: skip
            answers(conn, cast, at + timedelta(seconds=waited), at + timedelta(seconds=waited))
    found = told(engine, cast, clock)
    assert (found.first.n, found.waiting.n) == (1, 3)
    assert (found.waiting.p50, found.waiting.p90) == (60, 600)
    assert found.within == Share(2, 3)


def test_three_messages_in_a_row_are_one_wait(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        asks(conn, cast, clock.now)
        for seconds in (20, 40):
            asks(conn, cast, clock.now + timedelta(seconds=seconds))
        at = clock.now + timedelta(seconds=90)
        answers(conn, cast, at, at)
    found = told(engine, cast, clock)
    assert (found.waiting.n, found.waiting.p50) == (1, 90)


def test_lunch_and_night_do_not_count(engine: Engine, cast: Cast, clock: StillClock) -> None:
    noon, night = clock.now + timedelta(hours=1, minutes=39), clock.now + timedelta(hours=10)
    with writing(engine) as conn:  # 11:59 answered at 13:01; 20:20 answered at 08:31 of the next morning
        asks(conn, cast, noon)
        answers(conn, cast, noon + timedelta(minutes=62), noon + timedelta(minutes=62))
        asks(conn, cast, night, cast.chen)
        answered_at = night + timedelta(hours=12, minutes=11)
        answers(conn, cast, answered_at, answered_at, cast.chen)
    found = told(engine, cast, clock)
    assert sorted([found.waiting.p50, found.waiting.p90]) == [60, 120]  # type: ignore[type-var]  # both are there
    assert found.within == Share(2, 2)


def test_who_still_waits_is_told_and_given_back_is_not_counted(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        asks(conn, cast, clock.now - timedelta(minutes=10))
        asks(conn, cast, clock.now - timedelta(minutes=1), cast.chen)
    found = told(engine, cast, clock)
    assert (found.open, found.within) == (2, Share(0, 1)), "one waits longer than three minutes already"
    with writing(engine) as conn:
        threads.release(conn, cast.zhang, "bot", clock.now)
    assert told(engine, cast, clock).open == 1


def test_resolution_ends_with_the_customers_own_yes(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        mine = complain(conn, cast, clock.now)
        other = complain(conn, cast, clock.now, cast.chen)
        cases.close_by_customer(conn, mine, "satisfied", clock.now + timedelta(hours=3))
        cases.close_by_manager(conn, other, cast.lilei, "客户已出国", clock.now + timedelta(hours=1))
    found = told(engine, cast, clock)
    assert (found.resolution.n, found.resolution.p50) == (1, 2 * 3600), "with lunch between"


def test_sla_is_over_finished_deadlines(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        case_id = complain(conn, cast, clock.now)
    assert told(engine, cast, clock).sla == Share(0, 0)
    with writing(engine) as conn:
        cases.record_contact(conn, case_id, cast.hanmeimei, "", clock.now + timedelta(hours=2, seconds=1))
        cases.claim(conn, case_id, cast.hanmeimei, clock.now + timedelta(hours=3))
        cases.set_plan(conn, case_id, cast.hanmeimei, "复检", clock.now + timedelta(hours=3))
    assert told(engine, cast, clock).sla == Share(1, 2), "a second late is late; closing still runs"


def test_content_is_by_the_day_of_the_question(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        order = add(
            conn, people.repair_order, store_id=cast.store_id, customer_id=cast.zhang, external_id="RO#1",
            status="delivered", advisor_id=cast.advisor.id, items=[], updated_at=clock.now,
        )  # fmt: skip
        for rating, kind, days in ((5, "survey", 0), (2, "recontact", 1), (None, "survey", 2), (4, "event", 0)):
            add(
                conn, contact.prompt, customer_id=cast.zhang, kind=kind, ref={"order_id": order}, rating=rating,
                asked_at=clock.now - timedelta(days=days), expires_at=clock.now,
            )  # fmt: skip
        add(conn, contact.prompt, customer_id=cast.chen, kind="survey", ref={}, asked_at=clock.now - timedelta(days=40),
            expires_at=clock.now, rating=5)  # fmt: skip
    found = told(engine, cast, clock)
    assert (found.csat, found.answered) == (Share(1, 2), Share(2, 3))
    with reading(engine) as conn:
        span = Span(cast.lilei, clock.now - timedelta(days=30), clock.now + timedelta(1), clock.now, opening)
        rated = [each for each in seen_in(conn, span) if each.measure is Measure.RATED]
    assert {each.staff_id for each in rated} == {cast.advisor.id}


def test_another_store_sees_nothing_and_an_administrator_picks(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        asks(conn, cast, clock.now)
        case_id = complain(conn, cast, clock.now)
        cases.close_by_customer(conn, case_id, "satisfied", clock.now + timedelta(hours=1))
        add(conn, contact.prompt, customer_id=cast.zhang, kind="survey", ref={}, asked_at=clock.now,
            expires_at=clock.now, rating=5)  # fmt: skip
    nothing = figures([])
    assert told(engine, cast, clock, user=cast.wanglei) == nothing
    assert told(engine, cast, clock, user=cast.admin) == told(engine, cast, clock)
    assert told(engine, cast, clock, user=cast.admin, store_id=cast.elsewhere_id) == nothing


def test_four_questions_whatever_the_time(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        for n in range(12):
            at = clock.now - timedelta(days=n)
            asks(conn, cast, at)
            answers(conn, cast, at + timedelta(seconds=30), at + timedelta(seconds=30))
    with asked_of(engine) as asked:
        told(engine, cast, clock)
    assert len(asked) == 4
