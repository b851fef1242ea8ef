"""What a refusal of an SMS provider is about, and what we do then; what a receipt's code teaches (sms.md §1.4, §2.2).

The codes stand in one table a provider: sms_aliyun_codes.py, sms_tencent_codes.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import ChannelStopped, ContentRefused, Mark, SendError, TryLater, Uncertain, Undeliverable

MINUTE_S, HOUR_S, DAY_S = 120.0, 3600.0, 86_400.0
BUSY_S, BUSY_TRIES = 60.0, 3  # answered refusals of theirs: a bounded risk of a duplicate


class SmsClass(StrEnum):
    CONFIG = "config"  # our settings, the same for everyone: stop the channel
    CONTENT = "content"  # this template with these values: fail the row
    RECIPIENT = "recipient"  # this number: fall back
    OPTED_OUT = "opted_out"  # this person said no: fall back, remember
    RATE = "rate"  # this number has had enough for now: wait as long as the answer says
    QUIET = "quiet"  # promotion at night: wait for the morning
    BALANCE = "balance"  # stop the channel until somebody pays
    RETRY = "retry"  # their trouble: again in a minute, three times
    UNKNOWN = "unknown"  # they do not know themselves whether it went out


@dataclass(frozen=True, slots=True)
class SmsRule:
    kind: SmsClass
    sentence: str
    marks: Mark = Mark.NONE


UNLISTED = SmsRule(SmsClass.CONTENT, "短信平台返回了未知错误，请联系技术支持")


def same(rule: SmsRule, codes: Iterable[str]) -> dict[str, SmsRule]:
    """One rule for several codes of a table."""
    return dict.fromkeys(codes, rule)


def refusal(
    rule: SmsRule | None, code: str, *, attempt: int, after: float = MINUTE_S, channel_wide: bool = False
) -> SendError:
    """The error a caller sees. rule None: a code nobody listed, never retried in silence.

    after: seconds to wait for RATE and QUIET. attempt: from 1. channel_wide: it is the account that was too fast.
    """
    rule = rule or UNLISTED
    if rule.kind in {SmsClass.CONFIG, SmsClass.BALANCE}:
        return ChannelStopped(code, rule.sentence)
    if rule.kind in {SmsClass.RECIPIENT, SmsClass.OPTED_OUT}:
        return Undeliverable(code, rule.sentence, rule.marks)
    if rule.kind in {SmsClass.RATE, SmsClass.QUIET}:
        return TryLater(code, rule.sentence, after=after, channel_wide=channel_wide)
    if rule.kind is SmsClass.RETRY and attempt < BUSY_TRIES:
        return TryLater(code, rule.sentence, after=BUSY_S * attempt, costs=True)
    if rule.kind is SmsClass.RETRY:
        return Undeliverable(code, "短信平台多次繁忙，改用其他方式")
    return Uncertain(code, rule.sentence) if rule.kind is SmsClass.UNKNOWN else ContentRefused(code, rule.sentence)


# Receipt codes that say more than "not delivered" (an open set; every code is stored verbatim). A number out of
# service is none of them: an unpaid bill is paid one day, and staff see the failure.
NO_SUCH_NUMBER = frozenset({"INVALID_NUMBER"})
BLACKLISTED = frozenset({"MOBILE_IN_BLACK", "BLACK", "MBBLACK", "W-BLACK", "USER_REJECT", "TUIDING"})
REFUSALS = {"isv.CUSTOMER_REFUSED": Mark.REFUSED_MARKETING, "isv.BLACK_KEY_CONTROL_LIMIT": Mark.REFUSED_ALL}


def receipt_marks(code: str) -> tuple[Mark, ...]:
    """What a receipt's code teaches about the person. Who is on a blacklist said no to somebody: a refusal, too."""
    if code.upper() in BLACKLISTED:
        return (Mark.REFUSED_ALL, Mark.REFUSED_MARKETING)
    if code.upper() in NO_SUCH_NUMBER:
        return (Mark.BAD_ADDRESS,)
    return (REFUSALS[code],) if code in REFUSALS else ()
