"""No secret, no phone number, no customer's words, no link reaches a log, by whatever road."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logs import masked, set_up_logging

PHONE = "13812345678"
SECRETS = (PHONE, "空调还是不凉", "hunter2", "access_token=TTT", "Zm9vYmFyLXNpZ25lZA", "Signature=abc")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What standard error would show."""
    root, chatty = logging.getLogger(), logging.getLogger("urllib3")
    before, levels, config = root.handlers[:], (root.level, chatty.level), structlog.get_config()
    set_up_logging(json=True, level=logging.DEBUG)
    stream = io.StringIO()
    assert isinstance(root.handlers[0], logging.StreamHandler)
    root.handlers[0].setStream(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(levels[0])
    chatty.setLevel(levels[1])
    structlog.configure(**config)


def say_everything() -> None:
    log = structlog.get_logger("test")
    log.info("sent", phone=PHONE, text="空调还是不凉", note=f"to +86{PHONE} done")
    log.info(f"called {PHONE}", url="http://127.0.0.1:8001/?Signature=abc&PhoneNumbers=" + PHONE)
    log.warning("link", path="/s/Zm9vYmFyLXNpZ25lZA.x1", nested={"wechat_token": "hunter2", "to": [PHONE]})
    try:
        raise ValueError(f"GET https://api.weixin.qq.com/cgi-bin/x?access_token=TTT failed for {PHONE}")
    except ValueError:
        log.exception("call_failed")
    logging.getLogger("any.library").error(
        "password=%s of %s at %s", "x", PHONE, "/hooks/sms/aliyun/Zm9vYmFyLXNpZ25lZA/reply"
    )
    logging.getLogger("urllib3.connectionpool").debug('"GET /?Signature=abc HTTP/1.1" 200')


def test_nothing_secret_or_personal_is_in_the_lines(lines: io.StringIO) -> None:
    say_everything()
    for secret in SECRETS:
        assert secret not in lines.getvalue()


def test_what_happened_is_still_in_the_lines(lines: io.StringIO) -> None:
    say_everything()
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["event"] for line in told][:1] == ["sent"]
    assert told[0]["note"] == "to 138****5678 done"
    assert "https://api.weixin.qq.com/cgi-bin/x?*** failed for 138****5678" in lines.getvalue()
    assert "/s/***" in lines.getvalue()
    assert all({"timestamp", "level"} <= set(line) for line in told)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("GET /q/OzBoMyNmhtk9YVLiyhD9qwy8ndU.1-1-tq42o0", "GET /q/***"),
        ("http://car.example/r/OzBoMyNmhtk9YVLiyhD9qwy8ndU.1-1-tq42o0 sent", "http://car.example/r/*** sent"),
        ("138 1234-5678", "138****5678"),
        ("8613812345678", "138****5678"),
        ("1234567890123456789", "1234567890123456789"),
        ("/inbox/17", "/inbox/17"),
        ("unix:///srv/valkey/socket", "unix:///srv/valkey/socket"),
        (("13812345678", 5, None), ["138****5678", 5, None]),
        ({"text": "你好", "count": 2}, {"text": "***", "count": 2}),
    ],
)
def test_masking_takes_what_it_must_and_leaves_the_rest(value: object, shown: object) -> None:
    assert masked(value) == shown
