"""A mail server on this machine: aiosmtpd, which takes what it is sent and answers each stage as the test says."""

import asyncio
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "service@dealer.example", "a-login-code"


@dataclass
class Mail:
    """What was taken over: envelope and message."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class MailHouse:
    """answers: stage → a reply in place of the usual one; or `reset`, or `silence`. taken: what was accepted.

    kept: everything that arrived whole, whatever was answered.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    taken: list[Mail] = field(default_factory=list)
    kept: list[Mail] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    silence: asyncio.Event = field(default_factory=asyncio.Event)
    open: int = 0

    async def handle_DATA(  # noqa: N802  # as aiosmtpd calls it
        self, server: "_Obeying", _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        mail = Mail(str(envelope.mail_from), [str(each) for each in envelope.rcpt_tos], content)
        self.kept.append(mail)
        if await server.obeys("content"):
            return ""
        self.taken.append(mail)
        return "250 2.0.0 queued"


class _Obeying(SMTP):
    house: MailHouse
    greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.house.open += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.house.open -= 1
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        if status == "":
            return
        if not self.greeted:
            self.greeted = True
            if await self.obeys("connect"):
                return
        await super().push(status)

    async def obeys(self, stage: str) -> bool:
        """True when the test's answer was given in place of the usual one."""
        self.house.said.append(stage)
        answer = self.house.answers.get(stage)
        if answer is None:
            return False
        if answer == "reset":
            self._hang_up()
        elif answer == "silence":
            try:
                await self.house.silence.wait()
            finally:  # aiosmtpd ends the wait when the client hangs up, but does not hang up itself
                self._hang_up()
        else:
            await super().push(answer)
        return True

    def _hang_up(self) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()


def _obeying(stage: str) -> Callable[[_Obeying, str], Any]:
    usual = getattr(SMTP, f"smtp_{stage.upper()}")

    async def command(self: _Obeying, arg: str) -> None:
        if not await self.obeys(stage):
            await usual(self, arg)

    return command


for _stage in ("ehlo", "starttls", "auth", "mail", "rcpt", "data", "noop"):
    setattr(_Obeying, f"smtp_{_stage.upper()}", _obeying(_stage))


def _known(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
    good = isinstance(given, LoginPassword) and given.password == PASSWORD.encode() and given.login == USER.encode()
    return AuthResult(success=good, handled=False)


class _Controller(Controller):
    def __init__(self, house: MailHouse, tls: ssl.SSLContext | None, **more: Any) -> None:
        super().__init__(house, hostname="127.0.0.1", port=0, ssl_context=tls, **more)
        self._house, self._more = house, more

    def factory(self) -> SMTP:
        made = _Obeying(self._house, **self.SMTP_kwargs)
        made.house = self._house
        return made

    def _trigger_server(self) -> None:
        """Port 0: the one it got is known only once it listens."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd's own


@contextmanager
def mail_house(
    *, smtps: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, log_in: bool = False
) -> Iterator[MailHouse]:
    """log_in: AUTH is offered, and the one account known is USER's."""
    house = MailHouse()
    more: dict[str, Any] = {"auth_require_tls": False}
    more |= {"authenticator": _known} if log_in else {"auth_exclude_mechanism": ["LOGIN", "PLAIN"]}
    controller = _Controller(house, smtps, tls_context=starttls, **more)
    controller.start()
    house.port = controller.port
    house.said.clear()  # starting, the server calls itself once
    try:
        yield house
    finally:
        controller.loop.call_soon_threadsafe(house.silence.set)
        for _ in range(100):  # a connection still open when its loop ends is a warning, and so a failure
            if house.open:
                threading.Event().wait(0.02)
        controller.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(the server's, one that trusts it), for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
