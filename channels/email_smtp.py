"""One conversation with a mail server, stage by stage: it is told apart what was refused from what got no answer.

`smtplib` speaks; the end of DATA is ours, since what counts afterwards is whether the last dot left (sms.md §8).
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

Security: TypeAlias = Literal["ssl", "starttls", "plain"]
STEP_S = 10.0  # for one answer (sms.md §8); RFC 5321 §4.5.3.2 would wait minutes, but a lease is one
# Both together stay below a lease (scheduler/deliver.py), so that no living worker is overtaken.
BEFORE_S, ANSWER_S = 25.0, 25.0
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class Stage(StrEnum):
    CONNECT = "connect"
    HELLO = "ehlo"
    SECURE = "starttls"
    LOGIN = "auth"
    SENDER = "mail"
    RECIPIENT = "rcpt"
    DATA = "data"
    CONTENT = "content"  # the answer to the whole message
    NOTHING = "noop"


@dataclass(frozen=True, slots=True)
class MailServer:
    """hello: the name we greet with. No user: no log-in. context: which certificates are trusted."""

    host: str
    port: int
    security: Security
    hello: str
    user: str = ""
    password: str = ""
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)


class Refused(Exception):
    """The server said no. said: its words, which may hold the recipient's address."""

    def __init__(self, stage: Stage, code: int, said: str) -> None:
        super().__init__(f"{stage}: {code}")
        self.stage, self.code, self.said = stage, code, said


class Lost(Exception):
    """No answer at this stage: time-out, reset, or nothing an answer could be read from."""

    def __init__(self, stage: Stage, kind: str) -> None:
        super().__init__(f"{stage}: {kind}")
        self.stage, self.kind = stage, kind


class NotTrusted(Exception):
    """No encryption we can rely on, or no log-in at all: nothing was said that must stay secret."""


@contextmanager
def talk(server: MailServer, monotonic: Callable[[], float]) -> Iterator["Talk"]:
    """Connected, secured and logged in. Raises Refused, Lost, NotTrusted."""
    conversation = Talk(server, monotonic)
    try:
        conversation.begin()
        yield conversation
    finally:
        conversation.end()


class Talk:
    def __init__(self, server: MailServer, monotonic: Callable[[], float]) -> None:
        self._server, self._monotonic = server, monotonic
        self._until = monotonic() + BEFORE_S
        self._smtp: smtplib.SMTP
        if server.security == "ssl":
            self._smtp = smtplib.SMTP_SSL(timeout=STEP_S, local_hostname=server.hello, context=server.context)
        else:
            self._smtp = smtplib.SMTP(timeout=STEP_S, local_hostname=server.hello)

    def begin(self) -> None:
        server, smtp = self._server, self._smtp
        # Certificates are checked against the name that only smtplib's constructor sets, which connects at once.
        smtp._host = server.host  # type: ignore[attr-defined]  # not in typeshed
        self._ask(Stage.CONNECT, lambda: smtp.connect(server.host, server.port), {220})
        self._ask(Stage.HELLO, smtp.ehlo, {250})
        if server.security == "starttls":
            self._secure()
        if server.user:
            self._log_in()

    def deliver(self, sender: str, recipient: str, data: bytes) -> None:
        """data: the whole message, lines ending with CR LF. Returns once the server has taken it over."""
        smtp = self._smtp
        size = [f"SIZE={len(data)}"] if smtp.has_extn("size") else []
        self._ask(Stage.SENDER, lambda: smtp.mail(sender, size), {250})
        self._ask(Stage.RECIPIENT, lambda: smtp.rcpt(recipient), {250, 251})
        self._ask(Stage.DATA, lambda: smtp.docmd("DATA"), {354})
        body = LEADING_DOT.sub(b"..", data if data.endswith(b"\r\n") else data + b"\r\n")
        self._say(Stage.DATA, body)  # without its last dot it is no message yet (RFC 5321 §4.1.1.4)
        self._until = self._monotonic() + ANSWER_S
        self._ask(Stage.CONTENT, self._dot, {250})

    def nothing(self) -> None:
        self._ask(Stage.NOTHING, self._smtp.noop, {250})

    def end(self) -> None:
        """What was taken over stays so, however the goodbye goes."""
        try:
            self._hurry(STEP_S / 5)
            self._smtp.quit()
        except (smtplib.SMTPException, OSError):
            pass
        finally:
            self._smtp.close()

    def _secure(self) -> None:
        if not self._smtp.has_extn("starttls"):
            raise NotTrusted("邮件服务器不支持 STARTTLS")
        self._ask(Stage.SECURE, lambda: self._smtp.starttls(context=self._server.context), {220})
        self._ask(Stage.HELLO, self._smtp.ehlo, {250})

    def _log_in(self) -> None:
        if not self._smtp.has_extn("auth"):
            raise NotTrusted("邮件服务器不接受登录（没有 AUTH）")
        self._ask(Stage.LOGIN, lambda: self._smtp.login(self._server.user, self._server.password), {235, 503})

    def _dot(self) -> tuple[int, bytes]:
        self._smtp.send(b".\r\n")
        return self._smtp.getreply()

    def _say(self, stage: Stage, data: bytes) -> None:
        self._hurry(STEP_S)
        try:
            self._smtp.send(data)
        except OSError as error:  # smtplib's own errors are of this kind too
            raise Lost(stage, type(error).__name__) from None

    def _ask(self, stage: Stage, call: Callable[[], tuple[int, bytes]], well: set[int]) -> None:
        self._hurry(ANSWER_S if stage is Stage.CONTENT else STEP_S)
        try:
            code, said = call()
        except ssl.SSLEOFError as error:  # hung up during the handshake: as any other lost connection
            raise Lost(stage, type(error).__name__) from None
        except ssl.SSLError as error:
            raise NotTrusted(f"无法建立可信的加密连接（{error.reason or type(error).__name__}）") from None
        except smtplib.SMTPResponseException as error:
            code, said = error.smtp_code, _bytes(error.smtp_error)
            if self._smtp.sock is None:  # a line without end: no answer, and smtplib hung up
                raise Lost(stage, type(error).__name__) from None
        except smtplib.SMTPServerDisconnected as error:
            raise Lost(stage, type(error).__name__) from None
        except (smtplib.SMTPException, ValueError) as error:  # no way to log in that both know; a senseless challenge
            raise NotTrusted(f"无法登录邮件服务器（{type(error).__name__}）") from None
        except OSError as error:
            raise Lost(stage, type(error).__name__) from None
        if code in well:
            return
        if not 400 <= code < 600:
            raise Lost(stage, "unreadable")
        raise Refused(stage, code, said.decode("utf-8", "replace"))

    def _hurry(self, most: float) -> None:
        """The next answer is waited for no longer than this, nor than what is left of the whole."""
        left = min(most, max(0.05, self._until - self._monotonic()))
        self._smtp.timeout = left
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(left)


def _bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said
