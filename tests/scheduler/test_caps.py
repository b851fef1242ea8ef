"""Caps count the person: over files and channels, at one number, with two workers at once; a deferral costs nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import OperationalError

from bot.customer import Purpose
from bot.dealer import Dealer, StoreConfig
from bot.errors import TryLater, Uncertain
from bot.journeys import Anchor, Journey
from bot.messages import Category, Way
from config.calendar import Calendar, OwnDays
from scheduler import hand
from scheduler.settle import TRIES
from store import persons, refusals
from store.engine import open_engine, reading, writing
from store.tables import people
from store.tables.cases import cases
from store.tables.outbound import outbox, touchpoint, verdict
from tests.conftest import StillClock
from tests.scheduler.stage import DEALER, JOURNEYS, Stage
from tests.statements import statements_of
from tests.store.cast import a_customer, a_staff_member, a_store, add, sent_touchpoint

TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")  # 10:00 in Shanghai
TODAY = date(1990, 9, 17)
BOTH = (Purpose.MARKETING, Purpose.GREETING)
PHONE = "+8613900000001"
UNCAPPED = DEALER.model_copy(update={"caps": ()})


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    clock.now = TEN
    return Stage(engine, clock)


def two_files(stage: Stage, **both: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    """One person, entered twice with the same number."""
    return stage.a_file(**both), stage.a_file(name="李 雷", **both)


def ends(stage: Stage) -> list[tuple[str | None, str]]:
    return [(row.outcome, row.reason) for row in stage.rows()]


@pytest.mark.handbook("H1.7.3")
def test_a_person_in_two_files_is_greeted_once(stage: Stage) -> None:
    two_files(stage, birthday=TODAY, consents=BOTH)
    stage.round()
    assert len(stage.sent(Way.SMS)) == 1
    assert ends(stage) == [("sent", ""), ("skipped", "one_greeting")]


@pytest.mark.handbook("H1.7.3")
def test_a_birthday_on_a_festival_is_greeted_once_even_without_caps(engine: Engine, clock: StillClock) -> None:
    clock.now = TEN - timedelta(minutes=20)
    festival = {"id": "hello", "message": "birthday.greeting", "category": "greeting", "at": "09:50"}
    again = Journey.model_validate(
        {"id": "festival", "anchor": Anchor.BIRTHDAY, "steps": [{**festival, "expires_after": "P3D"}]}
    )
    stage = Stage(engine, clock, UNCAPPED, (*JOURNEYS, again))
    stage.a_file(birthday=TODAY, consents=BOTH)
    stage.until(TEN, minutes=10)
    assert {row.rule: (row.outcome, row.reason) for row in stage.rows()} == {
        "festival.hello": ("sent", ""), "birthday.greeting": ("skipped", "one_greeting"),
    }  # fmt: skip


def test_of_two_due_together_the_one_that_ends_sooner_goes_first(engine: Engine, clock: StillClock) -> None:
    clock.now = TEN
    festival = {"id": "hello", "message": "birthday.greeting", "category": "greeting", "at": "10:00"}
    longer = Journey.model_validate(
        {"id": "a_festival", "anchor": Anchor.BIRTHDAY, "steps": [{**festival, "expires_after": "P3D"}]}
    )
    stage = Stage(engine, clock, UNCAPPED, (longer, *JOURNEYS))
    stage.a_file(birthday=TODAY, consents=BOTH)
    stage.round()
    assert {row.rule: row.state for row in stage.rows()} == {"a_festival.hello": "planned", "birthday.greeting": "done"}
    stage.clock.now = TEN + timedelta(days=1)
    stage.round()
    assert {row.outcome for row in stage.rows()} == {"sent"}  # the festival's the next morning


def test_the_cap_counts_what_another_file_of_the_number_was_sent(stage: Stage) -> None:
    mine, other = two_files(stage)
    with writing(stage.engine) as conn:
        for number in range(3):
            sent_touchpoint(conn, *other, at=TEN - timedelta(days=2), category="survey", key=str(number))
    stage.an_order(mine)
    stage.round()
    assert stage.sent(Way.SMS) == []
    assert ("gate", "cap", "defer", "cap") in stage.chain()


def test_a_number_given_to_another_file_brings_its_count_along(stage: Stage) -> None:
    first = stage.a_file(birthday=TODAY, consents=BOTH)
    stage.round()
    with writing(stage.engine) as conn:
        conn.execute(update(people.customer).where(people.customer.c.id == first[1]).values(phone="+8613900000009"))
    stage.a_file(name="韩梅梅", birthday=TODAY, consents=BOTH)
    stage.round()
    assert [out.address for out in stage.sent(Way.SMS)] == [PHONE]


def test_a_complaint_under_one_file_holds_the_other(stage: Stage) -> None:
    mine, other = two_files(stage)
    stage.an_order(mine)
    with writing(stage.engine) as conn:
        owner = a_staff_member(conn, other[0])
        row = {"level": "P3", "state": "open", "opened_at": TEN, "owner_id": owner}
        add(conn, cases, store_id=other[0], customer_id=other[1], **row)
    stage.round()
    assert stage.sent(Way.SMS) == []
    assert ("gate", "complaint", "defer", "complaint_hold") in stage.chain()


def test_a_complaint_under_the_other_file_takes_back_what_has_not_left(stage: Stage) -> None:
    mine, other = two_files(stage)
    stage.an_order(mine)
    stage.planner.tick()
    stage.gatekeeper.tick()
    with writing(stage.engine) as conn:
        owner = a_staff_member(conn, other[0])
        row = {"level": "P3", "state": "open", "opened_at": TEN, "owner_id": owner}
        add(conn, cases, store_id=other[0], customer_id=other[1], **row)
    stage.deliverer.pump()
    stage.deliverer.drain()
    assert stage.sent(Way.SMS) == []
    assert ("send", "sms", "taken_back", "taken_back") in stage.chain()


def test_what_may_have_arrived_counts(engine: Engine, clock: StillClock) -> None:
    clock.now = TEN
    stage = Stage(engine, clock)
    stage.phones[Way.SMS].errors = [Uncertain("timeout", "没有回应")]
    two_files(stage, birthday=TODAY, consents=BOTH)
    stage.round()
    assert ends(stage) == [("uncertain", "no_answer"), ("skipped", "one_greeting")]


def test_three_sms_in_any_24_hours_to_one_number(engine: Engine, clock: StillClock) -> None:
    """Counted from when each left, over both files; the fourth takes the next way."""
    clock.now = TEN
    stage = Stage(engine, clock, UNCAPPED)
    mine, other = two_files(stage)
    for number, file in enumerate((mine, other, mine)):
        stage.an_order(file, key=str(number))
        stage.round()
    left = stage.clock.advance(minutes=5)
    stage.an_order(other, key="fourth")
    stage.round()
    assert len(stage.sent(Way.SMS)) == 3
    assert ("route", "sms", "passed_over", "sms_cap") in stage.chain()
    stage.clock.now = left + timedelta(hours=23, minutes=55)
    stage.an_order(mine, on="2026-09-15", key="fifth")
    stage.round()
    assert len(stage.sent(Way.SMS)) == 4


def greeted(engine: Engine) -> dict[str, int]:
    """By number, how many greetings went out."""
    rows = select(people.customer.c.phone, func.count()).join(
        touchpoint, touchpoint.c.customer_id == people.customer.c.id
    )
    with reading(engine) as conn:
        sent = rows.where(touchpoint.c.state == "handed").group_by(people.customer.c.phone)
        return {row[0]: row[1] for row in conn.execute(sent)}


@pytest.mark.parametrize("batch", [1, 3])
def test_two_workers_at_once_greet_nobody_twice(
    database_url: str, clock: StillClock, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Two files a number, and each worker claims one of them at the same moment."""
    monkeypatch.setattr(hand, "USUAL_BATCH", batch)
    clock.now = TEN
    engines = [open_engine(database_url) for _ in range(2)]
    stages = [Stage(engine, clock, worker=f"worker:{number}") for number, engine in enumerate(engines)]
    for number in range(12):
        for name in ("甲", "乙"):
            phone = f"+86139000001{number:02}"
            stages[0].a_file(name=f"{name}{number}", phone=phone, birthday=TODAY, consents=BOTH)
    stages[0].planner.tick()
    together = Barrier(2)

    def work(stage: Stage) -> None:
        for _ in range(24):
            together.wait(30)
            stage.gatekeeper.tick()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, stage) for stage in stages]:
            done.result(90)
    assert set(greeted(engines[0]).values()) == {1}
    assert len(greeted(engines[0])) == 12
    for engine in engines:
        engine.dispose()


