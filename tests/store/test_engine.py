from sqlalchemy import Engine, insert, select

from store.engine import reading, writing
from store.tables import people


def test_a_write_is_read_back(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(insert(people.store).values(code="a", name="甲店", time_zone="Asia/Shanghai"))
    with reading(engine) as connection:
        assert connection.execute(select(people.store.c.name)).scalar_one() == "甲店"
