"""A text sent to oneself from the preview: where to, proved by a code, and the send (docs/administration.md)."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from bot.emails import BadEmail, parse_email
from bot.errors import RuleBroken
from bot.messages import Category, Way
from bot.phones import BadPhone, parse_phone
from channels.email_text import email_payload, letter
from channels.sms_text import sms_approved, sms_payload
from channels.trial import WAYS, sample_of
from store import own_addresses, trials
from store.own_addresses import Own
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.settings.office import done, keeper, noted, say
from web.login import me, user

OWN_WAY = {  # whose address a channel needs
    "wechat": Way.CUSTOM, "mass": Way.CUSTOM, "template": Way.CUSTOM, "sms": Way.SMS, "email": Way.EMAIL,
}  # fmt: skip


def register(pages: Blueprint, desk: Desk) -> None:
    def did(work: Callable[[Connection], str]) -> Answer:
        """Back to the text, with a sentence; "" is a wrong code, whose try is kept."""
        keeper()
        try:
            if said := desk.write(work):
                done(said)
            else:
                say(RuleBroken("wrong_code", "验证码不对，请再看一眼"))
        except RuleBroken as refusal:
            say(refusal)
        return redirect(url_for("inbox.preview_page", m=request.form.get("m") or None), 303)

    @pages.post("/inbox/preview/own")
    def own_ask() -> Answer:
        return did(lambda conn: _ask(conn, desk))

    @pages.post("/inbox/preview/own/prove")
    def own_prove() -> Answer:
        return did(lambda conn: _prove(conn, desk))

    @pages.post("/inbox/preview/own/drop")
    def own_drop() -> Answer:
        def drop(conn: Connection) -> str:
            way = _way()
            if own_addresses.drop(conn, user().id, way):
                noted(conn, desk, "own_address_dropped", way=way.value)
            return str(gettext("已解除"))

        return did(drop)

    @pages.post("/inbox/preview/send")
    def own_send() -> Answer:
        return did(lambda conn: _send(conn, desk))


def tried(conn: Connection, desk: Desk) -> dict[str, Any]:
    """What the page shows of it."""
    mine = {each.way.value: each for each in own_addresses.mine(conn, user(), desk.clock.machine())}
    by_channel = {name: mine.get(way.value) for name, way in OWN_WAY.items()}
    return {
        "own": mine,
        "sendable": {name for name, each in by_channel.items() if each is not None and each.proved},
        "account": mine["custom"].account if "custom" in mine else "",
        "can_text": sms_approved(desk.sms, trials.CODE, Category.SERVICE),
        "can_mail": desk.papers.dealer.email_texts is not None,
        "trials": trials.latest(conn, user()),
    }


def _way() -> Way:
    wanted = request.form.get("way")
    return next((way for way in (Way.SMS, Way.EMAIL) if way.value == wanted), Way.CUSTOM)


def _ask(conn: Connection, desk: Desk) -> str:
    way = _way()
    if way is Way.CUSTOM:
        own_addresses.ask_wechat(conn, user(), desk.clock.machine())
        return str(gettext("请在 10 分钟内从您自己的微信把这串字发给服务号"))
    address = _own_mailbox(desk) if way is Way.EMAIL else _own_phone(desk)
    code = own_addresses.ask_at(conn, user(), way, address, desk.clock.machine())
    own = Own(way, "", address, proved=False, code="")
    trials.send(
        conn, user(), own, desk.papers.dealer, message_id=trials.CODE, way=way, category=Category.SERVICE,
        payload=_code_payload(desk, way, code), now=desk.now(),
    )  # fmt: skip
    return str(gettext("验证码已发出，10 分钟内有效"))


def _own_phone(desk: Desk) -> str:
    """E.164, of a number that takes SMS."""
    if not sms_approved(desk.sms, trials.CODE, Category.SERVICE):
        raise RuleBroken("no_template", "这个短信模板没有获批")
    try:
        phone = parse_phone(request.form.get("phone", ""))
    except BadPhone as error:
        raise RuleBroken("bad_phone", "请填写一个手机号") from error
    if not phone.sms:
        raise RuleBroken("bad_phone", "请填写一个手机号")
    return phone.e164


def _own_mailbox(desk: Desk) -> str:
    if desk.papers.dealer.email_texts is None:
        raise RuleBroken("no_email", "还没有设邮箱账号")
    try:
        return parse_email(request.form.get("email", ""))
    except BadEmail as error:
        raise RuleBroken("bad_email", "请填写一个邮箱地址") from error


def _code_payload(desk: Desk, way: Way, code: str) -> Mapping[str, object]:
    if way is Way.SMS:
        return sms_payload(desk.sms, trials.CODE, {"code": code})
    text = desk.papers.renderer.text(trials.CODE, "email", {"code": code})
    return email_payload(letter(trials.CODE, text, Category.SERVICE), me().store_name, "")


def _prove(conn: Connection, desk: Desk) -> str:
    way, machine = _way(), desk.clock.machine()
    if way is Way.CUSTOM:
        own_addresses.prove_wechat(conn, user(), machine)
    elif not own_addresses.prove_at(conn, user(), way, request.form.get("code", ""), machine):
        return ""
    noted(conn, desk, "own_address_proved", way=way.value)
    return str(gettext("已绑定，可以发给自己试试了"))


def _send(conn: Connection, desk: Desk) -> str:
    form = request.form
    channel = form.get("channel", "")
    chosen = (form.get("m", ""), channel, form.get("account", ""), form.get("variant", ""))
    sample = sample_of(desk.previews, *chosen, sender=me().store_name)
    found = own_addresses.mine(conn, user(), desk.clock.machine())
    own = next((each for each in found if each.way is OWN_WAY[channel] and each.proved), None)
    if own is None:
        raise RuleBroken("no_own_address", "请先绑定您自己的手机、邮箱或微信")
    if sample.account not in ("", own.account):
        raise RuleBroken("other_account", "您的微信关注的是另一个服务号")
    made = trials.send(
        conn, user(), own, desk.papers.dealer, message_id=sample.message_id, way=WAYS[channel],
        category=sample.category, payload=sample.payload, now=desk.now(),
    )  # fmt: skip
    noted(conn, desk, "test_sent", message=sample.message_id, way=sample.way.value, outbox_id=made)
    return str(gettext("已发出，请看您的手机或邮箱"))
