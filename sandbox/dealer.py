"""The dealer's side of the phones page: what the DMS and the receipt printer would ask our API."""

from typing import Any

import requests

from sandbox.asked import BadControl

OFFER = [
    {"name": "更换前刹车片", "kind": "part", "part_no": "04465-0K240", "brand": "原厂", "unit_fen": 32000,
     "quantity": 2, "rate_fen": 12000, "hours": 1.5, "warranty_days": 365, "urgency": "must"},
    {"name": "空调系统清洗", "kind": "labour", "rate_fen": 18000, "hours": 1, "urgency": "advised"},
    {"name": "更换雨刮片", "kind": "part", "unit_fen": 12000, "warranty_days": 90, "urgency": "can_wait"},
]  # fmt: skip
FOUND = {"name": "更换空调滤芯", "kind": "part", "unit_fen": 9900, "warranty_days": 90, "urgency": "advised"}
WAIT_S = 5.0
FILE_S = 3.0  # the page asks every second, the file changes seldom


class Dealer:
    """base: our web. token: of the demo's DMS, told by demo.json."""

    def __init__(self, base: str) -> None:
        self._base = f"{base.rstrip('/')}/api/v1"
        self._files: dict[str, tuple[float, dict[str, Any] | None]] = {}

    def file(self, token: str, external_id: str, ticks: float) -> dict[str, Any] | None:
        """The customer's file, at most three seconds old; None when our web does not answer."""
        kept = self._files.get(external_id)
        if kept is None or ticks - kept[0] >= FILE_S:
            try:
                kept = (ticks, self._call("GET", token, f"customers/{external_id}"))
            except BadControl:
                kept = (ticks, None)
            self._files[external_id] = kept
        return kept[1]

    def scene(self, token: str, order: str) -> str:
        """A fresh one-time scene, as the QR on the receipt of this order carries it."""
        return str(self._call("POST", token, f"repair-orders/{order}/bind-code")["scene"])

    def deliver(self, token: str, order: str) -> None:
        """Hand the car over. Twice changes nothing."""
        self._files.clear()
        self._call("PUT", token, f"repair-orders/{order}", {"status": "delivered"})

    def quote(self, token: str, order: str) -> None:
        """Three lines to agree to; after the answer a fourth was found, and only that is asked."""
        self._files.clear()
        path = f"quotes/Q-{order}"
        try:
            before = self._call("GET", token, path)
        except BadControl:
            before = {"state": "", "lines": []}
        more = before["state"] == "answered" or len(before["lines"]) > len(OFFER)
        lines = [*OFFER, FOUND] if more else OFFER
        self._call("PUT", token, path, {"repair_order": order, "lines": lines})

    def open_order(self, token: str, order: str, file: dict[str, Any]) -> None:
        """A new repair order of this customer's first car."""
        self._files.clear()
        car = {name: file["vehicles"][0][name] for name in ("external_id", "plate", "model")}
        person = {name: file[name] for name in ("external_id", "name", "phone")}
        self._call(
            "PUT", token, f"repair-orders/{order}", {"status": "in_progress", "customer": person, "vehicle": car}
        )

    def birthday(self, token: str, external_id: str, day: str) -> None:
        """day: MM-DD."""
        self._files.clear()
        self._call("PUT", token, f"customers/{external_id}", {"birthday": day})

    def _call(self, method: str, token: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """BadControl with our API's own sentence when it refuses or does not answer."""
        try:
            with requests.Session() as session:
                session.trust_env = False
                headers = {"Authorization": f"Bearer {token}"}
                answer = session.request(method, f"{self._base}/{path}", json=body, headers=headers, timeout=WAIT_S)
                told: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError):
            raise BadControl("our web does not answer") from None
        if not answer.ok:
            raise BadControl(f"{answer.status_code} {told.get('title', '')} {told.get('detail', '')}".strip())
        return told
