"""What Tencent refuses: pure rules over one number of one SendSms (sms.md §2.1, §2.2)."""

from collections.abc import Sequence
from datetime import datetime, time
from string import Template
from zoneinfo import ZoneInfo

from bot.dealer import Sms, SmsTemplate
from sandbox import sms_rules
from sandbox.sms_rules import LINK_OR_NUMBER, SmsRefused

SHANGHAI = ZoneInfo("Asia/Shanghai")
MARKETING = (time(8), time(22))


def national(phone: str) -> str:
    """The eleven digits of a mainland mobile number. SmsRefused with Tencent's code."""
    try:
        return sms_rules.national(phone)
    except SmsRefused:
        raise SmsRefused("InvalidParameterValue.IncorrectPhoneNumber", "incorrect phone number") from None


def content(approved: Sms, sign: str, number: str, values: Sequence[object], now: datetime) -> str:
    """The text as the phone shows it; values fill the places {1}, {2} …: the template's variables in order."""
    if not sign or (approved.signature and sign != approved.signature):
        raise SmsRefused("FailedOperation.SignatureIncorrectOrUnapproved", "signature is not approved")
    template = _template(approved, number)
    if len(values) != len(template.variables):
        raise SmsRefused("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "wrong number of parameters")
    for value in values:
        _check(value, approved.tencent_longest_variable)
    if template.kind == "promotion" and not MARKETING[0] <= now.astimezone(SHANGHAI).time() < MARKETING[1]:
        raise SmsRefused("FailedOperation.MarketingSendTimeConstraint", "marketing from 8 to 22 only")
    filled = dict(zip(template.variables, map(str, values), strict=True))
    return f"【{sign}】{Template(template.text).safe_substitute(filled)}"


def _template(approved: Sms, number: str) -> SmsTemplate:
    for one in approved.templates.values():
        if one.tencent is not None and one.tencent.code == number and one.tencent.approved_for:
            return one
    raise SmsRefused("FailedOperation.TemplateUnapprovedOrNotExist", "template is not approved or does not exist")


def _check(value: object, longest: int) -> None:
    if not isinstance(value, str):
        raise SmsRefused("InvalidParameter.InvalidParameters", "TemplateParamSet takes strings")
    if not 1 <= len(value) <= longest:
        raise SmsRefused("InvalidParameterValue.TemplateParameterLengthLimit", f"more than {longest} characters")
    if LINK_OR_NUMBER.search(value):
        raise SmsRefused("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", "no URL in a parameter")
