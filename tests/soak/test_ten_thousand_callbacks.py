"""10,000 mixed encrypted callbacks, a tenth of them twice, some garbage, some stale, against the real web process:
no 5xx, nothing lost, nothing done twice, memory flat."""

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import psutil
import pytest
import requests
from sqlalchemy import Engine, func, select

from store.engine import open_engine, reading, writing
from store.tables import cases, contact, people
from tests.databases import free_port
from tests.e2e.running import ROOT, until
from tests.kill.parts import answers
from tests.soak.traffic import TEMPLATE, Callback, traffic
from tests.store.cast import a_staff_member, a_store
from tests.wechat_push import AES_KEY, APP_ID, TOKEN, Push

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
TOTAL, SEED, THREADS = 10_000, 20261128, 16
STALE = timedelta(seconds=301)


@dataclass
class Soak:
    """WeChat's side: pushes each callback from one of many threads and keeps what came back."""

    url: str
    push: Push = field(default_factory=Push)
    answers: dict[int, requests.Response] = field(default_factory=dict)
    done: dict[int, Event] = field(default_factory=dict)

    def send(self, callback: Callback) -> None:
        if callback.again >= 0 and callback.number % 2:
            self.done[callback.again].wait(60)  # half of the repeats come after the answer, half beside it
        query, body = self._made(callback)
        self.answers[callback.number] = requests.post(self.url, params=query, data=body, timeout=30)
        self.done[callback.number].set()

    def _made(self, callback: Callback) -> tuple[dict[str, str], bytes]:
        now = datetime.now(UTC)
        query, body = self.push.sealed(callback.xml, now - STALE if callback.kind == "stale" else now)
        return (query, body) if callback.kind != "garbage" else spoiled(query, body, callback.number)

    def opened(self, number: int) -> str:
        """ "" where the answer is `success`."""
        text = self.answers[number].text
        return "" if text == "success" else self.push.opened(text)["Content"]


def spoiled(query: dict[str, str], body: bytes, number: int) -> tuple[dict[str, str], bytes]:
    chance = random.Random(number)
    ways: list[tuple[dict[str, str], bytes]] = [
        (query, chance.randbytes(chance.randrange(200))),
        (query, body[: chance.randrange(len(body))]),
        (query, b'{"Encrypt": 1}'),
        (query | {"msg_signature": "0" * 40}, body),
        ({name: value for name, value in query.items() if name != "msg_signature"}, body),
        (query | {"encrypt_type": "raw"}, b"<xml><Content>hi</Content></xml>"),
        (query, b"<!DOCTYPE x>" + body),
        (query, b"<xml>" + b"<a>" * 2000),
        (query, b"x" * (65 * 1024)),
    ]
    return chance.choice(ways)


@contextmanager
def web(folder: Path, database_url: str) -> Iterator[tuple[str, psutil.Process]]:
    """(address of the callback, the process): `app.py web` as a real account's, with two workers of many threads."""
    port = free_port()
    settings = {
        "DATABASE_URL": database_url, "DATA_DIR": str(folder), "PORT": str(port), "WECHAT_APP_ID": APP_ID,
        "SANDBOX_PORT": str(free_port()),
        "WECHAT_APP_SECRET": "s" * 32, "WECHAT_TOKEN": TOKEN, "WECHAT_AES_KEY": AES_KEY, "SECRET_KEY": "k" * 64,
    }  # fmt: skip
    environment = {f"HUIFANG_{name}": value for name, value in settings.items()}
    log = open(folder / "web.log", "wb")  # noqa: SIM115  # as long as the process
    process = subprocess.Popen([sys.executable, "app.py", "web"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), 60, lambda: (folder / "web.log").read_text()[-3000:])
        yield f"http://127.0.0.1:{port}/wechat/main", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def memory(process: psutil.Process) -> float:
    """MiB of its own and its workers'."""
    return float(sum(each.memory_full_info().uss for each in (process, *process.children(recursive=True)))) / 2**20


@pytest.fixture
def house(database_url: str) -> Iterator[Engine]:
    """The demo dealer's store with somebody to give a case to."""
    engine = open_engine(database_url)
    with writing(engine) as conn:
        a_staff_member(conn, a_store(conn), role="manager")
    yield engine
    engine.dispose()


def test_ten_thousand_callbacks(house: Engine, database_url: str, tmp_path: Path) -> None:
    callbacks = list(traffic(TOTAL, SEED))
    with web(tmp_path, database_url) as (url, process):
        soak = Soak(url, done={each.number: Event() for each in callbacks})
        sizes = []
        for start in range(0, TOTAL, TOTAL // 5):
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(soak.send, callbacks[start : start + TOTAL // 5]))
            sizes.append(memory(process))
    print(Counter(each.kind for each in callbacks), "MiB after each fifth:", [round(size, 1) for size in sizes])
    no_answer_is_an_error(soak, callbacks)
    nothing_is_lost_or_done_twice(house, callbacks)
    a_repeat_gets_the_same_words(soak, callbacks)
    assert sizes[-1] < sizes[1] * 1.15, "memory grows"


def no_answer_is_an_error(soak: Soak, callbacks: list[Callback]) -> None:
    wrong = Counter(
        (each.kind, soak.answers[each.number].status_code)
        for each in callbacks
        if not _as_it_should(each, soak.answers[each.number].status_code)
    )
    assert wrong == {}


def _as_it_should(callback: Callback, status: int) -> bool:
    return 400 <= status < 500 if callback.kind in ("garbage", "stale") else status == 200


def nothing_is_lost_or_done_twice(house: Engine, callbacks: list[Callback]) -> None:
    said = [each for each in callbacks if each.kind in ("said", "told")]
    assert _count(house, contact.message.c.direction == "in") == len(said)
    angry = sum("oAngry" in each.xml for each in said)
    whose = people.identity.c.customer_id == cases.cases.c.customer_id
    opened = select(func.count()).select_from(cases.cases.join(people.identity, whose))
    assert _rows(house, opened.where(people.identity.c.address.like("oAngry%"))) == angry
    leavers = sum("oLeaver" in each.xml for each in said)
    refused = select(func.count(people.refusal.c.address.distinct())).where(people.refusal.c.address.like("oLeaver%"))
    assert _rows(house, refused) == leavers
    taps = sum(TEMPLATE in each.xml for each in callbacks if each.kind == "news")
    assert _rows(house, select(func.sum(contact.subscription.c.left))) == taps


def a_repeat_gets_the_same_words(soak: Soak, callbacks: list[Callback]) -> None:
    """`success` while the first is still being decided, else the first one's answer."""
    repeats = [each for each in callbacks if each.again >= 0]
    same = [each for each in repeats if soak.opened(each.number) == soak.opened(each.again)]
    other = [each for each in repeats if each not in same]
    assert [soak.opened(each.number) for each in other] == [""] * len(other)
    assert len(same) > len(repeats) * 0.9


def _count(house: Engine, where: Any) -> int:
    return _rows(house, select(func.count()).select_from(contact.message).where(where))


def _rows(house: Engine, query: Any) -> int:
    with reading(house) as conn:
        return int(conn.execute(query).scalar() or 0)
