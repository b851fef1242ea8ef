"""QR codes with a scene (wechat.md §3.6). Which code a full account gets is not verified."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.sqlite import insert

from sandbox.tables import qr_ticket
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused

LIFE_S = (60, 2_592_000)  # default, longest
MOST = 100_000  # permanent ones of an account
NUMBERS = {"QR_SCENE": 2**32 - 1, "QR_LIMIT_SCENE": MOST}  # largest scene_id
TEXTS = ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE")


def create(call: Call) -> dict[str, Any]:
    action = str(call.body.get("action_name"))
    if action not in (*NUMBERS, *TEXTS):
        raise Refused(40052, "invalid action name")
    scene = _scene(action, (call.body.get("action_info") or {}).get("scene") or {})
    return _lasting(call, scene) if "LIMIT" in action else _passing(call, scene)


def _scene(action: str, scene: dict[str, Any]) -> str:
    number, text = scene.get("scene_id"), scene.get("scene_str")
    if action in TEXTS and isinstance(text, str) and 1 <= len(text) <= 64:
        return text
    if action in NUMBERS and isinstance(number, int) and 1 <= number <= NUMBERS[action]:
        return str(number)
    raise Refused(40053, "invalid action info")


def _passing(call: Call, scene: str) -> dict[str, Any]:
    given = call.body.get("expire_seconds")
    seconds = min(int(given) if isinstance(given, int) and given > 0 else LIFE_S[0], LIFE_S[1])
    ticket = _ticket(call, scene, seconds)
    return {"ticket": ticket, "expire_seconds": seconds, "url": _url(ticket)}


def _lasting(call: Call, scene: str) -> dict[str, Any]:
    """The same scene again is the same code."""
    mine = select(qr_ticket.c.ticket).where(qr_ticket.c.account == call.account.name, qr_ticket.c.expires_at.is_(None))
    ticket = call.connection.execute(mine.where(qr_ticket.c.scene == scene)).scalar()
    if ticket is None:
        if call.connection.execute(_count(call.account.name)).scalar_one() >= MOST:
            raise Refused(45029, "qrcode count out of limit")
        ticket = _ticket(call, scene, None)
    return {"ticket": ticket, "url": _url(str(ticket))}


def _count(account: str) -> Select[Any]:
    lasting = (qr_ticket.c.account == account, qr_ticket.c.expires_at.is_(None))
    return select(func.count()).select_from(qr_ticket).where(*lasting)


def _ticket(call: Call, scene: str, seconds: int | None) -> str:
    ticket = "gQ" + secrets.token_urlsafe(48)
    ends = None if seconds is None else call.now + timedelta(seconds=seconds)
    row = {"account": call.account.name, "ticket": ticket, "scene": scene, "expires_at": ends}
    call.connection.execute(insert(qr_ticket).values(**row))
    return ticket


def _url(ticket: str) -> str:
    return f"http://weixin.qq.com/q/{ticket}"
