"""The settings pages: what each deed changes, what it leaves in the audit, and who may not do it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bot.customer import Role
from bot.errors import RuleBroken
from store import colleagues, sessions
from store.engine import reading, writing
from store.staff import check_password
from store.tables.staff import audit, staff
from store.tokens import api_caller
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import PASSWORD, Enter

LINK = re.compile(r'value="http://car\.example(/welcome/[^"]+)"')


def deeds(engine: Engine) -> list[tuple[str, int | None]]:
    with reading(engine) as conn:
        return [(row.action, row.ref.get("staff_id")) for row in conn.execute(select(audit).order_by(audit.c.id))]


def one(engine: Engine, staff_id: int) -> object:
    with reading(engine) as conn:
        return conn.execute(select(staff).where(staff.c.id == staff_id)).one()


def form(cast: Cast, **more: object) -> dict[str, object]:
    return {"username": "xiaoli", "name": "小李", "role": "advisor", "store_id": cast.store_id} | more


def new_colleague(manager: FlaskClient, site: Flask, cast: Cast, password: str = "a fresh password") -> FlaskClient:
    """Added on the page, with a password set by the link it showed once."""
    page = manager.post("/inbox/settings/staff", data=form(cast))
    assert page.status_code == 200, page.text
    path = LINK.search(page.text)
    assert path, "the link is shown"
    theirs = site.test_client()
    answer = theirs.post(path[1], data={"password": password, "again": password})
    assert (answer.status_code, answer.location) == (303, "/login")
    assert theirs.post("/login", data={"username": "xiaoli", "password": password}).location == "/inbox"
    return theirs


def test_a_colleague_is_added_and_sets_a_password_by_a_link_that_works_once(
    enter: Enter, site: Flask, engine: Engine, cast: Cast
) -> None:
    manager = enter(cast.lilei)
    theirs = new_colleague(manager, site, cast)
    assert theirs.get("/inbox").status_code == 200
    assert [name for name, _ in deeds(engine)] == ["staff_added", "password_set_by_link"]
    assert "小李" in manager.get("/inbox/settings/staff").text


def test_a_link_is_over_once_used_renewed_or_three_days_old(
    enter: Enter, site: Flask, engine: Engine, cast: Cast, clock: StillClock
) -> None:
    manager, stranger = enter(cast.lilei), site.test_client()
    ask = f"/inbox/settings/staff/{cast.hanmeimei.id}/link"
    first, second = (LINK.search(manager.post(ask).text) for _ in range(2))
    assert first
    assert second
    assert stranger.get(first[1]).status_code == 410, "a newer one was made"
    assert stranger.get(second[1]).status_code == 200
    both = {"password": "another password", "again": "another password"}
    assert stranger.post(second[1], data=both | {"again": "no"}).status_code == 409
    assert stranger.post(second[1], data={"password": "short", "again": "short"}).status_code == 409
    clock.advance(days=3, seconds=1)
    assert stranger.post(second[1], data=both).status_code == 410
    with reading(engine) as conn:
        assert check_password(conn, "hanmeimei", PASSWORD), "the old password stayed good until a new one was set"


def test_who_is_deactivated_is_out_at_once(enter: Enter, site: Flask, engine: Engine, cast: Cast) -> None:
    manager, theirs = enter(cast.lilei), enter(cast.hanmeimei)
    assert theirs.get("/inbox").status_code == 200
    manager.post(f"/inbox/settings/staff/{cast.hanmeimei.id}/active", data={"active": "0"})
    assert theirs.get("/inbox").status_code == 302
    assert site.test_client().post("/login", data={"username": "hanmeimei", "password": PASSWORD}).status_code == 401
    manager.post(f"/inbox/settings/staff/{cast.hanmeimei.id}/active", data={"active": "1"})
    assert theirs.get("/inbox").status_code == 302, "the old session stays over"
    assert [name for name, _ in deeds(engine)] == ["staff_deactivated", "staff_activated"]


def test_a_manager_makes_no_administrator_and_touches_none(enter: Enter, engine: Engine, cast: Cast) -> None:
    manager = enter(cast.lilei)
    assert manager.post("/inbox/settings/staff", data=form(cast, role="admin")).status_code == 409
    assert manager.post("/inbox/settings/staff", data=form(cast, store_id=cast.elsewhere_id)).status_code == 409
    before = one(engine, cast.admin.id)
    for deed, data in (("", form(cast, name="别人")), ("/active", {"active": "0"}), ("/link", {}), ("/factor", {})):
        manager.post(f"/inbox/settings/staff/{cast.admin.id}{deed}", data=data)
    assert one(engine, cast.admin.id) == before
    assert deeds(engine) == []


def test_the_last_administrator_stays_one(enter: Enter, engine: Engine, cast: Cast) -> None:
    admin = enter(cast.admin)
    path = f"/inbox/settings/staff/{cast.admin.id}"
    page = admin.post(path, data=form(cast, name="总部", role="manager"), follow_redirects=True)
    assert "这是最后一位管理员" in page.text
    admin.post(f"/inbox/settings/staff/{cast.lilei.id}", data=form(cast, name="李雷", role="admin"))
    admin.post(path, data=form(cast, name="总部", role="manager"))
    with reading(engine) as conn:
        roles = {row[0]: row[1] for row in conn.execute(select(staff.c.username, staff.c.role))}
    assert (roles["lilei"], roles["admin"]) == ("admin", "manager")
    assert deeds(engine) == [("staff_changed", cast.lilei.id), ("staff_changed", cast.admin.id)]


def test_two_administrators_cannot_end_each_other(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        wanted = colleagues.Wanted("lilei", "李雷", Role.ADMIN, cast.store_id)
        colleagues.change(conn, cast.admin, cast.lilei.id, wanted)
        lilei = cast.lilei.__class__(cast.lilei.id, cast.store_id, "李雷", Role.ADMIN)
        colleagues.set_active(conn, lilei, cast.admin.id, False, clock.now)
        with pytest.raises(RuleBroken, match="自己"):
            colleagues.set_active(conn, lilei, lilei.id, False, clock.now)
        with pytest.raises(RuleBroken, match="最后一位"):
            colleagues.set_active(conn, cast.admin, lilei.id, False, clock.now)


def test_no_page_ever_shows_a_password_or_its_hash(enter: Enter, engine: Engine, cast: Cast) -> None:
    admin = enter(cast.admin)
    pages = [
        "/inbox/settings/staff",
        f"/inbox/settings/staff/{cast.lilei.id}",
        "/inbox/account",
        "/inbox/settings/audit",
    ]
    for path in pages:
        text = admin.get(path).text
        assert "argon2" not in text
        assert PASSWORD not in text


def test_a_token_is_shown_once_used_and_revoked(enter: Enter, engine: Engine, cast: Cast, clock: StillClock) -> None:
    manager = enter(cast.lilei)
    page = manager.post("/inbox/settings/tokens", data={"name": "DMS", "store_id": cast.store_id}).text
    found = re.search(r'value="(hf_[^"]+)"', page)
    assert found
    with reading(engine) as conn:
        caller = api_caller(conn, found[1])
    assert caller is not None
    listed = manager.get("/inbox/settings/tokens").text
    assert found[1] not in listed
    assert "还没用过" in listed
    stranger = enter(cast.wanglei)
    assert stranger.post(f"/inbox/settings/tokens/{caller.token_id}/revoke").status_code == 404
    manager.post(f"/inbox/settings/tokens/{caller.token_id}/revoke")
    with reading(engine) as conn:
        assert api_caller(conn, found[1]) is None
    assert [name for name, _ in deeds(engine)] == ["token_made", "token_revoked"]


def test_stores_say_where_each_fact_stands(enter: Enter, cast: Cast) -> None:
    page = enter(cast.lilei).get("/inbox/settings/stores").text
    assert "0571-00000000" in page
    assert "dealer.yaml:6" in page
    assert '<form method="post"' not in page.split("settings-tabs")[1], "nothing of a store is edited here"


def test_a_journey_is_paused_by_one_and_goes_on_by_two(enter: Enter, engine: Engine, cast: Cast) -> None:
    lilei, admin = enter(cast.lilei), enter(cast.admin)
    path = "/inbox/settings/journeys/birthday"
    assert "请写上为什么停" in lilei.post(f"{path}/pause", follow_redirects=True).text
    assert "文案要改" in lilei.post(f"{path}/pause", data={"why": "文案要改"}, follow_redirects=True).text
    assert "已暂停" in lilei.get("/inbox/settings/journeys").text
    assert "还没有人提出恢复" in admin.post(f"{path}/agree", follow_redirects=True).text
    lilei.post(f"{path}/resume")
    assert "要另一位经理确认" in lilei.post(f"{path}/agree", follow_redirects=True).text
    admin.post(f"{path}/agree")
    assert "运行中" in admin.get(path).text
    assert [name for name, _ in deeds(engine)] == ["journey_paused", "journey_resume_asked", "journey_resumed"]


def test_a_recall_is_never_paused(enter: Enter, engine: Engine, cast: Cast) -> None:
    page = enter(cast.lilei).post("/inbox/settings/journeys/recall/pause", data={"why": "x"}, follow_redirects=True)
    assert "安全通知不能停" in page.text
    assert deeds(engine) == []


def test_a_dry_run_shows_what_would_go_out(enter: Enter, cast: Cast) -> None:
    page = enter(cast.lilei).post("/inbox/settings/journeys/birthday/dry-run", data={"days": "90"}).text
    assert "90 天之内" in page
    assert re.search(r"<td>question</td><td>5</td><td><b>3</b></td>", page)


def test_the_audit_is_searched_and_taken_away(enter: Enter, engine: Engine, cast: Cast, clock: StillClock) -> None:
    manager, admin = enter(cast.lilei), enter(cast.admin)
    manager.post(f"/inbox/settings/staff/{cast.hanmeimei.id}/active", data={"active": "0"})
    clock.advance(days=2)
    admin.post("/inbox/settings/tokens", data={"name": "=DMS", "store_id": cast.store_id})
    rows = re.compile(r"<tr><td class=\"quiet nowrap\">")

    def found(**asked: object) -> int:
        return len(rows.findall(admin.get("/inbox/settings/audit", query_string=asked).text))

    assert found() == 2
    assert found(who=cast.lilei.id) == 1
    assert found(action="token_made") == 1
    assert found(whom="韩梅梅") == found(whom="hanmei") == 1
    assert found(whom="赵敏") == found(whom="%") == 0
    assert found(since="2026-09-18") == found(until="2026-09-17") == 1
    assert found(since="nonsense") == 2
    taken = admin.get("/inbox/settings/audit.csv")
    assert taken.data.startswith("\ufeff".encode())
    assert "2026-09-17 10:20:00,李雷,远禾滨江店,停用账号,韩梅梅" in taken.text
    assert deeds(engine)[-1] == ("audit_exported", None)
    assert "停用账号" not in enter(cast.wanglei).get("/inbox/settings/audit").text.split("</form>")[-1]


def test_an_administrator_ends_the_sessions_of_others(
    enter: Enter, engine: Engine, cast: Cast, clock: StillClock
) -> None:
    theirs, admin = enter(cast.hanmeimei), enter(cast.admin)
    path = f"/inbox/settings/staff/{cast.hanmeimei.id}/sessions"
    enter(cast.lilei).post(path)
    assert theirs.get("/inbox").status_code == 200, "a manager may not"
    with reading(engine) as conn:
        (listed,) = sessions.sessions_of(conn, cast.hanmeimei.id, clock.now)
    admin.post(path, data={"session": listed.id})
    assert theirs.get("/inbox").status_code == 302
