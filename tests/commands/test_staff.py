"""`staff add`: a log-in with a password nobody else can read."""

import io

import pytest
from sqlalchemy import select

from bot.errors import RuleBroken
from commands import staff
from store.engine import reading, writing
from store.staff import check_password
from store.tables.staff import staff as rows
from tests.commands.conftest import Command
from tests.commands.house import House
from tests.store.cast import a_store


@pytest.fixture(autouse=True)
def one_store(house: House) -> None:
    with writing(house.engine) as conn:
        a_store(conn)


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    left = list(lines)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: left.pop(0))


def test_who_was_added_may_log_in(house: House, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "correct horse", "correct horse")
    assert command(staff, house, "add", "hanmeimei", "--name", "韩梅梅", "--role", "care") == 0
    with reading(house.engine) as conn:
        known = check_password(conn, "hanmeimei", "correct horse")
        assert check_password(conn, "hanmeimei", "wrong horse") is None
        assert "correct horse" not in str(conn.execute(select(rows)).one())
    assert known is not None
    assert (known.member.name, known.member.role.value) == ("韩梅梅", "care")


def test_the_password_may_come_by_a_pipe(house: House, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))
    assert command(staff, house, "add", "lilei", "--name", "李雷", "--password-stdin") == 0
    with reading(house.engine) as conn:
        assert check_password(conn, "lilei", "correct horse") is not None


@pytest.mark.parametrize(
    ("lines", "code"),
    [(("short", "short"), "short_password"), (("correct horse", "correct house"), "passwords_differ")],
)
def test_what_is_refused(
    house: House, command: Command, monkeypatch: pytest.MonkeyPatch, lines: tuple[str, str], code: str
) -> None:
    typed(monkeypatch, *lines)
    with pytest.raises(RuleBroken) as refused:
        command(staff, house, "add", "hanmeimei", "--name", "韩梅梅")
    assert refused.value.code == code


def test_a_log_in_is_given_once(house: House, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("add", "hanmeimei", "--name", "韩梅梅")
    typed(monkeypatch, *["correct horse"] * 4)
    command(staff, house, *words)
    with pytest.raises(RuleBroken, match="taken"):
        command(staff, house, *words)
