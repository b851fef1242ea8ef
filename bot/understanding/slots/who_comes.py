"""Who fetches or brings the car for the customer, and what is told of them after: 让我老公送车 … 他姓王 … 五点到."""

import re

from bot.understanding.personal import SURNAME
from bot.understanding.slots.contact import PERSON, pickup_person

_SENDS = "(?:让|叫|由|派|请|喊|托|换成?|是)"
_DRIVES = "(?:送车|送过[来去]|开过[来去]|开车(?:过)?[来去]|把车[^,。]{0,3}(?:送|开)|送(?:去|来)(?:店|你们))"
_BRINGS = re.compile(
    f"{_SENDS}(?P<who>(?:我)?的?{PERSON}(?:小[一-龥])?)[^,。?]{{0,6}}?(?:{_DRIVES}|过?[来去](?=$|[,。! 吧了行可]))|"
    f"(?P<who2>(?:我)?的?{PERSON}(?:小[一-龥])?)[^,。?]{{0,6}}?{_DRIVES}"
)
# One of ours, or somebody who comes for something else.
_NOT_FOR_ME = re.compile(
    "(?:你们|贵店|店里)的?(?:师傅|同事|司机|人|顾问)|看车|试|买|提新车|体验|参加|活动|带(?=我|着)|救援|拖车|接我|带我"
)
_FETCHES = re.compile("(?:取|提|拿|接|开)(?:车|走|回)|代[取提领]|(?:过?[去来])(?:取|提|拿|开)(?=$|[,。!吧了行])")
_NAMED = re.compile(
    f"(?:对方|来的人|那人|人|[他她]|我?{PERSON})?(?:的?(?:名字|全名|大名|姓名))?(?:就|是)*"
    f"(?:姓|叫|名叫|全名|名字是?)(?P<name>{SURNAME}[一-龥]{{0,2}}|小[一-龥])(?:先生|女士|小姐)?(?:的|啊|哦|吧)?"
)
_ARRIVES = re.compile("(?:到|[来去]|取|拿|接|提)(?:店|你们那|车|得了|不了)?(?:吧|了|的|哦|左右)?(?=$|[,。! 行可])")
_ELSE = re.compile("保养|维修|试驾|试车|预约|改[到成约]|取消|活动|[吗么?]|多少|什么|啥|电话|短信|联系|别|不要")
CLAUSES = re.compile("[,。!;~ ]+")


def fetches(text: str) -> str | None:
    """让我同事小张帮我开回来: who fetches it."""
    return pickup_person(text) if _FETCHES.search(text) and not _NOT_FOR_ME.search(text) else None


def brings(text: str) -> str | None:
    """周六让我老公送车: who brings it. 让你们师傅来, 让我老公来试试 are none."""
    found = None if _NOT_FOR_ME.search(text) else _BRINGS.search(text)
    return (found["who"] or found["who2"]) if found else None


def name_told(text: str) -> str:
    """她姓刘, 他叫张伟 → 刘, 张伟; "" where no clause tells a name of somebody else."""
    named = (_NAMED.fullmatch(each) for each in CLAUSES.split(text) if each)
    return next((each["name"] for each in named if each), "")


def says_when(text: str) -> bool:
    """六点才能到: when they come, and nothing else."""
    return _ARRIVES.search(text) is not None and not _ELSE.search(text)
