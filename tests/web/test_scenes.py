"""A scan in the showroom and of a consultant's code, through the real handlers and texts, on both databases."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

import handlers
from bot.messages import InboundKind
from channels.render import Templates
from config.load import load_dealer
from store.tables import contact, people, runtime, visits
from store.tables.staff import staff
from tests.conftest import StillClock
from tests.turn_house import OPENID, TurnHouse, taker
from web.turn import Answer

ROOT = Path(__file__).parents[2]
DEALER = load_dealer(ROOT / "config")


class Door:
    """Somebody scans a code; what the house has afterwards."""

    def __init__(self, house: TurnHouse) -> None:
        self.house = house
        texts = Templates(ROOT / "templates" / "messages", DEALER.sms)
        self.taker = taker(house.engine, house.clock, DEALER, house.wakes, texts, handlers.decide)

    def scan(self, scene: str, kind: InboundKind = InboundKind.SCAN) -> Answer:
        return self.taker.take(self.house.typed("", kind=kind, option=scene))

    def tap(self, option: str) -> Answer:
        return self.taker.take(self.house.typed("看车", kind=InboundKind.TAP, option=option))

    def thread(self) -> Any:
        (row,) = self.house.rows(contact.thread)
        return row

    def facts(self) -> dict[str, str]:
        return {row.key: row.value for row in self.house.rows(people.fact)}


@pytest.fixture
def door(house: TurnHouse) -> Door:
    return Door(house)


def test_a_visit_is_noted_a_colleague_called_and_the_need_asked(door: Door) -> None:
    answer = door.scan("qrscene_showroom:door", InboundKind.FOLLOW)
    assert "欢迎来到远禾滨江店" in answer.passive
    assert all(word in answer.passive for word in ("看车", "保养维修", "其他"))
    thread = door.thread()
    assert (thread.state, thread.reason, thread.priority) == ("waiting", "showroom", "high")
    assert (thread.answer_by - door.house.clock.now).total_seconds() == 180
    assert door.facts() == {"visit": "展厅门口"}
    assert {row.kind for row in door.house.rows(runtime.feed)} >= {"thread", "message"}
    assert "慢慢看" in door.tap("visit:cars").passive
    assert door.facts() == {"visit": "展厅门口", "visit_need": "看车"}
    states = {row.kind: row.state for row in door.house.rows(contact.prompt)}
    assert states == {"visit": "answered"}


def test_a_scan_is_a_visit_being_left_alone_stops_its_timer_and_the_button_starts_it_again(door: Door) -> None:
    door.scan("showroom:door")
    door.scan("showroom:door")
    (visit,) = door.house.rows(visits.visit)
    assert (visit.way, visit.spot, visit.state, visit.due_at) == (
        "wechat", "展厅门口", "waiting", door.house.clock.now + timedelta(minutes=3),
    )  # fmt: skip
    assert "不打扰您" in door.tap("visit:alone").passive
    (visit,) = door.house.rows(visits.visit)
    assert (visit.state, visit.due_at, door.thread().answer_by) == ("alone", None, None)
    assert "马上过来" in door.tap("visit:call").passive
    (visit,) = door.house.rows(visits.visit)
    assert (visit.state, visit.due_at) == ("waiting", door.house.clock.now + timedelta(minutes=3))
    assert door.thread().answer_by == visit.due_at
    door.tap("visit:service")
    (visit,) = door.house.rows(visits.visit)
    assert visit.need == "service"


def test_a_known_customer_is_greeted_by_name(door: Door) -> None:
    door.house.follower(door.house.cast.zhang)
    assert door.scan("showroom:service").passive.startswith("张伟您好，很高兴又见到您。")


def test_a_consultants_code_means_the_thread_for_them(door: Door) -> None:
    (han,) = [row for row in door.house.rows(staff) if row.name == "韩梅梅"]
    answer = door.scan(f"consultant:{han.username}")
    assert "韩梅梅会亲自接待您" in answer.passive
    thread = door.thread()
    assert (thread.state, thread.owner_id, thread.reason) == ("waiting", han.id, "consultant")


@pytest.mark.parametrize("scene", ["showroom:roof", "consultant:nobody", "13900000001 张三", "door"])
def test_an_unknown_scene_is_welcomed_plainly_and_logged_without_content(door: Door, scene: str) -> None:
    with capture_logs() as logs:
        answer = door.scan(scene)
    assert answer.passive.startswith("您好，欢迎来到远禾滨江店。")
    (line,) = [line for line in logs if line["event"] == "unknown_scene"]
    assert set(line) == {"event", "account", "log_level"}
    assert (door.thread().state, door.facts()) == ("bot", {})


def test_a_consultant_of_another_store_is_none_here(door: Door, engine: Engine, clock: StillClock) -> None:
    other = door.house.add(people.store, code="other", name="别的店", time_zone="Asia/Shanghai")
    door.house.add(staff, store_id=other, username="wanglei2", password_hash="-", name="王磊", role="consultant")
    assert "王磊" not in door.scan("consultant:wanglei2").passive


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("HOURS", ("08:30–17:30", "杭州市滨江区远禾路1号", "0571-00000000")),
        ("RESCUE", ("400-000-0001", "120", "119")),
        ("HUMAN", ("已转给同事",)),
        ("SURVEY", ()),
    ],
)
def test_the_menu_answers_with_the_facts_of_the_configuration(door: Door, key: str, words: tuple[str, ...]) -> None:
    door.house.follower(door.house.cast.zhang)
    said = door.taker.take(door.house.typed("", kind=InboundKind.CLICK, option=key)).passive
    assert said
    assert all(word in said for word in words)
    assert OPENID not in said
