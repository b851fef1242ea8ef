"""Colleagues: added, moved to another role or store, ended, given a one-time link to set a password."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from bot.customer import Role
from bot.errors import RuleBroken
from store import colleagues, second_factor, sessions
from store.colleagues import LINK_LIFE, Wanted
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.settings.office import Office, done, keeper, noted, page, say
from web.login import me, user

ONE = "/inbox/settings/staff/<int:staff_id>"


def register(pages: Blueprint, desk: Desk, office: Office) -> None:
    @pages.get("/inbox/settings")
    def settings_page() -> Answer:
        keeper()
        return redirect(url_for("inbox.settings_staff"))

    @pages.get("/inbox/settings/staff")
    def settings_staff() -> Answer:
        keeper()
        return page("staff", **desk.read(_list), typed={})

    @pages.post("/inbox/settings/staff")
    def settings_staff_add() -> Answer:
        keeper()

        def add(conn: Connection) -> tuple[int, str]:
            made = colleagues.join(conn, user(), _wanted())
            noted(conn, desk, "staff_added", staff_id=made, role=_wanted().role.value, store_id=_wanted().store_id)
            return made, colleagues.new_link(conn, user(), made, office.machine())

        try:
            made, token = desk.write(add)
        except RuleBroken as refusal:
            say(refusal)
            return page("staff", **desk.read(_list), typed=request.form), 409
        return _one(desk, office, made, token)

    _register_one(pages, desk, office)


def _register_one(pages: Blueprint, desk: Desk, office: Office) -> None:
    @pages.get(ONE)
    def settings_person(staff_id: int) -> Answer:
        keeper()
        return _one(desk, office, staff_id)

    @pages.post(ONE)
    def settings_person_change(staff_id: int) -> Answer:
        def change(conn: Connection) -> None:
            changed = colleagues.change(conn, user(), staff_id, _wanted())
            if changed:
                noted(conn, desk, "staff_changed", staff_id=staff_id, **changed)

        return _did(desk, staff_id, change, gettext("已保存"))

    @pages.post(f"{ONE}/active")
    def settings_person_active(staff_id: int) -> Answer:
        active = request.form.get("active") == "1"

        def act(conn: Connection) -> None:
            colleagues.set_active(conn, user(), staff_id, active, office.machine())
            noted(conn, desk, "staff_activated" if active else "staff_deactivated", staff_id=staff_id)

        return _did(desk, staff_id, act, gettext("已启用") if active else gettext("已停用，他的登录都已结束"))

    @pages.post(f"{ONE}/link")
    def settings_person_link(staff_id: int) -> Answer:
        keeper()

        def make(conn: Connection) -> str:
            token = colleagues.new_link(conn, user(), staff_id, office.machine())
            noted(conn, desk, "password_link_made", staff_id=staff_id)
            return token

        try:
            return _one(desk, office, staff_id, desk.write(make))
        except RuleBroken as refusal:
            return _back(staff_id, refusal)

    _register_access(pages, desk, office)


def _register_access(pages: Blueprint, desk: Desk, office: Office) -> None:
    @pages.post(f"{ONE}/factor")
    def settings_person_factor(staff_id: int) -> Answer:
        def take_off(conn: Connection) -> None:
            colleagues.theirs(conn, user(), staff_id)
            second_factor.switch_off(conn, staff_id)
            noted(conn, desk, "second_factor_removed", staff_id=staff_id)

        return _did(desk, staff_id, take_off, gettext("两步验证已取消，请他重新设置"))

    @pages.post(f"{ONE}/sessions")
    def settings_person_sessions(staff_id: int) -> Answer:
        """One session by its number, or all of them: administrators only."""
        one = request.form.get("session", type=int)

        def act(conn: Connection) -> None:
            if user().role is not Role.ADMIN:
                raise RuleBroken("not_yours", "这要管理员来做")
            colleagues.theirs(conn, user(), staff_id)
            if one:
                sessions.end(conn, one, staff_id, office.machine())
            else:
                sessions.end_all(conn, staff_id, office.machine())
            noted(conn, desk, "sessions_ended", staff_id=staff_id, session_id=one or 0)

        return _did(desk, staff_id, act, gettext("已结束登录"))


def _list(conn: Connection) -> dict[str, Any]:
    return {
        "rows": colleagues.colleagues(conn, user()),
        "roles": [role.value for role in colleagues.roles_for(user())],
        "stores": colleagues.stores_for(conn, user()),
    }


def _one(desk: Desk, office: Office, staff_id: int, token: str = "") -> Answer:
    """token: of the link just made, on this page and never again."""

    def load(conn: Connection) -> dict[str, Any]:
        who = colleagues.colleague(conn, user(), staff_id)
        if who is None:
            abort(404)
        listed = sessions.sessions_of(conn, staff_id, office.machine()) if user().role is Role.ADMIN else []
        return {**_list(conn), "who": who, "sessions": listed, "myself": staff_id == me().member.id}

    link = f"{office.base}{url_for('login.welcome', token=token)}" if token else ""
    return page("person", **desk.read(load), link=link, days=LINK_LIFE.days)


def _did(desk: Desk, staff_id: int, work: Any, sentence: str) -> Answer:
    """404 for whom this user may not see, before anything that was typed is looked at."""
    keeper()
    if desk.read(lambda conn: colleagues.colleague(conn, user(), staff_id)) is None:
        abort(404)
    try:
        desk.write(work)
    except RuleBroken as refusal:
        return _back(staff_id, refusal)
    done(sentence)
    return redirect(url_for("inbox.settings_person", staff_id=staff_id), 303)


def _back(staff_id: int, refusal: RuleBroken) -> Answer:
    if refusal.code == "no_colleague":
        abort(404)
    say(refusal)
    return redirect(url_for("inbox.settings_person", staff_id=staff_id), 303)


def _wanted() -> Wanted:
    """As typed; an unknown role or store is nobody's to give. Raises RuleBroken not_yours."""
    form = request.form
    try:
        role = Role(form.get("role", ""))
    except ValueError:
        raise RuleBroken("not_yours", "这要管理员来做") from None
    name, store = form.get("name", "").strip()[:40], form.get("store_id", type=int) or 0
    return Wanted(form.get("username", "").strip(), name, role, store)
