"""Aliyun's callbacks to us: receipts and replies as JSON arrays (sms.md §1.5)."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from bot.ports import Clock
from sandbox.wechat_push import Pushed

ANSWER_S = 0.7  # Aliyun's limit, then the callback counts as not taken


class SmsPusher:
    """web_url: where our web listens. token: the secret part of the path, never logged."""

    def __init__(self, web_url: str, token: str, clock: Clock) -> None:
        self._base, self._clock = f"{web_url.rstrip('/')}/hooks/sms/aliyun/{token}", clock

    def reports(self, body: Mapping[str, Any]) -> bool:
        return self._push("report", body["items"]).good

    def replies(self, body: Mapping[str, Any]) -> bool:
        return self._push("reply", body["items"]).good

    def reply(self, items: list[dict[str, Any]], times: int) -> list[Pushed]:
        """`times` identical deliveries at once."""
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(lambda _: self._push("reply", items), range(times)))

    def _push(self, kind: str, items: list[dict[str, Any]]) -> Pushed:
        started = self._clock.monotonic()
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(f"{self._base}/{kind}", json=items, timeout=ANSWER_S, allow_redirects=False)
        except requests.RequestException:
            return Pushed(0, self._ms(started), None, good=False)
        return Pushed(answer.status_code, self._ms(started), None, good=_acknowledged(answer))

    def _ms(self, started: float) -> int:
        return round((self._clock.monotonic() - started) * 1000)


def _acknowledged(answer: requests.Response) -> bool:
    """Only "code is a number" is checked."""
    try:
        body = answer.json()
    except ValueError:
        return False
    return answer.status_code == 200 and isinstance(body, dict) and isinstance(body.get("code"), int)
