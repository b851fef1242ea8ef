"""The fake api.weixin.qq.com: the calls we make, with WeChat's rules and error codes (wechat.md §3)."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Connection, Engine

from bot.ports import Clock
from sandbox import (
    examining,
    faults,
    mass,
    media,
    qr_codes,
    subscribing,
    tags,
    tokens,
    typing_sign,
    wechat_account,
    wechat_people,
    wechat_rules,
    wechat_send,
)
from sandbox.accounts import SandboxAccount
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused
from store.engine import reading, writing

TOKENS = ("token", "stable_token")
CALLS: dict[str, Callable[[Call], dict[str, Any]]] = {
    "message/custom/send": wechat_send.custom,
    "message/custom/typing": typing_sign.typing,
    "message/template/send": wechat_send.template,
    "message/subscribe/bizsend": subscribing.bizsend,
    "message/mass/send": mass.send,
    "message/mass/sendall": mass.send_all,
    "tags/create": tags.create,
    "tags/get": tags.get,
    "tags/members/batchtagging": tags.batch,
    "qrcode/create": qr_codes.create,
    "user/info": wechat_people.info,
    "user/info/batchget": wechat_people.batch,
    "user/get": wechat_people.everyone,
    "ticket/getticket": wechat_account.ticket,
    "menu/create": wechat_account.menu_create,
    "menu/get": wechat_account.menu_get,
    "menu/delete": wechat_account.menu_delete,
    "template/get_all_private_template": examining.templates,
    "wxaapi/newtmpl/gettemplate": examining.notices,
    "openapi/quota/get": examining.quota,
    "openapi/rid/get": examining.rid,
    "clear_quota": examining.clear_quota,
    "callback/check": examining.callback_check,
    "get_api_domain_ip": examining.addresses,
    "getcallbackip": examining.addresses,
}
FILES: dict[str, Callable[[Call], Response | dict[str, Any]]] = {"media/get": media.get, "media/upload": media.upload}


def wechat_api(
    engine: Engine,
    clock: Clock,
    accounts: Mapping[str, SandboxAccount],
    wake: Callable[[], None],
    over: threading.Event,
) -> Blueprint:
    """wake: tells the courier that a callback waits. over: set when the sandbox stops."""
    blueprint = Blueprint("wechat_api", __name__)

    @blueprint.route("/wxaapi/<path:api>", methods=["GET", "POST"])
    def wxaapi(api: str) -> Response:
        return call(f"wxaapi/{api}")

    @blueprint.route("/cgi-bin/<path:api>", methods=["GET", "POST"])
    def call(api: str) -> Response:
        if api not in (*TOKENS, *CALLS, *FILES):
            return Response("", status=404)
        with writing(engine) as connection:
            fault = faults.take(connection, api)
        if fault in faults.BEHAVIOURS and fault != "timeout_after":
            return faults.misbehave(fault, over)
        answer = (
            _refusal(Refused(int(fault), faults.DETAILS.get(fault, "fault of the sandbox")))
            if fault.removeprefix("-").isdecimal()
            else carry_out(api)
        )
        if fault == "timeout_after":
            return faults.misbehave(fault, over)
        return answer if isinstance(answer, Response) else jsonify(answer)

    def carry_out(api: str) -> Response | dict[str, Any]:
        try:
            with writing(engine) as connection:
                answer = _dispatch(connection, api, clock, accounts)
        except Refused as no:
            return _refusal(no)
        wake()
        return answer

    @blueprint.get(f"{media.WHERE}<media_id>")
    def video(media_id: str) -> Response:
        """Where media/get says a video lies; its address is the key."""
        with reading(engine) as connection:
            return media.by_address(connection, media_id, clock.business())

    return blueprint


def _refusal(no: Refused) -> dict[str, Any]:
    return {"errcode": no.code, "errmsg": f"{no.text} rid: sandbox", **no.more}


def _dispatch(
    connection: Connection, api: str, clock: Clock, accounts: Mapping[str, SandboxAccount]
) -> Response | dict[str, Any]:
    now = clock.business()
    body = wechat_rules.json_body(request.get_data()) if request.method == "POST" and api not in FILES else {}
    if api in TOKENS:
        return _token(connection, api, body or request.args, accounts, now)
    name = tokens.account_of(connection, request.args.get("access_token"), now)
    call = Call(connection, accounts[name], now, clock.machine(), request.args, body)
    if api in FILES:
        return FILES[api](call)  # without an errcode when all is well
    return {"errcode": 0, "errmsg": "ok", **CALLS[api](call)}


def _token(
    connection: Connection, api: str, asked: Mapping[str, Any], accounts: Mapping[str, SandboxAccount], now: datetime
) -> dict[str, Any]:
    account = next((one for one in accounts.values() if one.app_id == asked.get("appid")), None)
    if asked.get("grant_type") != "client_credential":
        raise Refused(40002, "invalid grant_type")
    if account is None:
        raise Refused(40013, "invalid appid")
    if asked.get("secret") != account.app_secret:
        raise Refused(40125, "invalid appsecret")
    if api == "token":
        token, seconds = tokens.plain(connection, account.name, now)
    else:
        token, seconds = tokens.stable(connection, account.name, now, asked.get("force_refresh") is True)
    return {"access_token": token, "expires_in": seconds}
