"""Logging in and out: argon2id, CSRF, throttled by address and by name, sessions that end with the password.

Throttles run on the machine's clock: moving the sandbox's time opens no door.
"""

from collections.abc import Callable
from typing import cast

import structlog
from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter import Limiter
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import Engine

from bot.customer import StaffMember
from store import staff
from store.engine import reading, writing
from store.staff import LogIn
from web.answers import Answer

log = structlog.get_logger(__name__)
PER_ADDRESS = "20 per minute"  # a whole dealership may sit behind one address
PER_NAME = "8 per minute"
LANGUAGES = {"zh": "zh", "en": "en"}


class Member(UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """A logged-in staff member, as Flask-Login keeps it: the id carries the password's stamp."""

    def __init__(self, log_in: LogIn) -> None:
        self.log_in = log_in

    def get_id(self) -> str:
        return f"{self.log_in.member.id}:{self.log_in.stamp}"


def me() -> LogIn:
    """Who asks. Only behind a blueprint that refused everybody else."""
    return cast("Member", current_user).log_in


def user() -> StaffMember:
    return me().member


def log_ins(engine: Engine) -> Callable[[Flask], None]:
    """An extension for `create_site`: who a session belongs to, read afresh on each request."""

    def init(site: Flask) -> None:
        manager = LoginManager(site)
        manager.session_protection = "basic"  # "strong" logs people out whenever their telephone changes networks

        @manager.user_loader  # type: ignore[untyped-decorator]  # flask-login ships no types
        def load(session_id: str) -> Member | None:
            number, _, stamp = session_id.partition(":")
            with reading(engine) as conn:
                found = staff.log_in(conn, int(number)) if number.isdecimal() else None
            return Member(found) if found and found.stamp == stamp else None

    return init


def login_blueprint(engine: Engine, limiter: Limiter) -> Blueprint:
    """`/login`, `/logout`, `/language/<code>`. limiter: the site's, counted in Redis, in memory while it is away."""
    pages = Blueprint("login", __name__)

    @pages.get("/login")
    def form() -> Answer:
        if current_user.is_authenticated:
            return redirect(_target())
        return render_template("pages/inbox/login.html", error="", username="", next=_target())

    @pages.post("/login")
    @limiter.limit(PER_ADDRESS)
    @limiter.limit(PER_NAME, key_func=lambda: f"name:{_username()}")
    def log_in() -> Answer:
        with reading(engine) as conn:
            found = staff.check_password(conn, _username(), request.form.get("password", ""))
        if found is None:
            log.info("login_refused", address=request.remote_addr)
            wrong = gettext("用户名或密码不对")
            return render_template("pages/inbox/login.html", error=wrong, username=_username(), next=_target()), 401
        login_user(Member(found))
        log.info("login", staff_id=found.member.id)
        return _with_language(redirect(_target()), found.language)

    @pages.post("/logout")
    def log_out() -> Answer:
        logout_user()
        return redirect(url_for("login.form"))

    @pages.post("/language/<code>")
    def language(code: str) -> Answer:
        chosen = LANGUAGES.get(code, "zh")
        if current_user.is_authenticated:
            with writing(engine) as conn:
                staff.set_language(conn, user().id, chosen)
        return _with_language(redirect(_target()), chosen)

    return pages


def _username() -> str:
    return request.form.get("username", "").strip()[:64]


def _target() -> str:
    """Where to go then; only inside the house."""
    wanted = request.values.get("next", "")
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if inside else "/inbox"


def _with_language(answer: object, language: str) -> Response:
    response = make_response(answer)
    response.set_cookie("language", language, max_age=31536000, samesite="Lax", httponly=True, secure=request.is_secure)
    return response
