"""What WeChat refuses before it looks at the person: pure rules over a request (wechat.md §3)."""

import json
import re
from collections.abc import Mapping
from typing import Any

TEXT_BYTES = 2048
CLIENT_ID_BYTES = 64
ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[0-7])[0-9a-fA-F]{4}")
CHINESE = r"\u4e00-\u9fff"
CONTROL = re.compile(r"[\x00-\x1f]")

# Field type → what its value must match (wechat.md §3.3). `thing` counts characters, not bytes.
FIELD_TYPES = {
    "thing": r".{1,20}",
    "short_thing": r".{1,10}",
    "number": r"-?[\d.]{1,32}",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": rf"[^{CHINESE}]{{1,32}}",
    "time": r"[\d年月日时分秒:：~\-/. 至到]{1,40}",
    "date": r"[\d年月日时分秒:：~\-/. 至到]{1,40}",
    "amount": r"[¥￥$€]?-?[\d.,]{1,10}元?",
    "phone_number": r"[\d+\-() ]{1,17}",
    "car_number": rf"(?=.{{1,8}}$)[{CHINESE}]?[A-Za-z0-9·]{{1,8}}[{CHINESE}]?",
    "name": rf"[{CHINESE}·]{{1,10}}|[A-Za-z .]{{1,20}}",
    "phrase": rf"[{CHINESE}]{{1,5}}",
    "const": r".{1,20}",
}


class Refused(Exception):
    """WeChat's own answer: HTTP 200 with an errcode."""

    def __init__(self, code: int, text: str, **more: object) -> None:
        super().__init__(f"{code} {text}")
        self.code, self.text, self.more = code, text, more


def json_body(raw: bytes) -> dict[str, Any]:
    """47001 no JSON object; 40033 characters written as \\uXXXX (control characters and ASCII may be)."""
    if ESCAPED.search(raw):
        raise Refused(40033, "invalid charset. please check your request, if include \\uxxxx will create fail")
    try:
        body = json.loads(raw)
    except ValueError:
        raise Refused(47001, "data format error") from None
    if not isinstance(body, dict):
        raise Refused(47001, "data format error")
    return body


def text_content(body: Mapping[str, Any]) -> str:
    """The text of a `text` message. 44004 empty, 45002 longer than 2048 bytes."""
    part = body.get("text")
    content = part.get("content") if isinstance(part, dict) else None
    if not isinstance(content, str) or not content.strip():
        raise Refused(44004, "empty content")
    if len(content.encode()) > TEXT_BYTES:
        raise Refused(45002, "content size out of limit")
    return content


def custom_content(body: Mapping[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """What a customer-service message shows: its text and, for others than `text`, its data."""
    kind = body.get("msgtype")
    if kind == "text":
        return text_content(body), None
    if kind == "msgmenu":
        return _menu_content(body)
    if kind == "news":
        return _news_content(body)
    if kind in {"voice", "video", "mpnews", "music"}:
        raise Refused(40007, "invalid media_id")
    raise Refused(40008, "invalid message type")


def template_data(fields: tuple[str, ...], data: object) -> dict[str, str]:
    """The values of a template message by field. 47003 names the field that is wrong."""
    if not isinstance(data, dict):
        raise Refused(47003, "argument invalid! data invalid")
    values = {}
    for name in fields:
        value = data.get(name, {}).get("value") if isinstance(data.get(name), dict) else None
        if not isinstance(value, str) or not value:
            raise Refused(47003, f"argument invalid! data.{name}.value is empty")
        if CONTROL.search(value) or not re.fullmatch(FIELD_TYPES.get(name.rstrip("0123456789"), ".{1,20}"), value):
            raise Refused(47003, f"argument invalid! data.{name}.value invalid")
        values[name] = value
    return values


def miniprogram(body: Mapping[str, Any], known: frozenset[tuple[str, str]]) -> None:
    """40165: the page does not exist, or its mini-program is not bound to the account."""
    program = body.get("miniprogram")
    if program is None:
        return
    named = (program.get("appid"), program.get("pagepath")) if isinstance(program, dict) else None
    if named not in known:
        raise Refused(40165, "invalid weapp pagepath")


def client_id(body: Mapping[str, Any], name: str) -> str:
    """The caller's own id of this message, or "". 45067 when longer than 64 bytes."""
    value = str(body.get(name) or "")
    if len(value.encode()) > CLIENT_ID_BYTES:
        raise Refused(45067, f"{name} size out of limit")
    return value


def _menu_content(body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    menu = body.get("msgmenu")
    if not isinstance(menu, dict) or not menu.get("list"):
        raise Refused(44004, "empty content")
    if not all(isinstance(one, dict) and one.get("id") and one.get("content") for one in menu["list"]):
        raise Refused(44004, "empty content")
    lines = [
        menu.get("head_content", ""),
        *(option["content"] for option in menu["list"]),
        menu.get("tail_content", ""),
    ]
    return "\n".join(line for line in lines if line), {
        "options": menu["list"],
        "head": menu.get("head_content", ""),
        "tail": menu.get("tail_content", ""),
    }


def _news_content(body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    articles = (body.get("news") or {}).get("articles") or []
    if not articles:
        raise Refused(44003, "empty news data")
    if len(articles) > 1:
        raise Refused(45008, "article size out of limit")
    if not articles[0].get("title") or not articles[0].get("url"):
        raise Refused(44003, "empty news data")
    return str(articles[0].get("title", "")), {"article": articles[0]}
