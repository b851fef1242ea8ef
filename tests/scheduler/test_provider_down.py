"""A provider is down for an hour: its messages wait, the others go on, and afterwards each customer has one copy."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from bot.messages import Category, Priority, Way
from scheduler.settle import SILENT_CALLS
from store import outbox
from store.engine import writing
from store.tables import outbound, people
from tests.conftest import StillClock
from tests.scheduler.at_providers import DOWN, AtProviders, at_providers
from tests.scheduler.stage import DEALER

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")  # in Shanghai; check-ins of the fourteenth are due
PEOPLE, THREADS = 25, 8
NORTH = DEALER.model_copy(update={"accounts": dict.fromkeys(("main", "north"), DEALER.accounts["main"])})


@pytest.fixture
def stage(engine: Engine, clock: StillClock, tmp_path: Path) -> Iterator[AtProviders]:
    clock.now = TEN - timedelta(minutes=5)
    with at_providers(engine, clock, tmp_path, NORTH) as made:
        yield made


def phone(number: int) -> str:
    return f"+86139000{number:05d}"


def a_checkin(stage: AtProviders, number: int, openid: str = "", account: str = "main") -> tuple[int, int]:
    file = stage.a_file(name=f"车主{number}", phone=phone(number), openid=openid)
    stage.an_order(file, key=f"RO{number}")
    if openid:
        with writing(stage.engine) as conn:
            conn.execute(update(people.identity).where(people.identity.c.address == openid).values(account=account))
        stage.follows(openid, account)
    return file


def a_reply(stage: AtProviders, file: tuple[int, int], number: int) -> None:
    params = {"name": "车主", "owner": "韩梅梅", "contact_by": "11:30"}
    template = DEALER.sms.templates["case_ack"]
    payload = {"template": "case_ack", "code": template.code, "params": params, "sign": DEALER.sms.signature}
    with writing(stage.engine) as conn:
        outbox.enqueue(
            conn, store_id=file[0], customer_id=file[1], way=Way.SMS, account="", address=phone(number),
            category=Category.SERVICE, priority=Priority.REPLY, payload=payload, out_id="reply",
            not_before=stage.clock.now,
        )  # fmt: skip


def states(stage: AtProviders, way: Way, account: str = "") -> Counter[str]:
    rows = stage.states(outbound.outbox, "way", "account", "state")
    return Counter(state for named, where, state in rows if (named, where) == (way.value, account))


@pytest.mark.parametrize("how", DOWN)
def test_sms_for_an_hour(stage: AtProviders, how: str) -> None:
    files = [a_checkin(stage, number) for number in range(PEOPLE)]
    followers = [f"o{number}" for number in range(3)]
    for number, openid in enumerate(followers, PEOPLE):
        a_checkin(stage, number, openid)
    stage.cut(stage.sms, how)
    stage.until(TEN + timedelta(minutes=25), minutes=1)
    a_reply(stage, files[0], 0)
    stage.until(TEN + timedelta(minutes=58), minutes=1)
    assert [[each["kind"] for each in stage.on_phone(openid)] for openid in followers] == [["template"]] * 3
    assert states(stage, Way.SMS)["accepted"] == 0
    assert stage.banners() == [("sms", "")]
    lost = states(stage, Way.SMS)["uncertain"]
    assert lost == 0 if how == "refused" else SILENT_CALLS <= lost <= THREADS, "those on their way when it fell silent"

    stage.sms.state = "up"
    stage.until(TEN + timedelta(minutes=90), minutes=1)
    assert stage.banners() == []
    assert stage.told("channel_stopped") == 1
    assert states(stage, Way.SMS)["uncertain"] == lost
    accepted = [row for row in stage.rows(outbound.outbox) if (row.way, row.state) == ("sms", "accepted")]
    assert min(accepted, key=lambda row: row.accepted_at).out_id == "reply" or (how != "refused" and lost)
    assert {row.attempts for row in accepted} == {1}, "waiting used up no try"
    each_once(stage, lost)


def each_once(stage: AtProviders, lost: int) -> None:
    """Who is not among the lost has exactly one check-in, and every touchpoint one outcome."""
    got = [len([each for each in stage.on_phone(phone(number)) if "交车" in each["text"]]) for number in range(PEOPLE)]
    replied = [each for each in stage.on_phone(phone(0)) if "联系您" in each["text"]]
    outcomes = Counter(row.outcome for row in stage.rows())
    assert Counter(got) == Counter({1: PEOPLE - lost} | ({0: lost} if lost else {}))
    assert len(replied) == 1
    assert outcomes == Counter({"sent": PEOPLE + 3 - lost} | ({"uncertain": lost} if lost else {}))


@pytest.mark.parametrize("how", DOWN)
def test_one_wechat_account_for_an_hour(stage: AtProviders, how: str) -> None:
    main, north = [f"om{number}" for number in range(PEOPLE)], [f"on{number}" for number in range(5)]
    for number, openid in enumerate(main):
        a_checkin(stage, number, openid)
    for number, openid in enumerate(north, PEOPLE):
        a_checkin(stage, number, openid, "north")
    stage.cut(stage.wechat["main"], how)
    stage.until(TEN + timedelta(minutes=58), minutes=1)
    assert [len(stage.on_phone(openid, account="north")) for openid in north] == [1] * 5
    assert states(stage, Way.TEMPLATE, "main")["accepted"] == 0
    assert stage.banners() == [("*", "main")]
    lost = states(stage, Way.TEMPLATE, "main")["uncertain"]
    assert lost == 0 if how == "refused" else SILENT_CALLS <= lost <= THREADS + 12, "at most one in five minutes"

    stage.wechat["main"].state = "up"
    stage.until(TEN + timedelta(minutes=90), minutes=1)
    assert (stage.banners(), stage.told("channel_stopped")) == ([], 1)
    got = Counter(len(stage.on_phone(openid)) for openid in main)
    assert got == Counter({1: PEOPLE - lost} | ({0: lost} if lost else {}))
    assert states(stage, Way.SMS) == Counter(), "what may have arrived takes no other way"
