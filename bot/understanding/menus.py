"""A menu written out in our last message, and the key of it that was sent back: 回复1确认 2改期 3取消, 来请回Y.

Such a key means what the message said and nothing else: a 3 that stood for 取消 may never confirm.
"""

import re

from bot.understanding.normalise import bare

CANCEL, CHANGE, CONFIRM = "cancel", "change", "confirm"
ACTIONS = {
    CANCEL: re.compile("取消|不(?:来|去|参加|到|需要|保留)|[来去]不了|放弃|拒绝"),
    CHANGE: re.compile("改|换个?(?:时间|天)|推迟|延[后期]|调整|另约|重新约"),
    CONFIRM: re.compile("确认|准时|到店|保留|参加|按时|会[来到]|[来去](?=请|$)|同意|照常"),
}
KEY = "[1-9a-z]"
REPLY = "(?:请?(?:回复?|按|发送?|扣|输入|点))"
BEHIND = re.compile(f'(?P<what>[^,。;、!\\d]{{1,12}}?)(?:就|可以?)?{REPLY}[:"]?(?P<key>{KEY})(?![0-9a-z:])')
BEFORE = re.compile(
    f'(?<![0-9a-z月])(?<!\\d:)(?P<key>{KEY})(?![0-9a-z:])["]?[.、:)=为是 ]*(?P<what>[^0-9a-z,。;!、]{{1,10}})'
)
SENT = re.compile(f"(?:我)?(?:回复?|选|按|扣|要|就)?(?P<key>{KEY}|[一二三四五])(?:号|项|吧|了|哈|的|呗|哦)*")
NUMERALS = {sign: str(number) for number, sign in enumerate("一二三四五", 1)}


def answered(text: str, told: str) -> str | None:
    """cancel, change or confirm; None when text is no key of a menu in `told`. Both normalised."""
    found = SENT.fullmatch(bare(text))
    return offered(told).get(NUMERALS.get(found["key"], found["key"])) if found else None


def offered(told: str) -> dict[str, str]:
    """key → what it stands for; {} when the message is no menu. The key stands before its words, or behind them."""
    behind = _read(BEHIND, told)
    return behind if len(behind) > 1 else _several(_read(BEFORE, told))


def _several(found: dict[str, str]) -> dict[str, str]:
    """One key alone is a number that happens to stand there."""
    return found if len(found) > 1 else {}


def _read(pattern: re.Pattern[str], told: str) -> dict[str, str]:
    said = ((each["key"], _action(each["what"])) for each in pattern.finditer(told))
    return {key: action for key, action in said if action}


def _action(words: str) -> str:
    return next((name for name, pattern in ACTIONS.items() if pattern.search(words)), "")
