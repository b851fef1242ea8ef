"""The log-in of pages: WeChat's authorize page, where the tester says who holds the phone, and the code's exchange."""

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Event
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.ports import Clock
from sandbox import faults
from sandbox.accounts import SandboxAccount
from sandbox.demo import Person
from sandbox.tables import oauth_code
from sandbox.wechat_rules import Refused
from store.engine import writing

API = "sns/oauth2/access_token"
LIFE = timedelta(minutes=5)
ORDER = ["appid", "redirect_uri", "response_type", "scope", "state"]  # another order does not open on every phone
OURS = ("openid", "snapshot")  # the tester's choice; WeChat knows without being told
PHONE = "phone"  # cookie of the phones page: whose menu was just tapped
POLICY = "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"


def oauth_pages(
    engine: Engine,
    clock: Clock,
    accounts: Mapping[str, SandboxAccount],
    people: Callable[[Connection], list[Person]],
    over: Event,
) -> Blueprint:
    blueprint = Blueprint("oauth", __name__)

    @blueprint.get("/connect/oauth2/authorize")
    def authorize() -> Response:
        account = _account(accounts, request.args.get("appid"))
        if account is None or not _well_asked(account):
            return _page("refused.html", 400)
        openid = request.args.get("openid") or request.cookies.get(PHONE, "")
        with writing(engine) as connection:
            if not openid:
                choices = [(each.name, _again(each.openid)) for each in people(connection) if each.openid]
                return _page("authorize.html", store=account.store_name, choices=choices, again=_again)
            code = _code(connection, account.name, openid, clock)
        answer = make_response(redirect(f"{request.args['redirect_uri']}?{_back(code)}"))
        answer.delete_cookie(PHONE, path="/connect")
        return answer

    @blueprint.get(f"/{API}")
    def exchange() -> Response:
        with writing(engine) as connection:
            fault = faults.take(connection, API)
        if fault in faults.BEHAVIOURS:
            return faults.misbehave(fault, over)
        try:
            if fault:
                raise Refused(int(fault), "fault of the sandbox")
            with writing(engine) as connection:
                return jsonify(_exchanged(connection, accounts, clock))
        except Refused as no:
            return jsonify(errcode=no.code, errmsg=f"{no.text} rid: sandbox")

    return blueprint


def _account(accounts: Mapping[str, SandboxAccount], app_id: str | None) -> SandboxAccount | None:
    return next((one for one in accounts.values() if one.app_id == app_id), None)


def _well_asked(account: SandboxAccount) -> bool:
    given = [name for name in request.args if name not in OURS]
    right = request.args.get("response_type") == "code" and request.args.get("scope") == "snsapi_base"
    # 网页授权域名: WeChat leads back to the domain named in the console, and nowhere else.
    return given == ORDER and right and request.args["redirect_uri"].startswith(f"{account.public_url}/")


def _again(openid: str, **more: str) -> str:
    """This page again with the choice made."""
    return "?" + urlencode({**request.args.to_dict(), "openid": openid, **more})


def _back(code: str) -> str:
    return urlencode({"code": code, "state": request.args["state"]})


def _code(connection: Connection, account: str, openid: str, clock: Clock) -> str:
    code = secrets.token_urlsafe(24)
    snapshot = request.args.get("snapshot") == "1"
    who = f"snapshot-{secrets.token_urlsafe(12)}" if snapshot else openid
    row = {"code": code, "account": account, "openid": who, "snapshot": snapshot, "used": False}
    connection.execute(insert(oauth_code).values(**row, expires_at=clock.business() + LIFE))
    return code


def _exchanged(connection: Connection, accounts: Mapping[str, SandboxAccount], clock: Clock) -> dict[str, Any]:
    account = _account(accounts, request.args.get("appid"))
    if account is None:
        raise Refused(40013, "invalid appid")
    if request.args.get("secret") != account.app_secret:
        raise Refused(40125, "invalid appsecret")
    if request.args.get("grant_type") != "authorization_code":
        raise Refused(40002, "invalid grant_type")
    mine = (oauth_code.c.code == request.args.get("code", ""), oauth_code.c.account == account.name)
    row = connection.execute(select(oauth_code).where(*mine)).first()
    if row is None or row.expires_at <= clock.business():
        raise Refused(40029, "invalid code")
    if connection.execute(update(oauth_code).where(*mine, ~oauth_code.c.used).values(used=True)).rowcount == 0:
        raise Refused(40163, "code been used")
    token = {"access_token": secrets.token_urlsafe(24), "expires_in": 7200, "refresh_token": secrets.token_urlsafe(24)}
    told = {**token, "openid": row.openid, "scope": "snsapi_base"}
    return told | ({"is_snapshotuser": 1} if row.snapshot else {})


def _page(name: str, status: int = 200, **values: Any) -> Response:
    answer = make_response(render_template(name, **values), status)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
