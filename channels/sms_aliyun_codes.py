"""What each Aliyun code means for a call (sms.md §1.4). docs/channels.md shows the table."""

from collections.abc import Mapping

from bot.errors import Mark, SendError
from channels.sms_errors import DAY_S, HOUR_S, MINUTE_S, SmsClass, SmsRule, refusal, same

RULES: Mapping[str, SmsRule] = {
    **same(
        SmsRule(SmsClass.CONFIG, "短信签名未通过或与场景不符，请在阿里云核对"),
        (
            "isv.SMS_SIGNATURE_ILLEGAL",
            "isv.SMS_SIGN_ILLEGAL",
            "isv.SIGN_STATE_ILLEGAL",
            "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
            "isv.ONE_CODE_MULTIPLE_SIGN",
        ),
    ),
    **same(
        SmsRule(SmsClass.CONFIG, "短信模板未通过审核或类型不符，请在阿里云核对"),
        ("isv.SMS_TEMPLATE_ILLEGAL", "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE"),
    ),
    **same(
        SmsRule(SmsClass.CONFIG, "短信扩展码设置有误"),
        ("isv.EXTEND_CODE_ERROR", "isv.CODE_EXCEED_LIMIT", "isv.CODE_ERROR"),
    ),
    **same(SmsRule(SmsClass.CONFIG, "服务器 IP 不在阿里云允许范围内"), ("isv.DENY_IP_RANGE",)),
    **same(
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
    **same(
        SmsRule(SmsClass.CONFIG, "阿里云 AccessKey 不正确"), ("SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound")
    ),
    **same(
        SmsRule(SmsClass.CONFIG, "请求时间或随机数被拒绝，请检查服务器时钟"),
        ("InvalidTimeStamp.Expired", "SignatureNonceUsed"),
    ),
    **same(SmsRule(SmsClass.CONFIG, "短信接口地址或版本有误"), ("InvalidVersion", "InvalidAction.NotFound")),
    **same(
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
    **same(
        SmsRule(SmsClass.CONTENT, "短信内容含有不被允许的文字"), ("isv.SMS_CONTENT_ILLEGAL", "isv.UNSUPPORTED_CONTENT")
    ),
    **same(
        SmsRule(SmsClass.RECIPIENT, "手机号无效，请与客户核对", Mark.BAD_ADDRESS),
        ("isv.MOBILE_NUMBER_ILLEGAL", "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"),
    ),
    **same(SmsRule(SmsClass.RECIPIENT, "一次发送的号码过多"), ("isv.MOBILE_COUNT_OVER_LIMIT",)),
    **same(SmsRule(SmsClass.RECIPIENT, "测试模板只能发给已登记的测试号码"), ("isv.SMS_TEST_NUMBER_LIMIT",)),
    **same(SmsRule(SmsClass.OPTED_OUT, "客户已退订推广短信", Mark.REFUSED_MARKETING), ("isv.CUSTOMER_REFUSED",)),
    **same(
        SmsRule(SmsClass.OPTED_OUT, "号码在运营商投诉或退订黑名单中，不再发短信", Mark.REFUSED_ALL),
        ("isv.BLACK_KEY_CONTROL_LIMIT",),
    ),
    **same(
        SmsRule(SmsClass.RATE, "此号码短信过于频繁，稍后自动重试"), ("isv.BUSINESS_LIMIT_CONTROL", "Throttling.User")
    ),
    **same(
        SmsRule(SmsClass.BALANCE, "短信账号达到日或月发送上限，请在阿里云调整"),
        ("isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL"),
    ),
    **same(
        SmsRule(SmsClass.BALANCE, "短信余额不足或账号欠费，请充值"), ("isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE")
    ),
    **same(
        SmsRule(SmsClass.RETRY, "短信平台繁忙，稍后自动重试"), ("isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "IS_CLOSE")
    ),
}


def aliyun_error(code: str, message: str, attempt: int) -> SendError:
    """The error a caller sees. message: Aliyun's, read only for the span of a rate limit. attempt: from 1."""
    wide = code.startswith("Throttling")
    return refusal(RULES.get(code), code, attempt=attempt, after=_span(message), channel_wide=wide)


def _span(message: str) -> float:
    """触发分钟级流控 / 小时级 / 天级: minute and hour are clock windows, the day slides."""
    if "天级" in message:
        return DAY_S
    return HOUR_S if "小时级" in message else MINUTE_S
