"""`token add` and `token revoke`."""

import pytest

from commands import token
from store.engine import reading, writing
from store.tokens import api_caller
from tests.commands.conftest import Command
from tests.commands.house import House
from tests.store.cast import a_store


def test_the_token_is_printed_once_and_works(
    house: House, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(house.engine) as conn:
        store_id = a_store(conn)
    assert command(token, house, "add", "DMS") == 0
    printed = capsys.readouterr().out.strip()
    with reading(house.engine) as conn:
        caller = api_caller(conn, printed)
    assert caller is not None
    assert (caller.store_id, caller.name) == (store_id, "DMS")


def test_revoked_is_over(house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(house.engine) as conn:
        a_store(conn)
    command(token, house, "add", "DMS", "--store", "binjiang")
    printed = capsys.readouterr().out.strip()
    assert command(token, house, "revoke", "DMS") == 0
    assert command(token, house, "revoke", "DMS") == 1
    with reading(house.engine) as conn:
        assert api_caller(conn, printed) is None
