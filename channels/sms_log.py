"""The `log` provider: every SMS becomes one line of JSON in a file under the data folder; nothing leaves the house."""

import json
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from bot.errors import TryLater
from bot.messages import Outgoing

RETRY_S = 60.0


class LogSms:
    """Implements `Sender`. The file holds numbers and texts and is readable by its owner only; logs hold neither."""

    def __init__(self, file: Path, now: Callable[[], datetime]) -> None:
        self._file, self._now = file, now
        self._guard = threading.Lock()

    def send(self, out: Outgoing) -> str:
        """Raises TryLater when the file cannot be written."""
        provider_id = f"log-{out.out_id}"
        line = {
            "at": self._now().isoformat(),
            "id": provider_id,
            "to": out.address,
            "template": out.payload.get("template"),
            "code": out.payload.get("code"),
            "params": out.payload.get("params"),
            "text": out.payload.get("text"),
        }
        try:
            self._write(json.dumps(line, ensure_ascii=False))
        except OSError as error:
            raise TryLater("file", f"无法写入短信记录文件（{error.strerror}）", RETRY_S, channel_wide=True) from error
        structlog.get_logger().info("sms_logged", to=masked(out.address), template=line["template"], out_id=out.out_id)
        return provider_id

    def _write(self, line: str) -> None:
        with self._guard:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if not self._file.exists():
                self._file.touch(mode=0o600)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def masked(phone: str) -> str:
    """+8613900000001 → 139****0001."""
    number = phone.removeprefix("+86")
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "****"
