"""Group robots of WeCom, DingTalk and Feishu: one call each, read from the body.

apprise 2.3.0 takes HTTP 200 for success with all three (plugins wecombot.py, dingtalk.py, feishu.py look at the status
alone), so a rate limit or a wrong signature would pass for told. Their pages: developer.work.weixin.qq.com/document/
path/91770, open.dingtalk.com/document/robots/customize-robot-security-settings, open.feishu.cn → custom bot.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlsplit

from bot.errors import ChannelStopped, ContentRefused, TryLater, Uncertain
from channels.http import Http, NoAnswer, NotSent

MINUTE = 60.0
DINGTALK_BAN = 600.0  # over 20 a minute DingTalk refuses everything for ten minutes
LATER = 10.0
WECOM_BYTES = 2048
LONGEST = 1500  # characters; none of the three refuses as many


class Robot(NamedTuple):
    """says: the keys that hold the code, in the order they are looked for. slow: codes → seconds to wait.

    wrong: codes that will not go away by themselves: address, signature, keyword, IP, a robot taken out of its group.
    """

    says: tuple[str, ...]
    slow: Mapping[str, float]
    wrong: frozenset[str]
    signs: Callable[[str, datetime], tuple[str, Mapping[str, str]]]
    body: Callable[[str], dict[str, Any]]


def _unsigned(_secret: str, _now: datetime) -> tuple[str, Mapping[str, str]]:
    return "", {}


def dingtalk_signature(secret: str, now: datetime) -> tuple[str, Mapping[str, str]]:
    """In the query: HMAC-SHA256 of "timestamp\\nsecret" under the secret, timestamp in milliseconds."""
    stamp = str(int(now.timestamp() * 1000))
    mac = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"&timestamp={stamp}&sign={quote_plus(base64.b64encode(mac))}", {}


def feishu_signature(secret: str, now: datetime) -> tuple[str, Mapping[str, str]]:
    """In the body: HMAC-SHA256 of nothing under "timestamp\\nsecret", timestamp in seconds."""
    stamp = str(int(now.timestamp()))
    mac = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return "", {"timestamp": stamp, "sign": base64.b64encode(mac).decode()}


ROBOTS: Mapping[str, Robot] = {
    "wecom": Robot(
        ("errcode",), {"45009": MINUTE, "-1": LATER}, frozenset({"93000", "93004", "93008", "40058"}),
        _unsigned, lambda text: {"msgtype": "text", "text": {"content": text}},
    ),
    "dingtalk": Robot(
        ("errcode",), {"130101": DINGTALK_BAN, "-1": LATER, "410100": DINGTALK_BAN},
        frozenset({"300001", "300005", "310000", "400101", "400102", "400013", "400014"}),
        dingtalk_signature, lambda text: {"msgtype": "text", "text": {"content": text}},
    ),
    "feishu": Robot(
        ("code", "StatusCode"), {"11232": MINUTE, "99991400": MINUTE, "19006": LATER},
        frozenset({"19001", "19002", "19007", "19021", "19022", "19024"}),
        feishu_signature, lambda text: {"msg_type": "text", "content": {"text": text}},
    ),
}  # fmt: skip
WELL = "0"


@dataclass(frozen=True, slots=True)
class RobotWay:
    """One robot in one group. url: the whole webhook address, a secret in itself. now: machine time, for signatures."""

    kind: str
    url: str
    secret: str
    now: Callable[[], datetime]
    http: Http

    def tell(self, text: str) -> None:
        """Raises TryLater, ChannelStopped, ContentRefused; Uncertain when nobody can say whether it was shown."""
        robot = ROBOTS[self.kind]
        refusal = self._code(robot, robot.body(_fitting(self.kind, text)))
        if refusal != WELL:
            raise _typed(robot, refusal)

    def check(self) -> None:
        """An empty message: a good address refuses its content, a wrong one itself. Nothing appears in the group."""
        robot = ROBOTS[self.kind]
        code = self._code(robot, {})
        if code in robot.wrong or code in robot.slow:
            raise _typed(robot, code)

    def _code(self, robot: Robot, body: dict[str, Any]) -> str:
        query, signed = robot.signs(self.secret, self.now()) if self.secret else ("", {})
        raw = json.dumps({**signed, **body}, ensure_ascii=False).encode()
        parts = urlsplit(self.url)
        target = f"{parts.path}?{parts.query}{query}" if parts.query else f"{parts.path}{query.replace('&', '?', 1)}"
        try:
            said = self.http.post(target, raw, {"Content-Type": "application/json"}, says=robot.says[0]).body
        except NotSent as error:
            raise TryLater(str(error), "连不上提醒机器人", LATER, costs=True) from None
        except NoAnswer as error:
            raise Uncertain(str(error), "提醒机器人没有回应") from None
        return str(next((said[key] for key in robot.says if key in said), "no_code"))


def _typed(robot: Robot, code: str) -> TryLater | ChannelStopped | ContentRefused:
    if code in robot.slow:
        return TryLater(code, "提醒机器人说太频繁", robot.slow[code])
    if code in robot.wrong:
        return ChannelStopped(code, "提醒机器人的地址、签名或关键词不对，或者已被移出群")
    return ContentRefused(code, "提醒机器人拒绝了这条提醒")


def _fitting(kind: str, text: str) -> str:
    """WeCom counts bytes; what is too long loses its end, never half a character."""
    if kind != "wecom":
        return text[:LONGEST]
    return text.encode()[:WECOM_BYTES].decode(errors="ignore")
