"""Who opened a page: the code's exchange, a row an answer, and the second load WeChat makes."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import ChannelStopped, ContentRefused, HuifangError, TryLater
from channels.wechat.oauth import CodeSpent, PageVisitors, Visitor
from store.losable import Losable
from tests.channels.wechat.conftest import SECRET
from tests.conftest import StillClock
from tests.provider import HTML, HTTP500, NO_ANSWER_NAMES, NO_ANSWERS, Asked, Provider, Step, provider, says
from tests.valkey import Valkey

PATH = "/sns/oauth2/access_token"
GOOD = says({"access_token": "t", "expires_in": 7200, "refresh_token": "r", "openid": "oLiLei", "scope": "snsapi_base"})
SNAPSHOT = says({"access_token": "t", "openid": "oVirtual", "scope": "snsapi_base", "is_snapshotuser": 1})


@pytest.fixture
def weixin() -> Iterator[Provider]:
    with provider() as made:
        yield made


def visitors(weixin: Provider, losable: Losable, clock: StillClock) -> PageVisitors:
    return PageVisitors(
        "wx0123456789", SECRET, weixin.http(), "https://open.weixin.qq.com/",
        cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups, machine=clock.machine,
    )  # fmt: skip


@pytest.fixture
def asked(weixin: Provider, clock: StillClock) -> PageVisitors:
    return visitors(weixin, Losable(None, clock.monotonic), clock)


def test_the_browser_is_sent_with_the_parameters_in_weixins_order(asked: PageVisitors) -> None:
    assert asked.address("https://car.example/w/main/cars/back", "s-1") == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx0123456789"
        "&redirect_uri=https%3A%2F%2Fcar.example%2Fw%2Fmain%2Fcars%2Fback"
        "&response_type=code&scope=snsapi_base&state=s-1#wechat_redirect"
    )


def test_a_code_stands_for_an_openid(weixin: Provider, asked: PageVisitors) -> None:
    weixin.script(PATH, GOOD)
    assert asked.visitor("c-1") == Visitor("oLiLei")
    (sent,) = weixin.to(PATH)
    assert sent.query == {
        "appid": "wx0123456789", "secret": SECRET, "code": "c-1", "grant_type": "authorization_code",
    }  # fmt: skip


def test_the_openid_of_a_snapshot_page_is_not_kept(weixin: Provider, asked: PageVisitors) -> None:
    """§7.3 no. 13: it is virtual and stands for nobody; nothing may be bound to it."""
    weixin.script(PATH, SNAPSHOT)
    assert [asked.visitor("c-1"), asked.visitor("c-1")] == [Visitor(""), Visitor("")]
    assert len(weixin.to(PATH)) == 1


def test_the_second_load_of_the_page_gets_the_same_answer(weixin: Provider, asked: PageVisitors) -> None:
    weixin.script(PATH, GOOD, says({"errcode": 40163, "errmsg": "code been used"}))
    assert [asked.visitor("c-1"), asked.visitor("c-1")] == [Visitor("oLiLei")] * 2
    with pytest.raises(CodeSpent):
        asked.visitor("c-2")


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (says({"errcode": 40029, "errmsg": "invalid code"}), CodeSpent),
        (says({"errcode": 40163, "errmsg": "code been used"}), CodeSpent),
        (says({"errcode": -1, "errmsg": "busy"}), TryLater),
        (says({"errcode": 40125, "errmsg": "invalid appsecret"}), ChannelStopped),
        (says({"errcode": 99999, "errmsg": "?"}), ContentRefused),
        (HTTP500, TryLater),
        (HTML, TryLater),
        *((step, TryLater) for step in NO_ANSWERS),
    ],
    ids=["40029", "40163", "-1", "40125", "unlisted", "500", "login_page", *NO_ANSWER_NAMES],
)
def test_what_weixin_may_say_instead(
    weixin: Provider, asked: PageVisitors, step: Step, error: type[HuifangError]
) -> None:
    weixin.script(PATH, step)
    with capture_logs() as logs, pytest.raises(HuifangError) as caught:
        asked.visitor("c-1")
    assert type(caught.value) is error
    assert SECRET not in f"{logs} {caught.value}"


@pytest.mark.parametrize("code", ["", "a b", "x" * 201, "码"])
def test_what_is_no_code_is_not_asked_about(weixin: Provider, asked: PageVisitors, code: str) -> None:
    with pytest.raises(CodeSpent):
        asked.visitor(code)
    assert weixin.asked == []


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path)
    server.start()
    yield server
    server.stop()


def test_loads_at_once_in_two_processes_exchange_the_code_once(
    weixin: Provider, clock: StillClock, valkey: Valkey
) -> None:
    first = threading.Event()

    def once(_asked: Asked) -> Step:
        if first.is_set():
            return says({"errcode": 40163, "errmsg": "code been used"})
        first.set()
        return GOOD

    weixin.on(PATH, once)
    with ThreadPoolExecutor(8) as pool:
        processes = [visitors(weixin, Losable(valkey.url, clock.monotonic), clock) for _ in range(2)]
        found = list(pool.map(lambda number: processes[number % 2].visitor("c-1"), range(8)))
    assert found == [Visitor("oLiLei")] * 8
    assert len(weixin.to(PATH)) == 1
