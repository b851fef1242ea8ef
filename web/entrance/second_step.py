"""The second step of a log-in: a code of the telephone's app, or a recovery code. Neither works twice."""

import hmac
from datetime import datetime, timedelta
from typing import Protocol

import pyotp
import structlog
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from store import second_factor, staff
from store.engine import writing
from store.staff import LogIn
from web.answers import Answer
from web.entrance.needs import Entering
from web.login import target
from web.sealed import Seal

log = structlog.get_logger(__name__)
STEP_S = 30
AROUND = (0, -1, 1)  # telephones' clocks are half a minute off at most
PATIENCE = timedelta(minutes=5)  # from the password to the code
PER_PERSON = "5 per minute;30 per hour"  # a million codes, three good at a time
NAME = "second"


class Needs(Entering, Protocol):
    @property
    def seal(self) -> Seal: ...


def asked(found: LogIn, now: datetime) -> Answer:
    """The password was right: what the browser holds now opens nothing but the next page."""
    session[NAME] = {"id": found.member.id, "stamp": found.stamp, "until": (now + PATIENCE).timestamp()}
    return redirect(url_for("login.second", next=target()))


def register(pages: Blueprint, doors: Needs) -> None:
    @pages.get("/login/code")
    def second() -> Answer:
        if _waiting(doors.machine()) is None:
            return redirect(url_for("login.form", next=target()))
        return render_template("pages/inbox/second_step.html", error="", next=target())

    @pages.post("/login/code")
    @doors.limiter.limit(PER_PERSON, key_func=lambda: f"second:{session.get(NAME, {}).get('id', '')}")
    def second_given() -> Answer:
        waiting = _waiting(doors.machine())
        if waiting is None:
            return redirect(url_for("login.form", next=target()))
        staff_id, stamp = waiting
        typed = request.form.get("code", "")
        with writing(doors.engine) as conn:
            found = staff.log_in(conn, staff_id)
            right = found is not None and found.stamp == stamp and good(conn, doors, staff_id, typed)
        if found is None or not right:
            log.info("second_step_refused", staff_id=staff_id)
            wrong = gettext("验证码不对，或已经用过；请等下一个")
            return render_template("pages/inbox/second_step.html", error=wrong, next=target()), 401
        session.pop(NAME, None)
        return doors.enter(found, "password")


def good(conn: Connection, doors: Needs, staff_id: int, typed: str) -> bool:
    """Takes the code: the same one is refused the next time."""
    digits = "".join(typed.split())
    if len(digits) == 6 and digits.isdecimal():
        secret = doors.seal.open(second_factor.factor_of(conn, staff_id).sealed)
        step = matching(secret, digits, doors.machine()) if secret else None
        return step is not None and second_factor.take_step(conn, staff_id, step)
    return second_factor.take_code(conn, staff_id, typed, doors.machine())


def matching(secret: str, digits: str, now: datetime) -> int | None:
    """The half minute this code belongs to; None when it is of none around now."""
    step, codes = int(now.timestamp()) // STEP_S, pyotp.TOTP(secret)
    return next((step + off for off in AROUND if hmac.compare_digest(codes.at((step + off) * STEP_S), digits)), None)


def _waiting(now: datetime) -> tuple[int, str] | None:
    """Who gave the password in this browser, and its stamp then."""
    given = session.get(NAME)
    if not isinstance(given, dict) or given.get("until", 0) < now.timestamp():
        return None
    return int(given["id"]), str(given["stamp"])
