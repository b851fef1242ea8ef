"""The queue of the showroom: who sees it, who may receive, hand over, end; the codes."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.links import Link
from bot.visits import VisitState
from store import presence, showroom
from store.engine import reading, writing
from store.presence import Presence
from store.showroom import Arrival
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import PAPERS, Enter

THREE = timedelta(minutes=3)


def arrive(engine: Engine, cast: Cast, clock: StillClock, name: str = "王女士") -> int:
    with writing(engine) as conn:
        return showroom.check_in(
            conn, cast.store_id, Arrival("page", clock.now + THREE, "展厅门口", name, "cars"), clock.now
        )


def state(engine: Engine, visit_id: int) -> VisitState:
    with reading(engine) as conn:
        found = showroom.one(conn, visit_id)
    assert found is not None
    return found.state


@pytest.mark.handbook("H1.2.4")
def test_a_visit_from_the_queue_to_the_door(enter: Enter, engine: Engine, cast: Cast, clock: StillClock) -> None:
    who = arrive(engine, cast, clock)
    browser = enter(cast.hanmeimei)
    page = browser.get("/inbox/visits").text
    assert "王女士" in page
    assert "剩 3:00" in page
    clock.advance(seconds=100)
    assert browser.post(f"/inbox/visits/{who}/attend").status_code == 303
    assert "接待中" in browser.get("/inbox/visits/queue").text
    assert browser.post(f"/inbox/visits/{who}/hand", data={"to": cast.advisor.id}).status_code == 303
    refused = browser.post(f"/inbox/visits/{who}/hand", data={"to": cast.hanmeimei.id})
    assert (refused.status_code, "孙丽 正在接待" in refused.text) == (409, True)
    assert enter(cast.advisor).post(f"/inbox/visits/{who}/end").status_code == 303
    assert state(engine, who) is VisitState.ENDED
    page = browser.get("/inbox/visits").text
    assert "100%" in page
    assert "1 / 1 位" in page


def test_another_store_sees_nobody_and_can_do_nothing(
    enter: Enter, engine: Engine, cast: Cast, clock: StillClock
) -> None:
    who, browser = arrive(engine, cast, clock), enter(cast.wanglei)
    assert "王女士" not in browser.get("/inbox/visits").text
    for deed in ("attend", "hand", "end"):
        assert browser.post(f"/inbox/visits/{who}/{deed}", data={"to": cast.wanglei.id}).status_code == 404
    assert state(engine, who) is VisitState.WAITING


def test_without_a_log_in_nothing(enter: Enter, engine: Engine, cast: Cast, clock: StillClock) -> None:
    who = arrive(engine, cast, clock)
    stranger = enter(cast.hanmeimei).application.test_client()
    assert stranger.post(f"/inbox/visits/{who}/attend").status_code == 302
    assert stranger.get("/inbox/visits/code/0.svg").status_code == 302


def test_the_desk_checks_somebody_in_once(enter: Enter, engine: Engine, cast: Cast) -> None:
    browser, form = enter(cast.lilei), {"need": "service", "name": "李先生", "key": "k" * 12}
    for _ in range(2):
        assert browser.post("/inbox/visits", data=form).status_code == 303
    assert browser.get("/inbox/visits").text.count('<article class="card visit') == 1
    assert browser.post("/inbox/visits", data={"need": "tea", "key": "x"}).status_code == 409


def test_whose_turn_it_is_is_shown(enter: Enter, engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        presence.beat(conn, cast.advisor.id, clock.machine(), Presence.ONLINE)
    page = enter(cast.lilei).get("/inbox/visits").text
    team = page.partition('aria-label="接待顺序"')[2]
    assert team.index("孙丽") < team.index("下一位") < team.index("韩梅梅")


def test_a_code_leads_to_its_spot_for_good(enter: Enter, cast: Cast, clock: StillClock) -> None:
    drawn = enter(cast.lilei).get("/inbox/visits/code/0.svg")
    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    assert enter(cast.lilei).get("/inbox/visits/code/9.svg").status_code == 404
    token = PAPERS.links.spot(cast.store_id, 0, clock.now).rpartition("/")[2]
    found = PAPERS.links.read(Link.SPOT, token, clock.now + timedelta(days=4000))
    assert found.ids == (cast.store_id, 0)
