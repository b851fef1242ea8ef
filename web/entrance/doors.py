"""`/login`, `/logout`, `/language/<code>` and what belongs to them, on one blueprint.

Passwords are argon2id hashes, forms carry CSRF tokens, tries are counted by address and by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_limiter import Limiter
from flask_login import current_user, logout_user
from sqlalchemy import Engine

from store import sessions, staff
from store.engine import reading, writing
from store.staff import LogIn
from web.answers import Answer
from web.entrance import links, second_step, setting_up, sso
from web.entrance.setting_up import SetUp
from web.entrance.sso import SignOn
from web.login import LANGUAGES, begin, let_in, my_session, target, user, with_language
from web.sealed import Seal

log = structlog.get_logger(__name__)
PER_ADDRESS = "20 per minute"  # a whole dealership may sit behind one address
PER_NAME = "8 per minute"


@dataclass(frozen=True)
class Doors:
    """limiter: the site's, counted in Redis, in memory while it is away. machine, business: the two clocks.

    sign_on: the single sign-on where one is set. set_up: what the page of the first start shows.
    """

    engine: Engine
    limiter: Limiter
    machine: Callable[[], datetime]
    business: Callable[[], datetime]
    seal: Seal
    sign_on: SignOn | None = None
    set_up: SetUp | None = None

    def enter(self, found: LogIn, way: str) -> Answer:
        """Begins the session and leads to where the log-in was asked for."""
        with writing(self.engine) as conn:
            member = begin(conn, found, way, self.machine())
        let_in(member)
        log.info("login", staff_id=found.member.id, way=way)
        return with_language(redirect(target()), found.language)


def login_blueprint(doors: Doors) -> Blueprint:
    pages = Blueprint("login", __name__)
    limiter, engine = doors.limiter, doors.engine

    @pages.get("/login")
    def form() -> Answer:
        if current_user.is_authenticated:
            return redirect(target())
        return _form(doors, "", "")

    @pages.post("/login")
    @limiter.limit(PER_ADDRESS)
    @limiter.limit(PER_NAME, key_func=lambda: f"name:{_username()}")
    def log_in() -> Answer:
        with reading(engine) as conn:
            found = staff.check_password(conn, _username(), request.form.get("password", ""))
        if found is None:
            log.info("login_refused", address=request.remote_addr)
            return _form(doors, gettext("用户名或密码不对"), _username()), 401
        if found.second_factor:
            return second_step.asked(found, doors.machine())
        return doors.enter(found, "password")

    @pages.post("/logout")
    def log_out() -> Answer:
        if current_user.is_authenticated:
            with writing(engine) as conn:
                sessions.end(conn, my_session(), user().id, doors.machine())
        logout_user()
        session.pop("second", None)
        return redirect(url_for("login.form"))

    @pages.post("/language/<code>")
    def language(code: str) -> Answer:
        chosen = LANGUAGES.get(code, "zh")
        if current_user.is_authenticated:
            with writing(engine) as conn:
                staff.set_language(conn, user().id, chosen)
        return with_language(redirect(target()), chosen)

    second_step.register(pages, doors)
    links.register(pages, doors)
    if doors.sign_on is not None:
        sso.register(pages, doors, doors.sign_on)
    if doors.set_up is not None:
        setting_up.register(pages, doors, doors.set_up)
    return pages


def _form(doors: Doors, error: str, username: str) -> str:
    sign_on = doors.sign_on.name if doors.sign_on else ""
    return render_template(
        "pages/inbox/login.html", error=error, username=username, next=target(), sign_on=sign_on
    )  # fmt: skip


def _username() -> str:
    return request.form.get("username", "").strip()[:64]
