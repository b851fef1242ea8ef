"""Whom a case reaches, and when: rungs at their instant, after a restart, never twice; a P0 rings until answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot import cases as rules
from bot.customer import Role, StaffMember
from bot.effects import OpenCase
from bot.escalation import Rung
from config.calendar import Calendar
from store import case_steps, cases, roster
from store.case_steps import Step, Terms
from store.engine import reading, writing
from store.tables import cases as tables
from store.tables import runtime
from tests.conftest import StillClock
from tests.scheduler.stage import DEALER, Stage
from tests.store.cast import a_staff_member

TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")  # Thursday, 10:00 in Shanghai
LIMITS = {"P0": 5, "P1": 30, "P2": 30, "P3": 120}


class Shop:
    """韩梅梅 owns, 李雷 manages, 总部 is the administrator, 孙丽 is a second advisor."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.store_id, self.customer_id = stage.a_file()
        with writing(stage.engine) as conn:
            self.ids = {
                name: a_staff_member(conn, self.store_id, name, role)
                for name, role in [("韩梅梅", "advisor"), ("李雷", "manager"), ("总部", "admin"), ("孙丽", "advisor")]
            }
        self.names = {each: name for name, each in self.ids.items()}

    def member(self, name: str, role: Role = Role.MANAGER) -> StaffMember:
        return StaffMember(self.ids[name], self.store_id, name, role)

    def open(self, level: str, about: str = "") -> int:
        now = self.stage.clock.now
        due = rules.deadlines(level, now, DEALER, DEALER.stores[0], Calendar())
        opened = OpenCase(level, "", "刹车失灵", self.ids["韩梅梅"], None, self.ids.get(about), *due)
        with writing(self.stage.engine) as conn:
            return cases.open_case(conn, self.store_id, self.customer_id, opened, now)

    def on_duty(self, name: str, rung: Rung, hours: float = 8) -> None:
        now = self.stage.clock.now
        with writing(self.stage.engine) as conn:
            span = (now - timedelta(minutes=1), now + timedelta(hours=hours))
            roster.put_on(conn, self.member("李雷"), self.member(name), rung, [span])

    def live(self, minutes: float, seconds: float = 60) -> None:
        end = self.stage.clock.now + timedelta(minutes=minutes)
        self.stage.deadlines.tick()
        while self.stage.clock.now < end:
            self.stage.clock.advance(seconds=seconds)
            self.stage.deadlines.tick()

    def told(self, reason: str = "escalation") -> list[tuple[float, str, str, list[str]]]:
        """(minutes after ten, deadline, rung, who)."""
        found = []
        for row in self.stage.rows(runtime.feed):
            if row.kind == "alert" and row.ref["reason"] == reason:
                minutes = (row.at - TEN).total_seconds() / 60
                who = [self.names[each] for each in row.ref["staff_ids"]]
                found.append((minutes, row.ref.get("deadline", ""), row.ref.get("rung", ""), who))
        return found


@pytest.fixture
def shop(engine: Engine, clock: StillClock) -> Shop:
    clock.now = TEN
    return Shop(Stage(engine, clock))


def test_a_p0_climbs_at_five_ten_and_fifteen_minutes(shop: Shop) -> None:
    shop.on_duty("孙丽", Rung.OWNER)
    shop.open("P0")
    shop.live(20)
    assert [each for each in shop.told() if each[1] in ("opened", "contact")] == [
        (0, "opened", "owner", ["韩梅梅", "孙丽"]),
        (5, "contact", "supervisor", ["李雷"]),  # nobody is on duty as supervisor: the next rung
        (10, "contact", "manager", ["李雷"]),
        (15, "contact", "admin", ["总部"]),
    ]


