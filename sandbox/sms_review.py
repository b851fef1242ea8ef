"""What Aliyun says of the review of signatures and templates; shapes after its API catalogue (sms.md §1)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from bot.ports import Clock
from sandbox.accounts import SandboxSms
from sandbox.sms_rules import SmsRefused

WAITING, PASSED = 0, 1
KINDS = {"notification": 1, "promotion": 2}


def template(_conn: Connection, account: SandboxSms, asked: Mapping[str, str], _clock: Clock) -> dict[str, Any]:
    """TemplateStatus 0 under review, 1 passed, 2 refused. A template approved for nothing is under review."""
    code = asked.get("TemplateCode", "")
    found = next((one for one in account.approved.templates.values() if one.code == code), None)
    if found is None:
        raise SmsRefused("isv.SMS_TEMPLATE_ILLEGAL", "短信模版不合法")
    state = PASSED if found.approved_for else WAITING
    kind = KINDS[found.kind]
    return {"TemplateCode": code, "TemplateContent": found.text, "TemplateType": kind, "TemplateStatus": state}


def sign(_conn: Connection, account: SandboxSms, asked: Mapping[str, str], _clock: Clock) -> dict[str, Any]:
    name = asked.get("SignName", "")
    if name != account.approved.signature:
        raise SmsRefused("isv.SMS_SIGNATURE_ILLEGAL", "短信签名不合法")
    return {"SignName": name, "SignStatus": PASSED}
