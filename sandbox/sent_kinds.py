"""Places and links as a phone sends them: the fields WeChat makes of each (wechat.md §2.8)."""

from collections.abc import Mapping
from typing import Any

from sandbox.asked import BadControl

# kind → keys that must be there, keys that may be
KEYS: Mapping[str, tuple[Mapping[str, type], Mapping[str, type]]] = {
    "location": ({"latitude": object, "longitude": object}, {"label": str}),
    "link": ({"title": str, "url": str}, {"description": str}),
}


def fields_of(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "location":
        place = {"Location_X": _degrees(body, "latitude"), "Location_Y": _degrees(body, "longitude"), "Scale": 20}
        return {"MsgType": kind, **place, "Label": body.get("label", "")}
    about = {"Title": body["title"], "Description": body.get("description", ""), "Url": body["url"]}
    return {"MsgType": kind, **about}


def _degrees(body: Mapping[str, Any], name: str) -> str:
    """X is the latitude, Y the longitude; WeChat writes six decimals."""
    value = body[name]
    if not isinstance(value, int | float):
        raise BadControl(f"{name!r} must be a number")
    return f"{value:.6f}"
