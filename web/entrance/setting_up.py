"""`/setup`: the first start, step by step, for whoever reads the code on the console. Closed for good at the end.

No secret is typed here and none is kept: what an account needs is named, and set in the environment.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask_babel import get_locale, gettext
from sqlalchemy import Connection

from bot.dealer import Dealer, StoreConfig
from bot.errors import RuleBroken
from store import audit, colleagues, setting_up, staff
from store.engine import reading, writing
from store.setting_up import STEPS, Progress
from store.staff import LogIn
from store.stores import store_id_of
from store.tokens import hashed
from web.answers import Answer
from web.entrance.links import twice
from web.entrance.needs import Entering

NAME = "setting_up"
PER_ADDRESS = "10 per minute;60 per hour"  # the code has 60 bits


class Line(Protocol):
    """One finding of `doctor` (commands/examine/finding.py), or a setting and whether it is set."""

    @property
    def check(self) -> str: ...

    @property
    def sentence(self) -> str: ...

    @property
    def todo(self) -> str: ...


@dataclass(frozen=True)
class SetUp:
    """facts: what dealer.yaml says of each store, with its line. findings: (level, line) of doctor, asked anew each
    time, in English or else in Chinese. needed: settings by name and whether they are set, never their values."""

    dealer: Dealer
    config_dir: Path
    facts: Callable[[], Sequence[tuple[StoreConfig, Sequence[object]]]]
    findings: Callable[[bool], Sequence[tuple[str, Line]]]
    needed: Callable[[], Sequence[tuple[str, Sequence[tuple[str, bool]]]]]


def register(pages: Blueprint, doors: Entering, house: SetUp) -> None:
    @pages.get("/setup")
    def set_up() -> Answer:
        found = _open(doors)
        if not _proved(found):
            return render_template("pages/inbox/set_up_code.html", error="")
        asked = request.args.get("step", "")
        return _page(house, found, asked if asked in STEPS else found.next, "")

    @pages.post("/setup/code")
    @doors.limiter.limit(PER_ADDRESS)
    def set_up_code() -> Answer:
        found = _open(doors)
        typed = hashed("".join(sign for sign in request.form.get("code", "").upper() if sign.isalnum()))
        if not hmac.compare_digest(typed, found.code_hash):
            wrong = gettext("设置码不对。它在启动 Huifang 的那个窗口里，每次启动都会换。")
            return render_template("pages/inbox/set_up_code.html", error=wrong), 401
        session[NAME] = found.code_hash
        return redirect(url_for("login.set_up"), 303)

    @pages.post("/setup/next")
    def set_up_next() -> Answer:
        _proved_or_away(_open(doors))
        step = request.form.get("step", "")
        with writing(doors.engine) as conn:
            setting_up.leave_behind(conn, step if step in STEPS[:-1] else "")
        return redirect(url_for("login.set_up"), 303)

    @pages.post("/setup/person")
    def set_up_person() -> Answer:
        found = _open(doors)
        _proved_or_away(found)
        try:
            password_hash = colleagues.checked_hash(twice())
            with writing(doors.engine) as conn:
                who = _first(conn, house, password_hash, doors)
        except RuleBroken as refusal:
            return _page(house, found, "person", gettext(str(refusal))), 409
        session.pop(NAME, None)
        return doors.enter(who, "password")


def _open(doors: Entering) -> Progress:
    """404 once anybody may log in: the page is not there any more."""
    with reading(doors.engine) as conn:
        return setting_up.progress(conn) or abort(404)


def _proved(found: Progress) -> bool:
    return hmac.compare_digest(str(session.get(NAME, "")), found.code_hash)


def _proved_or_away(found: Progress) -> None:
    if not _proved(found):
        abort(redirect(url_for("login.set_up")))


def _page(house: SetUp, found: Progress, step: str, error: str) -> str:
    parts: dict[str, object] = {"step": step, "steps": STEPS, "done": found.done, "error": error, "typed": request.form}
    if step == "store":
        parts["stores"] = house.facts()
    if step == "accounts":
        english = get_locale().language == "en"
        parts |= {"findings": house.findings(english), "needed": house.needed()}
    if step == "person":
        parts["stores"] = [(one.code, one.name) for one in house.dealer.stores]
    return render_template("pages/inbox/set_up.html", **parts)


def _first(conn: Connection, house: SetUp, password_hash: str, doors: Entering) -> LogIn:
    form = request.form
    username, name = form.get("username", "").strip(), form.get("name", "").strip()[:40]
    colleagues.check_username(username)
    if not name:
        raise RuleBroken("no_name", "请写上姓名")
    code = form.get("store", "")
    if code not in {one.code for one in house.dealer.stores}:
        raise RuleBroken("no_store", "没有这家门店")
    who = {"store_id": store_id_of(conn, code), "username": username, "name": name}
    found = staff.log_in(conn, setting_up.first_person(conn, who, password_hash, doors.machine()))
    assert found is not None  # made in this transaction
    audit.record(conn, found.member, "set_up", {"staff_id": found.member.id}, doors.business())
    return found