def test_it_rings_every_two_minutes_until_somebody_acknowledges(shop: Shop) -> None:
    shop.on_duty("孙丽", Rung.OWNER)
    case_id = shop.open("P0")
    shop.live(6.5, seconds=30)
    assert [(at, who) for at, _, _, who in shop.told("p0_alarm")] == [
        (0, ["韩梅梅", "孙丽"]),
        (2, ["韩梅梅", "孙丽"]),
        (4, ["韩梅梅", "孙丽"]),
        (6, ["韩梅梅", "孙丽", "李雷"]),
    ]
    with writing(shop.stage.engine) as conn:
        cases.acknowledge(conn, case_id, shop.member("孙丽", Role.ADVISOR), shop.stage.clock.now)
        cases.acknowledge(conn, case_id, shop.member("李雷"), shop.stage.clock.now)
    shop.live(10)
    assert len(shop.told("p0_alarm")) == 4
    (alarm,) = shop.stage.rows(tables.alarm)
    assert (alarm.acknowledged_by, alarm.times) == (shop.ids["孙丽"], 4), "the first to answer is written down"


def test_an_acknowledgement_is_no_contact(shop: Shop) -> None:
    case_id = shop.open("P0")
    shop.live(1)
    with writing(shop.stage.engine) as conn:
        cases.acknowledge(conn, case_id, shop.member("韩梅梅", Role.ADVISOR), shop.stage.clock.now)
    shop.live(20)
    assert [each[2] for each in shop.told() if each[1] == "contact"] == ["supervisor", "manager", "admin"]


def test_a_contact_in_time_leaves_the_chain_unbegun(shop: Shop) -> None:
    case_id = shop.open("P0")
    shop.live(3)
    with writing(shop.stage.engine) as conn:
        cases.record_contact(conn, case_id, shop.member("韩梅梅", Role.ADVISOR), "", shop.stage.clock.now)
    shop.live(30)
    assert [each[1] for each in shop.told()] == ["opened"]
    assert len(shop.told("p0_alarm")) == 2, "who speaks with the customer has answered the call, too"


def test_a_contact_between_two_rungs_drops_the_rest(shop: Shop) -> None:
    case_id = shop.open("P0")
    shop.live(7)
    with writing(shop.stage.engine) as conn:
        cases.record_contact(conn, case_id, shop.member("韩梅梅", Role.ADVISOR), "", shop.stage.clock.now)
    shop.live(30)
    assert [each[2] for each in shop.told() if each[1] == "contact"] == ["supervisor"]
    outcomes = {row.rung: row.outcome for row in shop.stage.rows(tables.escalation) if row.deadline == "contact"}
    assert outcomes == {"supervisor": "told", "manager": "dropped", "admin": "dropped"}
    (contact,) = [row for row in shop.stage.rows(tables.deadline) if row.kind == "contact"]
    assert (contact.breached_at, contact.met_at) == (TEN + timedelta(minutes=5), TEN + timedelta(minutes=7))


@pytest.mark.parametrize(
    ("level", "rungs"),
    [
        ("P1", [(0, "owner"), (0, "manager"), (30, "supervisor"), (30, "manager"), (30, "admin")]),
        ("P2", [(0, "owner"), (30, "supervisor"), (30, "manager"), (270, "admin")]),
        ("P3", [(0, "owner"), (120, "supervisor"), (240, "manager")]),  # admin after nine opening hours: tomorrow
        ("P4", [(0, "owner")]),
    ],
)
def test_each_level_has_its_chain(shop: Shop, level: str, rungs: Sequence[tuple[float, str]]) -> None:
    shop.open(level)
    shop.live(300, seconds=300)
    said = [(at, rung) for at, kind, rung, _ in shop.told() if kind in ("opened", "contact")]
    assert sorted(said) == sorted(rungs)


def test_a_business_chain_waits_for_the_morning(shop: Shop) -> None:
    shop.stage.clock.now = TEN + timedelta(hours=6)  # 16:00; the store closes at 17:30
    shop.open("P3")
    shop.live(18 * 60, seconds=600)
    contact = [(at, rung) for at, kind, rung, _ in shop.told() if kind == "contact"]
    assert contact[0] == ((23 - 0) * 60, "supervisor"), "two opening hours end at 09:00 of the next day"


