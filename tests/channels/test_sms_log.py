"""The `log` provider: a file its owner can read, and logs without number or text."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import TryLater
from bot.messages import Outgoing, Way
from channels.sms_log import LogSms, masked

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PAYLOAD = {
    "template": "case_ack",
    "code": "SMS_1",
    "params": {"name": "王女士"},
    "sign": "远禾",
    "text": "【远禾】王女士您好",
}


def out(number: int) -> Outgoing:
    return Outgoing(f"out-{number}", Way.SMS, "", "+8613900000001", PAYLOAD)


def test_every_message_is_one_line(tmp_path: Path) -> None:
    sms = LogSms(tmp_path / "data" / "sms.jsonl", lambda: NOW)
    assert sms.send(out(1)) == "log-out-1"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sms.send, map(out, range(2, 50))))
    lines = [json.loads(line) for line in (tmp_path / "data" / "sms.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) == 49
    assert lines[0] == {
        "at": "2026-01-01T00:00:00+00:00",
        "id": "log-out-1",
        "to": "+8613900000001",
        "template": "case_ack",
        "code": "SMS_1",
        "params": {"name": "王女士"},
        "text": "【远禾】王女士您好",
    }
    assert stat.S_IMODE((tmp_path / "data" / "sms.jsonl").stat().st_mode) == 0o600


def test_logs_hold_neither_number_nor_text(tmp_path: Path) -> None:
    with capture_logs() as logs:
        LogSms(tmp_path / "sms.jsonl", lambda: NOW).send(out(1))
    assert logs[0]["to"] == "139****0001"
    written = json.dumps(logs, ensure_ascii=False)
    assert "13900000001" not in written
    assert "王女士" not in written


def test_a_folder_that_cannot_be_written_waits(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TryLater) as caught:
        LogSms(tmp_path / "file" / "sms.jsonl", lambda: NOW).send(out(1))
    assert caught.value.channel_wide


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+8613900000001", "139****0001"), ("13900000001", "139****0001"), ("123", "****"), ("", "****")],
)
def test_a_number_is_masked(phone: str, shown: str) -> None:
    assert masked(phone) == shown
