"""`doctor`: what is well, what is doubtful and what is wrong with this installation, and what to do about it.

Exit code 0 all well, 1 warnings, 2 errors. Checks run side by side and change nothing.
"""

import argparse
import json
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.errors import HuifangError
from bot.ports import Clock
from channels.email import EmailSender
from channels.http import Http
from channels.sms_aliyun import AliyunSms
from channels.sms_tencent import TencentSms
from channels.wechat.send import WeChatApi
from channels.wechat.token import AccessTokens
from commands.alert_parts import connected
from commands.examine import alerts, callback, email, machine, sms, sms_tencent, wechat
from commands.examine.finding import Check, Finding, Level, ok, side_by_side, warning
from config.accounts import AccountSecrets
from config.calendar import Calendar
from config.settings import Settings
from store.losable import Losable

LIMIT_S = 25.0  # for all checks together; the longest waits for WeChat's own look at our network
TIMEOUTS = (3.0, 15.0)
SIGNS = {Level.OK: "ok     ", Level.WARNING: "warning", Level.ERROR: "error  "}


class Needs(Protocol):
    """now: the machine's clock; clock.business stamps our verification request, as the sandbox would."""

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def monotonic(self) -> Callable[[], float]: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def calendar(self) -> Calendar: ...

    @property
    def accounts(self) -> Mapping[str, AccountSecrets]: ...

    @property
    def sms(self) -> object: ...

    @property
    def email(self) -> object: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help='one JSON object: {"level","findings":[…]}')
    parser.add_argument("--offline", action="store_true", help="ask no provider and nobody outside")


def run(house: Needs, options: argparse.Namespace) -> int:
    found = side_by_side(checks(house, offline=options.offline), LIMIT_S, house.monotonic)
    worst = max((each.level for each in found), default=Level.OK)
    print(_json(found, worst) if options.json else _text(found))
    return int(worst)


def checks(house: Needs, *, offline: bool) -> dict[str, Check]:
    """In the order of the answer. Each reads its part of the house itself: a broken part is a line, no traceback."""
    settings = house.settings
    own: dict[str, Check] = {
        "settings": partial(machine.settings_agree, settings),
        "secrets": partial(machine.secrets_are_closed, settings, os.environ),
        "data folder": partial(machine.data_folder, settings),
        "database": lambda: machine.database(house.engine),
        "redis": partial(machine.redis, settings),
        "staff": lambda: machine.people(house.engine),
        "holidays": lambda: machine.holidays(house.calendar, house.now()),
        "dealer.yaml": lambda: [ok("dealer.yaml", f"{len(house.dealer.stores)} store(s)")],
        "consents.yaml": lambda: machine.wordings(house.engine, settings.config_dir),
        "alerts: last answers": lambda: alerts.last_answers(house.engine),
        "accounts": lambda: [ok("accounts", f"WeChat: {', '.join(house.accounts) or 'none'}")],
    }
    if offline:
        return own
    if settings.sandbox and not _listens(settings.sandbox_port):
        return own | {"providers": _no_sandbox}
    try:
        return own | _outside(house)
    except HuifangError:  # the lines of dealer.yaml and accounts say what is wrong
        return own


def _outside(house: Needs) -> dict[str, Check]:
    settings = house.settings
    known = house.accounts
    found: dict[str, Check] = {"alerts": lambda: alerts.destinations(connected(house))}
    if known:
        found["clock"] = partial(wechat.clock, settings.wechat_api_base, house.now)
        found["callback: address"] = partial(callback.address, settings)
    for name, given in known.items():
        found |= _account(house, name, given)
    if isinstance(house.sms, AliyunSms):
        found["sms"] = partial(sms.reviewed, house.sms, house.dealer.sms)
    if isinstance(house.sms, TencentSms):
        found["sms"] = partial(sms_tencent.reviewed, house.sms, house.dealer.sms)
    if isinstance(house.email, EmailSender):
        found["e-mail"] = partial(email.account, house.email)
    return found


def _account(house: Needs, name: str, given: AccountSecrets) -> dict[str, Check]:
    account = account_of(house, name, given)
    return {
        account.label("token"): partial(wechat.token, account),
        account.label("templates"): partial(wechat.bound_templates, account),
        account.label("subscriptions"): partial(wechat.bound_subscriptions, account),
        account.label("quota"): partial(wechat.quotas, account),
        account.label("standing"): partial(wechat.standing, house.engine, account, house.now),
        account.label("network check"): partial(wechat.reached, account),
        f"callback: /wechat/{name}": partial(callback.answers, house.settings, name, given.token, house.clock.business),
    }


def account_of(house: Needs, name: str, given: AccountSecrets) -> wechat.Account:
    """With tokens of its own, from no cache."""
    http, losable = Http(house.settings.wechat_api_base, TIMEOUTS), Losable(None, house.monotonic)
    tokens = AccessTokens(
        given.app_id,
        given.app_secret,
        http,
        cache=losable.tokens,
        lock=losable.locks,
        wakeups=losable.wakeups,
        monotonic=house.monotonic,
        machine=house.now,
    )
    api = WeChatApi(tokens, http, house.now)
    return wechat.Account(name, given.app_id, house.dealer.accounts[name], tokens, api, given.token)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _no_sandbox() -> Sequence[Finding]:
    return [warning("providers", "the sandbox is not running, so WeChat and SMS were not asked", callback.START)]


def _text(found: Sequence[Finding]) -> str:
    return "\n".join(line for each in found for line in _lines(each))


def _lines(each: Finding) -> list[str]:
    told = [f"{SIGNS[each.level]} {each.check}: {each.sentence}"]
    return [*told, f"        → {each.todo}"] if each.todo else told


def _json(found: Sequence[Finding], worst: Level) -> str:
    rows = [
        {"level": each.level.name.lower(), "check": each.check, "sentence": each.sentence, "todo": each.todo}
        for each in found
    ]
    return json.dumps({"level": worst.name.lower(), "findings": rows}, ensure_ascii=False)
