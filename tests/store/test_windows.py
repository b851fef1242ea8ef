"""The ledger of the WeChat window: five in 48 hours after typing, three in a minute after a touch, one for a human."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.messages import InboundKind
from store.engine import reading, writing
from store.windows import close_window, open_window, opens, take_slot, view
from tests.conftest import StillClock

WHO = ("main", "o-lilei")


def left(engine: Engine, clock: StillClock) -> int | None:
    with reading(engine) as conn:
        window = view(conn, *WHO, clock.now)
    return window.left if window else None


def opened(engine: Engine, clock: StillClock, kind: str) -> None:
    with writing(engine) as conn:
        open_window(conn, *WHO, kind, clock.now)


def take(engine: Engine, clock: StillClock, keep: int = 1) -> bool:
    with writing(engine) as conn:
        return take_slot(conn, *WHO, clock.now, keep)


@pytest.mark.parametrize(("kind", "quota", "seconds"), [("typed", 5, 48 * 3600), ("touch", 3, 60)])
def test_each_kind_has_its_count_and_its_end(
    engine: Engine, clock: StillClock, kind: str, quota: int, seconds: int
) -> None:
    assert left(engine, clock) is None
    opened(engine, clock, kind)
    assert left(engine, clock) == quota
    clock.advance(seconds=seconds - 1)
    assert left(engine, clock) == quota
    clock.advance(seconds=1)
    assert left(engine, clock) is None
    assert not take(engine, clock)


OPENS = {
    InboundKind.TEXT: "typed",
    InboundKind.IMAGE: "typed",
    InboundKind.VOICE: "typed",
    InboundKind.VIDEO: "typed",
    InboundKind.LOCATION: "typed",
    InboundKind.LINK: "typed",
    InboundKind.OTHER: "typed",
    InboundKind.TAP: "touch",
    InboundKind.CLICK: "touch",
    InboundKind.FOLLOW: "touch",
    InboundKind.SCAN: "touch",
    InboundKind.UNFOLLOW: None,
    InboundKind.ANSWER: None,
}


@pytest.mark.parametrize("kind", InboundKind)
def test_what_each_kind_opens(kind: InboundKind) -> None:
    """wechat.md §7.3 item 9: a tap on a menu message arrives as text, yet opens three in a minute only."""
    assert opens(kind) == OPENS[kind]


# What happens one after the other, 10 s apart → what may go out then. A number stands for so many messages sent.
LEDGER = [
    (("typed",), 5),
    (("touch",), 3),
    (("typed", "touch"), 5),  # a touch never shortens a window that has room
    (("touch", "typed"), 5),  # never 8: quotas do not add up
    (("typed", "typed"), 5),
    (("touch", "touch"), 3),
    (("typed", 3), 2),
    (("typed", 3, "typed"), 5),
    (("typed", 3, "touch"), 2),
    (("typed", 5), 0),
    (("typed", 5, "touch"), 3),  # spent, so the minute begins
    (("touch", 3, "touch"), 3),
    (("touch", 3, "typed"), 5),
]


@pytest.mark.parametrize(("happened", "room"), LEDGER)
def test_the_ledger(engine: Engine, clock: StillClock, happened: tuple[str | int, ...], room: int) -> None:
    """wechat.md §7.3 item 8: five, not twenty; §3.2."""
    for each in happened:
        clock.advance(seconds=10)
        if isinstance(each, str):
            opened(engine, clock, each)
        else:
            assert [take(engine, clock, keep=0) for _ in range(each)] == [True] * each
    assert left(engine, clock) == room
    assert [take(engine, clock) for _ in range(room + 1)] == [True] * (room - 1) + [False] * (
        room + 1 - max(room - 1, 0)
    )


def test_the_bot_leaves_the_last_message_to_a_human(engine: Engine, clock: StillClock) -> None:
    opened(engine, clock, "typed")
    assert [take(engine, clock) for _ in range(5)] == [True, True, True, True, False]
    assert take(engine, clock, keep=0)
    assert not take(engine, clock, keep=0)
    assert left(engine, clock) == 0


def test_typing_again_starts_anew_and_quotas_do_not_add_up(engine: Engine, clock: StillClock) -> None:
    opened(engine, clock, "typed")
    take(engine, clock)
    clock.advance(hours=1)
    opened(engine, clock, "typed")
    with reading(engine) as conn:
        window = view(conn, *WHO, clock.now)
    assert window is not None
    assert (window.left, window.expires_at) == (5, clock.now + timedelta(hours=48))


def test_a_touch_never_shortens_a_typed_window(engine: Engine, clock: StillClock) -> None:
    opened(engine, clock, "typed")
    take(engine, clock)
    opened(engine, clock, "touch")
    clock.advance(hours=5)
    assert left(engine, clock) == 4


def test_a_touch_opens_again_what_is_used_up(engine: Engine, clock: StillClock) -> None:
    opened(engine, clock, "typed")
    for _ in range(5):
        take(engine, clock, keep=0)
    opened(engine, clock, "touch")
    assert left(engine, clock) == 3


def test_the_provider_has_the_last_word(engine: Engine, clock: StillClock) -> None:
    opened(engine, clock, "typed")
    with writing(engine) as conn:
        close_window(conn, *WHO, clock.now)
    assert left(engine, clock) is None
