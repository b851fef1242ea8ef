"""The roster's page: managers edit it, the night ends in the morning, nobody else gets in."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from store.engine import reading
from store.tables.staff import duty
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter


def shifts(engine: Engine) -> list[tuple[int, str, datetime, datetime]]:
    with reading(engine) as conn:
        found = conn.execute(select(duty).order_by(duty.c.starts_at)).all()
    return [(row.staff_id, row.rung, row.starts_at, row.ends_at) for row in found]


def a_night(cast: Cast, **more: object) -> dict[str, object]:
    return {"week": "2026-09-14", "staff": cast.hanmeimei.id, "rung": "owner", "begins": "22:00", "ends": "06:00",
            "day": ["2026-09-17", "2026-09-18"]} | more  # fmt: skip


def test_a_manager_plans_nights_copies_the_week_and_takes_one_off(enter: Enter, engine: Engine, cast: Cast) -> None:
    browser = enter(cast.lilei)
    assert browser.post("/inbox/roster", data=a_night(cast)).status_code == 303
    first, second = shifts(engine)
    assert first == (
        cast.hanmeimei.id, "owner",
        datetime.fromisoformat("2026-09-17T22:00+08:00"), datetime.fromisoformat("2026-09-18T06:00+08:00"),
    )  # fmt: skip
    page = browser.get("/inbox/roster?week=2026-09-17").text
    assert page.count("22:00–06:00") == 2
    assert browser.post("/inbox/roster/copy", data={"week": "2026-09-21"}).status_code == 303
    assert len(shifts(engine)) == 4
    assert second[0] == cast.hanmeimei.id
    browser.post("/inbox/roster/1/off", data={"week": "2026-09-14"})
    assert len(shifts(engine)) == 3


def test_what_is_missing_or_wrong_is_said(enter: Enter, engine: Engine, cast: Cast) -> None:
    browser = enter(cast.lilei)
    mistakes: list[tuple[dict[str, Any], str]] = [
        ({"staff": 999}, "没有这位同事"), ({"staff": cast.wanglei.id}, "没有这位同事"), ({"day": []}, "请先选日期"),
        ({"rung": "boss"}, "没有这个值班岗位"), ({"begins": "25:00"}, "时间的格式不对"),
        ({"rung": "manager"}, "这一级须由相应角色的同事值班"),
    ]  # fmt: skip
    for wrong, words in mistakes:
        answer = browser.post("/inbox/roster", data=a_night(cast, **wrong))
        assert (answer.status_code, words in answer.text) == (409, True), wrong
    assert shifts(engine) == []


def test_nobody_but_managers_and_only_of_their_store(enter: Enter, engine: Engine, cast: Cast) -> None:
    enter(cast.lilei).post("/inbox/roster", data=a_night(cast))
    before = shifts(engine)
    advisor, stranger = enter(cast.hanmeimei), enter(cast.wanglei)
    assert advisor.get("/inbox/roster").status_code == 403
    assert "韩梅梅" not in stranger.get(f"/inbox/roster?week=2026-09-14&store={cast.store_id}").text
    for browser, planned, taken_off in ((advisor, 403, 403), (stranger, 409, 404)):
        assert browser.post("/inbox/roster", data=a_night(cast, day=["2026-09-16"])).status_code == planned
        assert browser.post("/inbox/roster/1/off", data={"week": "2026-09-14"}).status_code == taken_off
    stranger.post("/inbox/roster/copy", data={"week": "2026-09-21", "store": cast.store_id})
    assert shifts(engine) == before


def test_an_administrator_plans_for_any_store(enter: Enter, engine: Engine, cast: Cast) -> None:
    form = a_night(cast, staff=cast.wanglei.id, rung="manager", store=cast.elsewhere_id)
    assert enter(cast.admin).post("/inbox/roster", data=form).status_code == 303
    assert {row[0] for row in shifts(engine)} == {cast.wanglei.id}
