"""What Aliyun refuses: pure rules over one SendSms (sms.md §1.1, §1.4)."""

import json
import re
from collections.abc import Mapping
from string import Template

from bot.dealer import Sms, SmsTemplate

MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
LINK_OR_NUMBER = re.compile(r"https?://|www\.|[a-z0-9-]+\.(?:com|cn|net)\b|1[3-9]\d{9}", re.IGNORECASE)
LONGEST = 35


class SmsRefused(Exception):
    """Aliyun's own answer: HTTP 200 with a Code that is not OK; `status` differs for the gateway's refusals."""

    def __init__(self, code: str, text: str, status: int = 200) -> None:
        super().__init__(f"{code} {text}")
        self.code, self.text, self.status = code, text, status


def national(phone: str) -> str:
    """The eleven digits of a mainland mobile number, however it was written. SmsRefused otherwise."""
    found = MOBILE.fullmatch(phone.strip())
    if found is None:
        raise SmsRefused("isv.MOBILE_NUMBER_ILLEGAL", "号码格式错误")
    return found.group(1)


def content(approved: Sms, sign: str, code: str, parameters: str) -> tuple[str, SmsTemplate]:
    """The text as the phone shows it, and the template it came from. SmsRefused with Aliyun's code."""
    if not sign or (approved.signature and sign != approved.signature):
        raise SmsRefused("isv.SMS_SIGNATURE_ILLEGAL", "短信签名不合法")
    template = next((one for one in approved.templates.values() if one.code == code), None)
    if template is None or not template.approved_for:
        raise SmsRefused("isv.SMS_TEMPLATE_ILLEGAL", "短信模版不合法")
    values = _values(parameters, template)
    return f"【{sign}】{Template(template.text).safe_substitute(values)}", template


def _values(parameters: str, template: SmsTemplate) -> Mapping[str, str]:
    try:
        values = json.loads(parameters or "{}")
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise SmsRefused("isv.INVALID_JSON_PARAM", "参数格式错误，请修改为字符串值")
    for name in template.variables:
        if name not in values:
            raise SmsRefused("isv.TEMPLATE_MISSING_PARAMETERS", f"模板变量缺失：{name}")
        _check(values[name])
    return {str(name): str(value) for name, value in values.items()}


def _check(value: object) -> None:
    if not isinstance(value, str):
        raise SmsRefused("isv.INVALID_JSON_PARAM", "参数格式错误，请修改为字符串值")
    if not 1 <= len(value) <= LONGEST:
        raise SmsRefused("isv.PARAM_LENGTH_LIMIT", "参数超过长度限制")
    if LINK_OR_NUMBER.search(value):
        raise SmsRefused("isv.PARAM_NOT_SUPPORT_URL", "变量不支持传入URL")
