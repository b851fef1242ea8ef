"""Who follows an account, as WeChat tells it: no names, no portraits since 2021-12-27 (wechat.md §3.7)."""

from typing import Any

from sqlalchemy import select

from sandbox import followers
from sandbox.tables import arrival, follower
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused

PAGE = 10_000
BATCH = 100


def info(call: Call) -> dict[str, Any]:
    return _told(call, call.follower(call.args.get("openid")))


def batch(call: Call) -> dict[str, Any]:
    """Unknown openids are refused as a whole."""
    asked = call.body.get("user_list")
    if not isinstance(asked, list) or not 1 <= len(asked) <= BATCH:
        raise Refused(40032, "invalid openid list size")
    people = [call.follower(each.get("openid") if isinstance(each, dict) else None) for each in asked]
    return {"user_info_list": [_told(call, each) for each in people]}


def everyone(call: Call) -> dict[str, Any]:
    """Followers by pages, in the order they came; next_openid is the last of the page, "" after the last page."""
    mine = (follower.c.account == call.account.name, follower.c.following)
    rows = select(follower.c.id, follower.c.openid).where(*mine).order_by(follower.c.id)
    every = [str(row.openid) for row in call.connection.execute(rows)]
    after = call.args.get("next_openid", "")
    if after and after not in every:
        raise Refused(40003, "invalid openid")
    page = every[every.index(after) + 1 if after else 0 :][:PAGE]
    data = {"data": {"openid": page}} if page else {}
    return {"total": len(every), "count": len(page), **data, "next_openid": page[-1] if page else ""}


def _told(call: Call, who: followers.Follower) -> dict[str, Any]:
    if not who.following:
        return {"subscribe": 0, "openid": who.openid}
    mine = (follower.c.account == call.account.name, follower.c.openid == who.openid)
    since = call.connection.execute(select(follower.c.followed_at).where(*mine)).scalar()
    came = (arrival.c.account == call.account.name, arrival.c.openid == who.openid)
    scene = call.connection.execute(select(arrival.c.scene).where(*came)).scalar() or ""
    return {
        "subscribe": 1,
        "openid": who.openid,
        "subscribe_time": int(since.timestamp()) if since else 0,
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": scene,
    }
