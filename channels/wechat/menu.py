"""The account's menu at WeChat: made, shown, compared with the configured one (wechat.md §3.7)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.errors import ContentRefused
from bot.menu import Button, CustomerPage, Item
from channels.wechat.send import WeChatApi

NO_MENU = "46003"
PARTS = ("type", "name", "key", "url", "appid", "pagepath")

Menu = list[dict[str, Any]]


def menu_body(buttons: Iterable[Button], address: Callable[[CustomerPage], str]) -> Menu:
    """As WeChat takes it. address: where a page of ours is."""
    return [
        {"name": button.name, "sub_button": [_item(each, address) for each in button.sub_button]}
        if button.sub_button
        else _item(button, address)
        for button in buttons
    ]


def push_menu(api: WeChatApi, menu: Menu) -> None:
    """Replaces the account's menu; phones show it within minutes. Raises a SendError."""
    api.call("menu/create", {"button": menu}, repeatable=True)


def shown_menu(api: WeChatApi) -> Menu:
    """What WeChat has, [] when there is none. Raises a SendError."""
    try:
        body = api.look("menu/get").body
    except ContentRefused as error:
        if error.code == NO_MENU:
            return []
        raise
    return [_plain(button) for button in (body.get("menu") or {}).get("button") or []]


def differences(ours: Menu, theirs: Menu) -> list[str]:
    """One line a place that differs, `-` what WeChat has and `+` what is configured; [] when both are the same."""
    before, after = lines(theirs), lines(ours)
    gone = [f"- {line}" for line in before if line not in after]
    new = [f"+ {line}" for line in after if line not in before]
    return gone + new or ([] if before == after else ["~ the order differs"])


def lines(menu: Sequence[Mapping[str, Any]], above: str = "") -> list[str]:
    """`联系我们 › 人工服务: click HUMAN`, in order."""
    found = []
    for button in menu:
        name = f"{above}{button.get('name', '')}"
        what = " ".join(str(button[part]) for part in PARTS if part != "name" and button.get(part))
        found.append(f"{name}: {what}" if what else name)
        found += lines(button.get("sub_button") or [], f"{name} › ")
    return found


def _item(item: Item, address: Callable[[CustomerPage], str]) -> dict[str, Any]:
    found = {
        "type": item.type,
        "name": item.name,
        "key": item.scan_key or item.key,
        "url": address(item.page) if item.page else item.url,
        "appid": item.appid,
        "pagepath": item.pagepath,
    }
    return {name: str(value) for name, value in found.items() if value}


def _plain(button: Mapping[str, Any]) -> dict[str, Any]:
    """Without what WeChat adds of its own: an empty `sub_button` on every item."""
    found: dict[str, Any] = {name: str(button[name]) for name in PARTS if button.get(name)}
    below = button.get("sub_button")
    items = below.get("list") if isinstance(below, Mapping) else below
    return found | ({"sub_button": [_plain(each) for each in items]} if items else {})
