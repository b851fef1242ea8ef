"""The clock process dies while it calls people: nobody is told twice, and after the restart nobody is missed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from store.engine import open_engine, reading
from store.tables.runtime import feed
from tests.e2e.running import Running, until
from tests.kill.parts import Parts
from tests.learnt import put_learnt

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
WAIT = 40.0


@pytest.fixture(params=["sqlite", "postgresql"])
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Parts]:
    url = request.getfixturevalue("postgres").new() if request.param == "postgresql" else ""
    made = Parts(Running(tmp_path / "data", url))
    try:
        made.house.data_dir.mkdir(parents=True)
        put_learnt(made.house.data_dir)  # what is at stake here is not how fast it learns
        made.set_up()
        yield made
    finally:
        made.end_all()


def told(parts: Parts, reason: str) -> list[dict[str, Any]]:
    """As committed, past every process of the house."""
    engine = open_engine(parts.house.database_url or f"sqlite:///{parts.house.data_dir / 'huifang.sqlite'}")
    with reading(engine) as conn:
        rows = conn.execute(select(feed.c.ref).where(feed.c.kind == "alert").order_by(feed.c.id)).scalars().all()
    engine.dispose()
    return [row for row in rows if row.get("reason") == reason]


@pytest.mark.parametrize("point", ["chained", "escalation", "p0_alarm"])
def test_a_clock_killed_while_it_calls_people(parts: Parts, point: str) -> None:
    house = parts.house
    house.wechat(house.people["C1001"]["openid"], "text", content="刹车失灵了踩不住，我在高速上")
    (case,) = house.api("GET", "cases?level=P0").json()["cases"]
    if point == "chained":  # the breach is what it dies of
        parts.start("clock")
        until(lambda: told(parts, "p0_alarm"), WAIT, house.log)
        parts.end("clock")
        house.advance("5m30s")
    parts.start("clock", point)
    parts.killed_itself("clock")
    if point != "chained":
        assert told(parts, point) == [], "what was not committed was not told"
        house.advance("5m30s")
    parts.start("clock")
    until(lambda: rungs(parts)[("contact", "supervisor")], WAIT, house.log)
    parts.end("clock")
    house.advance("20m")
    parts.start("clock")
    until(lambda: rungs(parts)[("contact", "admin")], WAIT, house.log)
    parts.end("clock")
    assert set(rungs(parts).values()) == {1}, rungs(parts)
    assert {"supervisor", "manager", "admin"} <= {rung for kind, rung in rungs(parts) if kind == "contact"}
    story = house.api("GET", f"cases/{case['id']}").json()["story"]
    assert [each["what"] for each in story if each["kind"] == "breached"] == ["contact"]


def rungs(parts: Parts) -> Counter[tuple[str, str]]:
    return Counter((row["deadline"], row["rung"]) for row in told(parts, "escalation"))
