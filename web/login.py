"""Who a browser belongs to: sessions read afresh on each request, ended by their owner, an admin or a new password.

Throttles and sessions run on the machine's clock: moving the sandbox's time opens no door.
"""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Flask, Response, make_response, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy import Connection, Engine

from bot.customer import Role, StaffMember
from store import sessions
from store.engine import reading, writing
from store.staff import LogIn
from web.answers import Answer
from web.entrance.device import device_of, masked_address

HELD = frozenset({"inbox", "stream"})  # closed to an administrator who still owes the second factor
LANGUAGES = {"zh": "zh", "en": "en"}


class Member(UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """A logged-in staff member, as Flask-Login keeps it: the id carries the password's stamp and the session's token.

    owes_factor: may do nothing but set up the second factor.
    """

    def __init__(self, log_in: LogIn, token: str, session_id: int = 0, owes_factor: bool = False) -> None:
        self.log_in, self.token, self.session_id, self.owes_factor = log_in, token, session_id, owes_factor

    def get_id(self) -> str:
        return f"{self.log_in.member.id}:{self.log_in.stamp}:{self.token}"


def me() -> LogIn:
    """Who asks. Only behind a blueprint that refused everybody else."""
    return cast("Member", current_user).log_in


def user() -> StaffMember:
    return me().member


def my_session() -> int:
    """The id of the session that asks."""
    return cast("Member", current_user).session_id


def log_ins(
    engine: Engine, machine: Callable[[], datetime], *, factor_for_admins: bool = False
) -> Callable[[Flask], None]:
    """An extension for `create_site`. factor_for_admins: without a second factor they reach only the page to set it
    up; who came by single sign-on has proved themselves there."""

    def init(site: Flask) -> None:
        manager = LoginManager(site)
        manager.session_protection = "basic"  # "strong" logs people out whenever their telephone changes networks

        @manager.user_loader  # type: ignore[untyped-decorator]  # flask-login ships no types
        def load(session_id: str) -> Member | None:
            number, stamp, token = (*session_id.split(":", 2), "", "")[:3]
            with reading(engine) as conn:
                live = sessions.session_of(conn, token, machine())
            if live is None or str(live.log_in.member.id) != number or live.log_in.stamp != stamp:
                return None
            if live.seen_at < machine() - sessions.SEEN_EVERY:
                with writing(engine) as conn:
                    sessions.seen(conn, live.id, machine())
            return Member(live.log_in, token, live.id, factor_for_admins and _owes(live))

        @site.before_request
        def factor_first() -> Answer | None:
            if request.blueprint not in HELD or (request.endpoint or "").startswith("inbox.me_"):
                return None
            if current_user.is_authenticated and current_user.owes_factor:
                return redirect(url_for("inbox.me_factor"))
            return None

    return init


def _owes(live: sessions.Live) -> bool:
    return live.way == "password" and live.log_in.member.role is Role.ADMIN and not live.log_in.second_factor


def begin(conn: Connection, found: LogIn, way: str, now: datetime) -> Member:
    """A new session of this browser; `let_in` then makes it the cookie's, once the row is committed."""
    device, address = device_of(request.user_agent.string), masked_address(request.remote_addr or "")
    return Member(found, sessions.begin(conn, found.member.id, way, device, address, now))


def let_in(member: Member) -> None:
    login_user(member)


def target() -> str:
    """Where to go then; only inside the house."""
    wanted = request.values.get("next", "")
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if inside else "/inbox"


def with_language(answer: object, language: str) -> Response:
    response = make_response(answer)
    response.set_cookie("language", language, max_age=31536000, samesite="Lax", httponly=True, secure=request.is_secure)
    return response
