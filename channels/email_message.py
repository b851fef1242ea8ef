"""An outbox row as an Internet message (RFC 5322): headers any mail program reads, Chinese as base64."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy

from bot.errors import ContentRefused
from bot.messages import Outgoing
from channels.email_text import html_part, plain_part

AS_IT_IS = frozenset({"list-unsubscribe", "message-id"})
ODD = re.compile(r"[^A-Za-z0-9.-]")
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058 §3.1


class _Policy(EmailPolicy):
    """Links and ids are written as they are.

    Longer than a line, the standard library would encode them by RFC 2047, which no mail program undoes there; and
    longer lines for all would lengthen base64 beyond what RFC 2045 allows.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() not in AS_IT_IS:
            return super().fold_binary(name, value)
        folded = str(value).replace(", ", f",{self.linesep} ")
        return f"{name}: {folded}{self.linesep}".encode("ascii")


POLICY = _Policy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whom a mail is from. name "": the store's. reply_to "": the address itself."""

    address: str
    name: str = ""
    reply_to: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def compose(out: Outgoing, mailbox: Mailbox, now: datetime) -> EmailMessage:
    """now: aware, for Date. Raises ContentRefused: a header with a line break, or an empty one."""
    payload = {name: str(value) for name, value in out.payload.items()}
    sender = mailbox.name or payload.get("sender", "")
    message = EmailMessage(policy=POLICY)
    try:
        message["From"] = Address(sender, addr_spec=mailbox.address)
        message["To"] = Address(addr_spec=out.address)
        message["Subject"] = payload["subject"]
        message["Date"] = now
        message["Message-ID"] = message_id(out, mailbox)
        if mailbox.reply_to:
            message["Reply-To"] = Address(addr_spec=mailbox.reply_to)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
        _unsubscribe(message, payload.get("unsubscribe", ""), mailbox)
        _parts(message, payload, sender, mailbox)
    except (ValueError, KeyError) as error:
        raise ContentRefused("bad_header", f"邮件内容有误（{type(error).__name__}）") from None
    return message


def message_id(out: Outgoing, mailbox: Mailbox) -> str:
    """The same for every try of one row, so that a second copy is recognised; never that of another house's row."""
    said = "\n".join((out.out_id, out.address, *(str(out.payload.get(name)) for name in ("subject", "text"))))
    digest = hashlib.sha256(said.encode()).hexdigest()[:12]
    return f"<{ODD.sub('-', out.out_id)}.{digest}@{mailbox.domain}>"


def _unsubscribe(message: EmailMessage, link: str, mailbox: Mailbox) -> None:
    """One click only where the link is https: RFC 8058 §3.1 asks for it."""
    if not link:
        return
    message["List-Unsubscribe"] = f"<{link}>, <mailto:{mailbox.reply_to or mailbox.address}?subject=unsubscribe>"
    if link.startswith("https://"):
        message["List-Unsubscribe-Post"] = ONE_CLICK


def _parts(message: EmailMessage, payload: dict[str, str], sender: str, mailbox: Mailbox) -> None:
    """8bit is what a relay may refuse: base64 (sms.md §8)."""
    said = (payload["text"], sender, payload.get("unsubscribe", ""), mailbox.reply_to or mailbox.address)
    message.set_content(plain_part(*said), cte="base64")
    message.add_alternative(html_part(*said), subtype="html", cte="base64")
