"""A prepared statement gives what `conn.execute` gives, types and errors included, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, bindparam, insert, literal, select, true
from sqlalchemy.exc import IntegrityError

from store.dialects import insert_into
from store.engine import reading, writing
from store.prepared import Prepared
from store.tables.people import customer, refusal, store
from store.tables.runtime import feed
from tests.store.cast import a_store

NOW = datetime(2026, 9, 17, 2, 20, 0, 123456, tzinfo=UTC)
ADD = Prepared(
    lambda conn: (
        insert(customer)
        .values(
            store_id=bindparam("store_id"),
            name=bindparam("name"),
            birthday=bindparam("birthday"),
            created_at=bindparam("at"),
        )
        .returning(customer.c.id)
    ),
    [customer.c.id],
)
FIND = Prepared(lambda conn: select(customer).where(customer.c.name == bindparam("name")), list(customer.c))
TELL = Prepared(
    lambda conn: insert(feed).values(
        store_id=bindparam("store_id"), kind="message", ref=bindparam("ref"), at=bindparam("at")
    )
)


def an_li(conn: Connection) -> Any:
    return ADD.first(conn, store_id=a_store(conn), name="李雷", birthday=date(1990, 5, 1), at=NOW)


def test_types_come_back_as_from_execute(engine: Engine) -> None:
    with writing(engine) as conn:
        made = an_li(conn)
    with reading(engine) as conn:
        plain = conn.execute(select(customer)).one()
        mine = FIND.first(conn, name="李雷")
    assert mine.id == made.id
    assert mine._asdict() == dict(plain._mapping)
    assert (mine.created_at, mine.birthday, mine.known) == (NOW, date(1990, 5, 1), True)


def test_nothing_found_is_none(engine: Engine) -> None:
    with reading(engine) as conn:
        assert FIND.first(conn, name="王磊") is None
        assert FIND.all(conn, name="王磊") == []


def test_json_is_written_as_execute_reads_it(engine: Engine) -> None:
    with writing(engine) as conn:
        TELL.all(conn, store_id=a_store(conn), ref={"message_id": 1, "名": "值"}, at=NOW)
    with reading(engine) as conn:
        assert conn.execute(select(feed.c.ref)).scalar_one() == {"message_id": 1, "名": "值"}
        again = Prepared(lambda conn: select(feed.c.ref, feed.c.at), [feed.c.ref, feed.c.at])
        assert again.first(conn) == ({"message_id": 1, "名": "值"}, NOW)


def test_literals_and_conflicts(engine: Engine) -> None:
    upsert = Prepared(
        lambda conn: insert_into(conn, refusal)
        .from_select(
            ["address", "purpose", "source", "at"],
            select(bindparam("address", type_=refusal.c.address.type), literal("marketing"), literal("word"),
                   bindparam("at", type_=refusal.c.at.type)).where(true()),
        )
        .on_conflict_do_nothing()
        .returning(refusal.c.id),
        [refusal.c.id],
    )  # fmt: skip
    with writing(engine) as conn:
        assert upsert.first(conn, address="+86139", at=NOW) is not None
        assert upsert.first(conn, address="+86139", at=NOW + timedelta(1)) is None


def test_errors_are_those_of_sqlalchemy_and_hide_what_was_bound(engine: Engine) -> None:
    add = Prepared(lambda conn: insert(store).values(code=bindparam("code"), name="x", time_zone="x"))
    with writing(engine) as conn:
        add.all(conn, code="secret words")
        with pytest.raises(IntegrityError) as caught, conn.begin_nested():
            add.all(conn, code="secret words")
    assert "[parameters" not in str(caught.value)


def test_a_forgotten_value_is_an_error_and_none_is_null(engine: Engine) -> None:
    with writing(engine) as conn:
        here = a_store(conn)
        with pytest.raises(KeyError):
            ADD.first(conn, store_id=here, name="韩梅梅", at=NOW)
        made = ADD.first(conn, store_id=here, name="韩梅梅", birthday=None, at=NOW)
        assert conn.execute(select(customer.c.birthday).where(customer.c.id == made.id)).scalar() is None
