"""A call whose answer never came, and what the phone shows in the end (wechat.md §3.3, §3.8 last row)."""

from datetime import datetime

import pytest
from sqlalchemy import Engine

from bot.messages import Outgoing, Way
from scheduler.deliver import LEASE_S
from store.tables.outbound import outbox
from tests.conftest import StillClock
from tests.sandbox.conftest import Running
from tests.sandbox.test_every_code import LILEI, MEIMEI, Wire, an_occasion, cast, stage, wechat_account, wire
from tests.sandbox.test_every_code import Row as Occasion
from tests.scheduler.stage import Stage

__all__ = ["stage", "wechat_account"]
pytestmark = pytest.mark.slow


class Killed(BaseException):
    """The worker's process is gone: nothing of ours runs after this."""


class Dying(Wire):
    """Sends, and dies before the answer is stored."""

    def send(self, out: Outgoing) -> str:
        super().send(out)
        raise Killed


def shown(box: Running, kind: str, openid: str = LILEI) -> int:
    return sum(each["kind"] == kind for each in box.control(f"wechat/{openid}/messages"))


def killed_in_the_call(stage: Stage, box: Running, way: Way) -> Wire:
    """The message stands on the phone, its row in `sending`. Returns the sender of the worker that comes after."""
    files = cast(stage, box, way)
    living = wire(stage, way)
    stage.phones[way] = Dying(sender=living.sender)
    an_occasion(stage, files, Occasion(0, None, "", way=way), "same", 0)
    stage.round()
    assert [row.state for row in stage.rows(outbox)] == ["sending"]
    assert shown(box, way.value) == 1
    stage.phones[way] = living
    return living


def pass_by(stage: Stage, box: Running, minutes: float) -> None:
    """On both clocks, or the sandbox would forget nothing."""
    stage.clock.advance(minutes=minutes)
    box.control("clock", {"advance": f"{int(minutes * 60)}s"})


@pytest.mark.parametrize("way", [Way.TEMPLATE, Way.MASS])
def test_a_worker_that_comes_back_in_time_repeats_the_call_and_the_phone_shows_one(
    stage: Stage, box: Running, way: Way
) -> None:
    living = killed_in_the_call(stage, box, way)
    pass_by(stage, box, (LEASE_S + 1) / 60)
    stage.calls.tick()
    stage.round()
    assert living.made == 1, "called again"
    assert [row.state for row in stage.rows(outbox)] == ["accepted"]
    assert (shown(box, way.value), shown(box, way.value, MEIMEI)) == (1, 1 if way is Way.MASS else 0)


@pytest.mark.parametrize("way", [Way.TEMPLATE, Way.MASS])
def test_after_ten_minutes_it_is_uncertain_and_not_called_again(stage: Stage, box: Running, way: Way) -> None:
    living = killed_in_the_call(stage, box, way)
    pass_by(stage, box, 11)
    stage.calls.tick()
    stage.round()
    assert living.made == 0
    assert [row.state for row in stage.rows(outbox)] == ["uncertain"]
    assert shown(box, way.value) == 1


def test_found_in_time_but_held_up_past_the_ten_minutes_it_is_uncertain_too(stage: Stage, box: Running) -> None:
    living = killed_in_the_call(stage, box, Way.TEMPLATE)
    pass_by(stage, box, 8)
    stage.calls.tick()
    stage.bucket.wait = 120.0
    stage.round()
    assert [row.state for row in stage.rows(outbox)] == ["queued"]
    stage.bucket.wait = 0.0
    pass_by(stage, box, 1.9)
    stage.round()
    pass_by(stage, box, 0.2)
    stage.round()
    assert living.made == 0
    assert [row.state for row in stage.rows(outbox)] == ["uncertain"]
    assert shown(box, "template") == 1


@pytest.mark.parametrize("fault", ["timeout_after", "reset", "http500", "html"])
def test_a_custom_message_leaves_once_whatever_becomes_of_its_answer(stage: Stage, box: Running, fault: str) -> None:
    files = cast(stage, box, Way.CUSTOM)
    box.control("faults", {"api": "custom", "code": fault})
    an_occasion(stage, files, Occasion(0, None, "", way=Way.CUSTOM), "same", 0)
    stage.round()
    pass_by(stage, box, 30)
    stage.calls.tick()
    stage.round()
    assert wire(stage, Way.CUSTOM).made == 1
    assert [row.state for row in stage.rows(outbox)] == ["uncertain"]
    assert shown(box, "custom") == (1 if fault == "timeout_after" else 0)


@pytest.mark.parametrize(("times", "state"), [(1, "accepted"), (2, "uncertain")])
def test_a_template_message_is_called_twice_at_most(stage: Stage, box: Running, times: int, state: str) -> None:
    files = cast(stage, box, Way.TEMPLATE)
    box.control("faults", {"api": "template", "code": "timeout_after", "times": times})
    an_occasion(stage, files, Occasion(0, None, ""), "same", 0)
    stage.round()
    assert [row.state for row in stage.rows(outbox)] == [state]
    assert box.control("faults")["faults"] == []
    assert shown(box, "template") == 1


def test_what_could_not_leave_goes_as_soon_as_there_is_a_connection(
    engine: Engine, clock: StillClock, stage: Stage, box: Running
) -> None:
    """A refused connection is safe: the request never left (channels/http.py: NotSent)."""
    files = cast(stage, box, Way.TEMPLATE)
    http = wire(stage, Way.TEMPLATE).sender._api._http  # type: ignore[union-attr]  # moved away and back
    base, http.base = http.base, "http://127.0.0.1:9"
    an_occasion(stage, files, Occasion(0, None, ""), "same", 0)
    stage.round()
    assert [(row.state, row.attempts) for row in stage.rows(outbox)] == [("queued", 0)]
    http.base = base
    clock.advance(seconds=11)
    stage.round()
    assert [row.state for row in stage.rows(outbox)] == ["accepted"]
    assert shown(box, "template") == 1
    assert clock.now > datetime.fromisoformat("2026-09-17T02:00:10+00:00")
