"""Followers as WeChat tells of them: fields, pages, and a row for each way it may go wrong."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.errors import ChannelStopped, SendError, TryLater, Undeliverable
from channels.wechat.people import Person, followers, people, person
from tests.channels.wechat.conftest import Account
from tests.provider import HTML, HTTP500, RESET, SILENCE, Asked, Provider, Step, says

INFO, BATCH, GET = "/cgi-bin/user/info", "/cgi-bin/user/info/batchget", "/cgi-bin/user/get"
HAN = {"subscribe": 1, "openid": "oHan", "subscribe_scene": "ADD_SCENE_QR_CODE", "qr_scene_str": "showroom:door"}


def test_of_a_follower_we_keep_how_they_came_and_no_name(wechat: Provider, one: Account) -> None:
    """§7.3 no. 12: even if WeChat sent a nickname, nothing here would hold it."""
    told = {**HAN, "nickname": "梅梅", "headimgurl": "http://x", "unionid": "u-1", "qr_scene": 0}
    wechat.script(INFO, says(told))
    assert person(one.api, "oHan") == Person("oHan", True, "ADD_SCENE_QR_CODE", "showroom:door", "u-1")
    assert wechat.to(INFO)[0].query == {"access_token": "TOKEN-1", "openid": "oHan", "lang": "zh_CN"}
    assert not hasattr(Person, "nickname")


def test_of_who_left_nothing_is_told(wechat: Provider, one: Account) -> None:
    wechat.script(INFO, says({"subscribe": 0, "openid": "oHan", "qr_scene_str": "x"}))
    assert person(one.api, "oHan") == Person("oHan", follows=False)


def test_a_hundred_at_a_time(wechat: Provider, one: Account) -> None:
    wechat.script(BATCH, says({"user_info_list": [HAN, {"subscribe": 0, "openid": "oLi"}]}))
    found = people(one.api, [f"o{number}" for number in range(150)])
    assert [(each.openid, each.follows) for each in found] == [("oHan", True), ("oLi", False)]
    sent = wechat.to(BATCH)[0].body["user_list"]
    assert (len(sent), sent[0]) == (100, {"openid": "o0", "lang": "zh_CN"})


def pages(*sizes: int, total: int) -> Callable[[Asked], Step]:
    """user/get in pages of these sizes."""
    openids = [f"o{number}" for number in range(sum(sizes))]

    def page(asked: Asked) -> Step:
        after = asked.query.get("next_openid")
        start = openids.index(after) + 1 if after else 0
        bounds = [sum(sizes[:number]) for number in range(len(sizes) + 1)]
        end = next((bound for bound in bounds if bound > start), start)
        part = openids[start:end]
        data: dict[str, Any] = {"data": {"openid": part}} if part else {}
        return says({"total": total, "count": len(part), **data, "next_openid": part[-1] if part else ""})

    return page


@pytest.mark.parametrize(("sizes", "calls"), [((), 1), ((3,), 1), ((10_000, 2), 2), ((10_000, 10_000), 2)])
def test_all_followers_by_pages(wechat: Provider, one: Account, sizes: tuple[int, ...], calls: int) -> None:
    wechat.on(GET, pages(*sizes, total=sum(sizes)))
    assert [len(page) for page in followers(one.api)] == list(sizes)
    assert len(wechat.to(GET)) == calls


def test_a_list_shorter_than_announced_is_no_list(wechat: Provider, one: Account) -> None:
    wechat.on(GET, pages(2, total=5))
    with pytest.raises(TryLater, match="不完整"):
        list(followers(one.api))


CALLS: list[tuple[str, Callable[[Account], object]]] = [
    (INFO, lambda one: person(one.api, "oHan")),
    (BATCH, lambda one: people(one.api, ["oHan"])),
    (GET, lambda one: list(followers(one.api))),
]


@pytest.mark.parametrize(("path", "call"), CALLS, ids=["info", "batchget", "get"])
@pytest.mark.parametrize(
    ("step", "error"),
    [
        (says({"errcode": 40003, "errmsg": "invalid openid"}), Undeliverable),
        (says({"errcode": -1, "errmsg": "busy"}), TryLater),
        (says({"errcode": 45009, "errmsg": "quota"}), TryLater),
        (says({"errcode": 48001, "errmsg": "unauthorized"}), ChannelStopped),
        (HTML, TryLater),
        (HTTP500, TryLater),
        (RESET, TryLater),
        (SILENCE, TryLater),
    ],
    ids=["40003", "-1", "45009", "48001", "html", "500", "reset", "timeout"],
)
def test_what_may_go_wrong(
    wechat: Provider,
    one: Account,
    path: str,
    call: Callable[[Account], object],
    step: Step,
    error: type[SendError],
) -> None:
    wechat.script(path, step)
    with pytest.raises(SendError) as caught:
        call(one)
    assert type(caught.value) is error


def test_a_refused_token_is_replaced_once_for_looks_too(wechat: Provider, one: Account) -> None:
    wechat.script("/cgi-bin/stable_token", *(says({"access_token": f"T{n}", "expires_in": 7200}) for n in (1, 2)))
    wechat.script(INFO, says({"errcode": 42001, "errmsg": "expired"}), says(HAN))
    assert person(one.api, "oHan").follows
    assert [asked.query["access_token"] for asked in wechat.to(INFO)] == ["T1", "T2"]
