"""Alerts to people, on both databases and over real HTTP: merged, limited, repeated until acknowledged, kill-safe."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select

from bot.alert_config import AlertConfig, Destination
from bot.alerts import Level
from bot.dealer import Dealer, StoreConfig
from bot.links import Link, Links
from channels.alert_ways import connect
from scheduler.alerts import BACK_OFF, AlertRouter, AlertSender
from scheduler.escalate import Chains
from store import alert_copies, alerts, feed, notices, replies, threads
from store.engine import reading, writing
from store.notices import Notice
from store.tables.alerts import alert, alert_copy
from store.tables.cases import alarm
from tests.conftest import StillClock
from tests.provider import EMPTY500, IMPATIENT, PATIENT, SILENCE, Step, says
from tests.robots import PATHS, Robots, robots
from tests.staff_cast import Cast, complain, seed
from tests.turn_house import EveryDay

GROUP = Destination(kind="wecom", store="binjiang", url="HUIFANG_ALERT_WECOM")
BOSS = Destination(kind="feishu", staff="lilei", url="HUIFANG_ALERT_FEISHU", secret="HUIFANG_ALERT_SECRET")
MINE = Destination(kind="dingtalk", staff="hanmeimei", url="HUIFANG_ALERT_DINGTALK", secret="HUIFANG_ALERT_SECRET")
CONFIG = AlertConfig(destinations={"group": GROUP, "boss": BOSS, "mine": MINE})
DEALER = Dealer(stores=[StoreConfig(code="binjiang", name="远禾滨江店")])
LINKS = Links("a secret", "http://car.example")


class House:
    """Router and sender over one database, as the clock process has them."""

    def __init__(self, engine: Engine, clock: StillClock, group: Robots, config: AlertConfig = CONFIG) -> None:
        self.engine, self.clock, self.robots = engine, clock, group
        ways = connect(config, group.environment(), clock.machine).ways
        self.router = AlertRouter(engine, clock, config, ways, lambda *_of: ())
        self.sender = AlertSender(engine, clock, config, ways, LINKS, "clock:1")
        self.other = AlertSender(engine, clock, config, ways, LINKS, "clock:2")

    def tick(self) -> None:
        self.router.tick()
        self.sender.tick()
        self.sender.rest()

    def told(self, kind: str) -> list[str]:
        return self.robots.told[kind]

    def states(self) -> dict[str, int]:
        with reading(self.engine) as conn:
            rows = conn.execute(select(alert_copy.c.state, func.count()).group_by(alert_copy.c.state))
            return {row[0]: row[1] for row in rows}


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now)


@pytest.fixture
def house(engine: Engine, clock: StillClock, cast: Cast) -> Iterator[House]:
    with robots(clock.machine) as group:
        yield House(engine, clock, group)


def warn(house: House, cast: Cast, reason: str = "turn_failed", customer_id: int | None = None, **ref: object) -> None:
    with writing(house.engine) as conn:
        told = {"reason": reason, **ref}
        feed.tell(conn, cast.store_id, "alert", told, customer_id or cast.zhang, house.clock.now)


def test_an_alert_reaches_the_group_and_the_manager_masked_with_a_link(house: House, cast: Cast) -> None:
    warn(house, cast)
    house.tick()
    assert house.told("wecom") == [
        f"【紧急】远禾滨江店 一条客户消息没能自动处理，请人工回复：张**\n处理：http://car.example/inbox/c/{cast.zhang}"
    ]
    assert house.told("feishu") == house.told("wecom")
    assert house.told("dingtalk") == [], "韩梅梅 has nothing to do with it"


def test_what_leaves_holds_no_number_and_nobodys_words(house: House, cast: Cast) -> None:
    with writing(house.engine) as conn:
        complain(conn, cast, house.clock.now)
    warn(house, cast)
    emergency(house, cast)
    told = [text for texts in house.robots.told.values() for text in texts]
    assert len(told) >= 4
    for text in told:
        assert "13800000001" not in text
        assert "空调" not in text
        assert "张伟" not in text


def test_the_same_about_the_same_customer_within_two_minutes_is_one(house: House, cast: Cast) -> None:
    for _ in range(3):
        warn(house, cast)
    house.tick()
    (text,) = house.told("wecom")
    assert "共 3 次" in text
    house.clock.advance(minutes=3)
    warn(house, cast)
    house.tick()
    assert len(house.told("wecom")) == 2


def test_another_store_hears_nothing_and_a_note_stays_in_the_page(house: House, cast: Cast) -> None:
    with writing(house.engine) as conn:
        feed.tell(conn, cast.elsewhere_id, "alert", {"reason": "turn_failed"}, cast.stranger, house.clock.now)
        feed.tell(conn, cast.store_id, "alert", {"reason": "uncertain"}, cast.zhang, house.clock.now)
    house.tick()
    assert house.told("wecom") == []


def test_beyond_twenty_a_minute_the_rest_is_one_summary(house: House, cast: Cast) -> None:
    """50 at once: 19 alone and a summary of 31, five calls a turn; the service itself never has to refuse."""
    with writing(house.engine) as conn:
        for number in range(50):
            feed.tell(conn, cast.store_id, "alert", {"reason": "test", "n": number}, None, house.clock.now)
    for _ in range(12):
        house.tick()
    told = house.told("wecom")
    assert len(told) == 20
    assert told[-1] == "【提醒】另有 31 条提醒，请打开收件箱逐条处理：http://car.example/inbox"
    assert house.states() == {"sent": 20, "summed": 30}
    warn(house, cast)
    house.tick()
    assert len(house.told("wecom")) == 20, "the minute is used up"
    house.clock.advance(seconds=61)
    house.tick()
    assert len(house.told("wecom")) == 21


def test_the_gravest_goes_first_when_there_is_little_room(house: House, cast: Cast) -> None:
    small = House(house.engine, house.clock, house.robots, CONFIG.model_copy(update={"per_minute": 2}))
    for customer in (cast.zhang, cast.chen):
        warn(small, cast, "deadline_warning", customer)
    warn(small, cast, "turn_failed", cast.chen)
    small.tick()
    first, second = small.told("wecom")
    assert first.startswith("【紧急】")
    assert "另有 2 条提醒" in second


@pytest.mark.parametrize("code", [45009, -1])
def test_a_busy_robot_is_left_in_peace_and_told_later(house: House, cast: Cast, code: int) -> None:
    answers = [says({"errcode": code, "errmsg": "slow"})]
    real = house.robots.wecom
    house.robots.house.on(PATHS["wecom"], lambda asked: answers.pop() if answers else real(asked))
    warn(house, cast)
    house.tick()
    house.tick()
    assert len(house.robots.house.to(PATHS["wecom"])) == 1
    house.clock.advance(seconds=61)
    house.tick()
    assert len(house.told("wecom")) == 1


@pytest.mark.parametrize("step", [EMPTY500, SILENCE], ids=["http500", "timeout"])
def test_without_an_answer_it_is_tried_five_times_more_with_growing_pauses(
    house: House, cast: Cast, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    for way in vars(house.sender)["_ways"].values():
        way.http.timeouts = IMPATIENT if step is SILENCE else PATIENT
    house.robots.house.on(PATHS["wecom"], lambda _asked: step)
    warn(house, cast)
    house.tick()
    for pause in BACK_OFF:
        house.tick()
        house.clock.advance(seconds=pause.total_seconds())
        house.tick()
    assert len(house.robots.house.to(PATHS["wecom"])) == 1 + len(BACK_OFF)
    house.clock.advance(hours=1)
    house.tick()
    assert house.states() == {"failed": 1, "sent": 1}
    with reading(house.engine) as conn:
        assert alert_copies.last_said(conn)["group"][0] != ""


def test_a_wrong_address_fails_at_once_and_the_others_are_told(house: House, cast: Cast) -> None:
    house.robots.house.on(PATHS["wecom"], lambda _asked: says({"errcode": 93000}))
    warn(house, cast)
    house.tick()
    assert house.states() == {"failed": 1, "sent": 1}
    with reading(house.engine) as conn:
        said = alert_copies.last_said(conn)
    assert (said["group"][0], said["boss"][0]) == ("93000", "")


def test_two_senders_at_once_tell_it_once(house: House, cast: Cast) -> None:
    for customer in (cast.zhang, cast.chen):
        warn(house, cast, customer_id=customer)
    house.router.tick()
    house.sender.tick()
    house.other.tick()
    house.sender.rest()
    house.other.rest()
    assert len(house.told("wecom")) == 2


def test_who_died_while_speaking_is_followed_by_another_after_the_lease(house: House, cast: Cast) -> None:
    warn(house, cast)
    house.router.tick()
    with writing(house.engine) as conn:
        assert alert_copies.take(conn, "group", "clock:dead", house.clock.machine())
    house.sender.tick()
    house.sender.rest()
    assert house.told("wecom") == []
    house.clock.advance(seconds=alert_copies.LEASE.total_seconds())
    house.tick()
    assert len(house.told("wecom")) == 1


# A page


def emergency(house: House, cast: Cast) -> int:
    with writing(house.engine) as conn:
        threads.hand_off(
            conn, cast.zhang, cast.store_id, reason="safety", priority="emergency", at=house.clock.now,
            to_staff_id=cast.hanmeimei.id,
        )  # fmt: skip
    house.tick()
    with reading(house.engine) as conn:
        return int(conn.execute(select(alert.c.id).where(alert.c.level == Level.PAGE.value)).scalar_one())


def receipt(text: str) -> str:
    return text.rpartition("收到请点：")[2]


def test_a_page_is_repeated_up_the_chain_until_somebody_has_it(house: House, cast: Cast) -> None:
    number = emergency(house, cast)
    assert len(house.told("wecom")) == len(house.told("dingtalk")) == 1
    assert house.told("feishu") == [], "the manager comes next"
    house.clock.advance(minutes=3)
    house.tick()
    assert "（第 2 次提醒）" in house.told("wecom")[1]
    assert len(house.told("feishu")) == 1
    with writing(house.engine) as conn:
        assert alerts.acknowledge(conn, number, cast.lilei.id, "page", house.clock.now)
        assert not alerts.acknowledge(conn, number, cast.hanmeimei.id, "page", house.clock.now), "李雷 was first"
    house.clock.advance(minutes=30)
    house.tick()
    assert len(house.told("wecom")) == 2


def test_a_page_carries_a_link_that_says_i_have_it(house: House, cast: Cast) -> None:
    number = emergency(house, cast)
    token = receipt(house.told("wecom")[0]).rpartition("/")[2]
    assert LINKS.read(Link.ALERT, token, house.clock.now).ids == (number,)


def test_who_writes_to_the_customer_has_it(house: House, cast: Cast) -> None:
    emergency(house, cast)
    with writing(house.engine) as conn:
        replies.record_call(conn, cast.hanmeimei, cast.zhang, "已联系，车停在安全处", "k" * 12, house.clock.now)
        assert alerts.standing(conn, cast.lilei) == []
    house.clock.advance(minutes=3)
    house.tick()
    assert len(house.told("wecom")) == 1


def test_a_page_is_never_silenced_but_what_is_less_may_be(house: House, cast: Cast) -> None:
    with writing(house.engine) as conn:
        notices.choose(conn, cast.hanmeimei.id, Notice(lowest=Level.URGENT, off=("mine",)))
    warn(house, cast, "assigned", staff=[cast.hanmeimei.id])
    house.tick()
    assert house.told("dingtalk") == []
    emergency(house, cast)
    assert len(house.told("dingtalk")) == 1


def test_pages_due_while_all_stood_still_are_told_at_the_start_once(house: House, cast: Cast) -> None:
    emergency(house, cast)
    house.clock.advance(hours=2)
    house.tick()
    house.tick()
    assert len(house.told("wecom")) == 2


def test_a_p0_case_rings_by_its_own_alarm_and_the_link_in_the_alert_stops_it(house: House, cast: Cast) -> None:
    chains = Chains(DEALER, EveryDay())

    def pass_(minutes: int) -> None:
        house.clock.advance(minutes=minutes)
        with writing(house.engine) as conn:
            chains.tell(conn, house.clock.now)
        house.tick()

    with writing(house.engine) as conn:
        complain(conn, cast, house.clock.now, level="P0")
    pass_(0)
    pages = [text for text in house.told("wecom") if text.startswith("【危急】")]
    assert len(pages) == 1, "one alarm, not one of the conversation beside it"
    pass_(2)
    assert len([text for text in house.told("wecom") if text.startswith("【危急】")]) == 2
    number = LINKS.read(Link.ALERT, receipt(pages[0]).rpartition("/")[2], house.clock.now).ids[0]
    with writing(house.engine) as conn:
        assert alerts.acknowledge(conn, number, None, "link", house.clock.now)
    pass_(2)
    pass_(2)
    assert len([text for text in house.told("wecom") if text.startswith("【危急】")]) == 2
    with reading(house.engine) as conn:
        assert conn.execute(select(alarm.c.id).where(alarm.c.next_at.is_not(None))).all() == []
