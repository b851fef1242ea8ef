"""A whole Huifang as a user starts it: `python app.py run` as a subprocess, driven over HTTP only."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.databases import free_port
from tests.learnt import put_learnt

ROOT = Path(__file__).parents[2]
BUSY = 2  # a promised figure is tested with this factor, for the tests that run beside this one
READY_SECONDS = 120  # of a machine that also runs the other tests
RUNNING = "Ctrl-C ends it."  # the last line of what a start prints


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

    def settings(self) -> dict[str, str]:
        """The environment this house runs in, for other commands beside it."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIFANG_")}
        settings = {
            "HUIFANG_SANDBOX": "1",  # as `make run` sets it when no account is configured
            "HUIFANG_DATA_DIR": str(self.data_dir),
            "HUIFANG_PORT": str(self.port),
            "HUIFANG_SANDBOX_PORT": str(self.sandbox_port),
            "HUIFANG_PUBLIC_URL": self.web,
            **({"HUIFANG_DATABASE_URL": self.database_url} if self.database_url else {}),
            **self.extra,
        }
        return clean | settings

    def start(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        put_learnt(self.data_dir)
        self.log_path = self.data_dir.parent / f"{self.data_dir.name}.log"
        earlier = self.log().count(RUNNING) if self.log_path.exists() else 0
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "run"], cwd=ROOT, env=self.settings(), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            until(lambda: self._ready(earlier), READY_SECONDS, lambda: f"not ready:\n{self.log()[-4000:]}")
        except BaseException:
            self.kill()  # or it would take time from every test behind this one
            raise
        self.demo = json.loads((self.data_dir / "demo.json").read_text())
        self.people = {person["external_id"]: person for person in self.demo["customers"]}
        self.started_at = self.now()

    def _ready(self, earlier: int) -> bool:
        """earlier: how often it has said so in this log before."""
        if self.process.poll() is not None:
            raise RuntimeError(f"run ended with {self.process.returncode}:\n{self.log()[-4000:]}")
        try:
            fine = requests.get(f"{self.web}/readyz", timeout=2).ok and self.log().count(RUNNING) > earlier
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

    def await_received(self, address: str, kind: str, seconds: float = 10.0) -> list[dict[str, Any]]:
        """As `received`, once there is at least one."""
        return list(until(lambda: self.received(address, kind), seconds, self.log))

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

    def customer(self, name: str) -> int:
        """The number in the address of this customer's conversation, as the list links to it."""
        found = re.search(rf'href="/inbox/c/(\d+)[^"]*"[^>]*>(?:(?!</a>).)*{name}', self.get("/inbox").text, re.S)
        assert found, f"{name} is not in the list"
        return int(found.group(1))

    def act(self, page: str, step: str, **fields: Any) -> requests.Response:
        """One of the buttons of a conversation's page."""
        shown = self.get(page).text
        version = re.search(r'name="version" value="(\d+)"', shown)
        answer = self.post(f"{page}/{step}", page=shown, **({"version": version.group(1)} if version else {}) | fields)
        assert answer.ok, f"{step}: {answer.status_code} {answer.text[:400]}"
        return answer

    def stream(self) -> Iterator[dict[str, Any]]:
        """What the live stream tells from now on, beginning once the server has opened it."""
        cursor = re.search(r'data-cursor="(\d+)"', self.get("/inbox").text)
        assert cursor, "the page names no cursor"
        answer = self.session.get(f"{self.house.web}/events?after={cursor.group(1)}", stream=True, timeout=20)
        assert answer.status_code == 200
        lines = answer.iter_lines(decode_unicode=True)
        return (json.loads(line.removeprefix("data:")) for line in lines if line.startswith("data:"))


def until(holds: Callable[[], Any], seconds: float, told: Callable[[], str] = lambda: "not in time") -> Any:
    """The first true answer of `holds`. Waits for other processes, never for the business clock."""
    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(told())
        subprocess.run(["sleep", "0.05"], check=True)
