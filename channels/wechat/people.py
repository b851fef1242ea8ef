"""Who follows the account, as WeChat tells it. Nickname and portrait are never asked for (wechat.md §3.7)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import TryLater, Uncertain
from channels.wechat.send import WeChatApi

BATCH = 100
PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """scene: how they came (`ADD_SCENE_QR_CODE`); qr_scene: by which code. unionid: with an Open Platform account."""

    openid: str
    follows: bool
    scene: str = ""
    qr_scene: str = ""
    unionid: str = ""


def person(api: WeChatApi, openid: str) -> Person:
    """Raises a SendError; an openid of another account is Undeliverable."""
    return _person(api.look("user/info", openid=openid, lang="zh_CN").body)


def people(api: WeChatApi, openids: Sequence[str]) -> list[Person]:
    """At most 100 at once; one openid WeChat does not know makes it refuse all. Raises a SendError."""
    asked = {"user_list": [{"openid": openid, "lang": "zh_CN"} for openid in openids[:BATCH]]}
    try:
        body = api.call("user/info/batchget", asked, repeatable=True).body
    except Uncertain as error:  # nothing was changed by asking
        raise TryLater(error.code, error.sentence, after=10) from None
    return [_person(each) for each in body.get("user_info_list") or [] if each.get("openid")]


def followers(api: WeChatApi) -> Iterator[list[str]]:
    """Every follower, by pages of 10,000. Raises a SendError, also when a page is missing from what was announced."""
    after, seen, total = "", 0, 1
    while seen < total:
        body = api.look("user/get", **({"next_openid": after} if after else {})).body
        page = [str(openid) for openid in (body.get("data") or {}).get("openid") or []]
        seen, total, after = seen + len(page), int(body.get("total") or 0), str(body.get("next_openid") or "")
        if page:
            yield page
        elif seen < total:
            raise TryLater("user_get", "微信给出的关注者名单不完整，稍后再核对", after=600)


def _person(told: Mapping[str, Any]) -> Person:
    if str(told.get("subscribe") or "0") != "1":
        return Person(str(told.get("openid") or ""), follows=False)
    return Person(
        str(told["openid"]),
        True,
        str(told.get("subscribe_scene") or ""),
        str(told.get("qr_scene_str") or told.get("qr_scene") or ""),
        str(told.get("unionid") or ""),
    )
