"""One token fetch however many threads and processes ask, one refresh and one retry however often it is refused.

wechat.md §7.3 nos. 5 (races, endless retry), 6 (no time-out) and 16 (40164); §7.2, row "token refresh".
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.errors import ChannelStopped, SendError, TryLater
from bot.messages import Outgoing, Way
from store.losable import Losable
from tests.channels.wechat.conftest import CUSTOM_PATH, SECRET, TOKEN_PATH, Account, account
from tests.conftest import StillClock
from tests.provider import HTML, HTTP500, RESET, SILENCE, Asked, Provider, Step, says
from tests.valkey import Valkey

ROOT = Path(__file__).parents[3]
CUSTOM = Outgoing("out-1", Way.CUSTOM, "main", "oLiLei", {"text": "您好"})


class Issuer:
    """WeChat's side of tokens: the newest is good, what was revoked is refused with 40001."""

    def __init__(self, wechat: Provider) -> None:
        self.number = 1
        self._guard = threading.Lock()
        self._revoked = False
        wechat.on(TOKEN_PATH, self.issue)
        wechat.on(CUSTOM_PATH, self.accept)

    def issue(self, _asked: Asked) -> Step:
        with self._guard:
            if self._revoked:
                self.number, self._revoked = self.number + 1, False
            return says({"access_token": f"TOKEN-{self.number}", "expires_in": 7200})

    def accept(self, asked: Asked) -> Step:
        with self._guard:
            good = not self._revoked and asked.query["access_token"] == f"TOKEN-{self.number}"
        return says({"errcode": 0 if good else 40001, "errmsg": "rid: r"})

    def revoke(self) -> None:
        self._revoked = True


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with TemporaryDirectory(prefix="vk") as folder:
        server = Valkey(Path(folder))
        server.start()
        yield server
        server.stop()


def send_together(accounts: list[Account]) -> list[object]:
    gate = threading.Barrier(len(accounts))

    def send(one: Account) -> object:
        gate.wait(10)
        try:
            return one.sender.send(CUSTOM)
        except SendError as error:
            return error

    with ThreadPoolExecutor(len(accounts)) as pool:
        return list(pool.map(send, accounts))


def test_the_question_is_the_stable_token(wechat: Provider, one: Account) -> None:
    assert one.tokens.get() == "TOKEN-1"
    assert wechat.to(TOKEN_PATH)[0].body == {
        "grant_type": "client_credential",
        "appid": "wx0123456789",
        "secret": SECRET,
        "force_refresh": False,
    }


@pytest.mark.parametrize("with_redis", [True, False])
def test_sixteen_threads_cold_fetch_once_and_revoked_fetch_once_more(
    wechat: Provider, valkey: Valkey, clock: StillClock, with_redis: bool
) -> None:
    issuer = Issuer(wechat)
    one = account(wechat.http(), Losable(valkey.url if with_redis else None), clock)
    assert send_together([one] * 16) == [""] * 16
    assert (len(wechat.to(TOKEN_PATH)), len(wechat.to(CUSTOM_PATH))) == (1, 16)
    issuer.revoke()
    assert send_together([one] * 16) == [""] * 16
    assert len(wechat.to(TOKEN_PATH)) == 2
    assert len(wechat.to(CUSTOM_PATH)) <= 16 + 32


def test_sixteen_processes_share_one_fetch_through_redis(wechat: Provider, valkey: Valkey, clock: StillClock) -> None:
    issuer = Issuer(wechat)
    processes = [account(wechat.http(), Losable(valkey.url), clock) for _ in range(16)]
    assert send_together(processes) == [""] * 16
    assert len(wechat.to(TOKEN_PATH)) == 1
    issuer.revoke()
    assert send_together(processes) == [""] * 16
    assert len(wechat.to(TOKEN_PATH)) == 2


def test_two_real_processes_share_one_fetch(wechat: Provider, valkey: Valkey) -> None:
    """Eight threads in each, cold and started together, then with a revoked token."""
    issuer = Issuer(wechat)
    for fetches in (1, 2):
        command = [sys.executable, "-m", "tests.channels.wechat.asking", wechat.base, valkey.url]
        asking = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        sent = [process.communicate(timeout=60)[0].strip().splitlines()[-1] for process in asking]
        assert sent == ["8 sent", "8 sent"]
        assert len(wechat.to(TOKEN_PATH)) == fetches
        issuer.revoke()


