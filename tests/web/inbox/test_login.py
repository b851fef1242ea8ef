"""Logging in: right and wrong, throttled, guarded against forged forms, ended with the password."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from store.engine import writing
from store.losable import Losable
from store.staff import hash_password
from store.tables.staff import staff
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import PASSWORD, Enter, build


@pytest.fixture
def browser(site: Flask, cast: Cast) -> FlaskClient:
    return site.test_client()


def log_in(browser: FlaskClient, name: str = "hanmeimei", password: str = PASSWORD, **more: str) -> int:
    return browser.post("/login", data={"username": name, "password": password, **more}).status_code


def test_the_right_password_opens_the_inbox(browser: FlaskClient) -> None:
    answer = browser.post("/login", data={"username": "hanmeimei", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/inbox")
    assert browser.get("/inbox").status_code == 200


@pytest.mark.parametrize(
    ("name", "password"), [("hanmeimei", "wrong"), ("nobody", PASSWORD), ("hanmeimei", ""), ("", "")]
)
def test_a_wrong_name_and_a_wrong_password_look_the_same(browser: FlaskClient, name: str, password: str) -> None:
    answer = browser.post("/login", data={"username": name, "password": password})
    assert (answer.status_code, "用户名或密码不对" in answer.text) == (401, True)
    assert browser.get("/inbox").status_code == 302


def test_the_session_cookie_is_out_of_reach_of_scripts(browser: FlaskClient) -> None:
    answer = browser.post("/login", data={"username": "hanmeimei", "password": PASSWORD})
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("huifang="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie, "on plain http a Secure cookie would lock everybody out"


def test_the_ninth_try_on_one_name_waits_whatever_the_password(browser: FlaskClient) -> None:
    tries = [log_in(browser, password="wrong") for _ in range(8)]
    assert tries == [401] * 8
    assert log_in(browser) == 429
    assert log_in(browser, name="lilei") == 302, "a colleague behind the same address still gets in"


def test_the_business_clock_opens_no_throttle(browser: FlaskClient, clock: StillClock) -> None:
    for _ in range(8):
        log_in(browser, password="wrong")
    clock.advance(days=3)
    assert log_in(browser) == 429


def test_a_forged_form_is_refused(engine: Engine, clock: StillClock, losable: Losable, cast: Cast) -> None:
    browser = build(engine, clock, losable).test_client()
    assert log_in(browser) == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/login").text)
    assert token
    assert log_in(browser, csrf_token=token[1]) == 302
    assert browser.post(f"/inbox/c/{cast.zhang}/claim", data={"version": "0"}).status_code == 400
    header = {"X-CSRFToken": token[1]}
    claimed = browser.post(f"/inbox/c/{cast.zhang}/claim", data={"version": "0"}, headers=header)
    assert claimed.status_code in (303, 409)


def test_a_new_password_ends_every_session(engine: Engine, enter: Enter, cast: Cast) -> None:
    browser = enter(cast.hanmeimei)
    assert browser.get("/inbox").status_code == 200
    with writing(engine) as conn:
        changed = {"password_hash": hash_password("another one")}
        conn.execute(update(staff).where(staff.c.id == cast.hanmeimei.id).values(**changed))
    assert browser.get("/inbox").status_code == 302


def test_who_left_is_out_at_once(engine: Engine, enter: Enter, browser: FlaskClient, cast: Cast) -> None:
    inside = enter(cast.hanmeimei)
    with writing(engine) as conn:
        conn.execute(update(staff).where(staff.c.id == cast.hanmeimei.id).values(active=False))
    assert inside.get("/inbox").status_code == 302
    assert log_in(browser) == 401


def test_logging_out(enter: Enter, cast: Cast) -> None:
    browser = enter(cast.hanmeimei)
    assert browser.post("/logout").location == "/login"
    assert browser.get("/inbox").status_code == 302
    assert browser.get("/logout").status_code == 405, "a link must not log anybody out"


@pytest.mark.parametrize("where", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_log_in_never_leads_out_of_the_house(browser: FlaskClient, where: str) -> None:
    answer = browser.post("/login", data={"username": "hanmeimei", "password": PASSWORD, "next": where})
    assert answer.location == "/inbox"


def test_it_leads_to_where_one_wanted(browser: FlaskClient, cast: Cast) -> None:
    asked = browser.get(f"/inbox/c/{cast.zhang}?tab=mine")
    answer = browser.post(asked.location, data={"username": "hanmeimei", "password": PASSWORD})
    assert answer.location == f"/inbox/c/{cast.zhang}?tab=mine"


def test_no_page_of_the_inbox_has_inline_script_or_style(enter: Enter, cast: Cast) -> None:
    browser = enter(cast.hanmeimei)
    for path in ("/inbox", f"/inbox/c/{cast.zhang}", "/inbox/events/new"):
        page = browser.get(path)
        assert "script-src 'unsafe" not in page.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|<style", page.text), path


def test_passwords_and_names_stay_out_of_the_log(browser: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    log_in(browser, password="geheim-123")
    log_in(browser)
    said = "".join(capsys.readouterr())
    assert "geheim-123" not in said
    assert PASSWORD not in said
