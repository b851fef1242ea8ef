"""The accounts as this process reaches them, all over one pool of connections."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ports import Lock, TokenCache, WakeUps
from channels.http import Http
from channels.wechat.oauth import PageVisitors
from channels.wechat.send import WeChatApi
from channels.wechat.ticket import JsTickets
from channels.wechat.token import AccessTokens

WAITING = (1.0, 1.5)  # connect, read: a customer waits for the page meanwhile, and it can do without


class Credentials(Protocol):
    """`config.accounts.AccountSecrets`."""

    @property
    def app_id(self) -> str: ...

    @property
    def app_secret(self) -> str: ...


class Kept(Protocol):
    """`store.losable.Losable`."""

    @property
    def tokens(self) -> TokenCache: ...

    @property
    def locks(self) -> Lock: ...

    @property
    def wakeups(self) -> WakeUps: ...


@dataclass(frozen=True, slots=True)
class WeChatAccounts:
    """By account name. tokens, apis: of the account's calls. visitors: who opens a page from its menu. tickets: of
    the JS-SDK.
    """

    tokens: Mapping[str, AccessTokens]
    apis: Mapping[str, WeChatApi]
    visitors: Mapping[str, PageVisitors]
    tickets: Mapping[str, JsTickets]


def connected(
    known: Mapping[str, Credentials],
    api_base: str,
    oauth_base: str,
    kept: Kept,
    monotonic: Callable[[], float],
    machine: Callable[[], datetime],
) -> WeChatAccounts:
    http, hasty = Http(api_base), Http(api_base, WAITING)

    def tokens(one: Credentials, http: Http) -> AccessTokens:
        return AccessTokens(
            one.app_id,
            one.app_secret,
            http,
            cache=kept.tokens,
            lock=kept.locks,
            wakeups=kept.wakeups,
            monotonic=monotonic,
            machine=machine,
        )

    def visitors(one: Credentials) -> PageVisitors:
        return PageVisitors(
            one.app_id,
            one.app_secret,
            http,
            oauth_base,
            cache=kept.tokens,
            lock=kept.locks,
            wakeups=kept.wakeups,
            machine=machine,
        )

    def tickets(one: Credentials) -> JsTickets:
        api = WeChatApi(tokens(one, hasty), hasty, machine)
        return JsTickets(one.app_id, api, cache=kept.tokens, lock=kept.locks, wakeups=kept.wakeups, monotonic=monotonic)

    owned = {name: tokens(one, http) for name, one in known.items()}
    return WeChatAccounts(
        owned,
        {name: WeChatApi(token, http, machine) for name, token in owned.items()},
        {name: visitors(one) for name, one in known.items()},
        {name: tickets(one) for name, one in known.items()},
    )
