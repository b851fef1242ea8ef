"""The providers' callbacks to us: receipts and replies (sms.md §1.5, §2.3)."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests

from bot.ports import Clock
from sandbox.wechat_push import Pushed

ANSWER_S = 0.7  # Aliyun's limit, then the callback counts as not taken; Tencent names none


@dataclass(frozen=True, slots=True)
class Manner:
    """How a provider pushes. parcel: what the courier calls its replies. one_reply: an object each, no array.

    taken: what the answer's body must say.
    """

    parcel: str
    one_reply: bool
    taken: Callable[[Mapping[str, Any]], bool]


MANNERS: Mapping[str, Manner] = {
    "aliyun": Manner("sms_reply", False, lambda body: isinstance(body.get("code"), int)),  # only a number is asked for
    "tencent": Manner("tencent_reply", True, lambda body: body.get("result") == 0),
}


class SmsPusher:
    """web_url: where our web listens. token: the secret part of the path, never logged. provider: who pushes."""

    def __init__(self, web_url: str, token: str, clock: Clock, provider: str = "aliyun") -> None:
        self._base, self._clock = f"{web_url.rstrip('/')}/hooks/sms/{provider}/{token}", clock
        self.provider, self.manner = provider, MANNERS[provider]

    def reports(self, body: Mapping[str, Any]) -> bool:
        return self._push("report", body["items"]).good

    def replies(self, body: Mapping[str, Any]) -> bool:
        return self._replies(body["items"]).good

    def reply(self, items: list[dict[str, Any]], times: int) -> list[Pushed]:
        """`times` identical deliveries at once."""
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(lambda _: self._replies(items), range(times)))

    def _replies(self, items: list[dict[str, Any]]) -> Pushed:
        return self._push("reply", items[0] if self.manner.one_reply else items)

    def _push(self, kind: str, body: object) -> Pushed:
        started = self._clock.monotonic()
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(f"{self._base}/{kind}", json=body, timeout=ANSWER_S, allow_redirects=False)
        except requests.RequestException:
            return Pushed(0, self._ms(started), None, good=False)
        return Pushed(answer.status_code, self._ms(started), None, good=self._acknowledged(answer))

    def _ms(self, started: float) -> int:
        return round((self._clock.monotonic() - started) * 1000)

    def _acknowledged(self, answer: requests.Response) -> bool:
        try:
            body = answer.json()
        except ValueError:
            return False
        return answer.status_code == 200 and isinstance(body, dict) and self.manner.taken(body)
