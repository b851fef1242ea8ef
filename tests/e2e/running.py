"""A whole Huifang as a user starts it: `python app.py run` as a subprocess, driven over HTTP only."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.conftest import free_port

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60


@dataclass
class Running:
    """Start with `start()`; `stop()` sends Ctrl-C and gives the seconds it took."""

    data_dir: Path
    database_url: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    def start(self) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIFANG_")}
        settings = {
            "HUIFANG_DATA_DIR": str(self.data_dir),
            "HUIFANG_PORT": str(self.port),
            "HUIFANG_SANDBOX_PORT": str(self.sandbox_port),
            "HUIFANG_PUBLIC_URL": self.web,
            **({"HUIFANG_DATABASE_URL": self.database_url} if self.database_url else {}),
            **self.extra,
        }
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.log_path = self.data_dir.parent / f"{self.data_dir.name}.log"
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "run"], cwd=ROOT, env=clean | settings, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until(self._ready, READY_SECONDS, lambda: f"run did not become ready:\n{self.log()[-4000:]}")
        self.demo = json.loads((self.data_dir / "demo.json").read_text())
        self.people = {person["external_id"]: person for person in self.demo["customers"]}

    def _ready(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"run ended with {self.process.returncode}:\n{self.log()[-4000:]}")
        try:
            fine = requests.get(f"{self.web}/readyz", timeout=2).ok
            return fine and requests.get(f"{self.sandbox}/control/clock", timeout=2).ok
        except requests.RequestException:
            return False

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(15)

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    # The sandbox's control API

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        if body is None:
            answer = requests.get(f"{self.sandbox}/control/{path}", timeout=30)
        else:
            answer = requests.post(f"{self.sandbox}/control/{path}", json=body, timeout=30)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def wechat(self, openid: str, action: str, **body: Any) -> str:
        """Push and give the text of the passive reply ("" when silent)."""
        push = self.control(f"wechat/{openid}/{action}", body)["pushes"][0]
        assert push["status"] == 200, push
        return str((push["reply"] or {}).get("text", ""))

    def phone(self, address: str) -> list[dict[str, Any]]:
        """Everything on this phone, oldest first; an openid is WeChat, a number SMS."""
        kind = "sms" if re.fullmatch(r"\+?\d+", address) else "wechat"
        return list(self.control(f"{kind}/{address}/messages"))

    def received(self, address: str, kind: str = "") -> list[dict[str, Any]]:
        return [m for m in self.phone(address) if m["dir"] == "out" and (not kind or m["kind"] == kind)]

    def clock_to(self, moment: str) -> None:
        self.control("clock", {"set": moment})

    def advance(self, span: str) -> None:
        self.control("clock", {"advance": span})

    def now(self) -> str:
        return str(self.control("clock")["now"])

    # The dealer's side

    def api(self, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.demo['api_token']}"}
        return requests.request(method, f"{self.web}/api/v1/{path}", json=body, headers=headers, timeout=30)

    def staff(self, login: str = "", password: str = "") -> "Desk":
        return Desk(self, login or self.demo["login"], password or self.demo["password"])


class Desk:
    """A staff member's browser without the browser: one session, forms with their CSRF token."""

    def __init__(self, house: Running, login: str, password: str) -> None:
        self.house, self.session = house, requests.Session()
        page = self.get("/login").text
        answer = self.post("/login", page=page, username=login, password=password)
        assert "/login" not in urlsplit(answer.url).path, "log-in refused"

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.house.web + path, timeout=30)

    def post(self, path: str, page: str = "", **fields: Any) -> requests.Response:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page or self.get("/inbox").text)
        assert token, "no csrf_token on the page"
        data = {"csrf_token": token.group(1), **fields}
        return self.session.post(self.house.web + path, data=data, timeout=30)


def until(
    holds: Callable[[], Any], seconds: float, told: Callable[[], str] = lambda: "it did not happen in time"
) -> Any:
    """The first true answer of `holds`. Waits on the machine's clock, never on the business one."""
    import time

    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(told())
        subprocess.run(["sleep", "0.05"], check=True)
