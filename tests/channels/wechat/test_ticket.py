"""The JS-SDK's signature against WeChat's own example, and its ticket: one fetch however many ask."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import ChannelStopped, SendError, TryLater
from channels.wechat.ticket import JsTickets, signature
from store.losable import Losable
from tests.channels.wechat.conftest import Account
from tests.conftest import StillClock
from tests.provider import HTML, NO_ANSWER_NAMES, NO_ANSWERS, Provider, Step, says

PATH = "/cgi-bin/ticket/getticket"
VECTORS = json.loads((Path(__file__).parents[2] / "data" / "wechat-vectors.json").read_text())
(EXAMPLE,) = [each for each in VECTORS if each["kind"] == "jsapi_signature"]
GOOD = says({"errcode": 0, "errmsg": "ok", "ticket": EXAMPLE["jsapi_ticket"], "expires_in": 7200})


def of(one: Account, losable: Losable, clock: StillClock) -> JsTickets:
    return JsTickets(
        "wx0123456789", one.api, cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
        monotonic=clock.monotonic,
    )  # fmt: skip


@pytest.fixture
def tickets(one: Account, clock: StillClock) -> JsTickets:
    return of(one, Losable(None, clock.monotonic), clock)


@pytest.mark.parametrize("behind", ["", "#part"])
def test_the_signature_is_that_of_weixins_own_example(behind: str) -> None:
    made = signature(EXAMPLE["jsapi_ticket"], EXAMPLE["noncestr"], int(EXAMPLE["timestamp"]), EXAMPLE["url"] + behind)
    assert made == EXAMPLE["signature"]


def test_a_page_is_signed_with_the_ticket(wechat: Provider, tickets: JsTickets) -> None:
    wechat.script(PATH, GOOD)
    signed = tickets.sign(EXAMPLE["url"], EXAMPLE["noncestr"], int(EXAMPLE["timestamp"]))
    assert (signed.app_id, signed.nonce, signed.signature) == (
        "wx0123456789",
        EXAMPLE["noncestr"],
        EXAMPLE["signature"],
    )
    assert wechat.to(PATH)[0].query == {"access_token": "TOKEN-1", "type": "jsapi"}


def test_the_ticket_is_kept_like_the_token_and_does_not_meet_it(
    wechat: Provider, one: Account, clock: StillClock
) -> None:
    wechat.script(PATH, GOOD)
    losable = Losable(None, clock.monotonic)
    tickets = of(one, losable, clock)
    assert [tickets.get() for _ in range(3)] == [EXAMPLE["jsapi_ticket"]] * 3
    assert len(wechat.to(PATH)) == 1
    assert losable.tokens.get("wx0123456789") is None
    clock.advance(seconds=6601)
    tickets.get()
    assert len(wechat.to(PATH)) == 2


def test_sixteen_threads_fetch_it_once(wechat: Provider, tickets: JsTickets) -> None:
    wechat.script(PATH, GOOD)
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(lambda _: tickets.get(), range(16))) == {EXAMPLE["jsapi_ticket"]}
    assert len(wechat.to(PATH)) == 1


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (says({"errcode": -1, "errmsg": "busy"}), TryLater),
        (says({"errcode": 45009, "errmsg": "quota"}), TryLater),
        (says({"errcode": 48001, "errmsg": "unauthorized"}), ChannelStopped),
        (says({"errcode": 0, "errmsg": "ok"}), TryLater),
        (HTML, TryLater),
        *((step, TryLater) for step in NO_ANSWERS),
    ],
    ids=["-1", "45009", "48001", "no_ticket", "login_page", *NO_ANSWER_NAMES],
)
def test_what_may_go_wrong_and_nobody_asks_again_for_a_while(
    wechat: Provider, tickets: JsTickets, step: Step, error: type[SendError]
) -> None:
    wechat.script(PATH, step)
    for _ in range(3):
        with pytest.raises(SendError) as caught:
            tickets.get()
        assert type(caught.value) is error
    assert len(wechat.to(PATH)) <= 2  # once, and once more where no answer came