@pytest.fixture
def two_postgres(postgres: Any) -> Any:
    url = postgres.new(with_tables=True)
    engines = [open_engine(url) for _ in range(2)]
    yield engines
    for engine in engines:
        engine.dispose()
    postgres.drop(url)


def test_who_asks_about_one_file_waits_for_who_holds_the_other(two_postgres: list[Engine]) -> None:
    with writing(two_postgres[0]) as conn:
        store_id = a_store(conn)
        mine, other = (a_customer(conn, store_id, name=name) for name in ("甲", "乙"))
        stranger = a_customer(conn, store_id, name="丙", phone="+8613900000002")
    with writing(two_postgres[0]) as first, writing(two_postgres[1]) as second:
        assert persons.hold(first, [mine]) == {mine: {mine, other}}
        second.execute(text("SET LOCAL lock_timeout = '200ms'"))
        persons.hold(second, [stranger])
        with pytest.raises(OperationalError, match="lock timeout"), second.begin_nested():
            persons.hold(second, [other])


def test_an_import_that_gives_the_number_away_while_we_wait_is_seen(two_postgres: list[Engine]) -> None:
    """The holder looks again once it holds: 乙 came to this number in the meantime."""
    with writing(two_postgres[0]) as conn:
        store_id = a_store(conn)
        mine, other = (
            a_customer(conn, store_id, name="甲"),
            a_customer(conn, store_id, name="乙", phone="+8613900000002"),
        )
    real = persons.persons
    calls: list[int] = []

    def meanwhile(conn: Any, ids: Any) -> Any:
        found = real(conn, ids)
        if not calls:
            with writing(two_postgres[1]) as importing:
                importing.execute(update(people.customer).where(people.customer.c.id == other).values(phone=PHONE))
        calls.append(1)
        return found

    with pytest.MonkeyPatch.context() as patched, writing(two_postgres[0]) as conn:
        patched.setattr(persons, "persons", meanwhile)
        assert persons.hold(conn, [mine]) == {mine: {mine, other}}


