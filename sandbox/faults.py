"""Faults armed by a test: the next calls of one api go wrong in a chosen way."""

import socket
import struct
import threading
from typing import Any

from flask import Response, request
from sqlalchemy import Connection, delete, insert, select, update

from sandbox.tables import fault

HOLD_S = 60.0  # longer than any client waits; the answer never comes
BEHAVIOURS = ("timeout_after", "reset", "http500", "html")

# Name of a call in `POST /control/faults` → the call. `call_named` also takes WeChat's whole paths.
APIS = {
    "token": "token",
    "stable_token": "stable_token",
    "custom": "message/custom/send",
    "custom/typing": "message/custom/typing",
    "template": "message/template/send",
    "template/finish": "template/finish",
    "subscription": "message/subscribe/bizsend",
    "mass": "message/mass/send",
    "mass/sendall": "message/mass/sendall",
    "qrcode/create": "qrcode/create",
    "user/info": "user/info",
    "user/info/batchget": "user/info/batchget",
    "user/get": "user/get",
    "ticket/getticket": "ticket/getticket",
    "oauth": "sns/oauth2/access_token",
    "menu/create": "menu/create",
    "template/list": "template/get_all_private_template",
    "subscription/list": "wxaapi/newtmpl/gettemplate",
    "openapi/quota/get": "openapi/quota/get",
    "openapi/rid/get": "openapi/rid/get",
    "clear_quota": "clear_quota",
    "callback/check": "callback/check",
    "get_api_domain_ip": "get_api_domain_ip",
    "getcallbackip": "getcallbackip",
    "menu/get": "menu/get",
    "media/get": "media/get",
    "media/upload": "media/upload",
    "sms": "SendSms",
    "sms/query": "QuerySendDetails",
    "sms/template": "QuerySmsTemplate",
    "sms/sign": "QuerySmsSign",
    "sms/report": "sms/report",
    "sms/templates": "DescribeSmsTemplateList",
    "sms/find": "PullSmsSendStatusByPhoneNumber",
    "sms/pull/statuses": "PullSmsSendStatus",
    "sms/pull/replies": "PullSmsReplyStatus",
}
# What WeChat adds to these codes, for a caller that reads it.
DETAILS = {
    "40164": "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist",
    "47003": "argument invalid! data.thing1.value invalid",
}
REPORTS = ("template/finish", "sms/report")  # not calls: what is told afterwards of an accepted one
OTHER_NAMES = {
    "template/get_all_private_template": "template/list",
    "wxaapi/newtmpl/gettemplate": "subscription/list",
    "subscribe/bizsend": "subscription",
}
OF_SMS = {  # the gateways' own names of their calls
    call.lower(): name for name, call in APIS.items() if name.startswith("sms") and call not in REPORTS
}


def call_named(api: str) -> str | None:
    """The call meant by `template`, `message/template/send` or `/cgi-bin/message/template/send`; None if unknown."""
    name = api.strip("/").removeprefix("cgi-bin/").removeprefix("message/").removesuffix("/send")
    return APIS.get(OTHER_NAMES.get(name) or OF_SMS.get(name.lower(), name))


def can_fail_with(call: str, code: str) -> bool:
    """A report takes any status; a call a behaviour or a code of its provider's, which at WeChat is a number."""
    if call in REPORTS:
        return bool(code)
    return code in BEHAVIOURS or call.lower() in OF_SMS or code.removeprefix("-").isdecimal()


def arm(connection: Connection, api: str, code: str, times: int) -> None:
    """The next `times` calls fail; a new fault on an api replaces the one before, 0 takes it away."""
    connection.execute(delete(fault).where(fault.c.api == api))
    if times:
        connection.execute(insert(fault).values(api=api, code=code, left=times))


def take(connection: Connection, api: str) -> str:
    """The code the next call of this api must fail with, or ""."""
    row = connection.execute(select(fault).where(fault.c.api == api, fault.c.left > 0)).first()
    if row is None:
        return ""
    connection.execute(update(fault).where(fault.c.id == row.id).values(left=row.left - 1))
    return str(row.code)


def armed(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(select(fault).where(fault.c.left > 0).order_by(fault.c.id))
    return [{"api": row.api, "code": row.code, "times": row.left} for row in rows]


def misbehave(code: str, over: threading.Event) -> Response:
    """Carry out a behaviour that is no answer of the provider's. over: set when the sandbox stops."""
    if code == "http500":
        return Response("", status=500)
    if code == "html":
        return Response("<html><body><h1>502 Bad Gateway</h1></body></html>", mimetype="text/html")
    if code == "timeout_after":
        over.wait(HOLD_S)
    _cut()
    return Response("", status=500)


def _cut() -> None:
    """End the connection with a reset: lingering for zero seconds turns the close into an RST."""
    wire = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    if wire is not None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wire.shutdown(socket.SHUT_RDWR)
