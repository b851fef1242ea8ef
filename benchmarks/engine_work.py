"""What every engine of `benchmarks.engines` does a message: the same signed call by the same client."""

import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from bot.messages import Outgoing, Way
from channels.http import Http
from channels.sms_aliyun import AliyunSms

PAYLOAD = {
    "template": "checkin_question",
    "code": "SMS_100001",
    "params": {"name": "车主", "plate": "浙A12345"},
    "order": ["name", "plate"],
    "sign": "远禾滨江店",
    "text": "【远禾滨江店】车主您好，您的爱车浙A12345交车已有三天，用着还顺心吗？请回复数字。",
}


@cache
def sms() -> AliyunSms:
    """One for each process; its connections stay open."""
    http = Http(os.environ["BENCH_PROVIDER"])
    return AliyunSms("key", "secret", http, now=lambda: datetime.now(UTC), nonce=lambda: secrets.token_hex(16))


def send(number: int, payload: Mapping[str, object]) -> str:
    return sms().send(Outgoing(f"b{number}", Way.SMS, "", f"+86139{number:08d}", payload))
