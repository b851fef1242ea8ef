"""The house in parts, each started and killed by the test: no supervisor, no Valkey."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.e2e.running import ROOT, Running, until
from tests.learnt import put_learnt


@dataclass
class Parts:
    """`start(name, point)` starts one process; the sandbox and whatever else lives on."""

    house: Running
    living: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def set_up(self) -> None:
        self.house.data_dir.mkdir(parents=True, exist_ok=True)
        put_learnt(self.house.data_dir)
        self.house.log_path = self.house.data_dir.parent / "parts.log"
        demo = [sys.executable, "app.py", "demo"]  # which also sets the database up
        subprocess.run(demo, cwd=ROOT, env=self.env, check=True, capture_output=True)
        self.house.demo = json.loads((self.house.data_dir / "demo.json").read_text())
        self.house.people = {person["external_id"]: person for person in self.house.demo["customers"]}
        self._spawn("sandbox", [sys.executable, "app.py", "sandbox"])
        self.start("web")
        until(lambda: answers(f"{self.house.sandbox}/control/clock"), 30, self.house.log)

    @property
    def env(self) -> dict[str, str]:
        return self.house.settings()

    def start(self, name: str, point: str = "-") -> None:
        self._spawn(name, [sys.executable, "-m", "tests.kill.dying", name, point])
        if name == "web":
            until(lambda: answers(f"{self.house.web}/readyz"), 30, self.house.log)

    def killed_itself(self, name: str, seconds: float = 30) -> None:
        """Wait for the death the point asked for."""
        process = self.living.pop(name)
        until(lambda: process.poll() is not None, seconds, self.house.log)
        assert process.returncode == -signal.SIGKILL, self.house.log()[-2000:]

    def end(self, name: str) -> None:
        process = self.living.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def end_all(self) -> None:
        for name in list(self.living):
            self.end(name)

    def _spawn(self, name: str, command: list[str]) -> None:
        with open(self.house.log_path, "ab") as log:
            self.living[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def touchpoints(house: Running, number: int, rule: str = "checkin.question") -> list[dict[str, Any]]:
    found = house.api("GET", f"customers/C100{number}/touchpoints").json()["touchpoints"]
    return [row for row in found if row["rule"].startswith(rule)]
