"""One call of WeChat's API as data, made by the file of its kind and carried out by `send.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import ContentRefused
from bot.messages import Outgoing
from bot.parts import TEXT_BYTES

CLIENT_ID_BYTES = 64


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Another call instead, when the first is refused with `code`: a refusal is an answer, so nothing went out.

    lacks: what the account then turned out not to have, which is not tried again; "": it was only this message.
    """

    code: str
    request: "Request"
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """path: below cgi-bin. repeatable: WeChat drops a second one of our id. names: keys of WeChat's own number."""

    path: str
    payload: Mapping[str, object]
    repeatable: bool = False
    names: tuple[str, ...] = ("msgid",)
    otherwise: Otherwise | None = None


def text_of(payload: Mapping[str, object]) -> str:
    """Raises ContentRefused with the code WeChat would answer. Long texts are split before they are queued."""
    text = str(payload.get("text") or "").strip()
    if not text:
        raise ContentRefused("44004", "消息内容为空")
    size = len(text.encode())
    if size > TEXT_BYTES:
        raise ContentRefused("45002", f"消息有 {size} 字节，微信最多 {TEXT_BYTES} 字节，请缩短后再发")
    return text


def client_id(out: Outgoing) -> str:
    if len(out.out_id.encode()) > CLIENT_ID_BYTES:
        raise ContentRefused("45067", "消息编号超过 64 字节，请联系技术支持")
    return out.out_id
