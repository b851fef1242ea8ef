"""Sessions: listed with device and masked address, ended one by one, and all others with a new password."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from store import sessions
from store.engine import reading
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import PASSWORD, Enter
from web.entrance.device import device_of, masked_address

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50 Safari/604"


def logged_in(site: Flask, agent: str = CHROME, name: str = "hanmeimei") -> FlaskClient:
    browser = site.test_client()
    given = {"username": name, "password": PASSWORD}
    assert browser.post("/login", data=given, headers={"User-Agent": agent}).status_code == 302
    return browser


def test_a_session_is_listed_with_its_device_and_a_masked_address(site: Flask, cast: Cast) -> None:
    browser = logged_in(site)
    logged_in(site, WECHAT)
    page = browser.get("/inbox/account").text
    assert "Chrome · Windows" in page
    assert "WeChat · iPhone" in page
    assert "127.0.*.*" in page
    assert "127.0.0.1" not in page


def test_one_is_ended_and_the_others_stay(site: Flask, engine: Engine, cast: Cast, clock: StillClock) -> None:
    here, there = logged_in(site), logged_in(site, WECHAT)
    with reading(engine) as conn:
        listed = sessions.sessions_of(conn, cast.hanmeimei.id, clock.now)
    there_id = next(each.id for each in listed if "WeChat" in each.device)
    here.post("/inbox/account/sessions", data={"session": there_id})
    assert there.get("/inbox").status_code == 302
    assert here.get("/inbox").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(
    site: Flask, enter: Enter, engine: Engine, cast: Cast, clock: StillClock
) -> None:
    theirs = logged_in(site)
    with reading(engine) as conn:
        (listed,) = sessions.sessions_of(conn, cast.hanmeimei.id, clock.now)
    enter(cast.lilei).post("/inbox/account/sessions", data={"session": listed.id})
    assert theirs.get("/inbox").status_code == 200


def test_a_new_password_ends_every_other_session(site: Flask, cast: Cast) -> None:
    here, there = logged_in(site), logged_in(site, WECHAT)
    new = {"password": "brand new 密码!", "again": "brand new 密码!"}
    here.post("/inbox/account/password", data={"old": "wrong", **new})
    assert there.get("/inbox").status_code == 200, "the old password was wrong: nothing happened"
    here.post("/inbox/account/password", data={"old": PASSWORD, **new})
    assert there.get("/inbox").status_code == 302
    assert here.get("/inbox").status_code == 200
    assert site.test_client().post("/login", data={"username": "hanmeimei", "password": PASSWORD}).status_code == 401


def test_logging_out_ends_the_session_for_good(site: Flask, cast: Cast) -> None:
    browser = logged_in(site)
    with browser.session_transaction() as session:
        kept = dict(session)
    browser.post("/logout")
    with browser.session_transaction() as session:
        session.update(kept)
    assert browser.get("/inbox").status_code == 302, "a copied cookie opens nothing"


def test_an_untouched_session_is_over_after_a_week_and_a_used_one_is_not(
    site: Flask, cast: Cast, clock: StillClock
) -> None:
    used, left = logged_in(site), logged_in(site, WECHAT)
    for _ in range(2):
        clock.advance(days=6)
        assert used.get("/inbox").status_code == 200
    assert left.get("/inbox").status_code == 302


def test_the_last_use_is_written_every_five_minutes(site: Flask, engine: Engine, cast: Cast, clock: StillClock) -> None:
    browser, begun = logged_in(site), clock.now
    for minutes in (4, 6):
        clock.now = begun + timedelta(minutes=minutes)
        browser.get("/inbox")
        with reading(engine) as conn:
            (listed,) = sessions.sessions_of(conn, cast.hanmeimei.id, clock.now)
        assert listed.seen_at == (begun if minutes == 4 else clock.now)


@pytest.mark.parametrize(
    ("address", "masked"),
    [("203.0.113.77", "203.0.*.*"), ("::ffff:203.0.113.77", "203.0.*.*"), ("2001:db8::1", "2001:0db8:*"), ("x", "")],
)
def test_an_address_names_a_network_at_most(address: str, masked: str) -> None:
    assert masked_address(address) == masked


def test_an_unknown_browser_has_no_name() -> None:
    assert device_of("curl/8.0") == ""
