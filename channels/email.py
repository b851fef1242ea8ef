"""E-mail: one message, one conversation with the dealer's own mail server (sms.md §8).

There is no idempotency: what may have arrived is never sent again by itself.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog
from pydantic import SecretStr

from bot.emails import BadEmail, parse_email
from bot.errors import ChannelStopped, Mark, SendError, Undeliverable
from bot.messages import Outgoing
from channels.email_codes import not_trusted, refusal, unanswered
from channels.email_message import Mailbox, compose
from channels.email_smtp import Lost, MailServer, NotTrusted, Refused, Security, talk


class EmailSender:
    """Implements `Sender`. now: what messages are dated with; monotonic: what a conversation may take."""

    def __init__(
        self, server: MailServer, mailbox: Mailbox, *, now: Callable[[], datetime], monotonic: Callable[[], float]
    ) -> None:
        self.server, self.mailbox = server, mailbox
        self._now, self._monotonic = now, monotonic

    def send(self, out: Outgoing) -> str:
        """Returns the Message-ID: the server took it over, not yet the customer's. Raises a SendError."""
        try:
            recipient = parse_email(out.address)
        except BadEmail as error:
            raise Undeliverable("bad_address", f"邮箱地址无效（{error}）", Mark.BAD_ADDRESS) from None
        message = compose(out, self.mailbox, self._now())
        try:
            with talk(self.server, self._monotonic) as conversation:
                conversation.deliver(self.mailbox.address, recipient, message.as_bytes())
        except (Refused, Lost, NotTrusted) as error:
            failed = _as_send_error(error, out.attempt, recipient)
            structlog.get_logger().warning("email_refused", at=str(error), code=failed.code, out_id=out.out_id)
            raise failed from None
        return str(message["Message-ID"])

    def check(self) -> None:
        """Connects, logs in, and says nothing. Raises a SendError."""
        try:
            with talk(self.server, self._monotonic) as conversation:
                conversation.nothing()
        except (Refused, Lost, NotTrusted) as error:
            raise _as_send_error(error, 1, "") from None


class NoEmail:
    """Implements `Sender` where no account is set: rows written while there was one stay until they are taken back."""

    def send(self, out: Outgoing) -> str:
        raise ChannelStopped("no_account", "没有配置邮件账户（HUIFANG_EMAIL_HOST）")

    def check(self) -> None:
        """Nothing to ask."""


class EmailSettings(Protocol):
    """`config.settings.Settings`, as far as e-mail goes."""

    @property
    def email_host(self) -> str: ...
    @property
    def email_port(self) -> int: ...
    @property
    def email_security(self) -> Security: ...
    @property
    def email_user(self) -> str: ...
    @property
    def email_password(self) -> SecretStr: ...
    @property
    def email_from(self) -> str: ...
    @property
    def email_name(self) -> str: ...
    @property
    def email_reply_to(self) -> str: ...


def email_sender(
    settings: EmailSettings, now: Callable[[], datetime], monotonic: Callable[[], float]
) -> EmailSender | NoEmail:
    if not settings.email_host:
        return NoEmail()
    answers = settings.email_reply_to and parse_email(settings.email_reply_to)
    mailbox = Mailbox(parse_email(settings.email_from), settings.email_name, answers)
    server = MailServer(
        settings.email_host,
        settings.email_port,
        settings.email_security,
        hello=mailbox.domain,
        user=settings.email_user,
        password=settings.email_password.get_secret_value(),
    )
    return EmailSender(server, mailbox, now=now, monotonic=monotonic)


def _as_send_error(error: Refused | Lost | NotTrusted, attempt: int, recipient: str) -> SendError:
    if isinstance(error, Refused):
        return refusal(error, attempt=attempt, recipient=recipient)
    return unanswered(error, attempt=attempt) if isinstance(error, Lost) else not_trusted(error)
