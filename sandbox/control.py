"""The control API: other tools move people and time with it (design §6, docs/sandbox.md)."""

import threading
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Engine

from bot.errors import RuleBroken
from bot.media import MediaKind
from bot.ports import Clock
from sandbox import faults, phone_book, pushed_fields, sent_kinds, sms_rules
from sandbox.asked import BadControl, asked, pushing
from sandbox.deeds import Deeds, NotPossible
from sandbox.durations import instant, span
from sandbox.sms_rules import SmsRefused
from sandbox.wechat_push import Pushed
from store.engine import reading, writing

TAKE_OVER_S = 2.0
MOST_FAULTS = 1_000_000


class MovableClock(Clock, Protocol):
    """`store.clock.StoredClock`."""

    def refresh(self) -> None: ...

    def follow(self, stop: threading.Event) -> None: ...

    def leave(self) -> None: ...

    def move(self, to: datetime) -> int: ...

    def advance(self, by: timedelta) -> int: ...

    def everyone_saw(self, version: int, within: float) -> bool: ...


def control_api(engine: Engine, clock: MovableClock, deeds: Deeds) -> Blueprint:
    blueprint = Blueprint("control", __name__, url_prefix="/control")
    blueprint.register_error_handler(BadControl, _refuse)
    _wechat(blueprint, deeds)
    _raw(blueprint, deeds)
    _messages(blueprint, engine)
    _sms(blueprint, deeds)
    _faults(blueprint, engine)
    _clock(blueprint, clock)
    return blueprint


def _refuse(no: BadControl) -> tuple[Response, int]:
    return jsonify(error=str(no)), 409 if isinstance(no, NotPossible) else 400


def _wechat(blueprint: Blueprint, deeds: Deeds) -> None:
    @blueprint.post("/wechat/<openid>/text")
    def text(openid: str) -> Response:
        body, how = pushing({"content": str})
        return _pushes(deeds.text(openid, body["content"], how))

    @blueprint.post("/wechat/<openid>/menu")
    def menu(openid: str) -> Response:
        body, how = pushing({"id": str, "content": str})
        return _pushes(deeds.tap(openid, body["id"], body["content"], how))

    @blueprint.post("/wechat/<openid>/click")
    def click(openid: str) -> Response:
        body, how = pushing({"key": str})
        return _pushes(deeds.click(openid, body["key"], how))

    @blueprint.post("/wechat/<openid>/scan")
    def scan(openid: str) -> Response:
        body, how = pushing({"scene": str})
        return _pushes(deeds.scan(openid, body["scene"], how))

    @blueprint.post("/wechat/<openid>/subscribe")
    def subscribe(openid: str) -> Response:
        body, how = pushing({"template_id": str, "answer": str})
        if body["answer"] not in ("accept", "reject"):
            raise BadControl("'answer' must be accept or reject")
        return _pushes(deeds.subscribe(openid, body["template_id"], body["answer"] == "accept", how))

    @blueprint.post("/wechat/<openid>/follow")
    def follow(openid: str) -> Response:
        return _pushes(deeds.follow(openid, pushing({})[1]))

    @blueprint.post("/wechat/<openid>/unfollow")
    def unfollow(openid: str) -> Response:
        return _pushes(deeds.unfollow(openid, pushing({})[1]))


def _raw(blueprint: Blueprint, deeds: Deeds) -> None:
    @blueprint.post("/wechat/<openid>/push")
    def push(openid: str) -> Response:
        body, how = pushing({"fields": dict})
        return _pushes(deeds.push(openid, pushed_fields.checked(body["fields"]), how))

    for kind in sent_kinds.KEYS:
        send = partial(_send, deeds, kind)
        blueprint.add_url_rule(f"/wechat/<openid>/{kind}", f"send_{kind}", send, methods=["POST"])


def _send(deeds: Deeds, kind: str, openid: str) -> Response:
    needed, may = sent_kinds.KEYS[kind]
    body, how = pushing(needed, may)
    if kind in sent_kinds.SAMPLES and "media_id" not in body:
        body["media_id"] = deeds.keep_file(MediaKind(kind), sent_kinds.content_of(kind, body), how)
    return _pushes(deeds.push(openid, sent_kinds.fields_of(kind, body), how))


def _messages(blueprint: Blueprint, engine: Engine) -> None:
    @blueprint.get("/wechat/<openid>/messages")
    def of_openid(openid: str) -> Response:
        with reading(engine) as connection:
            return jsonify(phone_book.messages(connection, "wechat", request.args.get("account", "main"), openid))

    @blueprint.get("/sms/<phone>/messages")
    def of_phone(phone: str) -> Response:
        with reading(engine) as connection:
            return jsonify(phone_book.messages(connection, "sms", "", _national(phone)))


def _sms(blueprint: Blueprint, deeds: Deeds) -> None:
    @blueprint.post("/sms/<phone>/reply")
    def reply(phone: str) -> Response:
        body, how = pushing({"content": str})
        return _pushes(deeds.sms_reply(_national(phone), body["content"], how))


def _faults(blueprint: Blueprint, engine: Engine) -> None:
    @blueprint.get("/faults")
    def armed() -> Response:
        with reading(engine) as connection:
            return jsonify(faults=faults.armed(connection))

    @blueprint.post("/faults")
    def arm() -> Response:
        body = asked({"api": str, "code": object}, {"times": int})
        api = faults.call_named(body["api"])
        if api is None:
            raise BadControl(f"unknown api {body['api']!r}; known are {', '.join(faults.APIS)}")
        if not isinstance(body["code"], int | str) or not faults.can_fail_with(api, str(body["code"])):
            raise BadControl(f"'code' is a code of the provider's or one of {', '.join(faults.BEHAVIOURS)}")
        if not 0 <= body.get("times", 1) <= MOST_FAULTS:
            raise BadControl(f"'times' must be 0 to {MOST_FAULTS}")
        with writing(engine) as connection:
            faults.arm(connection, api, str(body["code"]), body.get("times", 1))
            return jsonify(faults=faults.armed(connection))


def _clock(blueprint: Blueprint, clock: MovableClock) -> None:
    @blueprint.get("/clock")
    def tell() -> Response:
        return jsonify(now=phone_book.local(clock.business()))

    @blueprint.post("/clock")
    def move() -> Response:
        body = asked({}, {"advance": str, "set": str})
        if len(body) != 1:
            raise BadControl("say either 'advance' or 'set'")
        try:
            version = clock.advance(span(body["advance"])) if "advance" in body else clock.move(instant(body["set"]))
        except (ValueError, OverflowError, RuleBroken) as no:
            raise BadControl(str(no)) from None
        clock.everyone_saw(version, TAKE_OVER_S)
        return jsonify(now=phone_book.local(clock.business()))


def _pushes(pushed: list[Pushed]) -> Response:
    return jsonify(pushes=[{"status": one.status, "ms": one.ms, "reply": _reply(one)} for one in pushed])


def _reply(one: Pushed) -> dict[str, str] | None:
    return {"type": one.reply.type, "text": one.reply.text} if one.reply else None


def _national(phone: str) -> str:
    try:
        return sms_rules.national(phone)
    except SmsRefused as no:
        raise BadControl(no.text) from None
