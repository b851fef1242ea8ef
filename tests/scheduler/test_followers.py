"""Followers asked about by the worker and compared once a day, on both databases, with WeChat over real HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from bot.errors import TryLater
from channels.wechat.send import WeChatApi
from channels.wechat.token import AccessTokens
from scheduler.followers import EVERY_S, REST_S, FollowerInfo, FollowerSync
from store import follow
from store.engine import reading, writing
from store.losable import Losable
from store.tables.contact import prompt, wechat_window
from store.tables.people import identity
from store.tables.runtime import errand
from store.writer import Writer
from tests.conftest import StillClock
from tests.provider import HTML, Asked, Provider, Step, provider, says
from tests.store.cast import a_customer, a_store, add

BATCH, INFO, GET = "/cgi-bin/user/info/batchget", "/cgi-bin/user/info", "/cgi-bin/user/get"


@dataclass
class House:
    engine: Engine
    clock: StillClock
    weixin: Provider
    info: FollowerInfo
    sync: FollowerSync
    owner: int

    def person(self, openid: str, **values: Any) -> None:
        row = {"following": True, "bound_by": "qr", "changed_at": self.clock.now - timedelta(days=1), **values}
        with writing(self.engine) as conn:
            tie = {"customer_id": self.owner, "channel": "wechat", "account": "main", "address": openid}
            add(conn, identity, **tie, **row)

    def tie(self, openid: str) -> Any:
        with reading(self.engine) as conn:
            return conn.execute(select(identity).where(identity.c.address == openid)).one()

    def following(self) -> set[str]:
        with reading(self.engine) as conn:
            return {row.address for row in conn.execute(select(identity).where(identity.c.following))}


@pytest.fixture
def house(engine: Engine, clock: StillClock) -> Iterator[House]:
    with provider() as weixin:
        weixin.script("/cgi-bin/stable_token", says({"access_token": "T", "expires_in": 7200}))
        losable, http = Losable(None, clock.monotonic), weixin.http()
        tokens = AccessTokens(
            "wx1", "secret", http, cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
            monotonic=clock.monotonic, machine=clock.machine,
        )  # fmt: skip
        apis, writer = {"main": WeChatApi(tokens, http, clock.machine)}, Writer(engine)
        with writing(engine) as conn:
            owner = a_customer(conn, a_store(conn))
        yield House(engine, clock, weixin, FollowerInfo(writer, clock, apis), FollowerSync(writer, clock, apis), owner)


def tells(weixin: Provider, *gone: str) -> None:
    """batchget: everybody follows by the door's code, save those."""

    def answer(asked: Asked) -> Step:
        told = [
            {"subscribe": 0, "openid": each["openid"]}
            if each["openid"] in gone
            else {"subscribe": 1, "openid": each["openid"], "subscribe_scene": "ADD_SCENE_QR_CODE",
                  "qr_scene_str": "showroom:door", "unionid": "u-" + each["openid"]}
            for each in asked.body["user_list"]
        ]  # fmt: skip
        return says({"user_info_list": told})

    weixin.on(BATCH, answer)


def test_a_new_follower_is_asked_about_once(house: House) -> None:
    """§7.3 no. 12: how somebody came is kept; a name is neither asked for nor kept."""
    house.person("oLiLei")
    tells(house.weixin)
    assert house.info.tick() == 1
    tie = house.tie("oLiLei")
    assert (tie.subscribe_scene, tie.qr_scene, tie.unionid) == ("ADD_SCENE_QR_CODE", "showroom:door", "u-oLiLei")
    assert tie.info_at == house.clock.now
    assert not {"nickname", "headimgurl", "sex"} & set(identity.c.keys())
    house.clock.advance(seconds=EVERY_S)
    assert house.info.tick() == 0
    assert len(house.weixin.to(BATCH)) == 1


def test_who_left_unseen_is_marked_and_the_wechat_data_goes(house: House) -> None:
    house.person("oLiLei")
    with writing(house.engine) as conn:
        window = {"account": "main", "openid": "oLiLei", "kind": "typed", "quota": 5}
        conn.execute(insert(wechat_window).values(**window, opened_at=house.clock.now, expires_at=house.clock.now))
    tells(house.weixin, "oLiLei")
    house.info.tick()
    assert house.following() == set()
    with reading(house.engine) as conn:
        assert conn.execute(select(wechat_window)).all() == []


def test_leaving_forgets_what_was_told_and_coming_back_is_asked_about_anew(house: House) -> None:
    house.person("oLiLei")
    tells(house.weixin)
    house.info.tick()
    with writing(house.engine) as conn:
        follow.mark(conn, "main", "oLiLei", True, house.clock.now)
    assert house.tie("oLiLei").qr_scene == "showroom:door"  # a scan of a follower changes nothing
    with writing(house.engine) as conn:
        follow.mark(conn, "main", "oLiLei", False, house.clock.now)
    tie = house.tie("oLiLei")
    assert (tie.subscribe_scene, tie.qr_scene, tie.unionid, tie.info_at) == ("", "", "", None)
    with writing(house.engine) as conn:
        follow.mark(conn, "main", "oLiLei", True, house.clock.now)
    house.clock.advance(seconds=EVERY_S)
    assert house.info.tick() == 1


