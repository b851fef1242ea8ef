from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select

from store.engine import count_anew, reading, take_stock, writing
from store.rule_days import Place, Times, put_days
from store.tables import outbound, people
from tests.statements import statements_of
from tests.store.cast import a_customer, a_store


def test_a_write_is_read_back(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(people.store).values(code="a", name="甲店", time_zone="Asia/Shanghai"))
    with reading(engine) as connection:
        assert connection.execute(select(people.store.c.name)).scalar_one() == "甲店"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # a file has no hosts
def test_postgres_ends_the_transaction_of_a_host_that_fell_silent(engine: Engine) -> None:
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one() == "1min"
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar_one() == "4s"


def test_sqlite_is_told_how_the_rows_are_spread(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as conn:
        house = a_store(conn)
        for number in range(60):
            a_customer(conn, house, name=f"客人{number}", phone=f"+861390000{number:04}")
    take_stock(sqlite_engine)
    with reading(sqlite_engine) as conn:
        rows = conn.exec_driver_sql("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'customer'").all()
        told = {row.idx: row.stat for row in rows}
    assert told["ix_customer_phone"] == "60 1"
    assert told["ix_customer_merged_into"].startswith("60 ")


def test_postgresql_looks_itself(engine: Engine) -> None:
    with statements_of(engine) as asked:
        take_stock(engine)
    assert ("ANALYZE" in asked) is (engine.dialect.name == "sqlite")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_is_told_what_has_grown(engine: Engine) -> None:
    with writing(engine) as conn:
        house = a_store(conn)
        for number in range(20):
            a_customer(conn, house, name=f"客人{number}", phone=f"+861390000{number:04}")
        count_anew(conn, people.customer)
        told = conn.exec_driver_sql("SELECT reltuples FROM pg_class WHERE relname = 'customer'").scalar_one()
    assert told == 20


def test_sqlite_is_not_asked_to_count(sqlite_engine: Engine) -> None:
    with statements_of(sqlite_engine) as asked, writing(sqlite_engine) as conn:
        count_anew(conn, people.customer)
    assert "ANALYZE" not in asked


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_knows_that_a_rule_and_its_version_go_together(engine: Engine) -> None:
    """Else it takes forty days of forty rules for one day, and joins everybody with each of them."""
    due = datetime(2026, 9, 17, tzinfo=UTC)
    with writing(engine) as conn:
        house = a_store(conn)
        for number in range(40):
            days: dict[Place, Times] = {
                (house, f"day {each}", 0): (due, due + timedelta(days=1), 100) for each in range(40)
            }
            put_days(conn, f"rule {number}", f"version {number}", days)
        asked = select(outbound.rule_day.c.id).where(
            outbound.rule_day.c.rule == "rule 7", outbound.rule_day.c.version == "version 7"
        )
        plan = conn.exec_driver_sql(
            f"EXPLAIN (FORMAT JSON) {asked.compile(conn, compile_kwargs={'literal_binds': True})}"
        ).scalar_one()
    assert 30 <= plan[0]["Plan"]["Plan Rows"] <= 60
