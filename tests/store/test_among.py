"""One text for lists of every length, on both databases, and what it finds is what `in_` finds."""

import pytest
from sqlalchemy import Engine, bindparam, select, update

from store.among import among
from store.engine import reading, writing
from store.prepared import Prepared, adding
from store.tables.people import customer, fact
from tests.conftest import StillClock
from tests.statements import statements_of
from tests.store.cast import a_customer, a_store

NAMED = Prepared.of(select(customer.c.id).where(among(customer.c.name, "names")).order_by(customer.c.id))


@pytest.fixture
def cast(engine: Engine) -> list[int]:
    with writing(engine) as conn:
        store_id = a_store(conn)
        return [
            a_customer(conn, store_id, name=name, phone=f"+8613900000{place:03}")
            for place, name in enumerate(("李雷", "韩梅梅", "王'磊\""))
        ]


def test_it_finds_what_in_finds(engine: Engine, cast: list[int]) -> None:
    with reading(engine) as conn:
        for ids in ([], cast[:1], cast[:2], {cast[0], 999}, cast * 40):
            plain = set(conn.execute(select(customer.c.id).where(customer.c.id.in_(list(ids)))).scalars())
            mine = select(customer.c.id).where(among(customer.c.id, "ids"))
            assert set(conn.execute(mine, {"ids": ids}).scalars()) == plain
        assert NAMED.column(conn, names=["李雷", "王'磊\"", "没有"]) == [cast[0], cast[2]]
        assert NAMED.column(conn, names=[]) == []


def test_the_text_does_not_depend_on_the_list(engine: Engine, cast: list[int]) -> None:
    mine = select(customer.c.id).where(among(customer.c.id, "ids"))
    with statements_of(engine) as asked, reading(engine) as conn:
        for many in (1, 2, 3):
            conn.execute(mine, {"ids": cast[:many]}).all()
    assert len({each for each in asked if each.startswith("SELECT")}) == 1


def test_an_in_over_fixed_items_is_kept_ready_too(engine: Engine, cast: list[int]) -> None:
    few = Prepared.of(
        select(customer.c.name).where(
            customer.c.name.in_(("李雷", "韩梅梅")), among(customer.c.id, "ids"), customer.c.phone != bindparam("not")
        )
    )
    with reading(engine) as conn:
        assert few.column(conn, ids=cast, **{"not": "+8613900000000"}) == ["韩梅梅"]


def test_many_rows_at_once_and_how_many_changed(engine: Engine, cast: list[int], clock: StillClock) -> None:
    tell = Prepared(lambda _conn: adding(fact, ("customer_id", "key", "value", "at"), confidence=1.0))
    rename = Prepared(lambda _conn: update(customer).where(among(customer.c.id, "ids")).values(name=bindparam("to")))
    with writing(engine) as conn:
        tell.many(conn, [{"customer_id": each, "key": "k", "value": str(each), "at": clock.now} for each in cast])
        found = conn.execute(select(fact.c.value, fact.c.at).order_by(fact.c.id)).all()
        assert found == [(str(each), clock.now) for each in cast]
        assert (rename.changed(conn, ids=cast[:2], to="客户"), rename.changed(conn, ids=[], to="客户")) == (2, 0)