def test_with_a_dead_redis_each_process_fetches_for_itself_and_nobody_fails(
    wechat: Provider, valkey: Valkey, clock: StillClock
) -> None:
    issuer = Issuer(wechat)
    valkey.stop()
    processes = [account(wechat.http(), Losable(valkey.url, clock.monotonic), clock) for _ in range(4)]
    assert send_together(processes * 4) == [""] * 16
    assert len(wechat.to(TOKEN_PATH)) <= 4
    issuer.revoke()
    assert send_together(processes * 4) == [""] * 16
    assert len(wechat.to(TOKEN_PATH)) <= 8


def test_redis_stopped_or_flushed_costs_a_fetch_and_no_message(
    wechat: Provider, valkey: Valkey, clock: StillClock
) -> None:
    Issuer(wechat)
    one = account(wechat.http(), Losable(valkey.url, clock.monotonic), clock)
    one.sender.send(CUSTOM)
    valkey.flush()
    one.sender.send(CUSTOM)
    valkey.stop()
    one.sender.send(CUSTOM)
    assert len(wechat.to(CUSTOM_PATH)) == 3
    assert len(wechat.to(TOKEN_PATH)) == 2, "while Redis is away the process uses its own copy"


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_refused_twice_is_refreshed_once_and_the_message_waits(
    wechat: Provider, one: Account, code: int
) -> None:
    wechat.script(TOKEN_PATH, *(says({"access_token": f"T{n}", "expires_in": 7200}) for n in range(1, 9)))
    wechat.script(CUSTOM_PATH, says({"errcode": code, "errmsg": "rid: r"}))
    with pytest.raises(TryLater) as caught:
        one.sender.send(CUSTOM)
    assert caught.value.channel_wide
    assert [asked.query["access_token"] for asked in wechat.to(CUSTOM_PATH)] == ["T1", "T2"]
    assert len(wechat.to(TOKEN_PATH)) == 2


@pytest.mark.parametrize("code", [40001, 40013, 40125, 40164, 40243, 89503])
def test_a_refused_secret_or_ip_stops_the_account(wechat: Provider, one: Account, code: int) -> None:
    wechat.script(TOKEN_PATH, says({"errcode": code, "errmsg": "no 203.0.113.7 rid: r"}))
    with pytest.raises(ChannelStopped) as caught:
        one.sender.send(CUSTOM)
    assert caught.value.code == str(code)
    assert wechat.to(CUSTOM_PATH) == []


@pytest.mark.parametrize("step", [RESET, SILENCE, HTTP500, HTML, says({"errcode": -1}), says({"expires_in": 7200})])
def test_a_failed_fetch_waits_and_spares_wechat(wechat: Provider, one: Account, clock: StillClock, step: Step) -> None:
    wechat.script(TOKEN_PATH, step, says({"access_token": "T2", "expires_in": 7200}))
    wechat.script(CUSTOM_PATH, says({"errcode": 0}))
    errors = send_together([one] * 4)
    assert {type(error) for error in errors} == {TryLater}
    assert len(wechat.to(TOKEN_PATH)) == 1, "the others get the first one's error"
    clock.advance(seconds=6)
    assert one.sender.send(CUSTOM) == ""


@pytest.mark.parametrize(
    ("expires_in", "kept"),
    [(7200, 6600), (1000, 700), (300, 60), (0, 60)],
)
def test_a_token_is_kept_with_a_margin(
    wechat: Provider, one: Account, clock: StillClock, expires_in: int, kept: int
) -> None:
    wechat.script(TOKEN_PATH, *(says({"access_token": f"T{n}", "expires_in": expires_in}) for n in (1, 2)))
    assert one.tokens.get() == "T1"
    clock.advance(seconds=kept - 1)
    assert one.tokens.get() == "T1"
    clock.advance(seconds=2)
    assert one.tokens.get() == "T2"


def test_only_the_refused_token_is_replaced(wechat: Provider, one: Account) -> None:
    assert one.tokens.get() == "TOKEN-1"
    assert one.tokens.instead_of("an older one") == "TOKEN-1"
    assert len(wechat.to(TOKEN_PATH)) == 1
