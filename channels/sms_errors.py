"""What each Aliyun code means: for a call (sms.md §1.4) and in a receipt. Two tables; docs/channels.md shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import ChannelStopped, ContentRefused, Mark, SendError, TryLater, Undeliverable

MINUTE_S, HOUR_S, DAY_S = 120.0, 3600.0, 86_400.0
BUSY_S, BUSY_TRIES = 60.0, 3  # answered refusals of theirs: a bounded risk of a duplicate


class SmsClass(StrEnum):
    CONFIG = "config"  # our settings, the same for everyone: stop the channel
    CONTENT = "content"  # this template with these values: fail the row
    RECIPIENT = "recipient"  # this number: fall back
    OPTED_OUT = "opted_out"  # this person said no: fall back, remember
    RATE = "rate"  # this number has had enough for now: wait as long as the answer says
    BALANCE = "balance"  # stop the channel until somebody pays
    RETRY = "retry"  # their trouble: again in a minute, three times


@dataclass(frozen=True, slots=True)
class SmsRule:
    kind: SmsClass
    sentence: str
    marks: Mark = Mark.NONE


def _same(rule: SmsRule, codes: Iterable[str]) -> dict[str, SmsRule]:
    return dict.fromkeys(codes, rule)


RULES: Mapping[str, SmsRule] = {
    **_same(
        SmsRule(SmsClass.CONFIG, "短信签名未通过或与场景不符，请在阿里云核对"),
        (
            "isv.SMS_SIGNATURE_ILLEGAL",
            "isv.SMS_SIGN_ILLEGAL",
            "isv.SIGN_STATE_ILLEGAL",
            "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
            "isv.ONE_CODE_MULTIPLE_SIGN",
        ),
    ),
    **_same(
        SmsRule(SmsClass.CONFIG, "短信模板未通过审核或类型不符，请在阿里云核对"),
        ("isv.SMS_TEMPLATE_ILLEGAL", "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE"),
    ),
    **_same(
        SmsRule(SmsClass.CONFIG, "短信扩展码设置有误"),
        ("isv.EXTEND_CODE_ERROR", "isv.CODE_EXCEED_LIMIT", "isv.CODE_ERROR"),
    ),
    **_same(SmsRule(SmsClass.CONFIG, "服务器 IP 不在阿里云允许范围内"), ("isv.DENY_IP_RANGE",)),
    **_same(
        SmsRule(SmsClass.CONFIG, "阿里云账号没有开通或没有权限使用短信服务"),
        (
            "isp.RAM_PERMISSION_DENY",
            "isv.PRODUCT_UN_SUBSCRIPT",
            "isv.PRODUCT_UNSUBSCRIBE",
            "isv.ACCOUNT_NOT_EXISTS",
            "isv.ACCOUNT_ABNORMAL",
            "isv.SECURITY_FROZEN_ACCOUNT",
        ),
    ),
    **_same(
        SmsRule(SmsClass.CONFIG, "阿里云 AccessKey 不正确"), ("SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound")
    ),
    **_same(
        SmsRule(SmsClass.CONFIG, "请求时间或随机数被拒绝，请检查服务器时钟"),
        ("InvalidTimeStamp.Expired", "SignatureNonceUsed"),
    ),
    **_same(SmsRule(SmsClass.CONFIG, "短信接口地址或版本有误"), ("InvalidVersion", "InvalidAction.NotFound")),
    **_same(
        SmsRule(SmsClass.CONTENT, "短信变量缺失或不合要求，请检查模板变量"),
        (
            "isv.TEMPLATE_MISSING_PARAMETERS",
            "isv.TEMPLATE_PARAMS_ILLEGAL",
            "isv.INVALID_JSON_PARAM",
            "isv.INVALID_PARAMETERS",
            "isv.PARAM_LENGTH_LIMIT",
            "isv.PARAM_NOT_SUPPORT_URL",
        ),
    ),
    **_same(
        SmsRule(SmsClass.CONTENT, "短信内容含有不被允许的文字"), ("isv.SMS_CONTENT_ILLEGAL", "isv.UNSUPPORTED_CONTENT")
    ),
    **_same(
        SmsRule(SmsClass.RECIPIENT, "手机号无效，请与客户核对", Mark.BAD_ADDRESS),
        ("isv.MOBILE_NUMBER_ILLEGAL", "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"),
    ),
    **_same(SmsRule(SmsClass.RECIPIENT, "一次发送的号码过多"), ("isv.MOBILE_COUNT_OVER_LIMIT",)),
    **_same(SmsRule(SmsClass.RECIPIENT, "测试模板只能发给已登记的测试号码"), ("isv.SMS_TEST_NUMBER_LIMIT",)),
    **_same(SmsRule(SmsClass.OPTED_OUT, "客户已退订推广短信", Mark.REFUSED_MARKETING), ("isv.CUSTOMER_REFUSED",)),
    **_same(
        SmsRule(SmsClass.OPTED_OUT, "号码在运营商投诉或退订黑名单中，不再发短信", Mark.REFUSED_ALL),
        ("isv.BLACK_KEY_CONTROL_LIMIT",),
    ),
    **_same(
        SmsRule(SmsClass.RATE, "此号码短信过于频繁，稍后自动重试"), ("isv.BUSINESS_LIMIT_CONTROL", "Throttling.User")
    ),
    **_same(
        SmsRule(SmsClass.BALANCE, "短信账号达到日或月发送上限，请在阿里云调整"),
        ("isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL"),
    ),
    **_same(
        SmsRule(SmsClass.BALANCE, "短信余额不足或账号欠费，请充值"), ("isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE")
    ),
    **_same(
        SmsRule(SmsClass.RETRY, "短信平台繁忙，稍后自动重试"), ("isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "IS_CLOSE")
    ),
}
UNLISTED = SmsRule(SmsClass.CONTENT, "短信平台返回了未知错误，请联系技术支持")


def sms_error(code: str, message: str, attempt: int) -> SendError:
    """The error a caller sees. message: Aliyun's, read only for the span of a rate limit. attempt: from 1."""
    rule = RULES.get(code, UNLISTED)
    if rule.kind in {SmsClass.CONFIG, SmsClass.BALANCE}:
        return ChannelStopped(code, rule.sentence)
    if rule.kind in {SmsClass.RECIPIENT, SmsClass.OPTED_OUT}:
        return Undeliverable(code, rule.sentence, rule.marks)
    if rule.kind is SmsClass.RATE:
        return TryLater(code, rule.sentence, after=_span(message), channel_wide=code.startswith("Throttling"))
    if rule.kind is SmsClass.RETRY and attempt < BUSY_TRIES:
        return TryLater(code, rule.sentence, after=BUSY_S * attempt, costs=True)
    if rule.kind is SmsClass.RETRY:
        return Undeliverable(code, "短信平台多次繁忙，改用其他方式")
    return ContentRefused(code, rule.sentence)


def _span(message: str) -> float:
    """触发分钟级流控 / 小时级 / 天级: minute and hour are clock windows, the day slides."""
    if "天级" in message:
        return DAY_S
    return HOUR_S if "小时级" in message else MINUTE_S


# Receipt codes that say more than "not delivered" (an open set; every code is stored verbatim). A number out of
# service is none of them: an unpaid bill is paid one day, and staff see the failure.
NO_SUCH_NUMBER = frozenset({"INVALID_NUMBER"})
BLACKLISTED = frozenset({"MOBILE_IN_BLACK", "BLACK", "MBBLACK", "W-BLACK", "USER_REJECT", "TUIDING"})


def receipt_marks(code: str) -> tuple[Mark, ...]:
    """What a receipt's code teaches about the person. Who is on a blacklist said no to somebody: a refusal, too."""
    if code.upper() in BLACKLISTED:
        return (Mark.REFUSED_ALL, Mark.REFUSED_MARKETING)
    if code.upper() in NO_SUCH_NUMBER:
        return (Mark.BAD_ADDRESS,)
    rule = RULES.get(code)
    return (rule.marks,) if rule is not None and rule.kind is SmsClass.OPTED_OUT else ()
