"""SIGKILL at every point of a send: nothing lost, nothing sent twice, `uncertain` where that is the truth."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine

from scheduler.deliver import LEASE_S
from tests.conftest import StillClock
from tests.kill.doomed import TEN
from tests.scheduler.stage import Stage

ROOT = Path(__file__).parents[2]
SENT = [("done", "sent", "")]
pytestmark = pytest.mark.slow


class Provider(ThreadingHTTPServer):
    """Keeps what arrived; kills the caller that asks for it, before any answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.got: list[dict[str, object]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Provider)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append(body)
        if body["kill"]:
            os.kill(body["pid"], signal.SIGKILL)
            return
        answer = json.dumps({"id": f"id-{len(self.server.got)}"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    """The house that is left, or started again, after the kill."""
    clock.now = TEN
    return Stage(engine, clock)


def killed(database_url: str, point: str, provider: Provider) -> None:
    command = [sys.executable, "-m", "tests.kill.doomed", database_url, point, provider.url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=ROOT, env=environment, timeout=60, check=False, capture_output=True)
    assert ended.returncode == (0 if point == "none" else -signal.SIGKILL), ended.stderr.decode()


def come_back(stage: Stage) -> int:
    """Another worker, after the leases of the dead one ended; how many messages it sent."""
    for _ in range(4):
        stage.clock.now += timedelta(seconds=LEASE_S + 1)
        stage.calls.tick()
        stage.round()
    return sum(len(phone.sent) for phone in stage.phones.values())


def test_unharmed_it_sends_once(stage: Stage, database_url: str, provider: Provider) -> None:
    stage.an_order(stage.a_file())
    killed(database_url, "none", provider)
    assert len(provider.got) == 1
    assert come_back(stage) == 0
    assert stage.outcome() == SENT


@pytest.mark.parametrize("point", ["planning", "gate", "before"])
def test_killed_before_the_call_nothing_is_lost(
    stage: Stage, database_url: str, provider: Provider, point: str
) -> None:
    stage.an_order(stage.a_file())
    killed(database_url, point, provider)
    assert provider.got == []
    assert come_back(stage) == 1
    assert stage.outcome() == SENT


@pytest.mark.parametrize("point", ["during", "after"])
def test_killed_in_an_sms_call_it_is_uncertain_and_never_sent_twice(
    stage: Stage, database_url: str, provider: Provider, point: str
) -> None:
    stage.an_order(stage.a_file())
    killed(database_url, point, provider)
    assert len(provider.got) == 1
    assert come_back(stage) == 0
    assert stage.outcome() == [("done", "uncertain", "no_answer")]


@pytest.mark.parametrize("point", ["during", "after"])
def test_killed_in_a_template_call_it_is_sent_again_under_the_id_the_provider_knows(
    stage: Stage, database_url: str, provider: Provider, point: str
) -> None:
    stage.an_order(stage.a_file(openid="o-lilei"))
    killed(database_url, point, provider)
    assert come_back(stage) == 1
    ids = {out.out_id for phone in stage.phones.values() for out in phone.sent}
    assert ids == {provider.got[0]["out_id"]}
    assert stage.outcome() == SENT
