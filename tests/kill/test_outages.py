"""Valkey flushed, frozen and killed; the whole house away for a night. Nothing is lost, and it goes on."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest
import redis
from sqlalchemy import update

from store.engine import open_engine, writing
from store.tables import runtime
from tests.e2e.running import Running, until
from tests.kill.parts import touchpoints

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
SHANGHAI = ZoneInfo("Asia/Shanghai")
WAIT = 30.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "data")
    running.start()
    try:
        yield running
    finally:
        running.kill()


def valkeys(house: Running) -> list[psutil.Process]:
    """None while a killed one waits to be started again."""
    children = psutil.Process(house.process.pid).children()
    return [child for child in children if "valkey" in child.name() and child.status() != psutil.STATUS_ZOMBIE]


def test_valkey_flushed_frozen_and_killed(house: Running) -> None:
    [server] = valkeys(house)
    title = re.search(r"unixsocket:(\S+)", " ".join(server.cmdline()))
    assert title
    socket = title.group(1)
    connection = redis.Redis(unix_socket_path=socket)
    say(house, "C1001", "2026-loss-1")
    connection.flushall()
    say(house, "C1001", "2026-loss-2")
    os.kill(server.pid, signal.SIGSTOP)
    say(house, "C1001", "2026-loss-3")
    os.kill(server.pid, signal.SIGCONT)
    os.kill(server.pid, signal.SIGKILL)
    say(house, "C1001", "2026-loss-4")
    until(lambda: [each for each in valkeys(house) if each.pid != server.pid], WAIT)
    say(house, "C1001", "2026-loss-5")
    connection.close()


def say(house: Running, external_id: str, key: str) -> None:
    """A customer writes, a person answers, the answer arrives once."""
    who, desk = house.people[external_id], house.staff()
    house.wechat(who["openid"], "text", content="人工")
    page = f"/inbox/c/{desk.customer(who['name'])}"
    if "do_claim" in desk.get(page).text or re.search(r'action="[^"]*/claim"', desk.get(page).text):
        desk.act(page, "claim")
    words = f"您好，这是第 {key} 条。"
    desk.act(page, "reply", text=words, key=f"outage-{key}-00001")
    arrived = until(lambda: [m for m in house.received(who["openid"]) if m["text"] == words], WAIT, house.log)
    assert len(arrived) == 1


def test_twelve_hours_away_over_night(tmp_path: Path) -> None:
    """Down from 09:50 to 21:50 past a check-in due at 10:00: quiet on start, sent the next morning."""
    house = Running(tmp_path / "data")
    house.start()
    try:
        house.api("PUT", "repair-orders/RO-8801", {"status": "delivered"})
        due = datetime.fromisoformat(until(lambda: touchpoints(house, 1), WAIT)[0]["due_at"]).astimezone(SHANGHAI)
        house.clock_to((due - timedelta(minutes=10)).isoformat())
        house.stop()
        away(house, 12 * 3600)
        house.start()
        now = datetime.fromisoformat(house.now()).astimezone(SHANGHAI)
        assert now.hour >= 21
        openid = house.people["C1001"]["openid"]
        until(lambda: touchpoints(house, 1)[0]["due_at"] != due.isoformat().replace("+08:00", "Z"), WAIT)
        subprocess.run(["sleep", "2"], check=True)
        assert not house.received(openid, "template"), "nothing goes out in quiet hours"
        until(lambda: datetime.fromisoformat(touchpoints(house, 1)[0]["due_at"]) > due + timedelta(hours=12), WAIT)
        house.clock_to(touchpoints(house, 1)[0]["due_at"])
        until(lambda: house.received(openid, "template"), WAIT, house.log)
        morning = datetime.fromisoformat(house.received(openid, "template")[0]["at"]).astimezone(SHANGHAI)
        assert "09:30" <= morning.strftime("%H:%M") < "20:00"
    finally:
        house.kill()


def away(house: Running, seconds: float) -> None:
    """Time passes while nothing runs."""
    engine = open_engine(house.database_url or f"sqlite:///{house.data_dir / 'huifang.sqlite'}")
    offset = runtime.clock_offset
    with writing(engine) as conn:
        conn.execute(update(offset).values(seconds=offset.c.seconds + seconds, version=offset.c.version + 1))
    engine.dispose()
