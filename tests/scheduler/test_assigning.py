"""The three-minute rule in both its readings, on both databases: exact instants, once each, and after a restart."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from bot.customer import Role
from bot.dealer import Dealer, StoreConfig
from bot.errors import RuleBroken
from bot.escalation import Rung
from bot.links import Links
from bot.visits import VisitState
from channels.render import Templates
from scheduler.assigning import Assigner, Turns, VisitWatch, WaitWatch
from scheduler.cards import Cards
from store import presence, roster, showroom, threads, windows
from store.engine import reading, writing
from store.presence import Presence
from store.showroom import Arrival
from store.tables.alerts import alert
from store.tables.cases import cases
from store.tables.contact import thread
from store.tables.outbound import outbox
from store.tables.people import customer, identity, repair_order
from store.tables.staff import staff
from store.tables.visits import assignment, visit, visit_step
from tests.conftest import StillClock
from tests.staff_cast import Cast, complain, seed
from tests.turn_house import EveryDay

DEALER = Dealer(stores=[StoreConfig(code="binjiang", name="远禾滨江店"), StoreConfig(code="xixi", name="远禾西溪店")])
TEXTS = Templates(Path(__file__).parents[2] / "templates" / "messages", DEALER.sms)
THREE = timedelta(minutes=3)


class Floor:
    """A store with its people; `pass_` lives through time to the second before its end, and to its end."""

    def __init__(self, engine: Engine, clock: StillClock, cast: Cast) -> None:
        self.engine, self.clock, self.cast = engine, clock, cast
        self.here: set[int] = set()  # whose page is open
        self.start()

    def start(self) -> None:
        """A clock process begins: it remembers nothing."""
        turns, cards = Turns(self.clock, presence.planned), Cards(TEXTS, Links("a secret", "http://car.example"))
        self.visits = VisitWatch(self.engine, self.clock, turns, cards)
        self.waits = WaitWatch(self.engine, self.clock, turns)
        self.assigner = Assigner(self.engine, self.clock, DEALER, EveryDay(), turns)

    def tick(self) -> None:
        self.assigner.tick()
        self.waits.tick()
        self.visits.tick()

    def pass_(self, seconds: int) -> None:
        for step in (seconds - 1, 1):
            self.clock.advance(seconds=step)
            with writing(self.engine) as conn:
                for each in self.here:
                    presence.beat(conn, each, self.clock.machine())
            self.tick()

    def online(self, *members: Any) -> None:
        with writing(self.engine) as conn:
            for each in members:
                presence.beat(conn, each.id, self.clock.machine(), Presence.ONLINE)
                self.here.add(each.id)

    def consultants(self, count: int) -> list[int]:
        with writing(self.engine) as conn:
            return [self.hire(conn, f"c{number}", Role.CONSULTANT) for number in range(count)]

    def hire(self, conn: Connection, name: str, role: Role) -> int:
        row = {"store_id": self.cast.store_id, "username": name, "name": name, "role": role, "password_hash": "-"}
        made = int(conn.execute(insert(staff).values(row).returning(staff.c.id)).scalar_one())
        presence.beat(conn, made, self.clock.machine(), Presence.ONLINE)
        self.here.add(made)
        return made

    def arrive(self, need: str = "cars", customer_id: int | None = None, key: str = "") -> int:
        arrival = Arrival("page", self.clock.now + THREE, "展厅门口", "王女士", need, customer_id, key or None)
        with writing(self.engine) as conn:
            return showroom.check_in(conn, self.cast.store_id, arrival, self.clock.now)

    def hand_off(self, customer_id: int, reason: str = "human") -> None:
        with writing(self.engine) as conn:
            threads.hand_off(
                conn, customer_id, self.cast.store_id, reason=reason, priority="normal", at=self.clock.now,
                due_at=self.clock.now + THREE,
            )  # fmt: skip

    def alerts(self) -> list[tuple[str, tuple[int, ...]]]:
        with reading(self.engine) as conn:
            rows = conn.execute(select(alert).order_by(alert.c.id))
            return [(row.reason, tuple(row.ref.get("staff", ()))) for row in rows]

    def told(self, reason: str) -> list[tuple[int, ...]]:
        return [people for each, people in self.alerts() if each == reason]

    def visit(self, visit_id: int) -> Any:
        with reading(self.engine) as conn:
            return conn.execute(select(visit).where(visit.c.id == visit_id)).one()

    def thread(self, customer_id: int) -> Any:
        with reading(self.engine) as conn:
            return conn.execute(select(thread).where(thread.c.customer_id == customer_id)).one()


@pytest.fixture
def floor(engine: Engine, clock: StillClock) -> Floor:
    return Floor(engine, clock, seed(engine, clock.now))


# Who walks in


@pytest.mark.handbook("H1.2.4")
def test_nobody_attends_nudge_at_120_backup_and_supervisor_at_180(floor: Floor) -> None:
    first, second = floor.consultants(2)
    who = floor.arrive()
    floor.tick()
    assert floor.told("visit_new") == [(first,)]
    floor.pass_(119)
    assert floor.told("visit_waiting") == []
    floor.pass_(1)
    assert floor.told("visit_waiting") == [(first,)]
    floor.pass_(59)
    assert floor.told("visit_long") == []
    floor.pass_(1)
    assert floor.told("visit_long") == [tuple(sorted((first, second, floor.cast.lilei.id)))]
    floor.pass_(120)
    assert len(floor.alerts()) == 3, "each once"
    assert floor.visit(who).backup_id == second


@pytest.mark.handbook("H1.2.4")
def test_received_after_a_minute_nobody_is_nudged(floor: Floor) -> None:
    first, _ = floor.consultants(2)
    who = floor.arrive()
    floor.pass_(60)
    with writing(floor.engine) as conn:
        showroom.attend(conn, who, floor.cast.hanmeimei, floor.clock.now)
    floor.pass_(240)
    assert [reason for reason, _ in floor.alerts()] == ["visit_new"]
    assert floor.visit(who).consultant_id == floor.cast.hanmeimei.id != first


def test_the_clock_stood_still_over_both_instants_and_only_the_graver_is_told(floor: Floor) -> None:
    floor.consultants(2)
    floor.arrive()
    floor.tick()
    floor.clock.advance(minutes=20)
    floor.start()
    floor.pass_(3)
    assert floor.told("visit_waiting") == []
    assert len(floor.told("visit_long")) == 1


def test_looking_around_alone_no_timer_runs_until_they_call(floor: Floor) -> None:
    first, _ = floor.consultants(2)
    who = floor.arrive()
    floor.tick()
    with writing(floor.engine) as conn:
        showroom.look_alone(conn, who, floor.clock.now)
    floor.pass_(600)
    assert [reason for reason, _ in floor.alerts()] == ["visit_new"]
    with writing(floor.engine) as conn:
        showroom.call(conn, who, floor.clock.now + THREE, floor.clock.now)
    assert floor.told("visit_call") == [(first,)]
    floor.pass_(180)
    assert (len(floor.told("visit_waiting")), len(floor.told("visit_long"))) == (1, 1)


def test_the_turn_goes_round_among_those_present_and_free(floor: Floor) -> None:
    people = floor.consultants(3)
    given = []
    for _ in range(7):
        who = floor.arrive()
        floor.tick()
        given.append(floor.visit(who).consultant_id)
        with writing(floor.engine) as conn:
            showroom.end(conn, who, None, floor.clock.now)
    assert given == [*people, *people, people[0]]


def test_nobody_is_there_so_the_nudge_finds_somebody_wherever_they_are(floor: Floor) -> None:
    who = floor.arrive()
    floor.pass_(119)
    assert floor.visit(who).consultant_id is None
    floor.pass_(1)
    assert floor.visit(who).consultant_id == floor.cast.hanmeimei.id
    floor.online(floor.cast.advisor)
    floor.pass_(60)
    assert floor.visit(who).backup_id == floor.cast.advisor.id


def test_a_second_scan_is_the_same_visit_and_the_same_form_too(floor: Floor) -> None:
    assert floor.arrive(customer_id=floor.cast.zhang) == floor.arrive(customer_id=floor.cast.zhang)
    assert floor.arrive(key="a" * 12) == floor.arrive(key="a" * 12) != floor.arrive(key="b" * 12)


def test_of_two_who_go_one_attends(floor: Floor) -> None:
    who = floor.arrive()

    def go(member: Any) -> str:
        try:
            with writing(floor.engine) as conn:
                showroom.attend(conn, who, member, floor.clock.now)
        except RuleBroken as error:
            return error.code
        return "attends"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, [floor.cast.hanmeimei, floor.cast.advisor])) == ["attends", "visit_taken"]


def test_a_visit_is_handed_over_and_ended_with_every_step_kept(floor: Floor) -> None:
    who, cast = floor.arrive(customer_id=floor.cast.zhang), floor.cast
    with writing(floor.engine) as conn:
        showroom.attend(conn, who, cast.hanmeimei, floor.clock.now)
        with pytest.raises(RuleBroken, match="本店同事"):
            showroom.hand_over(conn, who, cast.hanmeimei, cast.wanglei.id, floor.clock.now)
        showroom.hand_over(conn, who, cast.hanmeimei, cast.advisor.id, floor.clock.now)
        showroom.end(conn, who, cast.advisor, floor.clock.now)
        steps = conn.execute(select(visit_step.c.kind, visit_step.c.staff_id, visit_step.c.to_id)).all()
    assert [tuple(step) for step in steps] == [
        ("arrived", None, None),
        ("attended", cast.hanmeimei.id, None),
        ("handed_over", cast.hanmeimei.id, cast.advisor.id),
        ("ended", cast.advisor.id, None),
    ]
    assert floor.told("visit_new") == [(cast.advisor.id,)]
    assert floor.thread(cast.zhang).owner_id == cast.advisor.id


def test_the_rate_counts_who_waited_and_nobody_else(floor: Floor) -> None:
    cast, now = floor.cast, floor.clock.now
    quick, late, left, alone, lost = (floor.arrive() for _ in range(5))
    with writing(floor.engine) as conn:
        showroom.look_alone(conn, alone, now)
        showroom.end(conn, left, None, now + timedelta(seconds=30))
        showroom.attend(conn, quick, cast.hanmeimei, now + timedelta(seconds=180))
        showroom.attend(conn, late, cast.advisor, now + timedelta(seconds=181))
        showroom.end(conn, lost, None, now + timedelta(seconds=400))
    floor.clock.advance(seconds=500)
    floor.arrive()
    with reading(floor.engine) as conn:
        found = showroom.rate(conn, cast.lilei, now, floor.clock.now)
        assert (found.in_time, found.settled, found.left) == (1, 3, 1)
        assert showroom.rate(conn, cast.wanglei, now, floor.clock.now).share is None


def test_what_nobody_ended_is_over_the_next_day(floor: Floor) -> None:
    who = floor.arrive()
    floor.clock.advance(hours=12)
    floor.tick()
    assert floor.visit(who).state == VisitState.ENDED.value


def test_on_wechat_the_card_of_who_comes_is_sent_while_the_window_is_open(floor: Floor) -> None:
    now, cast = floor.clock.now, floor.cast
    with writing(floor.engine) as conn:
        row = {"customer_id": cast.zhang, "channel": "wechat", "account": "main", "address": "oZhang"}
        conn.execute(insert(identity).values(**row, following=True, changed_at=now))
        windows.open_window(conn, "main", "oZhang", "touch", now)
    floor.online(cast.hanmeimei)
    floor.arrive("service", cast.zhang)
    floor.pass_(2)
    with reading(floor.engine) as conn:
        (card,) = conn.execute(select(outbox)).all()
    assert "服务顾问韩梅梅来接待您" in card.payload["text"]
    assert "http://car.example/w/" in card.payload["text"]


# Who writes


@pytest.mark.handbook("H1.2.4")
def test_who_writes_is_given_to_somebody_at_once_nudged_and_escalated(floor: Floor) -> None:
    cast = floor.cast
    floor.online(cast.hanmeimei, cast.advisor)
    floor.hand_off(cast.zhang)
    floor.tick()
    assert floor.thread(cast.zhang).owner_id == cast.hanmeimei.id
    assert floor.told("assigned") == [(cast.hanmeimei.id,)]
    floor.pass_(120)
    assert floor.told("waiting") == [(cast.hanmeimei.id,)]
    floor.pass_(60)
    called = tuple(sorted((cast.hanmeimei.id, cast.advisor.id, cast.lilei.id)))
    assert floor.told("waiting_long") == [called]
    assert floor.thread(cast.zhang).owner_id == cast.advisor.id, "she did not take it, so it is the backup's"


def test_an_answer_in_time_stops_both(floor: Floor) -> None:
    cast = floor.cast
    floor.online(cast.hanmeimei)
    floor.hand_off(cast.zhang)
    floor.pass_(60)
    with writing(floor.engine) as conn:
        threads.answered(conn, cast.zhang, cast.hanmeimei.id)
    floor.pass_(200)
    assert [reason for reason, _ in floor.alerts()] == ["assigned"]


def test_with_nobody_there_it_is_somebodys_before_the_three_minutes_are_over(floor: Floor) -> None:
    floor.hand_off(floor.cast.zhang)
    floor.pass_(119)
    assert floor.thread(floor.cast.zhang).owner_id is None
    floor.pass_(1)
    assert floor.thread(floor.cast.zhang).owner_id is not None


def test_without_a_time_of_its_own_two_minutes_of_opening_time_are_enough(floor: Floor) -> None:
    cast = floor.cast
    with writing(floor.engine) as conn:
        threads.hand_off(conn, cast.zhang, cast.store_id, reason="privacy", priority="normal", at=floor.clock.now)
    floor.pass_(121)
    assert floor.thread(cast.zhang).owner_id is not None


def test_at_night_it_waits_for_the_morning(floor: Floor) -> None:
    floor.clock.advance(hours=12)
    cast = floor.cast
    with writing(floor.engine) as conn:
        threads.hand_off(conn, cast.zhang, cast.store_id, reason="privacy", priority="normal", at=floor.clock.now)
    floor.pass_(300)
    assert floor.thread(cast.zhang).owner_id is None
    assert floor.alerts() == []


def test_who_knows_the_customer_gets_the_conversation(floor: Floor) -> None:
    cast = floor.cast
    floor.online(cast.hanmeimei, cast.advisor)
    with writing(floor.engine) as conn:
        row = {"store_id": cast.store_id, "customer_id": cast.chen, "external_id": "RO#1", "status": "delivered"}
        conn.execute(
            insert(repair_order).values(**row, advisor_id=cast.advisor.id, items=[], updated_at=floor.clock.now)
        )
    floor.hand_off(cast.chen)
    floor.tick()
    assert floor.thread(cast.chen).owner_id == cast.advisor.id


def test_nobody_gets_a_complaint_about_themselves(floor: Floor) -> None:
    cast = floor.cast
    floor.online(cast.hanmeimei, cast.advisor)
    with writing(floor.engine) as conn:
        case_id = complain(conn, cast, floor.clock.now)
        conn.execute(update(cases).where(cases.c.id == case_id).values(about_staff_id=cast.hanmeimei.id))
        conn.execute(update(thread).values(owner_id=None))
    floor.tick()
    assert floor.thread(cast.zhang).owner_id == cast.advisor.id


def test_away_and_silent_are_not_there(floor: Floor) -> None:
    cast = floor.cast
    floor.online(cast.hanmeimei, cast.advisor)
    with writing(floor.engine) as conn:
        presence.beat(conn, cast.hanmeimei.id, floor.clock.machine(), Presence.AWAY)
        assert presence.beat(conn, cast.hanmeimei.id, floor.clock.machine()) is Presence.AWAY, "a heartbeat keeps it"
    floor.hand_off(cast.zhang)
    floor.tick()
    assert floor.thread(cast.zhang).owner_id == cast.advisor.id
    floor.clock.advance(seconds=75)
    with reading(floor.engine) as conn:
        assert set(presence.present(conn, cast.store_id, floor.clock.machine()).values()) == {Presence.OFFLINE}


def test_where_the_hour_is_planned_only_who_is_on_duty_is_given_anything(floor: Floor) -> None:
    cast, now = floor.cast, floor.clock.now
    floor.online(cast.hanmeimei, cast.advisor)
    with writing(floor.engine) as conn:
        span = [(now - timedelta(hours=1), now + timedelta(hours=3))]
        roster.put_on(conn, cast.lilei, cast.advisor, Rung.OWNER, span)
    floor.hand_off(cast.zhang)
    floor.tick()
    assert floor.thread(cast.zhang).owner_id == cast.advisor.id
    floor.clock.advance(hours=4)
    floor.online(cast.hanmeimei, cast.advisor)
    floor.hand_off(cast.chen)
    floor.tick()
    assert floor.thread(cast.chen).owner_id == cast.hanmeimei.id


def many(floor: Floor, count: int) -> list[int]:
    row = {"store_id": floor.cast.store_id, "phone": "", "created_at": floor.clock.now}
    with writing(floor.engine) as conn:
        made = [
            int(conn.execute(insert(customer).values(**row, name=f"客户{n}").returning(customer.c.id)).scalar_one())
            for n in range(count)
        ]
    for each in made:
        floor.hand_off(each)
    return made


def test_twenty_at_once_are_shared_out_evenly(floor: Floor) -> None:
    floor.online(floor.cast.hanmeimei, floor.cast.advisor)
    made = many(floor, 20)
    floor.tick()
    owners = Counter(floor.thread(each).owner_id for each in made)
    assert sorted(owners.values()) == [10, 10]


def test_four_clocks_at_once_give_each_conversation_once_and_fairly(floor: Floor) -> None:
    floor.online(floor.cast.hanmeimei, floor.cast.advisor)
    made = many(floor, 24)
    clocks = [Floor(floor.engine, floor.clock, floor.cast).assigner for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        given = sum(pool.map(lambda each: each.tick(), clocks))
    assert given == len(made)
    owners = Counter(floor.thread(each).owner_id for each in made)
    assert sorted(owners.values()) == [12, 12]
    with reading(floor.engine) as conn:
        assert len(conn.execute(select(assignment)).all()) == len(made)


def test_four_clocks_at_once_nudge_and_escalate_once(floor: Floor) -> None:
    floor.consultants(2)
    floor.arrive()
    floor.hand_off(floor.cast.zhang)
    floor.tick()
    floor.clock.advance(seconds=181)
    houses = [Floor(floor.engine, floor.clock, floor.cast) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Floor.tick, houses))
    assert (len(floor.told("visit_long")), len(floor.told("waiting_long"))) == (1, 1)
