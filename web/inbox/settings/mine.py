"""One's own account: password, and where one is logged in."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_user
from sqlalchemy import Connection

from bot.errors import RuleBroken
from store import colleagues, second_factor, sessions, staff
from web.answers import Answer
from web.entrance.links import twice
from web.inbox.conversation import Desk
from web.inbox.settings.office import Office, done, noted, page, say
from web.login import Member, me, my_session, user


def register(pages: Blueprint, desk: Desk, office: Office) -> None:
    @pages.get("/inbox/account")
    def me_page() -> Answer:
        return _page(desk, office)

    @pages.post("/inbox/account/password")
    def me_password() -> Answer:
        """Ends every other session; this one goes on with the new password's stamp."""

        def change(conn: Connection, password_hash: str) -> None:
            colleagues.set_password_hash(conn, user().id, password_hash)
            sessions.end_all(conn, user().id, office.machine(), but=my_session())
            noted(conn, desk, "password_changed", staff_id=user().id)

        def work() -> str:
            prove_password(desk)
            password_hash = colleagues.checked_hash(twice())  # argon2id takes its time: not while rows are held
            desk.write(lambda conn: change(conn, password_hash))
            _stay(desk)
            return str(gettext("密码已改，其他地方的登录都已结束"))

        return did(work)

    @pages.post("/inbox/account/sessions")
    def me_sessions() -> Answer:
        one = request.form.get("session", type=int)

        def act(conn: Connection) -> None:
            if one:
                sessions.end(conn, one, user().id, office.machine())
            else:
                sessions.end_all(conn, user().id, office.machine(), but=my_session())
            noted(conn, desk, "sessions_ended", staff_id=user().id, session_id=one or 0)

        def work() -> str:
            desk.write(act)
            return str(gettext("已结束登录"))

        return did(work)


def prove_password(desk: Desk) -> None:
    """Who sits before an unlocked screen does not know it. Raises RuleBroken wrong_password."""
    typed = request.form.get("old", "")
    if desk.read(lambda conn: staff.check_password(conn, me().username, typed)) is None:
        raise RuleBroken("wrong_password", "原密码不对")


def _page(desk: Desk, office: Office) -> str:
    def load(conn: Connection) -> dict[str, Any]:
        return {
            "sessions": sessions.sessions_of(conn, user().id, office.machine()),
            "factor": second_factor.factor_of(conn, user().id),
        }

    return page("me", **desk.read(load), this=my_session())


def did(work: Any) -> Answer:
    try:
        done(work())
    except RuleBroken as refusal:
        say(refusal)
    return redirect(url_for("inbox.me_page"), 303)


def _stay(desk: Desk) -> None:
    """The cookie with the new stamp, of the same session."""
    found = desk.read(lambda conn: staff.log_in(conn, user().id))
    assert found is not None  # it is who asks
    login_user(Member(found, current_user.token, my_session()))
