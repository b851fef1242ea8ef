"""Claims with leases, states that only move forward, receipts in any order."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from bot.messages import Category, Channel, Priority, Receipt, ReceiptState, Way
from store import outbox
from store.engine import reading, writing
from store.tables.outbound import attempt
from store.tables.outbound import outbox as table
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_store, a_touchpoint

WORKER = "worker:1"


@pytest.fixture
def people(engine: Engine) -> tuple[int, int]:
    with writing(engine) as conn:
        store_id = a_store(conn)
        return store_id, a_customer(conn, store_id)


def put(engine: Engine, clock: StillClock, people: tuple[int, int], out_id: str = "a", **values: object) -> int:
    row = {
        "store_id": people[0], "customer_id": people[1], "way": Way.SMS, "account": "", "address": "+8613900000001",
        "category": Category.SERVICE, "priority": Priority.SERVICE, "payload": {"text": "您好"},
        "not_before": clock.now, **values,
    }  # fmt: skip
    with writing(engine) as conn:
        return outbox.enqueue(conn, out_id=out_id, **row)  # type: ignore[arg-type]  # a table of keywords


def claimed(engine: Engine, clock: StillClock, worker: str = WORKER, **values: object) -> list[outbox.Job]:
    settings = {"limit": 10, "now": clock.now, "machine_now": clock.now, "lease_s": 30.0, **values}
    with writing(engine) as conn:
        return outbox.claim(conn, Priority.SERVICE, worker=worker, **settings)  # type: ignore[arg-type]  # as above


def begun(engine: Engine, clock: StillClock, people: tuple[int, int], **values: object) -> outbox.Job:
    put(engine, clock, people, **values)  # type: ignore[arg-type]  # as above
    (job,) = claimed(engine, clock)
    with writing(engine) as conn:
        assert outbox.begin(conn, job, WORKER, clock.now, 30) == 1
    return job


def state(engine: Engine, outbox_id: int) -> str:
    with reading(engine) as conn:
        return str(conn.execute(select(table.c.state).where(table.c.id == outbox_id)).scalar_one())


def receipt(clock: StillClock, result: ReceiptState, **values: Any) -> Receipt:
    return Receipt(channel=Channel.SMS, account="", state=result, at=clock.now, **values)


def test_a_row_is_claimed_once_until_its_lease_ends(engine: Engine, clock: StillClock, people: tuple[int, int]) -> None:
    put(engine, clock, people)
    assert len(claimed(engine, clock)) == 1
    assert claimed(engine, clock, "worker:2") == []
    clock.advance(seconds=31)
    assert len(claimed(engine, clock, "worker:2")) == 1


def test_out_id_is_unique(engine: Engine, clock: StillClock, people: tuple[int, int]) -> None:
    put(engine, clock, people)
    with pytest.raises(IntegrityError):
        put(engine, clock, people)


def test_what_is_not_due_or_rests_or_has_a_paused_channel_stays(
    engine: Engine, clock: StillClock, people: tuple[int, int]
) -> None:
    put(engine, clock, people, "later", not_before=clock.now + timedelta(seconds=1))
    put(engine, clock, people, "paused", way=Way.TEMPLATE)
    put(engine, clock, people, "bulk", priority=Priority.BULK)
    assert claimed(engine, clock, closed=[("template", "")]) == []
    clock.advance(seconds=1)
    assert [job.outgoing.out_id for job in claimed(engine, clock)] == ["paused", "later"]


def test_two_threads_never_claim_the_same_row(engine: Engine, clock: StillClock, people: tuple[int, int]) -> None:
    for number in range(60):
        put(engine, clock, people, f"row-{number}")
    start, got = Barrier(3), [[], [], []]  # type: ignore[var-annotated]  # filled by the threads

    def work(index: int) -> None:
        start.wait()
        while rows := claimed(engine, clock, f"worker:{index}", limit=7):
            got[index].extend(job.id for job in rows)

    threads = [Thread(target=work, args=(index,)) for index in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [row for rows in got for row in rows]
    assert len(everything) == 60
    assert len(set(everything)) == 60


def test_begin_needs_the_lease_and_counts_the_attempt(
    engine: Engine, clock: StillClock, people: tuple[int, int]
) -> None:
    put(engine, clock, people)
    (job,) = claimed(engine, clock)
    with writing(engine) as conn:
        assert outbox.begin(conn, job, "worker:2", clock.now, 30) is None
        assert outbox.begin(conn, job, WORKER, clock.now, 30) == 1
        assert outbox.begin(conn, job, WORKER, clock.now, 30) is None
        assert outbox.attempt_started(conn, job.id) == clock.now


def test_a_rate_limit_uses_up_no_attempt(engine: Engine, clock: StillClock, people: tuple[int, int]) -> None:
    job = begun(engine, clock, people)
    with writing(engine) as conn:
        outbox.retry(conn, job.id, "45047", clock.now + timedelta(seconds=60), clock.now, costs=False)
    assert claimed(engine, clock) == []
    clock.advance(seconds=60)
    (again,) = claimed(engine, clock)
    assert again.outgoing.attempt == 1
    with writing(engine) as conn:
        outbox.begin(conn, again, WORKER, clock.now, 30)
        outbox.retry(conn, job.id, "-1", clock.now, clock.now, costs=True)
    assert claimed(engine, clock)[0].outgoing.attempt == 2


def test_a_receipt_may_come_before_the_answer_is_stored(
    engine: Engine, clock: StillClock, people: tuple[int, int]
) -> None:
    job = begun(engine, clock, people)
    with writing(engine) as conn:
        assert outbox.apply_receipt(conn, receipt(clock, ReceiptState.DELIVERED, out_id="a"), clock.now) == job.id
        assert not outbox.mark_accepted(conn, job.id, "biz-1", clock.now, clock.now)
    assert state(engine, job.id) == "delivered"
    with reading(engine) as conn:
        row = conn.execute(select(table).where(table.c.id == job.id)).one()
    assert row.provider_id == "biz-1"


def test_late_receipts_never_undo_a_final_one(engine: Engine, clock: StillClock, people: tuple[int, int]) -> None:
    job = begun(engine, clock, people)
    with writing(engine) as conn:
        outbox.mark_accepted(conn, job.id, "biz-1", clock.now, clock.now)
        outbox.apply_receipt(conn, receipt(clock, ReceiptState.FAILED, provider_id="biz-1", code="X"), clock.now)
        outbox.apply_receipt(conn, receipt(clock, ReceiptState.DELIVERED, provider_id="biz-1"), clock.now)
    assert state(engine, job.id) == "failed"


def test_a_receipt_nobody_sent_matches_nothing(engine: Engine, clock: StillClock, people: tuple[int, int]) -> None:
    put(engine, clock, people)
    with writing(engine) as conn:
        assert outbox.apply_receipt(conn, receipt(clock, ReceiptState.DELIVERED), clock.now) is None
        assert outbox.apply_receipt(conn, receipt(clock, ReceiptState.DELIVERED, out_id="z"), clock.now) is None


def test_uncertain_is_never_queued_again_but_a_receipt_settles_it(
    engine: Engine, clock: StillClock, people: tuple[int, int]
) -> None:
    job = begun(engine, clock, people)
    with writing(engine) as conn:
        assert outbox.mark_uncertain(conn, job.id, "timeout", clock.now, clock.now)
        assert not outbox.retry(conn, job.id, "", clock.now, clock.now, costs=False)
    clock.advance(days=1)
    assert claimed(engine, clock) == []
    with writing(engine) as conn:
        outbox.apply_receipt(conn, receipt(clock, ReceiptState.DELIVERED, out_id="a"), clock.now)
    assert state(engine, job.id) == "delivered"


def test_only_what_has_not_left_can_be_cancelled(engine: Engine, clock: StillClock, people: tuple[int, int]) -> None:
    waiting = put(engine, clock, people, "waiting", not_before=clock.now + timedelta(hours=1))
    job = begun(engine, clock, people, out_id="gone")
    with writing(engine) as conn:
        assert outbox.cancel(conn, waiting, "opt_out", clock.now)
        assert not outbox.cancel(conn, job.id, "opt_out", clock.now)
        assert not outbox.mark_suppressed(conn, waiting, "expired", clock.now)
    assert (state(engine, waiting), state(engine, job.id)) == ("cancelled", "sending")


def test_a_dead_workers_calls_are_found_by_their_lease(
    engine: Engine, clock: StillClock, people: tuple[int, int]
) -> None:
    job = begun(engine, clock, people)
    with writing(engine) as conn:
        assert outbox.expired_sending(conn, clock.now, 10) == []
        clock.advance(seconds=31)
        assert [each.id for each in outbox.expired_sending(conn, clock.now, 10)] == [job.id]


def test_attempts_are_kept_with_their_result(engine: Engine, clock: StillClock, people: tuple[int, int]) -> None:
    job = begun(engine, clock, people)
    with writing(engine) as conn:
        outbox.mark_failed(conn, job.id, code="40003", reason="bad_address", now=clock.now, machine_now=clock.now)
        row = conn.execute(select(attempt)).one()
    assert (row.number, row.result, row.code, row.ended_at) == (1, "failed", "40003", clock.now)


def test_a_batch_carries_many_touchpoints(engine: Engine, clock: StillClock, people: tuple[int, int]) -> None:
    with writing(engine) as conn:
        carried = [a_touchpoint(conn, *people, clock.now, occurrence=key) for key in ("e1", "e2")]
    row = put(engine, clock, people, touchpoint_ids=carried)
    with reading(engine) as conn:
        assert outbox.touchpoints_of(conn, row) == carried
