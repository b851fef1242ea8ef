"""A raw push by its fields: what it opens, how the phone shows it, and the document WeChat would make of it."""

import json
import re
from collections.abc import Mapping
from typing import Any, Literal
from xml.sax.saxutils import escape

from config.settings import DataFormat
from sandbox.asked import BadControl

Opens = Literal["typed", "tapped", ""]

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
DEEPEST = 8
TOUCHES = {"click", "scancode_push", "scancode_waitmsg", "scan", "subscribe"}
SHOWN = {
    "image": "[图片]",
    "voice": "[语音] {Recognition}",
    "video": "[视频]",
    "shortvideo": "[小视频]",
    "location": "[位置] {Label}",
    "link": "[链接] {Title}",
    "miniprogrampage": "[小程序] {Title}",
}


def checked(fields: Mapping[str, Any], depth: int = 0) -> Mapping[str, Any]:
    """Fields of a control call. BadControl for what no document of WeChat's could hold."""
    if depth > DEEPEST:
        raise BadControl(f"'fields' must not be nested deeper than {DEEPEST}")
    for name, value in fields.items():
        if not NAME.fullmatch(name):
            raise BadControl(f"{name!r} is no name of a field")
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                checked(each, depth + 1)
            elif isinstance(each, bool) or not isinstance(each, str | int | float):
                raise BadControl(f"{name!r} must be a text, a number, fields, or a list of these")
    return fields


def is_event(fields: Mapping[str, Any]) -> bool:
    return str(fields.get("MsgType", "")).lower() == "event"


def event_of(fields: Mapping[str, Any]) -> str:
    return str(fields.get("Event", "")).lower()


def opens(fields: Mapping[str, Any]) -> Opens:
    """What the account may send after it (wechat.md §3.2): a message of any kind, a touch, or nothing."""
    if is_event(fields):
        return "tapped" if event_of(fields) in TOUCHES else ""
    return "tapped" if fields.get("bizmsgmenuid") else "typed"


def shown(fields: Mapping[str, Any]) -> str:
    """The bubble on the phone."""
    kind = str(fields.get("MsgType", "")).lower()
    if kind == "text":
        return str(fields.get("Content", ""))
    if is_event(fields):
        return f"事件 {fields.get('Event', '')} {fields.get('EventKey', '')}".strip()
    words = {name: str(value) for name, value in fields.items()}
    return SHOWN.get(kind, f"[{kind}]").format_map(_Missing(words)).strip()


def document(fields: Mapping[str, object], data_format: DataFormat) -> str:
    """The document as it is encrypted, or sent in the clear."""
    if data_format == "json":
        return json.dumps(_lifted(fields), ensure_ascii=False)
    return f"<xml>{''.join(element(name, value) for name, value in fields.items())}</xml>"


def element(name: str, value: object) -> str:
    """Numbers bare, texts as CDATA, fields nested, a list as repeated elements. A text that holds the end mark of
    CDATA is escaped instead."""
    if isinstance(value, list):
        return "".join(element(name, each) for each in value)
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(element(key, each) for key, each in value.items())}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    text = str(value)
    return f"<{name}>{escape(text) if ']]>' in text else f'<![CDATA[{text}]]>'}</{name}>"


def _lifted(fields: Mapping[str, object]) -> dict[str, object]:
    """In JSON the list of a subscription event stands at the top (wechat.md §2.8)."""
    lifted: dict[str, object] = {}
    for name, value in fields.items():
        if name.startswith("SubscribeMsg") and isinstance(value, Mapping) and "List" in value:
            lifted["List"] = value["List"]
        else:
            lifted[name] = value
    return lifted


class _Missing(dict[str, str]):
    def __missing__(self, _key: str) -> str:
        return ""
