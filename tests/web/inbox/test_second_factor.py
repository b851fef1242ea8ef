"""The second factor: a code of the telephone, once; recovery codes, once; asked of administrators on request."""

import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.customer import StaffMember
from store.engine import reading, writing
from store.losable import Losable
from store.tables.log_ins import recovery_code
from store.tables.staff import staff
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import PASSWORD, Enter, build
from web.entrance.second_step import matching
from web.sealed import Seal


def code_at(secret: str, clock: StillClock) -> str:
    return pyotp.TOTP(secret).at(int(clock.now.timestamp()))


def switch_on(browser: FlaskClient, clock: StillClock) -> tuple[str, list[str]]:
    """The secret as the page shows it, and the recovery codes."""
    found = re.search(r"密钥 <code>([A-Z2-7 ]+)</code>", browser.get("/inbox/account/factor").text)
    assert found
    secret = found[1].replace(" ", "")
    page = browser.post("/inbox/account/factor", data={"code": code_at(secret, clock)}).text
    codes = re.findall(r"<code>([A-Z2-9-]{19})</code>", page)
    assert len(set(codes)) == 10
    return secret, codes


def password_given(site: Flask, username: str) -> FlaskClient:
    """A browser that knows the password and stands before the second step."""
    browser = site.test_client()
    answer = browser.post("/login", data={"username": username, "password": PASSWORD})
    assert answer.location == "/login/code?next=/inbox"
    return browser


def given(browser: FlaskClient, code: str) -> int:
    return browser.post("/login/code", data={"code": code}).status_code


@pytest.fixture
def member(cast: Cast) -> StaffMember:
    return cast.hanmeimei


def test_with_it_the_password_alone_opens_nothing(
    site: Flask, enter: Enter, member: StaffMember, clock: StillClock
) -> None:
    secret, _ = switch_on(enter(member), clock)
    clock.advance(seconds=30)
    browser = password_given(site, "hanmeimei")
    assert browser.get("/inbox").status_code == 302
    assert given(browser, "000000") == 401
    assert given(browser, code_at(secret, clock)) == 302
    assert browser.get("/inbox").status_code == 200


def test_a_code_works_once(site: Flask, enter: Enter, member: StaffMember, clock: StillClock) -> None:
    secret, _ = switch_on(enter(member), clock)
    proving = code_at(secret, clock)
    assert given(password_given(site, "hanmeimei"), proving) == 401, "it was used to switch it on"
    clock.advance(seconds=30)
    assert given(password_given(site, "hanmeimei"), code_at(secret, clock)) == 302
    assert given(password_given(site, "hanmeimei"), code_at(secret, clock)) == 401
    assert given(password_given(site, "hanmeimei"), proving) == 401, "nor one of before"


def test_a_telephone_may_be_half_a_minute_off_and_no_more(clock: StillClock) -> None:
    secret = pyotp.random_base32()
    now = int(clock.now.timestamp())
    near = {offset: matching(secret, pyotp.TOTP(secret).at(now + offset), clock.now) for offset in (-30, 0, 30)}
    assert list(near.values()) == [now // 30 - 1, now // 30, now // 30 + 1]
    assert matching(secret, pyotp.TOTP(secret).at(now + 90), clock.now) is None


def test_a_recovery_code_works_once_however_it_is_typed(
    site: Flask, enter: Enter, member: StaffMember, clock: StillClock, engine: Engine
) -> None:
    _, codes = switch_on(enter(member), clock)
    assert given(password_given(site, "hanmeimei"), codes[0].lower().replace("-", " ")) == 302
    assert given(password_given(site, "hanmeimei"), codes[0]) == 401
    with reading(engine) as conn:
        kept = list(conn.execute(select(recovery_code.c.code_hash)).scalars())
    assert not set(codes) & set(kept), "only hashes are kept"


def test_tries_are_counted_by_person(site: Flask, enter: Enter, member: StaffMember, clock: StillClock) -> None:
    secret, _ = switch_on(enter(member), clock)
    clock.advance(seconds=30)
    browser = password_given(site, "hanmeimei")
    assert [given(browser, "000000") for _ in range(6)] == [401] * 5 + [429]
    assert given(password_given(site, "hanmeimei"), code_at(secret, clock)) == 429, "another browser is no new chance"


def test_the_second_step_waits_five_minutes_and_dies_with_the_password(
    site: Flask, enter: Enter, member: StaffMember, clock: StillClock, engine: Engine
) -> None:
    secret, _ = switch_on(enter(member), clock)
    late = password_given(site, "hanmeimei")
    clock.advance(minutes=5, seconds=1)
    late.post("/login/code", data={"code": code_at(secret, clock)})
    assert late.get("/inbox").status_code == 302
    changed = password_given(site, "hanmeimei")
    with writing(engine) as conn:
        conn.execute(update(staff).where(staff.c.id == member.id).values(password_hash="another"))
    assert given(changed, code_at(secret, clock)) == 401


def test_the_secret_is_sealed_and_another_key_opens_nothing(
    enter: Enter, member: StaffMember, clock: StillClock, engine: Engine
) -> None:
    secret, _ = switch_on(enter(member), clock)
    with reading(engine) as conn:
        sealed = conn.execute(select(staff.c.totp).where(staff.c.id == member.id)).scalar_one()
    assert secret not in sealed
    assert Seal("k" * 40).open(sealed) == secret
    assert Seal("j" * 40).open(sealed) is None


def test_it_is_taken_off_with_the_password_or_by_an_administrator(
    enter: Enter, cast: Cast, clock: StillClock, engine: Engine
) -> None:
    def on() -> bool:
        with reading(engine) as conn:
            return bool(conn.execute(select(staff.c.totp_on).where(staff.c.id == cast.hanmeimei.id)).scalar_one())

    browser = enter(cast.hanmeimei)
    switch_on(browser, clock)
    browser.post("/inbox/account/factor/off", data={"old": "wrong"})
    assert on()
    browser.post("/inbox/account/factor/off", data={"old": PASSWORD})
    assert not on()
    switch_on(browser, clock)
    enter(cast.lilei).post(f"/inbox/settings/staff/{cast.hanmeimei.id}/factor")
    assert not on()


def test_where_the_house_asks_for_it_an_administrator_sets_it_up_first(
    engine: Engine, clock: StillClock, losable: Losable, cast: Cast
) -> None:
    site = build(engine, clock, losable, factor_for_admins=True)
    site.config["WTF_CSRF_ENABLED"] = False
    admin, advisor = site.test_client(), site.test_client()
    admin.post("/login", data={"username": "admin", "password": PASSWORD})
    advisor.post("/login", data={"username": "hanmeimei", "password": PASSWORD})
    assert advisor.get("/inbox").status_code == 200
    for path in ("/inbox", "/inbox/settings/staff", f"/inbox/c/{cast.zhang}", "/events"):
        assert admin.get(path).location == "/inbox/account/factor", path
    assert "管理员要先打开两步验证" in admin.get("/inbox/account/factor").text
    switch_on(admin, clock)
    assert admin.get("/inbox").status_code == 200
