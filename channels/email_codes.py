"""What a mail server's refusal is about, and what we do then.

By stage, SMTP code (RFC 5321) and, where the server gives one, enhanced status code (RFC 3463).
"""

import re
from enum import StrEnum

from bot.errors import ChannelStopped, ContentRefused, Mark, SendError, TryLater, Uncertain, Undeliverable
from channels.email_smtp import Lost, NotTrusted, Refused, Stage

UNREACHED_S, BUSY_S = 10.0, 60.0
# Greylisting lets the same three names pass after about five minutes; a message older than ten is decided anew.
AGAIN_S, TRIES = 120.0, 3
LONGEST = 120  # characters of the server's own words

STATUS = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")
BEFORE = frozenset({Stage.CONNECT, Stage.HELLO, Stage.SECURE, Stage.LOGIN, Stage.SENDER, Stage.NOTHING})
LOG_IN_FIRST = frozenset({530, 534, 535, 538})  # RFC 4954 §6
CLOSING = 421
TOO_BIG = 552
# No such mailbox, domain or address; moved away; takes no mail; switched off (RFC 3463 §3.2, §3.3; RFC 7505).
GONE = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
GONE_BARE = frozenset({501, 550, 551, 553, 556})  # the same from a server that says no more


class EmailClass(StrEnum):
    BUSY = "busy"  # the server, for everybody: wait
    AGAIN = "again"  # this message: again in some minutes, three times, then the next way
    GONE = "gone"  # this address: the next way, remember
    PERSON = "person"  # this mailbox, now: the next way
    CONTENT = "content"  # this message: fail it
    STOP = "stop"  # our account, the same for everyone


SENTENCES = {
    Stage.CONNECT: "邮件服务器拒绝连接",
    Stage.HELLO: "邮件服务器拒绝了问候",
    Stage.SECURE: "邮件服务器无法建立加密连接",
    Stage.LOGIN: "邮件账户登录被拒绝，请检查用户名和授权码",
    Stage.SENDER: "邮件服务器不接受发件地址",
    Stage.RECIPIENT: "邮件服务器不接受收件地址",
    Stage.DATA: "邮件服务器拒绝接收邮件",
    Stage.CONTENT: "邮件服务器拒绝了这封邮件",
    Stage.NOTHING: "邮件服务器没有正常应答",
}


def refusal(refused: Refused, *, attempt: int, recipient: str = "") -> SendError:
    """attempt: from 1. The recipient's address is taken out of what the server said."""
    code, sentence = code_of(refused), _sentence(refused, recipient)
    match class_of(refused):
        case EmailClass.BUSY:
            return TryLater(code, sentence, BUSY_S, channel_wide=True)
        case EmailClass.AGAIN:
            return _again(code, sentence, attempt)
        case EmailClass.GONE:
            return Undeliverable(code, sentence, Mark.BAD_ADDRESS)
        case EmailClass.PERSON:
            return Undeliverable(code, sentence)
        case EmailClass.CONTENT:
            return ContentRefused(code, sentence)
        case _:
            return ChannelStopped(code, sentence)


def unanswered(lost: Lost, *, attempt: int) -> SendError:
    """Only the dot at the end makes a message: before it nothing arrived, after it nobody knows."""
    if lost.stage is Stage.CONTENT:
        return Uncertain("no_answer", f"邮件服务器没有回应（{lost.kind}），无法确认是否发出")
    if lost.stage is Stage.CONNECT:
        sentence = f"无法连接邮件服务器（{lost.kind}），稍后自动重试"
        return TryLater("no_connection", sentence, UNREACHED_S, channel_wide=True)
    return _again("connection_lost", f"与邮件服务器的连接中断（{lost.stage.value}，{lost.kind}）", attempt)


def not_trusted(error: NotTrusted) -> ChannelStopped:
    return ChannelStopped("not_trusted", str(error))


def class_of(refused: Refused) -> EmailClass:
    stage, code, status = refused.stage, refused.code, _status(refused)
    early = stage in BEFORE
    if code < 500:
        return EmailClass.BUSY if early or code == CLOSING else EmailClass.AGAIN
    if early or code in LOG_IN_FIRST:
        return EmailClass.CONTENT if stage is Stage.SENDER and code == TOO_BIG else EmailClass.STOP
    if status in GONE or (not status and stage is Stage.RECIPIENT and code in GONE_BARE):
        return EmailClass.GONE
    about_mailbox = status.startswith("2.")
    return EmailClass.PERSON if stage is Stage.RECIPIENT or about_mailbox else EmailClass.CONTENT


def code_of(refused: Refused) -> str:
    """The server's own: `550 5.1.1`, or `550` alone."""
    found = STATUS.match(refused.said)
    return f"{refused.code} {found[1]}" if found else str(refused.code)


def _status(refused: Refused) -> str:
    """Subject and detail of the enhanced code, "" where there is none or it says nothing (x.0.0, or another class)."""
    found = STATUS.match(refused.said)
    if found is None or not found[1].startswith(str(refused.code)[0]):
        return ""
    subject_and_detail = found[1].partition(".")[2]
    return "" if subject_and_detail.startswith("0.") else subject_and_detail


def _again(code: str, sentence: str, attempt: int) -> SendError:
    if attempt < TRIES:
        return TryLater(code, sentence, AGAIN_S * attempt, costs=True)
    return Undeliverable(code, f"{sentence}；多次未成功，改用其他方式")


def _sentence(refused: Refused, recipient: str) -> str:
    said = " ".join(STATUS.sub("", refused.said).split())
    if recipient:
        said = re.sub(re.escape(recipient), "…", said, flags=re.IGNORECASE)
    said = "".join(sign for sign in said if sign.isprintable())[:LONGEST]
    return SENTENCES[refused.stage] + (f"（{said}）" if said else "")
