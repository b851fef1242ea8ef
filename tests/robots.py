"""Group robots on this machine: they check address, signature and rate as the three services do, over real HTTP."""

import base64
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from tests.provider import Asked, Provider, Step, provider, says

SECRET = "SEC0123456789"
KEYS = {"wecom": "key=good", "dingtalk": "access_token=good", "feishu": ""}
PATHS = {"wecom": "/cgi-bin/webhook/send", "dingtalk": "/robot/send", "feishu": "/open-apis/bot/v2/hook/good"}


@dataclass
class Robots:
    """told: what each group was shown, in order. per_minute: beyond it the service's own rate code is answered."""

    house: Provider
    now: Callable[[], datetime]
    per_minute: int = 20
    told: dict[str, list[str]] = field(default_factory=lambda: {"wecom": [], "dingtalk": [], "feishu": []})
    at: dict[str, list[datetime]] = field(default_factory=lambda: {"wecom": [], "dingtalk": [], "feishu": []})

    def url(self, kind: str) -> str:
        query = KEYS[kind]
        return f"{self.house.base}{PATHS[kind]}{'?' if query else ''}{query}"

    def environment(self) -> dict[str, str]:
        """As dealer.yaml's variables would be set."""
        urls = {f"HUIFANG_ALERT_{kind.upper()}": self.url(kind) for kind in PATHS}
        return urls | {"HUIFANG_ALERT_SECRET": SECRET}

    def show(self, kind: str, text: str, slow: Step, well: Step) -> Step:
        lately = [at for at in self.at[kind] if (self.now() - at).total_seconds() < 60]
        if len(lately) >= self.per_minute:
            return slow
        self.at[kind].append(self.now())
        self.told[kind].append(text)
        return well

    def wecom(self, asked: Asked) -> Step:
        if asked.query.get("key") != "good":
            return says({"errcode": 93000, "errmsg": "invalid webhook url"})
        text = asked.body.get("text", {}).get("content", "")
        if not text:
            return says({"errcode": 40008, "errmsg": "invalid message type"})
        if len(text.encode()) > 2048:
            return says({"errcode": 40058, "errmsg": "text.content exceed max length 2048"})
        slow = says({"errcode": 45009, "errmsg": "api freq out of limit"})
        return self.show("wecom", text, slow, says({"errcode": 0, "errmsg": "ok"}))

    def dingtalk(self, asked: Asked) -> Step:
        if asked.query.get("access_token") != "good":
            return says({"errcode": 300001, "errmsg": "token is not exist"})
        stamp = asked.query.get("timestamp", "0")
        mac = hmac.digest(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), "sha256")
        fresh = abs(int(stamp) / 1000 - self.now().timestamp()) < 3600
        if not fresh or asked.query.get("sign") != base64.b64encode(mac).decode():
            return says({"errcode": 310000, "errmsg": "sign not match"})
        text = asked.body.get("text", {}).get("content", "")
        if not text:
            return says({"errcode": 40035, "errmsg": "缺少参数 json"})
        slow = says({"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"})
        return self.show("dingtalk", text, slow, says({"errcode": 0, "errmsg": "ok"}))

    def feishu(self, asked: Asked) -> Step:
        stamp = asked.body.get("timestamp", "0")
        mac = hmac.digest(f"{stamp}\n{SECRET}".encode(), b"", "sha256")
        fresh = abs(int(stamp) - self.now().timestamp()) < 3600
        if not fresh or asked.body.get("sign") != base64.b64encode(mac).decode():
            return says({"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"})
        text = asked.body.get("content", {}).get("text", "")
        if not text:
            return says({"code": 9499, "msg": "Bad Request", "data": {}}, status=400)
        slow = says({"code": 11232, "msg": "frequency limited psm"})
        return self.show("feishu", text, slow, says({"StatusCode": 0, "StatusMessage": "success", "code": 0}))


@contextmanager
def robots(now: Callable[[], datetime]) -> Iterator[Robots]:
    with provider() as house:
        made = Robots(house, now)
        for kind, path in PATHS.items():
            house.on(path, getattr(made, kind))
        yield made