def test_a_withdrawal_forgets_it_too_and_is_not_asked_about_again(house: House) -> None:
    house.person("oLiLei")
    tells(house.weixin)
    house.info.tick()
    with writing(house.engine) as conn:
        follow.forget(conn, "main", "oLiLei", house.owner)
    tie = house.tie("oLiLei")
    assert (tie.following, tie.subscribe_scene, tie.qr_scene, tie.unionid) == (True, "", "", "")
    house.clock.advance(seconds=EVERY_S)
    assert house.info.tick() == 0


def test_one_openid_wechat_does_not_know_does_not_hold_up_the_others(house: House) -> None:
    house.person("oLiLei")
    house.person("oWrong")
    refused = says({"errcode": 40003, "errmsg": "invalid openid"})
    house.weixin.script(BATCH, refused)
    house.weixin.on(
        INFO,
        lambda asked: refused if asked.query["openid"] == "oWrong" else says({"subscribe": 1, "openid": "oLiLei"}),
    )
    assert house.info.tick() == 2
    assert house.following() == {"oLiLei"}
    house.clock.advance(seconds=EVERY_S)
    assert house.info.tick() == 0


@pytest.mark.parametrize(
    ("step", "rest"),
    [
        (says({"errcode": -1, "errmsg": "busy"}), 4),
        (says({"errcode": 48001, "errmsg": "no"}), REST_S),
        (HTML, 10),
    ],
    ids=["busy", "unauthorized", "html"],
)
def test_a_refusal_changes_nobody_and_rests(house: House, step: Step, rest: float) -> None:
    house.person("oLiLei")
    house.weixin.script(BATCH, step)
    assert (house.info.tick(), house.following()) == (0, {"oLiLei"})
    asked = len(house.weixin.to(BATCH))
    house.clock.advance(seconds=rest - 1)
    house.info.tick()
    assert len(house.weixin.to(BATCH)) == asked
    tells(house.weixin)
    house.clock.advance(seconds=1)
    assert house.info.tick() == 1


# --- The daily comparison ------------------------------------------------------------------------------------------


def lists(weixin: Provider, *openids: str) -> None:
    weixin.script(
        GET, says({"total": len(openids), "count": len(openids), "data": {"openid": list(openids)}, "next_openid": ""})
    )


def test_who_left_and_who_came_while_we_were_down(house: House) -> None:
    for openid, following in (("oStays", True), ("oLeft", True), ("oCame", False), ("oGone", False)):
        house.person(openid, following=following)
    asked = {"kind": "survey", "asked_at": house.clock.now, "expires_at": house.clock.now + timedelta(days=1)}
    with writing(house.engine) as conn:
        add(conn, prompt, customer_id=house.owner, ref={"channel": "wechat"}, **asked)
    lists(house.weixin, "oStays", "oCame", "oNeverMet")
    done = house.sync.compare("main")
    assert (done.followers, done.left, done.came, done.unknown) == (3, 1, 1, 1)
    assert house.following() == {"oStays", "oCame"}
    with reading(house.engine) as conn:
        assert conn.execute(select(prompt.c.state)).scalar_one() == "replaced"
    assert house.sync.compare("main").left == 0


def test_an_event_of_this_moment_knows_better_than_the_list(house: House) -> None:
    house.person("oJustCame", changed_at=house.clock.now + timedelta(seconds=1))
    lists(house.weixin)
    assert house.sync.compare("main").left == 0
    assert house.following() == {"oJustCame"}


@pytest.mark.slow
def test_more_people_than_one_transaction_holds(house: House) -> None:
    row = {"customer_id": house.owner, "channel": "wechat", "account": "main", "following": True, "bound_by": ""}
    rows = [{**row, "address": f"o{n}", "changed_at": house.clock.now - timedelta(days=1)} for n in range(2100)]
    with writing(house.engine) as conn:
        conn.execute(insert(identity), rows)
        conn.execute(update(identity).where(identity.c.address == "o7").values(account="other"))
    lists(house.weixin, *(f"o{n}" for n in range(0, 2100, 2)))
    assert house.sync.compare("main").left == 1049
    assert house.tie("o7").following  # of another account


@pytest.mark.parametrize(
    "step", [says({"errcode": -1, "errmsg": "busy"}), HTML, says({"total": 3, "count": 0, "next_openid": ""})]
)
def test_a_list_that_was_not_read_whole_changes_nobody(house: House, step: Step) -> None:
    house.person("oLiLei")
    house.weixin.script(GET, step)
    with pytest.raises(TryLater):
        house.sync.compare("main")
    assert house.following() == {"oLiLei"}


def test_once_a_day_after_four_whoever_comes_first(house: House) -> None:
    house.person("oLeft")
    lists(house.weixin)
    house.clock.now = datetime.fromisoformat("2026-09-17T03:59+08:00")
    assert (house.sync.tick(), house.weixin.to(GET)) == (0, [])
    house.clock.advance(minutes=1)
    assert (house.sync.tick(), house.sync.tick(), len(house.weixin.to(GET))) == (1, 0, 1)
    house.clock.advance(days=1)
    house.sync.tick()
    assert len(house.weixin.to(GET)) == 2


def test_a_day_that_failed_is_tried_again(house: House) -> None:
    house.person("oLeft")
    house.weixin.script(GET, says({"errcode": -1, "errmsg": "busy"}))
    assert house.sync.tick() == 0
    with reading(house.engine) as conn:
        assert conn.execute(select(errand)).all() == []
    lists(house.weixin)
    assert house.sync.tick() == 1
