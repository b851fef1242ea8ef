"""`migrate`: the schema and the stores of dealer.yaml, as often as you like."""

import pytest
from sqlalchemy import select, update

from commands import migrate
from store.engine import reading, writing
from store.stores import NoSuchStore, store_id_of
from store.tables.people import store
from tests.commands.conftest import Command
from tests.commands.house import House
from tests.statements import statements_of
from tests.store.cast import a_store


def test_an_empty_database_becomes_ready(
    empty_house: House, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(migrate, empty_house) == 0
    assert capsys.readouterr().out == "database at revision 0001\n"
    with reading(empty_house.engine) as conn:
        row = conn.execute(select(store)).one()
    assert (row.code, row.name, row.time_zone) == ("binjiang", "远禾滨江店", "Asia/Shanghai")


def test_a_second_time_changes_nothing(
    empty_house: House, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    command(migrate, empty_house)
    with statements_of(empty_house.engine) as seen:
        command(migrate, empty_house)
    assert capsys.readouterr().out.endswith("as it was\n")
    assert not [line for line in seen if line.startswith(("CREATE", "UPDATE", "ALTER"))]


def test_a_store_takes_its_new_name(empty_house: House, command: Command) -> None:
    command(migrate, empty_house)
    with writing(empty_house.engine) as conn:
        before = conn.execute(update(store).values(name="旧名").returning(store.c.id)).scalar_one()
    command(migrate, empty_house)
    with reading(empty_house.engine) as conn:
        row = conn.execute(select(store)).one()
    assert (row.id, row.name) == (before, "远禾滨江店")


def test_which_store_is_meant(house: House) -> None:
    with writing(house.engine) as conn:
        with pytest.raises(NoSuchStore, match="migrate"):
            store_id_of(conn, "binjiang")
        only = a_store(conn)
        assert store_id_of(conn, "") == store_id_of(conn, "binjiang") == only
        a_store(conn, "xiaoshan")
        for code in ("", "nowhere"):
            with pytest.raises(NoSuchStore, match="binjiang, xiaoshan"):
                store_id_of(conn, code)
