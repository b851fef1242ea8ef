"""`/welcome/<token>`: whoever an administrator gave the link to sets a password, once."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from bot.errors import RuleBroken
from store import audit, colleagues
from store.colleagues import Colleague
from store.engine import reading, writing
from web.answers import Answer
from web.entrance.needs import Needs

PER_ADDRESS = "20 per minute"


def register(pages: Blueprint, doors: Needs) -> None:
    @pages.get("/welcome/<token>")
    @doors.limiter.limit(PER_ADDRESS)
    def welcome(token: str) -> Answer:
        with reading(doors.engine) as conn:
            who = colleagues.invited(conn, token, doors.machine())
        return _page(who, "")

    @pages.post("/welcome/<token>")
    @doors.limiter.limit(PER_ADDRESS)
    def welcome_set(token: str) -> Answer:
        with reading(doors.engine) as conn:
            who = colleagues.invited(conn, token, doors.machine())
        if who is None:
            return _page(None, "")
        try:
            typed = twice()
            with writing(doors.engine) as conn:
                _set(conn, doors, token, who, typed)
        except RuleBroken as refusal:
            return _page(who, gettext(str(refusal)))
        flash(gettext("密码已设好，请登录"))
        return redirect(url_for("login.form"), 303)


def twice() -> str:
    """The new password. Raises RuleBroken passwords_differ."""
    first = request.form.get("password", "")
    if first != request.form.get("again", ""):
        raise RuleBroken("passwords_differ", "两次输入的密码不一样")
    return first


def _set(conn: Connection, doors: Needs, token: str, who: Colleague, password: str) -> None:
    colleagues.set_by_link(conn, token, password, doors.machine())
    audit.record(conn, colleagues.member_of(who), "password_set_by_link", {"staff_id": who.id}, doors.business())


def _page(who: Colleague | None, error: str) -> Answer:
    """410 for a link that is over, 409 for a password that will not do."""
    page = render_template("pages/inbox/welcome.html", who=who, error=error)
    return page, 410 if who is None else 409 if error else 200
