"""A case in the database: steps, deadlines, history, thread and feed, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

from bot.cases import CaseState
from bot.errors import RuleBroken
from store import cases, feed, threads
from store.engine import reading, writing
from store.tables.cases import case_step, deadline
from store.tables.cases import cases as case_table
from store.tables.contact import thread
from store.tables.runtime import feed as feed_table
from store.visibility import visible_to
from tests.conftest import StillClock
from tests.staff_cast import Cast, complain, complain_again, fix, seed, state_of


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now)


@pytest.fixture
def case_id(engine: Engine, clock: StillClock, cast: Cast) -> int:
    with writing(engine) as conn:
        return complain(conn, cast, clock.now)


def row(conn: Connection, case_id: int) -> Any:
    return conn.execute(select(case_table).where(case_table.c.id == case_id)).one()


def thread_of(conn: Connection, customer_id: int) -> Any:
    return conn.execute(select(thread).where(thread.c.customer_id == customer_id)).one()


def due(conn: Connection, case_id: int, kind: str, round_: int = 1) -> Any:
    mine = (deadline.c.case_id == case_id, deadline.c.kind == kind, deadline.c.round == round_)
    return conn.execute(select(deadline).where(*mine)).one()


def test_an_opened_case_waits_in_the_list_with_its_first_deadline(
    engine: Engine, clock: StillClock, cast: Cast, case_id: int
) -> None:
    with reading(engine) as conn:
        assert state_of(conn, case_id) is CaseState.OPEN
        waiting = thread_of(conn, cast.zhang)
        assert (waiting.state, waiting.owner_id, waiting.priority) == ("waiting", cast.hanmeimei.id, "normal")
        assert waiting.due_at == clock.now + timedelta(hours=2)
        assert due(conn, case_id, "contact").warn_at == clock.now + timedelta(minutes=90)


def test_the_next_deadline_moves_up_as_each_is_met(engine: Engine, clock: StillClock, cast: Cast, case_id: int) -> None:
    opened = clock.now
    with writing(engine) as conn:
        cases.claim(conn, case_id, cast.hanmeimei, clock.advance(minutes=5))
        cases.record_contact(conn, case_id, cast.hanmeimei, "call", clock.now)
        assert thread_of(conn, cast.zhang).due_at == opened + timedelta(hours=24)
        cases.set_plan(conn, case_id, cast.hanmeimei, "复检", clock.now)
        assert thread_of(conn, cast.zhang).due_at == opened + timedelta(hours=72)
        cases.close_by_customer(conn, case_id, "satisfied", clock.now)
        assert thread_of(conn, cast.zhang).due_at is None
        assert due(conn, case_id, "close").met_at == clock.now


def test_one_second_late_is_a_breach_even_when_met(engine: Engine, clock: StillClock, cast: Cast, case_id: int) -> None:
    promised = clock.now + timedelta(hours=2)
    with writing(engine) as conn:
        cases.record_contact(conn, case_id, cast.hanmeimei, "call", clock.advance(hours=2, seconds=1))
        late = due(conn, case_id, "contact")
    assert (late.met_at, late.breached_at) == (clock.now, promised)


def test_in_time_is_no_breach_and_a_second_contact_changes_nothing(
    engine: Engine, clock: StillClock, cast: Cast, case_id: int
) -> None:
    first = clock.advance(hours=2)
    with writing(engine) as conn:
        cases.record_contact(conn, case_id, cast.hanmeimei, "call", first)
        cases.record_contact(conn, case_id, cast.hanmeimei, "call", clock.advance(hours=3))
        met = due(conn, case_id, "contact")
        contacts = select(case_step.c.id).where(case_step.c.kind == "contacted")
        assert (met.met_at, met.breached_at, len(conn.execute(contacts).all())) == (first, None, 1)


@pytest.mark.handbook("H1.5.2")
def test_the_whole_loop_with_a_second_round(engine: Engine, clock: StillClock, cast: Cast, case_id: int) -> None:
    with writing(engine) as conn:
        fix(conn, case_id, cast.hanmeimei, clock.advance(hours=1))
        assert row(conn, case_id).fixed_at == clock.now
        cases.record_recontact(conn, case_id, clock.advance(hours=20))
        complain_again(conn, cast, case_id, clock.advance(hours=1))
        again = row(conn, case_id)
        assert (again.state, again.round, again.level, again.owner_id) == ("open", 2, "P2", cast.lilei.id)
        assert (again.fix, again.fixed_at) == ("", None)
        handed = thread_of(conn, cast.zhang)
        assert (handed.state, handed.owner_id) == ("waiting", cast.lilei.id)
        assert handed.due_at == clock.now + timedelta(hours=1)
        with pytest.raises(RuleBroken, match="尚未记录整改"):
            cases.record_recontact(conn, case_id, clock.now)


def test_a_closed_case_comes_back_within_seven_days(
    engine: Engine, clock: StillClock, cast: Cast, case_id: int
) -> None:
    with writing(engine) as conn:
        cases.close_by_customer(conn, case_id, "satisfied", clock.now)
        assert thread_of(conn, cast.zhang).state == "closed"
        complain_again(conn, cast, case_id, clock.advance(days=6))
        back = row(conn, case_id)
    assert (back.state, back.closed_at, back.ended_as) == ("open", None, None)


def test_a_refused_step_leaves_no_trace(engine: Engine, clock: StillClock, cast: Cast, case_id: int) -> None:
    with pytest.raises(RuleBroken) as refused, writing(engine) as conn:
        cases.close_by_manager(conn, case_id, cast.hanmeimei, "算了", clock.now)
    assert refused.value.code == "not_a_manager"
    with reading(engine) as conn:
        assert (row(conn, case_id).state, row(conn, case_id).version) == ("open", 0)


def test_a_manager_closes_with_a_reason(engine: Engine, clock: StillClock, cast: Cast, case_id: int) -> None:
    with writing(engine) as conn:
        cases.close_by_manager(conn, case_id, cast.lilei, " 客户已搬走 ", clock.now)
        ended = row(conn, case_id)
    assert (ended.state, ended.ended_as, ended.close_reason) == ("closed", "manager", "客户已搬走")


def test_an_unknown_case_is_refused(engine: Engine, clock: StillClock, cast: Cast) -> None:
    with pytest.raises(RuleBroken) as refused, writing(engine) as conn:
        cases.add_text(conn, 999, "在吗", clock.now)
    assert refused.value.code == "no_case"


def test_history_keeps_every_word(engine: Engine, clock: StillClock, cast: Cast, case_id: int) -> None:
    with writing(engine) as conn:
        cases.add_text(conn, case_id, "还有异响", clock.now)
        fix(conn, case_id, cast.hanmeimei, clock.now)
        told = conn.execute(select(case_step.c.kind, case_step.c.text).order_by(case_step.c.id)).all()
        assert row(conn, case_id).text == "空调还是不凉\n还有异响"
    assert [kind for kind, _ in told] == ["opened", "added", "claimed", "planned", "fixed"]
    assert told[-1].text == "更换压缩机继电器"


def test_starting_the_work_is_a_step_of_its_own(engine: Engine, clock: StillClock, cast: Cast, case_id: int) -> None:
    with writing(engine) as conn:
        cases.claim(conn, case_id, cast.hanmeimei, clock.now)
        cases.set_plan(conn, case_id, cast.hanmeimei, "复检", clock.now)
        cases.start_fixing(conn, case_id, cast.hanmeimei, clock.now)
        assert state_of(conn, case_id) is CaseState.FIXING


def test_every_step_tells_the_feed_of_its_store_only(
    engine: Engine, clock: StillClock, cast: Cast, case_id: int
) -> None:
    with reading(engine) as conn:
        mine = feed.after(conn, 0, visible_to(cast.hanmeimei, feed_table))
        assert {told.kind for told in mine} == {"case", "thread"}
        assert {told.customer_id for told in mine} == {cast.zhang}
        assert feed.after(conn, 0, visible_to(cast.wanglei, feed_table)) == []
        assert len(feed.after(conn, 0, visible_to(cast.admin, feed_table))) == len(mine)


def test_an_open_case_is_found_by_its_customer(engine: Engine, clock: StillClock, cast: Cast, case_id: int) -> None:
    with writing(engine) as conn:
        assert cases.open_case_of(conn, cast.zhang) == case_id
        assert cases.open_case_of(conn, cast.chen) is None
        cases.close_by_customer(conn, case_id, "declined", clock.now)
        assert cases.open_case_of(conn, cast.zhang) is None


def test_a_refused_step_does_not_hand_the_thread_over(
    engine: Engine, clock: StillClock, cast: Cast, case_id: int
) -> None:
    with reading(engine) as conn:
        before = thread_of(conn, cast.zhang)

    def claim_and_plan() -> None:
        with writing(engine) as conn:
            assert threads.claim(conn, cast.zhang, cast.advisor.id, before.version)
            cases.set_plan(conn, case_id, cast.advisor, "复检", clock.now)

    with pytest.raises(RuleBroken):
        claim_and_plan()
    with reading(engine) as conn:
        assert thread_of(conn, cast.zhang) == before
