"""Single sign-on against a provider over real HTTP: the way in, and every way it must end before the door."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.customer import Role
from commands.sign_on_parts import sign_on_of
from config.settings import read_settings
from store.engine import reading, writing
from store.losable import Losable
from store.tables.log_ins import staff_session
from store.tables.staff import audit, staff
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import PASSWORD, build
from tests.web.inbox.identity_provider import CLIENT, SECRET, Provider, serving
from web.entrance.sso import SignOn


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving() as made:
        yield made


class House:
    def __init__(self, engine: Engine, clock: StillClock, losable: Losable, sign_on: SignOn, **more: Any) -> None:
        self.site = build(engine, clock, losable, sign_on=sign_on, **more)
        self.site.config["WTF_CSRF_ENABLED"] = False

    def comes_back(self, browser: FlaskClient, state: str = "") -> Any:
        """Through the provider and back to us; state: sent in place of the right one."""
        away = browser.get("/login/sso", query_string={"next": "/inbox/account"})
        assert away.status_code == 302, away.text
        back = requests.get(away.location, allow_redirects=False, timeout=10).headers["Location"]
        query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        return browser.get("/login/sso/back", query_string=query | ({"state": state} if state else {}))


@pytest.fixture
def house(engine: Engine, clock: StillClock, losable: Losable, cast: Cast, provider: Provider) -> House:
    return House(engine, clock, losable, SignOn(provider.base, CLIENT, SECRET, "http://localhost"))


def test_somebody_the_provider_names_is_let_in_where_they_wanted_to_go(
    house: House, engine: Engine, cast: Cast, provider: Provider
) -> None:
    browser = house.site.test_client()
    answer = house.comes_back(browser)
    assert (answer.status_code, answer.location) == (302, "/inbox/account")
    assert "单点登录" in browser.get("/inbox/account").text
    with reading(engine) as conn:
        row = conn.execute(select(staff_session.c.staff_id, staff_session.c.way)).one()
        tied = conn.execute(select(staff.c.oidc_subject).where(staff.c.id == cast.hanmeimei.id)).scalar()
    assert tuple(row) == (cast.hanmeimei.id, "sso")
    assert tied == "u-1"
    assert provider.asked[0] == "/.well-known/openid-configuration"


def test_the_subject_counts_from_then_on_whatever_the_name(house: House, provider: Provider, cast: Cast) -> None:
    house.comes_back(house.site.test_client())
    provider.claims["preferred_username"] = "somebody.renamed"
    assert house.comes_back(house.site.test_client()).location == "/inbox/account"
    provider.claims = {"sub": "u-2", "preferred_username": "hanmeimei"}
    answer = house.comes_back(house.site.test_client())
    assert answer.status_code == 403, "another person took over the name"
    assert "这里没有您的账号" in answer.text


@pytest.mark.parametrize("fault", ["token_error", "nonce", "issuer", "audience", "no_id_token", "old", "html", "down"])
def test_what_the_provider_answers_wrongly_opens_nothing(house: House, provider: Provider, fault: str) -> None:
    provider.fault = fault
    browser = house.site.test_client()
    answer = house.comes_back(browser)
    assert answer.status_code == 502
    assert "单点登录没有成功" in answer.text
    assert browser.get("/inbox").status_code == 302


def test_a_state_that_is_not_this_browsers_opens_nothing(house: House) -> None:
    browser = house.site.test_client()
    assert house.comes_back(browser, state="forged").status_code == 502
    assert browser.get("/inbox").status_code == 302


def test_an_answer_cannot_be_played_into_another_browser(house: House) -> None:
    mine, theirs = house.site.test_client(), house.site.test_client()
    away = mine.get("/login/sso")
    back = requests.get(away.location, allow_redirects=False, timeout=10).headers["Location"]
    answer = theirs.get(f"/login/sso/back?{urlsplit(back).query}")
    assert answer.status_code == 502
    assert theirs.get("/inbox").status_code == 302


def test_a_refusal_of_the_person_leads_back_to_the_log_in(house: House) -> None:
    answer = house.site.test_client().get("/login/sso/back?error=access_denied&state=x")
    assert answer.status_code == 502
    assert "access_denied" not in answer.text


@pytest.mark.parametrize("claims", [{"sub": "u-9", "preferred_username": "nobody"}, {"sub": "u-9"}])
def test_an_unknown_person_is_refused_and_nobody_is_made(
    house: House, engine: Engine, provider: Provider, claims: dict[str, str]
) -> None:
    provider.claims = claims
    browser = house.site.test_client()
    assert house.comes_back(browser).status_code == 403
    with reading(engine) as conn:
        assert conn.execute(select(staff.c.id).where(staff.c.oidc_subject.is_not(None))).first() is None


def test_who_is_deactivated_does_not_come_in_by_this_door(house: House, engine: Engine, cast: Cast) -> None:
    house.comes_back(house.site.test_client())
    with writing(engine) as conn:
        conn.execute(update(staff).where(staff.c.id == cast.hanmeimei.id).values(active=False))
    assert house.comes_back(house.site.test_client()).status_code == 403


def roles(provider: Provider) -> SignOn:
    mapping = {"huifang-managers": Role.MANAGER, "huifang-care": Role.CARE}
    return SignOn(provider.base, CLIENT, SECRET, "http://localhost", role_claim="groups", roles=mapping)


def test_a_role_comes_with_the_person_and_is_noted(
    engine: Engine, clock: StillClock, losable: Losable, cast: Cast, provider: Provider
) -> None:
    house = House(engine, clock, losable, roles(provider))
    provider.claims["groups"] = ["everybody", "huifang-care"]
    assert house.comes_back(house.site.test_client()).status_code == 302
    with reading(engine) as conn:
        assert conn.execute(select(staff.c.role).where(staff.c.id == cast.hanmeimei.id)).scalar() == "care"
        noted = conn.execute(select(audit.c.action, audit.c.ref)).one()
    assert noted.action == "role_by_sign_on"
    assert noted.ref["role"] == ["advisor", "care"]


def test_without_a_role_of_ours_nobody_comes_in(
    engine: Engine, clock: StillClock, losable: Losable, cast: Cast, provider: Provider
) -> None:
    house = House(engine, clock, losable, roles(provider))
    provider.claims["groups"] = ["everybody"]
    answer = house.comes_back(house.site.test_client())
    assert answer.status_code == 403
    assert "没有可用的角色" in answer.text


def test_the_last_administrator_is_not_demoted_by_the_provider(
    engine: Engine, clock: StillClock, losable: Losable, cast: Cast, provider: Provider
) -> None:
    house = House(engine, clock, losable, roles(provider))
    provider.claims = {"sub": "u-3", "preferred_username": "admin", "groups": ["huifang-care"]}
    house.comes_back(house.site.test_client())
    with reading(engine) as conn:
        assert conn.execute(select(staff.c.role).where(staff.c.id == cast.admin.id)).scalar() == "admin"


def test_who_came_by_it_owes_no_second_factor_here(
    engine: Engine, clock: StillClock, losable: Losable, cast: Cast, provider: Provider
) -> None:
    sign_on = SignOn(provider.base, CLIENT, SECRET, "http://localhost")
    house = House(engine, clock, losable, sign_on, factor_for_admins=True)
    provider.claims = {"sub": "u-3", "preferred_username": "admin"}
    browser = house.site.test_client()
    house.comes_back(browser)
    assert browser.get("/inbox").status_code == 200


def test_a_provider_of_another_name_or_none_is_told_in_one_sentence(
    engine: Engine, clock: StillClock, losable: Losable, cast: Cast, provider: Provider
) -> None:
    for issuer in (f"{provider.base}/", "http://127.0.0.1:9"):
        house = House(engine, clock, losable, SignOn(issuer, CLIENT, SECRET, "http://localhost"))
        answer = house.site.test_client().get("/login/sso")
        assert answer.status_code == (302 if issuer.startswith(provider.base) else 502)
    real, provider.base = provider.base, "https://elsewhere.example"
    house = House(engine, clock, losable, SignOn(real, CLIENT, SECRET, "http://localhost"))
    assert house.site.test_client().get("/login/sso").status_code == 502


def test_the_password_goes_on_working_beside_it(house: House) -> None:
    browser = house.site.test_client()
    assert "/login/sso" in browser.get("/login").text
    assert browser.post("/login", data={"username": "hanmeimei", "password": PASSWORD}).location == "/inbox"


def test_the_settings_make_it(tmp_path: Any) -> None:
    given = {
        "HUIFANG_OIDC_ISSUER": "https://id.example",
        "HUIFANG_OIDC_CLIENT_ID": "us",
        "HUIFANG_OIDC_CLIENT_SECRET": "s",
        "HUIFANG_OIDC_ROLE_CLAIM": "groups",
        "HUIFANG_OIDC_ROLES": "a=admin, b=care",
    }
    made = sign_on_of(read_settings(given, dotenv=tmp_path / "none"))
    assert made is not None
    assert (made.back, made.roles) == ("http://127.0.0.1:8000/login/sso/back", {"a": Role.ADMIN, "b": Role.CARE})
    assert sign_on_of(read_settings({}, dotenv=tmp_path / "none")) is None
