"""Whatever is pushed: `receive` raises BadInbound or reads it; the route answers 2xx or 4xx, and 4xx does nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from sqlalchemy import Engine, func, select

import handlers
from bot.errors import BadInbound
from bot.messages import Inbound, News
from bot.shown import carried, shown
from channels.render import Templates
from channels.wechat.receive import Mode, WeChatReceiver
from store.engine import reading
from store.tables.base import metadata
from tests.conftest import StillClock
from tests.turn_house import TurnHouse, taker, turn_house
from tests.web.serving import wechat_site
from tests.wechat.fuzzing import NOW, PLANS, Plan, many
from tests.wechat_push import AES_KEY, APP_ID, TOKEN

pytestmark = pytest.mark.slow
TRIED: dict[str, int] = {}
TEXTS = Path(__file__).parents[2] / "templates" / "messages"


@pytest.fixture(scope="module", autouse=True)
def how_many() -> Iterator[None]:
    yield
    print(f"\ninputs tried: {sum(TRIED.values())} ({TRIED})")


def tried(what: str) -> None:
    TRIED[what] = TRIED.get(what, 0) + 1


@pytest.mark.parametrize("mode", ["secure", "compatible", "plain"])
@pytest.mark.parametrize("kind", PLANS)
def test_receive_refuses_or_reads(kind: str, mode: Mode) -> None:
    here = WeChatReceiver("main", TOKEN, AES_KEY, APP_ID, mode)

    @many
    @given(PLANS[kind])
    def check(plan: Plan) -> None:
        tried(f"receive {kind}")
        args, body = plan.make(mode)
        try:
            came = here.receive(args, body, NOW)
        except BadInbound:
            return
        if isinstance(came, Inbound | News):
            assert 0 < len(came.provider_key) <= 200
        if isinstance(came, Inbound):
            f"{shown(came)}{carried(came)}".encode()  # no half characters
            assert "\x00" not in shown(came)
            assert here.reply("您好]]>", came, args.get("nonce", ""), NOW)

    check()


@pytest.fixture
def house(engine: Engine, clock: StillClock, tmp_path: Path) -> TurnHouse:
    """The handlers and texts of the house, on a real database."""
    made = turn_house(engine, clock, tmp_path)
    made.taker = taker(engine, clock, made.dealer, made.wakes, Templates(TEXTS), handlers.decide)
    return made


def everything(house: TurnHouse) -> dict[str, int]:
    with reading(house.engine) as conn:
        return {
            name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


@pytest.mark.parametrize("mode", ["secure", "plain"])
@pytest.mark.parametrize("kind", PLANS)
def test_the_route_answers_2xx_or_4xx_and_a_4xx_does_nothing(house: TurnHouse, kind: str, mode: Mode) -> None:
    assert house.clock.now == NOW
    site: Flask = wechat_site(house, mode=mode)
    site.testing = False
    client: Any = site.test_client()
    rows = {"now": everything(house)}

    @many
    @given(PLANS[kind])
    def check(plan: Plan) -> None:
        tried(f"route {kind}")
        args, body = plan.make(mode)
        query = {name: value.encode("utf-8", "replace").decode() for name, value in args.items()}
        answer = client.post("/wechat/main", query_string=query, data=body)
        assert answer.status_code // 100 in (2, 4), answer.status_code
        before, rows["now"] = rows["now"], everything(house)
        assert answer.status_code < 400 or rows["now"] == before

    check()
