"""The fake api.weixin.qq.com: the calls we make, with WeChat's rules and error codes (wechat.md §3)."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Connection, Engine

from bot.ports import Clock
from sandbox import (
    faults,
    mass,
    subscribing,
    tags,
    tokens,
    typing_sign,
    wechat_account,
    wechat_rules,
    wechat_send,
)
from sandbox.accounts import SandboxAccount
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused
from store.engine import writing

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
    "qrcode/create": wechat_account.qrcode,
    "user/info": wechat_account.user_info,
    "menu/create": wechat_account.menu_create,
    "menu/get": wechat_account.menu_get,
    "menu/delete": wechat_account.menu_delete,
}


def wechat_api(
    engine: Engine,
    clock: Clock,
    accounts: Mapping[str, SandboxAccount],
    wake: Callable[[], None],
    over: threading.Event,
) -> Blueprint:
    """wake: tells the courier that a callback waits. over: set when the sandbox stops."""
    blueprint = Blueprint("wechat_api", __name__)

    @blueprint.route("/cgi-bin/<path:api>", methods=["GET", "POST"])
    def call(api: str) -> Response:
        if api not in (*TOKENS, *CALLS):
            return Response("", status=404)
        with writing(engine) as connection:
            fault = faults.take(connection, api)
        if fault in faults.BEHAVIOURS and fault != "timeout_after":
            return faults.misbehave(fault, over)
        answer = (
            _refusal(Refused(int(fault), "fault of the sandbox"))
            if fault.removeprefix("-").isdecimal()
            else carry_out(api)
        )
        return faults.misbehave(fault, over) if fault == "timeout_after" else jsonify(answer)

    def carry_out(api: str) -> dict[str, Any]:
        try:
            with writing(engine) as connection:
                answer = _dispatch(connection, api, clock, accounts)
        except Refused as no:
            return _refusal(no)
        wake()
        return answer

    return blueprint


def _refusal(no: Refused) -> dict[str, Any]:
    return {"errcode": no.code, "errmsg": f"{no.text} rid: sandbox", **no.more}


def _dispatch(connection: Connection, api: str, clock: Clock, accounts: Mapping[str, SandboxAccount]) -> dict[str, Any]:
    now = clock.business()
    body = wechat_rules.json_body(request.get_data()) if request.method == "POST" else {}
    if api in TOKENS:
        return _token(connection, api, body or request.args, accounts, now)
    name = tokens.account_of(connection, request.args.get("access_token"), now)
    call = Call(connection, accounts[name], now, clock.machine(), request.args, body)
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
