"""Whether Aliyun approved the signature and the templates we send with; harmless signed calls.

QuerySmsTemplate and QuerySmsSign stand in Aliyun's API catalogue (sms.md §1); not tried on a real account.
"""

from enum import IntEnum

from channels.sms_aliyun import AliyunSms


class Review(IntEnum):
    """TemplateStatus and SignStatus; 10 is what a withdrawn request becomes."""

    WAITING = 0
    PASSED = 1
    REFUSED = 2
    WITHDRAWN = 10


def template_review(sms: AliyunSms, code: str) -> Review:
    """Raises a SendError; isv.SMS_TEMPLATE_ILLEGAL for a template that is not there."""
    return _read(sms.ask("QuerySmsTemplate", {"TemplateCode": code}).get("TemplateStatus"))


def sign_review(sms: AliyunSms, name: str) -> Review:
    return _read(sms.ask("QuerySmsSign", {"SignName": name}).get("SignStatus"))


def _read(status: object) -> Review:
    try:
        return Review(int(str(status)))
    except ValueError:
        return Review.WAITING
