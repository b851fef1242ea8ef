"""One tap, one message: consents to subscription notifications are counted, on both databases."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from store import subscriptions
from store.engine import writing

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WHO = ("main", "o-li-lei", "TPL-1")


def test_each_tap_is_one_message(engine: Engine) -> None:
    with writing(engine) as conn:
        assert not subscriptions.take(conn, *WHO, NOW)
        subscriptions.give(conn, *WHO, NOW)
        subscriptions.give(conn, *WHO, NOW)
        assert subscriptions.left(conn, "main", "o-li-lei") == {"TPL-1": 2}
        assert [subscriptions.take(conn, *WHO, NOW) for _ in range(3)] == [True, True, False]


def test_turned_off_means_none_is_left_of_this_template(engine: Engine) -> None:
    with writing(engine) as conn:
        subscriptions.give(conn, *WHO, NOW)
        subscriptions.give(conn, "main", "o-li-lei", "TPL-2", NOW)
        subscriptions.withdraw(conn, *WHO, NOW)
        assert subscriptions.left(conn, "main", "o-li-lei") == {"TPL-2": 1}
