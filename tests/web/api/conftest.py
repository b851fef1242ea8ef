"""The whole site with the API on it, called as the DMS calls it; every answer is held against openapi.json."""

from dataclasses import dataclass, field
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from bot.booking import Capacity
from bot.dealer import Dealer, StoreConfig
from bot.links import Links
from config.calendar import Calendar
from store.case_steps import Terms
from store.engine import writing
from store.losable import Losable
from store.tokens import new_api_token
from store.writer import Writer
from tests.conftest import StillClock
from tests.store.cast import a_staff_member, a_store
from web.api import BASE, MAX_BODY, ApiNeeds, api
from web.site import Part, SiteNeeds, create_site

ORDER = {
    "status": "in_progress",
    "customer": {"external_id": "C-1", "name": "李雷", "phone": "139 0000 0001"},
    "vehicle": {"external_id": "V-1", "plate": "浙A12345", "model": "知行", "mileage": 21000},
    "advisor": "韩梅梅",
    "items": ["小保养", {"name": "空调检漏加冷媒", "fen": 32000}],
}
DELIVERED = {**ORDER, "status": "delivered"}


ONE_BAY = Capacity(bays=1, advisors=1)
LINKS = Links("a secret", "http://car.example")


@dataclass
class Dms:
    """One caller. `woken`: topics woken by its requests."""

    client: FlaskClient
    token: str
    store_id: int
    engine: Engine
    openapi: dict[str, Any] = field(default_factory=dict)
    woken: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        """The answer, after checking it against the description of its route."""
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        if body is not None:
            more["json"] = body
        answer = self.client.open(BASE + path, method=method, headers=headers, **more)
        self.check(method, path, answer)
        return answer

    def put(self, path: str, body: Any) -> TestResponse:
        return self.ask("PUT", path, body)

    def get(self, path: str) -> TestResponse:
        return self.ask("GET", path)

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        parts = path.strip("/").split("/")
        named = "{case}" if parts[0] == "cases" else "{external_id}"
        template = "/".join([BASE, parts[0], *([named] if len(parts) > 1 else []), *parts[2:]])
        described = self.openapi["paths"].get(template, {}).get(method.lower())
        if described is None:
            return
        content = described["responses"][str(answer.status_code)]["content"]
        assert answer.mimetype in content
        schema = content[answer.mimetype]["schema"]
        jsonschema.Draft202012Validator({**schema, "components": self.openapi["components"]}).validate(answer.json)


class Noted(list[str]):
    """Wake-ups, written down."""

    def wake(self, topic: str) -> None:
        self.append(topic)

    def wait(self, topic: str, seconds: float) -> bool:
        return topic in self


@pytest.fixture
def site(engine: Engine, clock: StillClock) -> Flask:
    woken = Noted()
    dealer = Dealer(stores=[StoreConfig(code=code, name=code, booking=ONE_BAY) for code in ("binjiang", "xiaoshan")])
    buckets, terms = Losable(None, clock.monotonic).buckets, Terms(dealer, Calendar())
    needs = ApiNeeds(engine, Writer(engine), clock, buckets, woken, LINKS, terms)
    part = Part(api(needs), csrf=False, max_body=MAX_BODY)
    site = create_site(SiteNeeds("a secret", https=False), parts=[part])
    site.extensions["woken"] = woken
    return site


@pytest.fixture
def dms(site: Flask, engine: Engine, clock: StillClock) -> Dms:
    """The DMS of 远禾滨江店, with 韩梅梅 at the desk."""
    with writing(engine) as conn:
        store_id = a_store(conn)
        a_staff_member(conn, store_id)
        token = new_api_token(conn, store_id, "DMS", clock.now)
    return _caller(site, token, store_id, engine)


@pytest.fixture
def stranger(site: Flask, dms: Dms, engine: Engine, clock: StillClock) -> Dms:
    """Another store's DMS: must see nothing of ours."""
    with writing(engine) as conn:
        store_id = a_store(conn, "xiaoshan", "远禾萧山店")
        token = new_api_token(conn, store_id, "DMS", clock.now)
    return _caller(site, token, store_id, engine)


def _caller(site: Flask, token: str, store_id: int, engine: Engine) -> Dms:
    client = site.test_client()
    openapi = client.get(f"{BASE}/openapi.json").json
    assert openapi is not None
    return Dms(client, token, store_id, engine, openapi, site.extensions["woken"])
