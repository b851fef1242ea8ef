"""Single sign-on by OpenID Connect, where one is set: code with PKCE, state and nonce checked, the token verified.

Whoever the provider names must be one of the staff already; nobody is made by logging in. Sources: OpenID Connect
Core 1.0 §3.1, RFC 7636.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from flask import Blueprint, redirect, render_template, session
from flask_babel import gettext
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy import Connection

from bot.customer import Role
from bot.errors import HuifangError
from store import audit, sign_on
from store.engine import writing
from store.staff import LogIn, log_in
from web.answers import Answer
from web.entrance.needs import Entering
from web.login import target

log = structlog.get_logger(__name__)
TIMEOUT_S = 5.0  # a provider that is away must not hold a thread
NEXT = "sign_on_next"
PER_ADDRESS = "60 per minute"


class Refused(HuifangError):
    """code: for the log, never what the provider sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class SignOn:
    """issuer, client_id, client_secret: as the provider gave them. base: our public address.

    name: on the button. claim: of the ID token, the username here. role_claim: "" leaves roles to the page; roles:
    a value of it → the role here, the first that fits counts.
    """

    issuer: str
    client_id: str
    client_secret: str
    base: str
    name: str = "单点登录"
    claim: str = "preferred_username"
    role_claim: str = ""
    roles: Mapping[str, Role] | None = None

    @property
    def back(self) -> str:
        return f"{self.base}/login/sso/back"

    @cached_property
    def app(self) -> Any:
        return FlaskOAuth2App(
            FlaskIntegration("huifang"),
            name="huifang",
            client_id=self.client_id,
            client_secret=self.client_secret,
            server_metadata_url=f"{self.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "default_timeout": TIMEOUT_S,
            },
        )

    def role_of(self, claims: Mapping[str, Any]) -> Role | None:
        """None: roles stay as they are here. Raises Refused no_role."""
        if not self.role_claim:
            return None
        given = claims.get(self.role_claim, [])
        values = given if isinstance(given, list) else [given]
        role = next((role for value, role in (self.roles or {}).items() if value in values), None)
        if role is None:
            raise Refused("no_role")
        return role


def register(pages: Blueprint, doors: Entering, sign_on: SignOn) -> None:
    @pages.get("/login/sso")
    @doors.limiter.limit(PER_ADDRESS)
    def sso() -> Answer:
        session[NEXT] = target()
        try:
            _check_issuer(sign_on)
            answer: Answer = sign_on.app.authorize_redirect(sign_on.back)
        except (Refused, AuthlibBaseError, RequestException, ValueError, RuntimeError) as error:
            return _refused(_code(error))
        return answer

    @pages.get("/login/sso/back")
    @doors.limiter.limit(PER_ADDRESS)
    def sso_back() -> Answer:
        try:
            claims = _claims(sign_on)
            with writing(doors.engine) as conn:
                found = _person(conn, sign_on, claims, doors.business())
        except (Refused, AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, RuntimeError) as error:
            return _refused(_code(error))
        doors.enter(found, "sso")
        wanted = str(session.pop(NEXT, "/inbox"))
        return redirect(wanted)


def _check_issuer(sign_on: SignOn) -> None:
    """What answers at the address must call itself by it (OpenID Connect Discovery 1.0 §4.3)."""
    told = str(sign_on.app.load_server_metadata().get("issuer", ""))
    if told.rstrip("/") != sign_on.issuer.rstrip("/"):
        raise Refused("other_issuer")


def _claims(sign_on: SignOn) -> Mapping[str, Any]:
    """Of the verified ID token. Raises what authlib raises, and Refused no_id_token."""
    token = sign_on.app.authorize_access_token()
    claims: Mapping[str, Any] | None = token.get("userinfo")
    if not claims or not claims.get("sub"):
        raise Refused("no_id_token")
    return claims


def _person(conn: Connection, given: SignOn, claims: Mapping[str, Any], now: datetime) -> LogIn:
    """Raises Refused unknown_person, no_role."""
    role = given.role_of(claims)
    found = sign_on.person_of(conn, str(claims["sub"]), str(claims.get(given.claim, "")))
    if found is None:
        raise Refused("unknown_person")
    if role is not None and sign_on.give_role(conn, found, role):
        ref = {"staff_id": found.member.id, "role": [found.member.role.value, role.value]}
        audit.record(conn, found.member, "role_by_sign_on", ref, now)
        return log_in(conn, found.member.id) or found
    return found


def _code(error: Exception) -> str:
    return error.code if isinstance(error, Refused) else type(error).__name__


def _refused(code: str) -> Answer:
    """The sentence says whom to ask; why stands in the log."""
    log.warning("sign_on_refused", code=code)
    said = {
        "unknown_person": gettext("这里没有您的账号，请管理员先添加"),
        "no_role": gettext("您在单点登录里没有可用的角色，请联系管理员"),
    }
    sentence = said.get(code) or gettext("单点登录没有成功，请再试一次；还不行请联系管理员")
    page = render_template(
        "pages/inbox/login.html", error=sentence, username="", next="/inbox", sign_on=gettext("再试一次")
    )  # fmt: skip
    return page, 403 if code in said else 502
