"""Callbacks as an account might get them: mostly messages, some events, and what should not come at all."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

from tests.wechat_push import event, message, text

SAYS = (
    "你好",
    "在吗",
    "几点关门",
    "我想问一下保养多少钱",
    "谢谢[微笑]",
    "好的👌",
    "车子有点异响",
    "/::)",
    "明天有人吗",
)
COMPLAINT, REFUSAL = "你们修完空调还是不凉，非常不满意！", "退订"
TEMPLATE = "TPL-maintenance"
Fields: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Callback:
    """kind: said | told (an event that is a turn) | news | again | garbage | stale. again: the number it repeats."""

    number: int
    kind: str
    xml: str
    again: int = -1


def traffic(total: int, seed: int) -> Iterator[Callback]:
    """10 % repeat an earlier one, 5 % are garbage, 5 % stale; the rest are new, each with an identity of its own."""
    chance, ids = random.Random(seed), count(9_000_000_000)
    new: list[Callback] = []
    for number in range(total):
        roll = chance.random()
        if roll < 0.10 and new:
            first = chance.choice(new[-200:])
            yield Callback(number, "again", first.xml, first.number)
        elif roll < 0.15:
            yield Callback(number, "garbage", text(chance.choice(SAYS), next(ids)))
        elif roll < 0.20:
            yield Callback(number, "stale", text(chance.choice(SAYS), next(ids)))
        else:
            kind, make = chance.choice(NEW)
            fresh = Callback(number, kind, make(chance, next(ids)))
            new.append(fresh)
            yield fresh


def _openid(chance: random.Random) -> str:
    return f"oSoak{chance.randrange(300):05d}"


def _text(chance: random.Random, number: int) -> str:
    return text(f"{chance.choice(SAYS)} {number}", number, FromUserName=_openid(chance))


def _complaint(chance: random.Random, number: int) -> str:
    return text(COMPLAINT, number, FromUserName=f"oAngry{number}")


def _refusal(chance: random.Random, number: int) -> str:
    return text(REFUSAL, number, FromUserName=f"oLeaver{number}")


def _message(**fields: object) -> Callable[[random.Random, int], str]:
    return lambda chance, number: message(_openid(chance), number, MsgId=number, **fields)


def _event(name: str, key: str = "", **fields: object) -> Callable[[random.Random, int], str]:
    """An event has no id: its second tells it from others, so each gets one of its own."""
    return lambda chance, number: event(name, key, FromUserName=_openid(chance), CreateTime=number, **fields)


def _consent(chance: random.Random, number: int) -> str:
    item = f"<List><TemplateId><![CDATA[{TEMPLATE}]]></TemplateId>"
    item += "<SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>1</PopupScene></List>"
    told = event("subscribe_msg_popup_event", FromUserName=f"oAsked{number % 40}", CreateTime=number)
    return told.replace("</xml>", f"<SubscribeMsgPopupEvent>{item}</SubscribeMsgPopupEvent></xml>")


SAID: tuple[tuple[str, Callable[[random.Random, int], str]], ...] = (
    *(("said", _text),) * 12,
    ("said", _complaint),
    ("said", _refusal),
    ("said", lambda chance, number: text("满意", number, FromUserName=_openid(chance), bizmsgmenuid="101")),
    ("said", _message(MsgType="image", PicUrl="http://mmbiz.qpic.cn/x", MediaId="m-1")),
    ("said", _message(MsgType="voice", MediaId="m-2", Format="amr", Recognition="空调不凉")),
    ("said", _message(MsgType="voice", MediaId="m-2", Format="amr")),
    ("said", _message(MsgType="shortvideo", MediaId="m-3", ThumbMediaId="t-3")),
    ("said", _message(MsgType="location", Location_X="23.13", Location_Y="113.35", Scale=20, Label="天河路")),
    ("said", _message(MsgType="link", Title="一篇文章", Description="说车", Url="https://example.com/a")),
)
TOLD: tuple[tuple[str, Callable[[random.Random, int], str]], ...] = (
    ("told", _event("CLICK", "SURVEY")),
    ("told", _event("SCAN", "showroom:front", Ticket="gQ")),
    ("told", _event("subscribe", "qrscene_showroom:front", Ticket="gQ")),
)
NEWS: tuple[tuple[str, Callable[[random.Random, int], str]], ...] = (
    ("news", _consent),
    ("news", _event("VIEW", "https://example.com/menu")),
    ("news", _event("LOCATION", Latitude="23.1", Longitude="113.3", Precision="40.0")),
    ("news", _event("TEMPLATESENDJOBFINISH", MsgID=200163836, Status="success")),
    ("news", _event("kf_create_session", KfAccount="a@b")),
)
NEW = (*SAID, *TOLD, *NEWS)
