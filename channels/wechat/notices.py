"""Template messages and subscription notifications: approved wordings with typed fields (wechat.md §3.3, §3.4)."""

from collections.abc import Mapping
from typing import Any

from bot.errors import RenderError, TemplateRefused
from bot.messages import Outgoing
from channels.wechat.request import Otherwise, Request, client_id
from channels.wechat.template import TYPES, field_type, fit

BAD_PAGE = "40165"  # the mini-program's page does not exist


def template(out: Outgoing) -> Request:
    """url and mini-program both: the mini-program wins, the url is for old clients. client_msg_id: once in 10 min."""
    payload = {
        "touser": out.address,
        "template_id": out.payload["template_id"],
        "url": out.payload.get("url") or "",
        "client_msg_id": client_id(out),
        "data": _data(out.payload["data"]),
    }
    return _with_miniprogram(out, Request("message/template/send", payload, repeatable=True))


def subscription(out: Outgoing) -> Request:
    """WeChat knows no id of ours here: what got no answer is never sent again."""
    payload = {"touser": out.address, "template_id": out.payload["template_id"], "data": _data(out.payload["data"])}
    if out.payload.get("page"):
        payload["page"] = out.payload["page"]
    return _with_miniprogram(out, Request("message/subscribe/bizsend", payload))


def _with_miniprogram(out: Outgoing, plain: Request) -> Request:
    """The message matters more than the page it opens: refused for the page, it goes once more without."""
    program = out.payload.get("miniprogram")
    if not program:
        return plain
    return Request(
        plain.path,
        {**plain.payload, "miniprogram": program},
        plain.repeatable,
        otherwise=Otherwise(BAD_PAGE, plain),
    )


def _data(data: Any) -> Mapping[str, object]:
    """The last look before the wire: what no longer fits its type WeChat would refuse (47003)."""
    for name, field in data.items():
        kind, value = field_type(name), str(field["value"])
        if kind in TYPES and not _fits(kind, value):
            raise TemplateRefused("47003", f"模板参数不符合要求，请检查模板配置（data.{name}.value）", gone=False)
    return dict(data)


def _fits(kind: str, value: str) -> bool:
    try:
        return fit(kind, kind, value) == value
    except RenderError:
        return False
