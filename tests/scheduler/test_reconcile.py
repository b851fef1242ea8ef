"""An SMS whose answer was lost is looked up, not sent again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, select

from bot.errors import SendError, TryLater
from bot.messages import Category, Priority, Way
from channels.sms_outcome import DELIVERED, FAILED, WAITING, SentSms
from scheduler.reconcile import EVERY_S, SmsReconciler
from store import outbox
from store.engine import reading, writing
from store.tables.outbound import outbox as sent
from store.tables.outbound import touchpoint
from store.writer import Writer
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_store, a_touchpoint

PHONE = "+8613900000001"


@dataclass
class Aliyun:
    """Answers from a table; notes what it was asked."""

    known: dict[str, SentSms] = field(default_factory=dict)
    error: SendError | None = None
    asked: list[tuple[str, str, date]] = field(default_factory=list)

    def find(self, phone: str, out_id: str, day: date) -> SentSms | None:
        self.asked.append((phone, out_id, day))
        if self.error is not None:
            raise self.error
        return self.known.get(out_id)


@pytest.fixture
def aliyun() -> Aliyun:
    return Aliyun()


@pytest.fixture
def look(engine: Engine, clock: StillClock, aliyun: Aliyun) -> Callable[[], int]:
    """Puts one uncertain SMS there; each call looks once, five minutes later."""
    with writing(engine) as conn:
        store_id = a_store(conn)
        customer_id = a_customer(conn, store_id)
        planned = a_touchpoint(conn, store_id, customer_id, clock.now, state="done", outcome="uncertain")
        outbox_id = outbox.enqueue(
            conn, store_id=store_id, customer_id=customer_id, way=Way.SMS, account="", address=PHONE,
            category=Category.SERVICE, priority=Priority.SERVICE, payload={}, out_id="lost", not_before=clock.now,
            touchpoint_ids=[planned],
        )  # fmt: skip
        (job,) = outbox.claim(
            conn, Priority.SERVICE, limit=1, now=clock.now, machine_now=clock.now, worker="w", lease_s=30
        )
        outbox.begin(conn, job, "w", clock.now, 30)
        outbox.mark_uncertain(conn, outbox_id, "no_answer", clock.now, clock.now)
    reconciler = SmsReconciler(Writer(engine), clock, aliyun)

    def look() -> int:
        clock.advance(seconds=EVERY_S)
        return reconciler.tick()

    return look


def states(engine: Engine) -> tuple[str, str]:
    with reading(engine) as conn:
        return (
            conn.execute(select(sent.c.state)).scalar_one(),
            str(conn.execute(select(touchpoint.c.outcome)).scalar_one()),
        )


@pytest.mark.parametrize(
    ("status", "code", "becomes"),
    [
        (DELIVERED, "DELIVERED", ("delivered", "sent")),
        (FAILED, "MOBILE_NOT_ON_SERVICE", ("failed", "None")),  # back to the gate, for the next way
        (WAITING, "", ("uncertain", "uncertain")),
        (None, "", ("uncertain", "uncertain")),
    ],
)
def test_what_the_provider_knows_settles_it(
    engine: Engine, aliyun: Aliyun, look: Callable[[], int], status: int | None, code: str, becomes: tuple[str, str]
) -> None:
    if status is not None:
        aliyun.known["lost"] = SentSms("lost", status, code)
    assert look() == (becomes[0] != "uncertain")
    assert aliyun.asked == [(PHONE, "lost", date(2026, 9, 17))]
    assert states(engine) == becomes


def test_it_is_looked_for_until_it_is_settled_and_a_day_at_most(
    engine: Engine, aliyun: Aliyun, look: Callable[[], int], clock: StillClock
) -> None:
    assert [look(), look()] == [0, 0]
    aliyun.known["lost"] = SentSms("lost", DELIVERED, "DELIVERED")
    assert [look(), look()] == [1, 0]
    assert len(aliyun.asked) == 3


def test_after_a_day_nobody_is_asked(aliyun: Aliyun, look: Callable[[], int], clock: StillClock) -> None:
    clock.advance(days=1)
    assert look() == 0
    assert aliyun.asked == []


def test_a_provider_that_cannot_be_asked_is_asked_again(
    engine: Engine, aliyun: Aliyun, look: Callable[[], int]
) -> None:
    aliyun.error = TryLater("no_connection", "无法连接", 10)
    aliyun.known["lost"] = SentSms("lost", DELIVERED, "DELIVERED")
    assert look() == 0
    aliyun.error = None
    assert look() == 1
    assert states(engine) == ("delivered", "sent")


@pytest.mark.parametrize(
    ("given_up", "days"),
    [("15:59", ["2026-09-17"]), ("16:05", ["2026-09-18", "2026-09-17"]), ("16:11", ["2026-09-18"])],
    ids=["23:59", "00:05", "00:11"],
)
def test_around_midnight_the_day_before_is_asked_for_too(
    engine: Engine, aliyun: Aliyun, look: Callable[[], int], given_up: str, days: list[str]
) -> None:
    """A call may have begun on the day before it was given up."""
    with writing(engine) as conn:
        conn.execute(sent.update().values(final_at=datetime.fromisoformat(f"2026-09-17T{given_up}:00+00:00")))
    assert look() == 0
    assert [day.isoformat() for _, _, day in aliyun.asked] == days


def test_between_looks_nobody_is_asked(engine: Engine, aliyun: Aliyun, clock: StillClock) -> None:
    assert SmsReconciler(Writer(engine), clock, aliyun).tick() == 0
    assert aliyun.asked == []
