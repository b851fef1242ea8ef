"""One WeChat account, asked by our own calls: token, clock, templates, quotas, and what stands against it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import requests
from sqlalchemy import Engine

from bot.dealer import WeChatAccount
from bot.errors import ChannelStopped, SendError
from channels.wechat import examine
from channels.wechat.outside import clock_of
from channels.wechat.send import WeChatApi
from channels.wechat.template import field_type
from channels.wechat.token import AccessTokens
from commands.examine.finding import Finding, error, ok, warning
from commands.examine.words import refusal
from store import templates, troubles
from store.engine import reading
from store.migrate import current, head

SKEW_WARNS_S, SKEW_FAILS_S = 60.0, 300.0  # WeChat's signatures are fresh for minutes; codes of log-ins for five
NEARLY = 0.1  # of the day's quota left
QUOTAS = {"customer-service messages": "message/custom/send", "template messages": "message/template/send"}
Ours: TypeAlias = Mapping[str, tuple[str, tuple[str, ...]]]  # key of dealer.yaml → template id, fields


@dataclass(frozen=True)
class Account:
    """tokens: doctor's own, so that a token fetched yesterday hides no wrong secret. lasting: read time-out long
    enough for WeChat's network check."""

    name: str
    app_id: str
    configured: WeChatAccount
    tokens: AccessTokens
    api: WeChatApi
    token: str = field(repr=False)

    def label(self, what: str) -> str:
        return f"wechat {self.name}: {what}"

    def may_ask(self) -> bool:
        """Without a token there is one line about it, by `token`, and silence from the others."""
        try:
            return bool(self.tokens.get())
        except SendError:
            return False


def token(account: Account) -> Iterator[Finding]:
    """Also the IP white list: WeChat looks at it first here."""
    check = account.label("token")
    try:
        account.tokens.get()
    except SendError as refused:
        yield error(check, *refusal(refused))
        return
    yield ok(check, "fetched; id, secret and IP white list are right")


def clock(base: str, machine: Callable[[], datetime]) -> Iterator[Finding]:
    try:
        theirs = clock_of(base)
    except requests.RequestException as away:
        yield error("clock", f"WeChat cannot be reached ({type(away).__name__})", "check the way out and the proxy")
        return
    if theirs is None:
        yield warning("clock", "WeChat's answer had no date", "compare this machine's clock by hand")
        return
    skew = abs((machine() - theirs).total_seconds())
    told = f"{skew:.0f} s from WeChat's"
    if skew > SKEW_FAILS_S:
        yield error("clock", told, "set this machine's clock (NTP): signatures and links would be refused")
    elif skew > SKEW_WARNS_S:
        yield warning("clock", told, "set this machine's clock (NTP)")
    else:
        yield ok("clock", told)


def bound_templates(account: Account) -> Iterator[Finding]:
    ours = {key: (each.template_id, tuple(each.fields)) for key, each in account.configured.templates.items()}
    yield from _bound(account, "templates", ours, examine.library)


def bound_subscriptions(account: Account) -> Iterator[Finding]:
    """Only where some are configured: an account without the ability is no fault then."""
    ours = {key: (each.template_id, tuple(each.fields)) for key, each in account.configured.subscriptions.items()}
    if ours:
        yield from _bound(account, "subscriptions", ours, examine.notices)


def _bound(
    account: Account, what: str, ours: Ours, library: Callable[[WeChatApi], examine.Fields]
) -> Iterator[Finding]:
    if not account.may_ask():
        return
    try:
        theirs = library(account.api)
    except SendError as refused:
        yield error(account.label(what), *refusal(refused))
        return
    wrong = [
        found for key, (given, fields) in ours.items() for found in _unbound(f"{what}.{key}", given, fields, theirs)
    ]
    for sentence, todo in wrong:
        yield error(account.label(what), sentence, todo)
    if not wrong:
        yield ok(account.label(what), f"{len(ours)} bound, with the account's own fields")


def _unbound(
    where: str, template_id: str, fields: tuple[str, ...], theirs: examine.Fields
) -> Iterator[tuple[str, str]]:
    """What keeps one configured template from being sent, with what to do."""
    if template_id not in theirs:
        yield f"{where}.template_id is not in the account's library", "choose it in the console, copy its id here"
        return
    known = theirs[template_id]
    for name in fields:
        if name not in known:
            same = [each for each in known if field_type(each) == field_type(name)]
            hint = f"the account calls it {same[0]}" if len(same) == 1 else f"the account has {', '.join(known)}"
            yield f"{where}.fields.{name} is not in the account's template", hint
    for name in (each for each in known if each not in fields):
        yield f"{where}.fields lacks {name}", "every field of the template needs a value (47003)"


def quotas(account: Account) -> Iterator[Finding]:
    if not account.may_ask():
        return
    for what, path in QUOTAS.items():
        check = account.label(f"quota of {what}")
        try:
            quota = examine.quota(account.api, path)
        except SendError as refused:
            yield warning(check, *refusal(refused))
            continue
        told = f"{quota.left} of {quota.limit} calls left today"
        if quota.left <= 0:
            yield error(check, told, "wait for midnight, or python app.py wechat clear-quota")
        elif quota.left < quota.limit * NEARLY:
            yield warning(check, told, "see what sends so much")
        else:
            yield ok(check, told)


def reached(account: Account) -> Iterator[Finding]:
    """WeChat's own look at our callback. Where it is not allowed, that is no fault of the account."""
    if not account.may_ask():
        return
    check = account.label("network check")
    try:
        seen = examine.reach(account.api)
    except ChannelStopped as stopped:
        yield warning(check, *refusal(stopped))
    except SendError as refused:
        yield warning(check, f"WeChat made none ({refused.code})", "it needs the address saved in the console first")
    else:
        if seen.lost is None or seen.lost > 0:
            lost = "no answer to its ping" if seen.lost is None else f"{seen.lost} % of its packets lost"
            yield warning(check, f"WeChat sees {lost}", "ping may be shut on purpose; else look at the firewall")
        else:
            yield ok(check, f"WeChat reaches {', '.join(seen.addresses) or 'the callback'}")


def standing(engine: Engine, account: Account, machine: Callable[[], datetime]) -> Iterator[Finding]:
    """What the worker has learned: stopped ways, disabled templates."""
    check = account.label("standing")
    with reading(engine) as conn:
        if current(conn) != head():
            return  # the line of the database says it
        open_ones = [each for each in troubles.standing(conn, machine(), [account.name]) if each.account]
        disabled = [each for each in templates.rows(conn) if each.account == account.name]
    named = account.configured.message_of
    for trouble in open_ones:
        level = error if trouble.stops else warning
        yield level(check, f"{trouble.way}: {trouble.sentence} ({trouble.code})", "see the line of the token, or inbox")
    for each in (row for row in disabled if row.template_id in named):
        todo = f"python app.py wechat enable-template {account.name} {each.template_id}"
        yield warning(check, f"the template of {named[each.template_id]} is disabled ({each.code})", todo)
    if not open_ones and not any(row.template_id in named for row in disabled):
        yield ok(check, "nothing stands against it")
