"""A consent from the tap to the notification, through the whole house: counted, used once, taken back in settings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.messages import Category, Priority, Way
from store import outbox, subscriptions
from store.engine import reading, writing
from store.tables import outbound
from tests.whole_house import WholeHouse, whole_house

WHO, TEMPLATE = "oLiLei", "SUB-checkin"
FIELDS = {"car_number1": "浙A8Z888", "thing2": "维修保养后回访", "time3": "2026年9月14日 17:30"}


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[WholeHouse]:
    with whole_house(tmp_path, database_url) as made:
        made.control(f"wechat/{WHO}/follow", {})
        yield made


def tap(here: WholeHouse, answer: str = "accept") -> None:
    here.control(f"wechat/{WHO}/subscribe", {"template_id": TEMPLATE, "answer": answer})


def left(here: WholeHouse) -> int:
    with reading(here.house.engine) as conn:
        return subscriptions.left(conn, "main", WHO).get(TEMPLATE, 0)


def notify(here: WholeHouse, out_id: str) -> str:
    """Queues one notification, lets the worker work; the row's state."""
    now = here.house.clock.business()
    with writing(here.house.engine) as conn:
        row = outbox.enqueue(
            conn, store_id=1, customer_id=None, way=Way.SUBSCRIPTION, account="main", address=WHO,
            category=Category.SERVICE, priority=Priority.REPLY, out_id=out_id, not_before=now,
            payload={"template_id": TEMPLATE, "data": {name: {"value": value} for name, value in FIELDS.items()}},
        )  # fmt: skip
    here.work()
    return str(here.rows(outbound.outbox, id=row)[0].state)


def on_the_phone(here: WholeHouse) -> list[str]:
    return [line["kind"] for line in here.control(f"wechat/{WHO}/messages") if line["kind"] == "subscription"]


def test_each_tap_is_one_notification(here: WholeHouse) -> None:
    tap(here)
    tap(here)
    assert left(here) == 2
    assert notify(here, "n1") in ("accepted", "delivered")
    assert left(here) == 1
    assert notify(here, "n2") in ("accepted", "delivered")
    assert notify(here, "n3") == "failed"
    assert on_the_phone(here) == ["subscription"] * 2
    assert here.rows(outbound.outbox, out_id="n3")[0].code == "no_subscription"
    (calls,) = (row for row in here.rows(outbound.attempt) if row.code == "no_subscription")
    assert calls.result == "failed", "without a consent in hand WeChat is not even asked"


def test_turned_off_in_the_settings_nothing_is_left(here: WholeHouse) -> None:
    tap(here)
    tap(here, "reject")
    assert left(here) == 0
    assert notify(here, "n1") == "failed"
    assert on_the_phone(here) == []


def test_wechats_own_count_stands(here: WholeHouse) -> None:
    """43101: it knows of a consent less than we do; ours is void."""
    with writing(here.house.engine) as conn:
        for _ in range(3):
            subscriptions.give(conn, "main", WHO, TEMPLATE, here.house.clock.business())
    assert notify(here, "n1") == "failed"
    assert here.rows(outbound.outbox, out_id="n1")[0].code == "43101"
    assert left(here) == 0
