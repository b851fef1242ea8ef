"""Pictures, voices, videos, places and links as a phone sends them: the fields of each (wechat.md §2.8)."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from sandbox import samples
from sandbox.asked import BadControl

# kind → keys that must be there, keys that may be
KEYS: Mapping[str, tuple[Mapping[str, type], Mapping[str, type]]] = {
    "image": ({}, {"base64": str, "media_id": str, "url": str}),
    "voice": ({}, {"base64": str, "media_id": str, "format": str, "recognition": str}),
    "video": ({}, {"base64": str, "media_id": str}),
    "location": ({"latitude": object, "longitude": object}, {"label": str}),
    "link": ({"title": str, "url": str}, {"description": str}),
}

# What is sent when the body has no bytes.
SAMPLES: Mapping[str, Callable[[], bytes]] = {
    "image": samples.picture, "voice": samples.voice, "video": samples.video,
}  # fmt: skip


def content_of(kind: str, body: Mapping[str, Any]) -> bytes:
    if "base64" not in body:
        return SAMPLES[kind]()
    try:
        return b64decode(body["base64"], validate=True)
    except ValueError:
        raise BadControl("'base64' is not base64") from None


def fields_of(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    if kind in SAMPLES:
        return _of_a_file(kind, body)
    if kind == "location":
        place = {"Location_X": _degrees(body, "latitude"), "Location_Y": _degrees(body, "longitude"), "Scale": 20}
        return {"MsgType": kind, **place, "Label": body.get("label", "")}
    about = {"Title": body["title"], "Description": body.get("description", ""), "Url": body["url"]}
    return {"MsgType": kind, **about}


def _of_a_file(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    fields = {"MsgType": kind, "MediaId": body["media_id"]}
    if kind == "image":
        return {**fields, "PicUrl": body.get("url", "")}
    if kind == "video":
        return {**fields, "ThumbMediaId": f"thumb-{body['media_id']}"}
    said = {"Recognition": body["recognition"]} if "recognition" in body else {}
    return {**fields, "Format": body.get("format", "amr"), **said}


def _degrees(body: Mapping[str, Any], name: str) -> str:
    """X is the latitude, Y the longitude; WeChat writes six decimals."""
    value = body[name]
    if not isinstance(value, int | float):
        raise BadControl(f"{name!r} must be a number")
    return f"{value:.6f}"
