"""Customer-service messages: text, a card, a choice (wechat.md §3.2). None has an id of ours: never sent twice."""

from collections.abc import Mapping
from typing import Any

from bot.errors import ContentRefused
from bot.messages import Outgoing
from channels.wechat.request import Otherwise, Request, text_of

PATH = "message/custom/send"
MENUS = "msgmenu"  # what test accounts lack (40200)


def custom(out: Outgoing) -> Request:
    """payload {"text"}; with "news" a card instead; with "menu" a choice, and the text for accounts without menus."""
    if "news" in out.payload:
        return _request(out, "news", {"articles": [_article(out.payload["news"])]})
    if "menu" in out.payload:
        text = _request(out, "text", {"content": text_of(out.payload)})
        return _request(out, "msgmenu", _menu(out.payload["menu"]), Otherwise("40200", text, lacks=MENUS))
    return _request(out, "text", {"content": text_of(out.payload)})


def _request(out: Outgoing, kind: str, content: Mapping[str, object], otherwise: Otherwise | None = None) -> Request:
    return Request(PATH, {"touser": out.address, "msgtype": kind, kind: content}, otherwise=otherwise)


def _article(news: Any) -> dict[str, str]:
    """One, since a second is refused (45008): {"title","description","url","picture"}."""
    if not isinstance(news, Mapping) or not news.get("title") or not news.get("url"):
        raise ContentRefused("news", "图文消息需要标题和链接")
    named = {"title": "title", "description": "description", "url": "url", "picurl": "picture"}
    return {theirs: str(news.get(ours) or "") for theirs, ours in named.items()}


def _menu(menu: Any) -> dict[str, object]:
    """{"head", "options": [{"id","text"}], "tail"}"""
    options = menu.get("options") if isinstance(menu, Mapping) else None
    if not options:
        raise ContentRefused("menu", "选项消息没有选项")
    return {
        "head_content": str(menu.get("head") or ""),
        "list": [{"id": str(option["id"]), "content": str(option["text"])} for option in options],
        "tail_content": str(menu.get("tail") or ""),
    }