def test_a_batch_asks_as_much_for_twenty_as_for_two(stage: Stage) -> None:
    def asked(number: int) -> int:
        with writing(stage.engine) as conn:
            conn.execute(verdict.delete())
            conn.execute(touchpoint.delete())
            conn.execute(people.consent.delete())
            conn.execute(people.customer.delete())
        for each in range(number):
            stage.a_file(name=f"客户{each}", phone=f"+86139000002{each // 2:02}", birthday=TODAY)
        Stage(stage.engine, stage.clock).planner.tick()
        with statements_of(stage.engine) as seen:
            stage.gatekeeper.tick()
        return sum(each.lstrip().upper().startswith(("SELECT", "WITH")) for each in seen)

    assert asked(2) == asked(20)


Change = Callable[[Stage, tuple[int, int]], None]


def withdraws(stage: Stage, file: tuple[int, int]) -> None:
    with writing(stage.engine) as conn:
        refusals.refuse(conn, [PHONE], [Purpose.SURVEY], "word", stage.clock.now)


def reworked(stage: Stage, _file: tuple[int, int]) -> None:
    with writing(stage.engine) as conn:
        conn.execute(update(people.repair_order).values(status="rework"))


@pytest.mark.parametrize(("change", "reason"), [(withdraws, "refused"), (reworked, "anchor_gone")])
def test_every_gate_is_asked_again_when_a_deferral_ends(stage: Stage, change: Change, reason: str) -> None:
    stage.clock.now = TEN + timedelta(hours=11)  # 21:00
    file = stage.a_file()
    stage.an_order(file)
    stage.round()
    assert ("gate", "quiet", "defer", "quiet_hours") in stage.chain()
    change(stage, file)
    stage.clock.now = TEN + timedelta(days=1)
    stage.gatekeeper.tick()  # before the planner has seen it
    assert ends(stage) == [("skipped", reason)]


def test_a_deferral_costs_no_try(stage: Stage) -> None:
    """Deferred by the night, the cap and a complaint, it has every try left for a busy provider."""
    stage.clock.now = TEN + timedelta(hours=11)
    file = stage.a_file()
    stage.an_order(file)
    stage.round()
    with writing(stage.engine) as conn:
        for number in range(3):
            at = TEN - timedelta(days=4, hours=number)
            sent_touchpoint(conn, *file, at=at, category="survey", key=str(number))
        owner = a_staff_member(conn, file[0])
        row = {"level": "P3", "state": "open", "opened_at": TEN, "owner_id": owner}
        add(conn, cases, store_id=file[0], customer_id=file[1], **row)
    stage.until(TEN + timedelta(days=1), hours=6)
    with writing(stage.engine) as conn:
        conn.execute(update(cases).values(state="closed"))
    stage.phones[Way.SMS].errors = [TryLater("busy", "忙", 1.0, costs=True)] * (TRIES - 1)
    while stage.rows()[0].state != "done":
        stage.round()
        waiting = any(row.state == "queued" for row in stage.rows(outbox))
        stage.clock.advance(minutes=1 if waiting else 240)
    deferred = {reason for step, _, said, reason in stage.chain() if step == "gate" and said == "defer"}
    assert deferred == {"quiet_hours", "cap", "complaint_hold"}
    assert [row.outcome for row in stage.rows() if row.rule == "checkin.question"] == ["sent"]
    assert len(stage.sent(Way.SMS)) == 1
    assert max(row.attempts for row in stage.rows(outbox)) == TRIES


