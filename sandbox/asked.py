"""The body of a control call: known keys of known types, or one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import request

PUSHING: Mapping[str, type] = {"account": str, "msg_id": str, "times": int, "retries": int}
MOST_TIMES, MOST_RETRIES = 64, 3


class BadControl(Exception):
    """HTTP 400 with {"error"}."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a push is made: `times` identical ones at once, each group again up to `retries` times if not taken."""

    account: str
    msg_id: str
    times: int
    retries: int


def asked(required: Mapping[str, type], optional: Mapping[str, type] | None = None) -> dict[str, Any]:
    """The JSON object sent. BadControl for unknown, missing or mistyped keys."""
    body = _sent()
    if not isinstance(body, dict):
        raise BadControl("the body must be a JSON object")
    known = {**required, **(optional or {})}
    for name, value in body.items():
        if name not in known:
            raise BadControl(f"unknown key {name!r}; known are {', '.join(known) or 'none'}")
        if not isinstance(value, known[name]) or isinstance(value, bool):
            raise BadControl(f"{name!r} must be of type {known[name].__name__}")
    for name in required:
        if name not in body:
            raise BadControl(f"missing key {name!r}")
    return body


def _sent() -> object:
    """The JSON sent; no body at all says nothing, as a follow needs nothing said."""
    return request.get_json(silent=True) if request.get_data() else {}


def pushing(
    required: Mapping[str, type], optional: Mapping[str, type] | None = None
) -> tuple[dict[str, Any], Delivery]:
    """The body of a call that pushes. msg_id may be a number, its digits, or a name that stands for one."""
    raw = _sent()
    if isinstance(raw, dict) and isinstance(raw.get("msg_id"), int) and not isinstance(raw["msg_id"], bool):
        raw["msg_id"] = str(raw["msg_id"])
    body = asked(required, {**(optional or {}), **PUSHING})
    return body, Delivery(
        account=body.get("account", "main"),
        msg_id=_digits(body.get("msg_id", "")),
        times=_within(body, "times", 1, 1, MOST_TIMES),
        retries=_within(body, "retries", 0, 0, MOST_RETRIES),
    )


def _digits(msg_id: str) -> str:
    """A MsgId is a 64-bit integer, and our receiver reads it as one; a test's own name of a message becomes one."""
    if not msg_id or (msg_id.isascii() and msg_id.isdecimal() and int(msg_id) < 2**63):
        return msg_id
    if msg_id.removeprefix("-").isdecimal():
        raise BadControl("'msg_id' must be a 64-bit number, or a name")
    return str(int.from_bytes(sha256(msg_id.encode()).digest()[:8], "big") >> 1)


def _within(body: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    value = body.get(name, default)
    if not least <= value <= most:
        raise BadControl(f"{name!r} must be {least} to {most}")
    return int(value)
