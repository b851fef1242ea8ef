"""What any SMS provider may say of one message afterwards, and what it means when it says nothing."""

from dataclasses import dataclass

from bot.errors import SendError, TryLater, Uncertain
from channels.http import NoAnswer, NotSent

UNREACHED_S = 10.0
WAITING, FAILED, DELIVERED = 1, 2, 3


@dataclass(frozen=True, slots=True)
class SentSms:
    """status: WAITING (for the receipt), FAILED or DELIVERED. code: the provider's, verbatim."""

    out_id: str
    status: int
    code: str


def unanswered(error: NotSent | NoAnswer) -> SendError:
    """Sending is idempotent at no provider: what may have arrived is never sent again by itself (sms.md §0.4)."""
    if isinstance(error, NotSent):
        return TryLater("no_connection", f"无法连接短信平台（{error}），稍后自动重试", UNREACHED_S, channel_wide=True)
    return Uncertain("no_answer", f"短信平台没有回应（{error}），无法确认是否发出")


def unreadable() -> Uncertain:
    return Uncertain("no_answer", "短信平台的回应无法识别，无法确认是否发出")