def abroad(**store: Any) -> Dealer:
    berlin = StoreConfig(code="berlin", name="Berlin", time_zone="Europe/Berlin", **store)
    return DEALER.model_copy(update={"stores": [*DEALER.stores, berlin]})


def a_berlin_order(stage: Stage, on: str) -> None:
    with writing(stage.engine) as conn:
        store_id = add(conn, people.store, code="berlin", name="Berlin", time_zone="Europe/Berlin")
        file = store_id, a_customer(conn, store_id)
    stage.an_order(file, on=on)


def test_a_store_abroad_keeps_no_mainland_holiday_and_its_own_clock(engine: Engine, clock: StillClock) -> None:
    """Handed over on the Saturday before the clock is set back: three days on it is ten o'clock there, not nine."""
    clock.now = datetime(2026, 10, 24, 12, tzinfo=UTC)
    stage = Stage(engine, clock, abroad(), calendar=Calendar(None, {"berlin": OwnDays()}))
    a_berlin_order(stage, on="2026-10-24")
    stage.planner.tick()
    assert stage.rows()[0].due_at == datetime(2026, 10, 27, 9, tzinfo=UTC)


def test_a_check_in_abroad_goes_out_on_the_first_of_october(engine: Engine, clock: StillClock) -> None:
    clock.now = datetime(2026, 10, 1, 8, tzinfo=UTC)
    stage = Stage(engine, clock, abroad(), calendar=Calendar(None, {"berlin": OwnDays()}))
    stage.an_order(stage.a_file(phone="+8613900000002"), on="2026-09-28", key="home")
    a_berlin_order(stage, on="2026-09-28")
    stage.round()
    assert [out.address for out in stage.sent(Way.SMS)] == [PHONE]
    due = {row.due_at for row in stage.rows() if row.state == "planned"}
    assert due == {datetime(2026, 10, 8, 2, tzinfo=UTC)}


def test_a_store_with_hours_of_its_own_is_asked_by_them(engine: Engine, clock: StillClock) -> None:
    clock.now = datetime(2026, 9, 17, 8, tzinfo=UTC)
    own = {"survey": [{"start": "09:30", "end": "10:00"}, {"start": "15:00", "end": "17:00"}]}
    stage = Stage(engine, clock, abroad(hours=own), calendar=Calendar(None, {"berlin": OwnDays()}))
    a_berlin_order(stage, on="2026-09-14")
    stage.round()
    assert stage.rows()[0].due_at == datetime(2026, 9, 17, 13, tzinfo=UTC)
    stage.clock.now = datetime(2026, 9, 17, 13, tzinfo=UTC)
    stage.round()
    assert ends(stage) == [("sent", "")]


def test_a_touchpoint_past_its_end_does_not_leave_any_more(stage: Stage) -> None:
    """Queued, and then the sending stood still until the greeting made no sense."""
    stage.clock.now = TEN + timedelta(hours=9, minutes=55)
    stage.a_file(birthday=TODAY, consents=BOTH)
    stage.planner.tick()
    stage.gatekeeper.tick()
    stage.clock.advance(minutes=5)
    stage.round()
    stage.clock.advance(minutes=2)
    stage.round()
    assert stage.sent(Way.SMS) == []
    assert ends(stage) == [("skipped", "expired")]


@pytest.mark.parametrize(("today", "guess"), [("2027-03-03", True), ("2026-03-04", False)])
def test_the_chain_says_when_a_day_is_a_guess(stage: Stage, today: str, guess: bool) -> None:
    stage.clock.now = datetime.fromisoformat(f"{today}T02:00:00+00:00")
    day = (stage.clock.now - timedelta(days=3)).date()
    stage.an_order(stage.a_file(), on=day.isoformat())
    stage.round()
    (line,) = [row for row in stage.rows(verdict) if row.name == "holiday"]
    assert line.detail == ({"projected": True} if guess else None)
    assert ends(stage) == [("sent", "")]


@pytest.mark.parametrize("category", [Category.SAFETY, Category.SERVICE])
def test_what_is_never_counted_cannot_be_capped(category: Category) -> None:
    with pytest.raises(ValueError, match="not counted in any cap"):
        Dealer.model_validate({"stores": [{"code": "a", "name": "A"}], "caps": [
            {"categories": ["survey", category.value], "limit": 1, "days": 1}
        ]})  # fmt: skip
