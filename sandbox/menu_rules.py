"""What WeChat refuses in a menu: one code a rule, others for an item below another (wechat.md §3.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.wechat_rules import Refused

KEYED = frozenset({
    "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select",
})  # fmt: skip
LINKED = frozenset({"view", "miniprogram"})
KEY_BYTES, URL_BYTES = 128, 1024


@dataclass(frozen=True, slots=True)
class Level:
    """most: items on it. name: bytes of a name. codes: count, type, name, key, url."""

    most: int
    name: int
    codes: tuple[int, int, int, int, int]


TOP = Level(3, 16, (40016, 40017, 40018, 40019, 40020))
SUB = Level(5, 60, (40023, 40024, 40025, 40026, 40027))


def checked_menu(buttons: object) -> list[dict[str, Any]]:
    """The buttons, if WeChat would take them."""
    return _checked(buttons, TOP)


def _checked(buttons: object, level: Level) -> list[dict[str, Any]]:
    count = level.codes[0]
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= level.most:
        raise Refused(count, "invalid button size")
    for button in buttons:
        if not isinstance(button, dict):
            raise Refused(count, "invalid button size")
        _check(button, level)
    return buttons


def _check(button: Mapping[str, Any], level: Level) -> None:
    _, kind, name, _, _ = level.codes
    if not 1 <= len(str(button.get("name") or "").encode()) <= level.name:
        raise Refused(name, "invalid button name size")
    below = button.get("sub_button")
    if below and level is SUB:
        raise Refused(40022, "invalid sub menu level")
    if below:
        _checked(below, SUB)
        return
    if button.get("type") not in KEYED | LINKED:
        raise Refused(kind, "invalid button type")
    _check_target(button, level)


def _check_target(button: Mapping[str, Any], level: Level) -> None:
    _, _, _, key, url = level.codes
    if button["type"] in KEYED and not 1 <= len(str(button.get("key") or "").encode()) <= KEY_BYTES:
        raise Refused(key, "invalid button key size")
    if button["type"] in LINKED and not 1 <= len(str(button.get("url") or "").encode()) <= URL_BYTES:
        raise Refused(url, "invalid button url size")
    if button["type"] == "miniprogram" and not (button.get("appid") and button.get("pagepath")):
        raise Refused(40013, "invalid appid")
