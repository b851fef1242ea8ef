"""What each Tencent code means for a call (sms.md §2.2). docs/channels.md shows the table.

A code stands in the answer as a whole (`Error`) or at the number (`SendStatusSet`); it means the same in both places.
Codes beyond the reference are those of the vendor's own list for this version of the API (SmsErrorCode of its SDK).
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import Mark, SendError
from channels.sms_errors import DAY_S, HOUR_S, MINUTE_S, SmsClass, SmsRule, refusal, same

CHINA = ZoneInfo("Asia/Shanghai")
MORNING = time(8)  # marketing goes out from 08:00 to 22:00
TOO_OFTEN = SmsRule(SmsClass.RATE, "此号码短信过于频繁，稍后自动重试")

RULES: Mapping[str, SmsRule] = {
    **same(
        SmsRule(SmsClass.CONFIG, "短信签名未通过审核，请在腾讯云核对"),
        ("FailedOperation.SignatureIncorrectOrUnapproved", "FailedOperation.MissingSignature"),
    ),
    **same(
        SmsRule(SmsClass.CONFIG, "短信模板未通过审核或不符合规范，请在腾讯云核对"),
        (
            "FailedOperation.TemplateIncorrectOrUnapproved",
            "FailedOperation.TemplateUnapprovedOrNotExist",
            "FailedOperation.TemplateIdNotExist",
            "FailedOperation.MarketingTemplateWithoutUnsubscribe",
            "InvalidParameterValue.MarketingTemplateWithoutUnsubscribe",
            "InvalidParameterValue.UnsupportedTemplateVariable",
        ),
    ),
    **same(
        SmsRule(SmsClass.CONFIG, "腾讯云短信应用（SdkAppId）或权限有误，请在腾讯云核对"),
        (
            "UnauthorizedOperation.SmsSdkAppIdVerifyFail",
            "UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny",
            "UnauthorizedOperation.RequestPermissionDeny",
            "UnauthorizedOperation.SdkAppIdIsDisabled",
            "InvalidParameterValue.SdkAppIdNotExist",
        ),
    ),
    "UnauthorizedOperation.RequestIpNotInWhitelist": SmsRule(SmsClass.CONFIG, "服务器 IP 不在腾讯云允许范围内"),
    "AuthFailure.*": SmsRule(SmsClass.CONFIG, "腾讯云 SecretId 或 SecretKey 不正确，或没有短信权限"),
    **same(
        SmsRule(SmsClass.CONFIG, "请求时间被拒绝，请检查服务器时钟"),
        ("InternalError.RequestTimeException", "AuthFailure.SignatureExpire"),
    ),
    **same(
        SmsRule(SmsClass.CONFIG, "短信接口地址、地域或版本有误"),
        ("InvalidAction", "NoSuchVersion", "UnsupportedRegion", "UnsupportedOperation.UnsupportedRegion"),
    ),
    **same(
        SmsRule(SmsClass.CONTENT, "短信变量个数、长度或内容不合要求，请检查模板变量"),
        (
            "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
            "InvalidParameterValue.TemplateParameterLengthLimit",
            "InvalidParameterValue.TemplateParameterFormatError",
            "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
            "InvalidParameterValue.ContentLengthLimit",
        ),
    ),
    **same(
        SmsRule(SmsClass.CONTENT, "短信内容含有不被允许的文字"),
        ("FailedOperation.ContainSensitiveWord", "InvalidParameter.DirtyWordFound"),
    ),
    **same(
        SmsRule(SmsClass.RECIPIENT, "手机号无效，请与客户核对", Mark.BAD_ADDRESS),
        ("InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberParseFail"),
    ),
    "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone": SmsRule(
        SmsClass.RECIPIENT, "境内短信模板不能发往境外号码"
    ),
    "FailedOperation.PhoneNumberInBlacklist": SmsRule(
        SmsClass.OPTED_OUT, "号码在退订或投诉黑名单中，不再发短信", Mark.REFUSED_ALL
    ),
    **same(
        TOO_OFTEN,
        (
            "LimitExceeded.PhoneNumberThirtySecondLimit",
            "LimitExceeded.PhoneNumberOneHourLimit",
            "LimitExceeded.PhoneNumberDailyLimit",
            "LimitExceeded.PhoneNumberSameContentDailyLimit",
            "LimitExceeded.DeliveryFrequencyLimit",
        ),
    ),
    "RequestLimitExceeded": SmsRule(SmsClass.RATE, "短信接口调用太频繁，稍后自动继续"),
    "FailedOperation.MarketingSendTimeConstraint": SmsRule(SmsClass.QUIET, "推广短信只能在 8 至 22 点发送，等到早上"),
    **same(
        SmsRule(SmsClass.BALANCE, "短信账号达到日发送上限，请在腾讯云调整"),
        ("LimitExceeded.AppDailyLimit", "LimitExceeded.AppMainlandChinaDailyLimit", "LimitExceeded.DailyLimit"),
    ),
    **same(
        SmsRule(SmsClass.BALANCE, "短信套餐包余额不足或账号欠费，请充值"),
        ("FailedOperation.InsufficientBalanceInSmsPackage", "UnauthorizedOperation.ServiceSuspendDueToArrears"),
    ),
    **same(
        SmsRule(SmsClass.UNKNOWN, "腾讯云未能确认短信是否发出"),
        ("InternalError.Timeout", "InternalError.SendAndRecvFail", "InternalError.ParseBackendResponseFail"),
    ),
}
SPANS = {
    "LimitExceeded.PhoneNumberThirtySecondLimit": 60.0,
    "LimitExceeded.PhoneNumberOneHourLimit": HOUR_S,
    "LimitExceeded.PhoneNumberDailyLimit": DAY_S,
    "LimitExceeded.PhoneNumberSameContentDailyLimit": DAY_S,
    "LimitExceeded.DeliveryFrequencyLimit": HOUR_S,
}


def tencent_error(code: str, attempt: int, now: datetime) -> SendError:
    """The error a caller sees. attempt: from 1; now: for the wait until the morning."""
    rule = rule_of(code)
    quiet = rule is not None and rule.kind is SmsClass.QUIET
    after = to_morning(now) if quiet else SPANS.get(code, MINUTE_S)
    return refusal(rule, code, attempt=attempt, after=after, channel_wide=code == "RequestLimitExceeded")


def rule_of(code: str) -> SmsRule | None:
    """By the whole code, else by its family (`AuthFailure.*`)."""
    return RULES.get(code) or RULES.get(f"{code.partition('.')[0]}.*")


def to_morning(now: datetime) -> float:
    """Seconds until it is 08:00 in China."""
    here = now.astimezone(CHINA)
    morning = datetime.combine(here.date(), MORNING, CHINA)
    return ((morning if here < morning else morning + timedelta(days=1)) - here).total_seconds()
