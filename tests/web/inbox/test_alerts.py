"""Pages over every page, one's own settings, presence: who sees what, who may, and what is kept."""

import re

from flask import Flask
from sqlalchemy import Engine, select

from bot.alerts import Level
from store import alerts, feed, notices, presence, threads
from store.engine import reading, writing
from store.notices import Notice
from store.presence import Presence
from store.tables.alerts import alert
from store.tables.staff import audit
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter


def emergency(engine: Engine, cast: Cast, clock: StillClock) -> int:
    with writing(engine) as conn:
        threads.hand_off(conn, cast.zhang, cast.store_id, reason="safety", priority="emergency", at=clock.now)
        return int(conn.execute(select(alert.c.id).where(alert.c.level == Level.PAGE.value)).scalar_one())


def test_a_page_stands_over_every_page_of_the_store_until_somebody_has_it(
    enter: Enter, engine: Engine, cast: Cast, clock: StillClock
) -> None:
    number = emergency(engine, cast, clock)
    browser = enter(cast.hanmeimei)
    for path in ("/inbox", "/inbox/cases", "/inbox/visits", "/inbox/me"):
        assert "紧急情况，请立刻联系客户" in browser.get(path).text, path
    assert "紧急情况" not in enter(cast.wanglei).get("/inbox").text
    answer = browser.post(f"/inbox/alerts/{number}/ack", data={"next": "/inbox/cases"})
    assert (answer.status_code, answer.location) == (303, "/inbox/cases")
    assert "紧急情况" not in enter(cast.lilei).get("/inbox").text
    with reading(engine) as conn:
        row = alerts.about(conn, number)
        assert row is not None
        assert (row.by, row.via) == ("韩梅梅", "page")
        (line,) = conn.execute(select(audit).where(audit.c.action == "alert_acknowledged"))
        assert (line.staff_id, line.ref["alert_id"]) == (cast.hanmeimei.id, number)


def test_another_store_can_acknowledge_nothing(enter: Enter, engine: Engine, cast: Cast, clock: StillClock) -> None:
    number = emergency(engine, cast, clock)
    assert enter(cast.wanglei).post(f"/inbox/alerts/{number}/ack").status_code == 404
    assert enter(cast.hanmeimei).post("/inbox/alerts/99/ack").status_code == 404
    with reading(engine) as conn:
        assert len(alerts.standing(conn, cast.lilei)) == 1


def test_a_return_leads_nowhere_outside(enter: Enter, engine: Engine, cast: Cast, clock: StillClock) -> None:
    number = emergency(engine, cast, clock)
    answer = enter(cast.lilei).post(f"/inbox/alerts/{number}/ack", data={"next": "https://evil.example"})
    assert answer.location == "/inbox"


def test_what_one_wants_to_hear_is_kept_and_the_page_carries_it(enter: Enter, engine: Engine, cast: Cast) -> None:
    browser = enter(cast.hanmeimei)
    page = browser.get("/inbox").text
    assert 'data-browser=""' in page, "off by default"
    browser.post("/inbox/me", data={"browser": "on", "sound": "on", "lowest": "urgent"})
    page = enter(cast.hanmeimei).get("/inbox/me?kept=1").text
    assert 'data-browser="1" data-sound="1" data-lowest="urgent"' in page
    assert "已保存" in page
    assert 'data-browser=""' in enter(cast.lilei).get("/inbox").text, "one's own only"
    browser.post("/inbox/me", data={"lowest": "whatever"})
    with reading(engine) as conn:
        assert notices.deaf(conn, [cast.hanmeimei.id], Level.NORMAL) == (frozenset(), frozenset())


def test_a_destination_may_rest_but_only_ones_own(enter: Enter, engine: Engine, cast: Cast) -> None:
    with writing(engine) as conn:
        notices.choose(conn, cast.lilei.id, Notice(lowest=Level.PAGE, off=("mail",)))
    with reading(engine) as conn:
        assert notices.deaf(conn, [cast.lilei.id], Level.URGENT) == (frozenset({cast.lilei.id}), frozenset({"mail"}))
        assert notices.deaf(conn, [cast.lilei.id], Level.PAGE) == (frozenset(), frozenset())
    enter(cast.lilei).post("/inbox/me", data={"lowest": "page", "on:somebody_elses": "on"})
    with reading(engine) as conn:
        assert notices.deaf(conn, [cast.lilei.id], Level.URGENT) == (frozenset({cast.lilei.id}), frozenset())


def test_a_test_alert_is_for_oneself(enter: Enter, engine: Engine, cast: Cast) -> None:
    assert enter(cast.hanmeimei).post("/inbox/me/test").location.endswith("tested=1")
    with reading(engine) as conn:
        (row,) = conn.execute(select(alert))
    assert (row.reason, row.ref["staff"], row.store_id) == ("test", [cast.hanmeimei.id], cast.store_id)


def test_the_heartbeat_says_that_one_is_there_and_the_rail_switches_it(
    enter: Enter, engine: Engine, cast: Cast, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    assert browser.post("/inbox/presence").text == "online"
    assert browser.post("/inbox/presence", data={"chosen": "away", "next": "/inbox/visits"}).location == "/inbox/visits"
    assert browser.post("/inbox/presence").text == "away"
    assert browser.post("/inbox/presence", data={"chosen": "god"}).text == "away"
    assert 'class="there away"' in browser.get("/inbox").text
    with reading(engine) as conn:
        there = presence.present(conn, cast.store_id, clock.machine())
        assert there[cast.hanmeimei.id] is Presence.AWAY
        assert there[cast.lilei.id] is Presence.OFFLINE


def test_the_stream_says_who_is_to_hear_it(enter: Enter, engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        ref = {"reason": "waiting", "staff": [cast.hanmeimei.id]}
        feed.tell(conn, cast.store_id, "alert", ref, cast.zhang, clock.now)
    assert '"rings": true' in first_news(enter(cast.hanmeimei))
    assert '"rings": false' in first_news(enter(cast.advisor))


def first_news(browser: object) -> str:
    answer = browser.get("/events?after=0")  # type: ignore[attr-defined]  # Flask's test client
    for piece in answer.response:
        if b'"kind": "alert"' in piece:
            answer.close()
            return str(piece.decode())
    raise AssertionError("no alert in the stream")


def test_no_log_in_no_heartbeat(site: Flask) -> None:
    assert site.test_client().post("/inbox/presence").status_code == 302
    assert re.search("/login", site.test_client().get("/inbox/me").location)