def test_after_downtime_everything_due_is_told_once(shop: Shop) -> None:
    shop.open("P0")
    shop.live(1)
    shop.stage.clock.advance(hours=3)
    for _ in range(3):
        shop.stage.deadlines.tick()
    said = [(kind, rung) for _, kind, rung, _ in shop.told() if kind == "contact"]
    assert said == [("contact", "supervisor"), ("contact", "manager"), ("contact", "admin")]
    assert len(shop.told("p0_alarm")) == 2, "once for the whole downtime"


def test_two_clocks_tell_nobody_twice(shop: Shop, engine: Engine) -> None:
    shop.open("P0")
    other = Stage(engine, shop.stage.clock)
    for _ in range(16):
        shop.stage.deadlines.tick()
        other.deadlines.tick()
        shop.stage.clock.advance(minutes=1)
    said = [(kind, rung) for _, kind, rung, _ in shop.told()]
    assert len(said) == len(set(said))


def test_a_closed_case_calls_nobody(shop: Shop) -> None:
    case_id = shop.open("P0")
    shop.live(1)
    with writing(shop.stage.engine) as conn:
        cases.close_by_manager(conn, case_id, shop.member("李雷"), "误报", shop.stage.clock.now)
    before = len(shop.told()) + len(shop.told("p0_alarm"))
    shop.live(30)
    assert len(shop.told()) + len(shop.told("p0_alarm")) == before


def test_who_is_complained_about_is_called_by_no_rung(shop: Shop) -> None:
    shop.on_duty("孙丽", Rung.OWNER)
    shop.open("P0", about="李雷")
    shop.live(20)
    everybody = {name for _, _, _, who in shop.told() + shop.told("p0_alarm") for name in who}
    assert everybody == {"韩梅梅", "孙丽", "总部"}


def test_a_level_raised_to_p0_rings(shop: Shop) -> None:
    case_id = shop.open("P3")
    shop.live(1)
    terms = Terms(DEALER, Calendar())
    with writing(shop.stage.engine) as conn:
        step = Step("level", "路上刹车失灵", level="P0")
        case_steps.take(conn, shop.member("李雷"), case_id, step, terms, shop.stage.clock.now)
    shop.live(6)
    assert [at for at, *_ in shop.told("p0_alarm")] == [1, 3, 5, 7]
    assert (6, "contact", "supervisor", ["李雷"]) in shop.told(), "five minutes from the change"
    (contact,) = [row for row in shop.stage.rows(tables.deadline) if row.kind == "contact"]
    assert contact.due_at == TEN + timedelta(minutes=6)


def test_a_new_round_begins_its_chain_anew(shop: Shop) -> None:
    case_id = shop.open("P3")
    shop.live(1)
    with writing(shop.stage.engine) as conn:
        terms = Terms(DEALER, Calendar())
        cases.close_by_manager(conn, case_id, shop.member("李雷"), "已处理", shop.stage.clock.now)
        shop.stage.clock.advance(minutes=10)
        case_steps.take(conn, shop.member("李雷"), case_id, Step("reopen", "还是不行"), terms, shop.stage.clock.now)
    shop.live(31)
    with reading(shop.stage.engine) as conn:
        assert cases.load(conn, case_id).level == "P2"
    assert [(each.round, each.deadline, each.rung) for each in shop.stage.rows(tables.escalation) if each.done_at] == [
        (1, "opened_P3", "owner"),
        (2, "opened_P2", "owner"),
        (2, "contact", "supervisor"),
        (2, "contact", "manager"),
    ]


@pytest.mark.parametrize("level", ["P0", "P1", "P2", "P3"])
def test_an_answer_a_second_late_is_a_breach_on_record(shop: Shop, level: str) -> None:
    case_id = shop.open(level)
    late = TEN + timedelta(minutes=LIMITS[level], seconds=1)
    with writing(shop.stage.engine) as conn:
        cases.record_contact(conn, case_id, shop.member("韩梅梅", Role.ADVISOR), "", late)
    (contact,) = [row for row in shop.stage.rows(tables.deadline) if row.kind == "contact"]
    assert (contact.met_at, contact.breached_at) == (late, TEN + timedelta(minutes=LIMITS[level]))
