"""WeChat as a scripted provider on this machine, and one account that talks with it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from channels.http import Http
from channels.wechat.send import WeChatApi, WeChatSender
from channels.wechat.token import AccessTokens
from store.losable import Losable
from tests.conftest import StillClock
from tests.provider import Provider, provider, says

TOKEN_PATH = "/cgi-bin/stable_token"
CUSTOM_PATH = "/cgi-bin/message/custom/send"
TEMPLATE_PATH = "/cgi-bin/message/template/send"
MASS_PATH = "/cgi-bin/message/mass/send"
QR_PATH = "/cgi-bin/qrcode/create"
SECRET = "app-secret-of-the-account"


@dataclass
class Account:
    """One process's view of the account: its own losable, tokens, api and sender."""

    tokens: AccessTokens
    api: WeChatApi
    sender: WeChatSender


def account(http: Http, losable: Losable, clock: StillClock) -> Account:
    tokens = AccessTokens(
        "wx0123456789", SECRET, http,
        cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
        monotonic=clock.monotonic, machine=clock.machine,
    )  # fmt: skip
    api = WeChatApi(tokens, http, clock.machine)
    return Account(tokens, api, WeChatSender(api))


@pytest.fixture
def wechat() -> Iterator[Provider]:
    with provider() as made:
        made.script(TOKEN_PATH, says({"access_token": "TOKEN-1", "expires_in": 7200}))
        yield made


@pytest.fixture
def one(wechat: Provider, clock: StillClock) -> Account:
    return account(wechat.http(), Losable(None, clock.monotonic), clock)
