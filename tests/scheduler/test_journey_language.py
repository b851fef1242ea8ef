"""The language of journeys on a whole scheduler: audience, waiting, variants, hold-out, samples, approval, rest."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Engine, literal, select, update

from bot.customer import Purpose
from bot.errors import RuleBroken
from bot.journeys import Journey, journey_version
from bot.messages import Way
from bot.occasions import Occasion
from bot.sticky import bucket
from config.load import load_journeys, load_upkeep
from scheduler.milestones import MilestoneTick
from scheduler.plan import Planned
from store import approvals
from store.engine import reading, writing
from store.planning import bucket_of
from store.tables import contact, outbound, ownership, people
from tests.conftest import StillClock
from tests.scheduler.stage import Stage
from tests.store.cast import a_message, a_staff_member, add

ROOT = Path(__file__).parents[2]
SHIPPED = {journey.id: journey for journey in load_journeys(ROOT / "config")}
UPKEEP = load_upkeep(ROOT / "config")


def journey(anchor: str = "vehicle.delivered", **values: Any) -> Journey:
    steps = values.pop("steps", [{}])
    made = [
        {
            "id": f"s{number}", "message": "checkin.question", "category": "survey", "at": "10:00",
            "expires_after": "P7D", "channels": ["sms"], **step,
        }
        for number, step in enumerate(steps)
    ]  # fmt: skip
    return Journey.model_validate({"id": "j", "anchor": anchor, "steps": made, **values})


def a_car(stage: Stage, file: tuple[int, int], key: str = "V1", **values: Any) -> int:
    with writing(stage.engine) as conn:
        car = add(
            conn, people.vehicle, store_id=file[0], customer_id=file[1], external_id=key, plate="浙A12345",
            model="长风", **values,
        )  # fmt: skip
    MilestoneTick(stage.engine, stage.clock, UPKEEP).tick()
    return car


def changed(stage: Stage, **values: Any) -> None:
    with writing(stage.engine) as conn:
        conn.execute(update(people.vehicle).values(**values, dated_on=None))
    MilestoneTick(stage.engine, stage.clock, UPKEEP).tick()


def on_stage(engine: Engine, clock: StillClock, *journeys: Journey) -> Stage:
    return Stage(engine, clock, journeys=journeys)


def due_on(stage: Stage) -> list[str]:
    return [(row.due_at + timedelta(hours=8)).strftime("%m-%d %H:%M") for row in stage.rows()]


# planning


def test_a_milestone_plans_once_and_moves_with_its_day(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, journey(steps=[{"offset_days": 3}]))
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 16))
    assert stage.planner.tick() == Planned(inserted=1)
    assert stage.planner.tick() == Planned()
    assert due_on(stage) == ["09-19 10:00"]
    assert stage.rows()[0].ref.keys() == {"milestone_id", "vehicle_id"}
    changed(stage, delivered_on=date(2026, 9, 17))
    assert stage.planner.tick() == Planned(moved=1)
    assert due_on(stage) == ["09-20 10:00"]


def test_a_milestone_that_moves_far_away_takes_what_was_planned_along(engine: Engine, clock: StillClock) -> None:
    """A policy renewed under its own number ends months later: no reminder of the old day goes out."""
    stage = on_stage(engine, clock, journey("policy.ends", steps=[{"offset_days": -7}]))
    car = a_car(stage, stage.a_file())
    with writing(engine) as conn:
        add(conn, ownership.policy, store_id=1, vehicle_id=car, external_id="P1", kind="commercial",
            ends_on=date(2026, 9, 25))  # fmt: skip
    changed(stage)
    stage.planner.tick()
    assert due_on(stage) == ["09-18 10:00"]
    with writing(engine) as conn:
        conn.execute(update(ownership.policy).values(ends_on=date(2026, 12, 30)))
    changed(stage)
    assert stage.planner.tick() == Planned(moved=1)
    assert due_on(stage) == ["12-23 10:00"]
    assert stage.planner.tick() == Planned()


def test_a_milestone_that_is_gone_ends_the_plan(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, journey(steps=[{"offset_days": 3}]))
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 16))
    stage.planner.tick()
    changed(stage, sold_on=date(2026, 9, 17))
    assert stage.planner.tick() == Planned(skipped=1)
    assert stage.outcome() == [("done", "skipped", "anchor_gone")]


def test_a_sent_one_never_goes_out_twice_whatever_is_edited(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, journey(steps=[{}]))
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    stage.round()
    assert len(stage.sent(Way.SMS)) == 1
    edited = on_stage(engine, clock, journey(steps=[{"at": "11:00", "offset_days": 1}]))
    changed(edited, delivered_on=date(2026, 9, 18))
    edited.until(clock.now + timedelta(days=4), hours=6)
    assert edited.sent(Way.SMS) == []


def test_only_the_audience_is_planned(engine: Engine, clock: StillClock) -> None:
    only = {"field": "vehicle.energy", "op": "in", "value": ["electric", "plug_in"]}
    stage = on_stage(engine, clock, journey(audience=only))
    file = stage.a_file()
    for key, energy in (("V1", "electric"), ("V2", "petrol"), ("V3", "")):
        a_car(stage, file, key, delivered_on=date(2026, 9, 17), energy=energy)
    assert stage.planner.tick() == Planned(inserted=1)
    assert stage.rows()[0].occurrence == "car#V1"


def test_a_jitter_is_sticky_and_within_its_minutes(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, journey(steps=[{"jitter_minutes": 60}]))
    for number in range(40):
        file = stage.a_file(name=f"车主{number}", phone=f"+86139000001{number:02d}")
        a_car(stage, file, f"V{number}", delivered_on=date(2026, 9, 17))
    assert stage.planner.tick() == Planned(inserted=40)
    minutes = {int(each[-2:]) for each in due_on(stage)}
    assert minutes <= set(range(0, 60, 5))
    assert len(minutes) > 5
    assert stage.planner.tick() == Planned()


ROUND = Occasion.model_validate({"id": "round", "name": "回访", "solar": ["09-18", "09-20"]})


def test_a_sample_takes_others_in_the_next_round(engine: Engine, clock: StillClock) -> None:
    made = journey("calendar.occasion", sample=50, steps=[{"occasion": "round", "category": "survey"}])
    steps = [made.steps[0].model_copy(update={"occurs": ROUND})]
    stage = on_stage(engine, clock, made.model_copy(update={"steps": steps}))
    people_ = [stage.a_file(name=f"车主{n}", phone=f"+86139000001{n:02d}")[1] for n in range(30)]
    stage.planner.tick()
    rounds = {key: {row.customer_id for row in stage.rows() if row.occurrence == f"2026-round/{key}"} for key in (1, 2)}
    assert rounds[1] | rounds[2] == set(people_)
    assert rounds[1] & rounds[2] == set()
    assert len(rounds[1]) == sum(bucket("j", each) < 50 for each in people_) or len(rounds[1]) > 0


def test_a_greeting_of_an_occasion_is_planned_for_who_agreed(engine: Engine, clock: StillClock) -> None:
    made = journey("calendar.occasion", steps=[{"occasion": "round", "category": "greeting"}])
    steps = [made.steps[0].model_copy(update={"occurs": ROUND})]
    stage = on_stage(engine, clock, made.model_copy(update={"steps": steps}))
    stage.a_file(name="李雷", consents=(Purpose.GREETING,))
    stage.a_file(name="韩梅梅", phone="+8613900000002")
    stage.planner.tick()
    assert [(row.customer_id, row.occurrence) for row in stage.rows()] == [(1, "2026-round/1"), (1, "2026-round/2")]


def test_a_lunar_birthday_is_kept_by_the_lunar_calendar(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, SHIPPED["birthday"])
    stage.a_file()
    with writing(engine) as conn:
        conn.execute(update(people.customer).values(birthday_md="L08-15"))
    assert stage.planner.tick() == Planned()
    clock.now = datetime.fromisoformat("2026-09-20T02:00:00+00:00")
    assert stage.planner.tick() == Planned(inserted=1)
    assert (due_on(stage), stage.rows()[0].occurrence) == (["09-25 10:00"], "2026-birthday")


@pytest.mark.parametrize("salt", ["j", "winback/hold_out"])
def test_sql_and_python_agree_on_the_hundredths(engine: Engine, clock: StillClock, salt: str) -> None:
    with reading(engine) as conn:
        for number in (1, 2, 99, 123_456, 2**31):
            assert conn.execute(select(bucket_of(salt, literal(number, BigInteger)))).scalar() == bucket(salt, number)


# waiting for an answer


def branching(**later: Any) -> Journey:
    asked = {"question": {"kind": "survey", "scale": "1-5"}}
    return journey(steps=[asked, {"after": "s0", "offset_days": 1, "wait": "PT24H", **later}])


def heard(stage: Stage) -> None:
    with writing(stage.engine) as conn:
        a_message(conn, 1, 1, stage.clock.now, direction="in", author="customer")


def test_a_reminder_goes_out_when_nothing_was_heard(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, branching())
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    stage.until(clock.now + timedelta(days=2), hours=1)
    assert stage.outcome() == [("done", "sent", ""), ("done", "sent", "")]
    first, second = stage.rows()
    assert second.done_at - first.done_at >= timedelta(hours=24)


def test_any_word_ends_the_reminder(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, branching())
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    stage.round()
    clock.advance(hours=3)
    heard(stage)
    stage.until(clock.now + timedelta(days=2), hours=2)
    assert stage.outcome() == [("done", "sent", ""), ("done", "skipped", "goal_met")]


def test_an_answer_on_the_page_ends_it_too(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, branching())
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    stage.round()
    with writing(engine) as conn:
        conn.execute(update(contact.prompt).values(state="answered", answered_at=clock.now, rating=5))
    stage.until(clock.now + timedelta(days=2), hours=4)
    assert stage.outcome()[1] == ("done", "skipped", "goal_met")


def test_the_other_branch_waits_for_the_answer(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, branching(**{"if": "answered", "wait": "PT0S"}))
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    stage.until(clock.now + timedelta(days=2), hours=6)
    assert stage.outcome()[1] == ("planned", None, "")
    heard(stage)
    stage.until(clock.now + timedelta(hours=30), hours=2)
    assert stage.outcome()[1] == ("done", "sent", "")


def test_the_branch_that_is_never_taken_expires(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, branching(**{"if": "answered"}))
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    stage.until(clock.now + timedelta(days=9), hours=12)
    assert stage.outcome()[1] == ("done", "skipped", "waits")


def test_what_was_not_asked_is_not_reminded_of(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, branching())
    a_car(stage, stage.a_file(phone=""), delivered_on=date(2026, 9, 17))
    stage.until(clock.now + timedelta(days=2), hours=12)
    assert stage.outcome() == [("done", "skipped", "unreachable"), ("done", "skipped", "not_asked")]


def test_always_keeps_a_distance_and_goes_on_when_the_first_did_not(engine: Engine, clock: StillClock) -> None:
    apart = journey(steps=[{}, {"after": "s0", "if": "always", "wait": "P2D", "message": "checkin.question"}])
    stage = on_stage(engine, clock, apart)
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    stage.until(clock.now + timedelta(days=3), hours=6)
    first, second = stage.rows()
    assert second.done_at - first.done_at >= timedelta(days=2)


# who gets it


def test_who_is_held_out_gets_nothing_on_record(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, journey(hold_out=50))
    for number in range(20):
        file = stage.a_file(name=f"车主{number}", phone=f"+86139000001{number:02d}")
        a_car(stage, file, f"V{number}", delivered_on=date(2026, 9, 17))
    stage.round()
    expected = ["held_out" if bucket("j/hold_out", row.customer_id) < 50 else "" for row in stage.rows()]
    assert [row.reason for row in stage.rows()] == expected
    assert {"held_out", ""} == set(expected)


def test_variants_are_chosen_by_the_customer_and_told(engine: Engine, clock: StillClock) -> None:
    variants = [
        {"id": "a", "message": "checkin.question", "share": 50},
        {"id": "b", "message": "newcar.day90", "share": 50},
    ]
    stage = on_stage(engine, clock, journey(steps=[{"variants": variants}]))
    for number in range(12):
        file = stage.a_file(name=f"车主{number}", phone=f"+86139000001{number:02d}")
        a_car(stage, file, f"V{number}", delivered_on=date(2026, 9, 17))
    stage.round()
    told = [row.detail["variant"] for row in stage.rows(outbound.verdict) if row.name == "variant"]
    assert told == ["a" if bucket("j.s0", row.customer_id) < 50 else "b" for row in stage.rows()]
    assert len(set(told)) == 2
    by_text = {"a": "交车已有三天", "b": "提车三个月"}
    assert [by_text[each] in str(out.payload["text"]) for each, out in zip(told, stage.sent(Way.SMS), strict=True)]


def test_a_step_leaves_only_by_the_ways_it_names(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, journey(steps=[{"channels": ["call"]}]))
    a_car(stage, stage.a_file(openid="o1"), delivered_on=date(2026, 9, 17))
    stage.round()
    assert [len(stage.sent(way)) for way in (Way.SMS, Way.TEMPLATE)] == [0, 0]
    assert ("route", "sms", "passed_over", "not_in_channels") in stage.chain()


def test_hold_waits_and_exit_ends(engine: Engine, clock: StillClock) -> None:
    talking = {"field": "customer.days_since_message", "op": "<", "value": 2}
    stage = on_stage(engine, clock, journey(hold=talking))
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    heard(stage)
    stage.until(clock.now + timedelta(hours=30), hours=6)
    assert ("gate", "journey", "defer", "held") in stage.chain()
    assert stage.outcome() == [("planned", None, "")]
    stage.until(clock.now + timedelta(days=2), hours=6)
    assert stage.outcome() == [("done", "sent", "")]


def test_exit_ends_what_was_planned(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, journey(exit={"field": "vehicle.model", "value": "长风"}))
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    stage.round()
    assert stage.outcome() == [("done", "skipped", "left")]


def test_who_leaves_the_audience_before_the_day_is_skipped(engine: Engine, clock: StillClock) -> None:
    petrol = {"field": "vehicle.energy", "value": "petrol"}
    stage = on_stage(engine, clock, journey(audience=petrol, steps=[{"offset_days": 1}]))
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17), energy="petrol")
    stage.round()
    changed(stage, energy="electric")
    stage.until(clock.now + timedelta(days=1, hours=1), hours=6)
    assert stage.outcome() == [("done", "skipped", "not_in_audience")]


def test_a_journey_rests_between_two_occurrences(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, journey(rest_days=30))
    file = stage.a_file()
    a_car(stage, file, "V1", delivered_on=date(2026, 9, 17))
    stage.round()
    a_car(stage, file, "V2", delivered_on=date(2026, 9, 18))
    stage.until(clock.now + timedelta(days=2), hours=8)
    assert stage.outcome() == [("done", "sent", ""), ("done", "skipped", "resting")]


# approval


def test_an_unapproved_journey_plans_nothing_until_two_persons_agreed(engine: Engine, clock: StillClock) -> None:
    made = journey(approval=True)
    stage = on_stage(engine, clock, made)
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    assert stage.planner.tick() == Planned()
    with writing(engine) as conn:
        for name, role in (("care", "care"), ("boss", "manager"), ("chief", "manager")):
            a_staff_member(conn, 1, name, role)
        with pytest.raises(RuleBroken) as refused:
            approvals.approve(conn, made, "boss@1", clock.now)
        assert refused.value.code == "not_submitted"
        approvals.submit(conn, made, "boss@1", clock.now)
        for login, code in (("boss@1", "own_work"), ("care@1", "not_a_checker"), ("ghost", "no_such_login")):
            with pytest.raises(RuleBroken) as refused:
                approvals.approve(conn, made, login, clock.now)
            assert refused.value.code == code
        approvals.approve(conn, made, "chief@1", clock.now)
    assert stage.planner.tick() == Planned(inserted=1)


def test_an_edit_of_an_approved_journey_waits_and_skips_nothing(engine: Engine, clock: StillClock) -> None:
    made = journey(approval=True, steps=[{"offset_days": 1}])
    stage = on_stage(engine, clock, made)
    with writing(engine) as conn:
        stage_store, customer = 1, 1
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 17))
    with writing(engine) as conn:
        for name in ("boss", "chief"):
            a_staff_member(conn, stage_store, name, "manager")
        approvals.submit(conn, made, "boss@1", clock.now)
        approvals.approve(conn, made, "chief@1", clock.now)
    stage.round()
    edited = journey(approval=True, steps=[{"offset_days": 1, "at": "11:00"}])
    assert journey_version(edited) != journey_version(made)
    later = on_stage(engine, clock, edited)
    later.until(clock.now + timedelta(days=2), hours=6)
    assert later.outcome() == [("planned", None, "")]
    assert {"unapproved", "rule_changed"} & {reason for *_, reason in later.chain()}
    assert customer == 1


# the shipped ones


def told(stage: Stage) -> list[tuple[str, str | None, str]]:
    return [(row.rule.partition(".")[2], row.outcome, row.reason) for row in stage.rows()]


@pytest.mark.slow
@pytest.mark.handbook("H2.5.2")
def test_a_new_car_is_asked_five_times_in_a_hundred_days_and_never_twice_a_day(
    engine: Engine, clock: StillClock
) -> None:
    clock.now = datetime.fromisoformat("2026-09-30T11:05:00+00:00")
    stage = on_stage(engine, clock, SHIPPED["new_car"])
    a_car(stage, stage.a_file(), delivered_on=date(2026, 9, 30))
    stage.until(clock.now + timedelta(days=100), days=1)
    assert told(stage) == [(step, "sent", "") for step in ("home", "day3", "day7", "day30", "day90")]
    days = [(row.done_at + timedelta(hours=8)).date() for row in stage.rows()]
    assert len(set(days)) == 5


@pytest.mark.handbook("H1.7.5")
def test_a_lost_customer_is_asked_called_and_left_alone(engine: Engine, clock: StillClock) -> None:
    clock.now = datetime.fromisoformat("2026-09-17T02:40:00+00:00")
    silent = SHIPPED["winback"].model_copy(update={"approval": False})
    stage = on_stage(engine, clock, silent)
    a_car(stage, stage.a_file(consents=(Purpose.MARKETING,)), delivered_on=date(2025, 9, 17), energy="petrol")
    stage.until(clock.now + timedelta(days=60), days=1)
    assert told(stage)[:2] == [("care", "sent", ""), ("benefit", "sent", "")]
    assert (stage.rows()[2].rule, stage.rows()[2].state) == ("winback.call", "handed")  # a person has it now


@pytest.mark.handbook("H1.7.5")
def test_an_answer_ends_the_win_back(engine: Engine, clock: StillClock) -> None:
    clock.now = datetime.fromisoformat("2026-09-17T02:40:00+00:00")
    stage = on_stage(engine, clock, SHIPPED["winback"].model_copy(update={"approval": False}))
    a_car(stage, stage.a_file(consents=(Purpose.MARKETING,)), delivered_on=date(2025, 9, 17), energy="petrol")
    stage.round()
    clock.advance(hours=1)
    heard(stage)
    stage.until(clock.now + timedelta(days=60), hours=24)
    assert told(stage) == [("care", "sent", ""), ("benefit", "skipped", "goal_met"), ("call", "skipped", "goal_met")]


def test_a_recall_is_said_to_who_refused_everything(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, SHIPPED["recall"])
    car = a_car(stage, stage.a_file(), vin="LSVAA1")
    with writing(engine) as conn:
        add(conn, people.refusal, address="+8613900000001", purpose="all", source="word", at=clock.now)
        recall = add(conn, ownership.recall, store_id=1, external_id="R1", title="燃油泵检查", state="published",
                     published_on=date(2026, 9, 17))  # fmt: skip
        add(conn, ownership.recall_car, recall_id=recall, vin="LSVAA1")
    changed(stage)
    stage.round()
    assert told(stage)[0] == ("notice", "sent", "")
    assert "燃油泵检查" in str(stage.sent(Way.SMS)[0].payload["text"])
    assert car == 1


@pytest.mark.handbook("H1.5.1")
def test_a_check_in_is_asked_reminded_and_called_once_each(engine: Engine, clock: StillClock) -> None:
    stage = on_stage(engine, clock, SHIPPED["checkin"])
    stage.an_order(stage.a_file(), on="2026-09-17")
    stage.until(clock.now + timedelta(days=5), hours=3)
    *sent, call = stage.rows()
    assert told(stage)[:3] == [(step, "sent", "") for step in ("thanks", "question", "reminder")]
    assert [(row.done_at + timedelta(hours=8)).strftime("%m-%d") for row in sent] == ["09-17", "09-20", "09-21"]
    assert (call.rule, call.state) == ("checkin.call", "handed")  # a person has it now
    assert (call.due_at + timedelta(hours=8)).strftime("%m-%d") == "09-21"
