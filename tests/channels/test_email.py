"""E-mail over a real socket against aiosmtpd: every answer at every stage, and what a mail program reads."""

import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import ChannelStopped, ContentRefused, Mark, SendError, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from channels import email_smtp
from channels.email import EmailSender, NoEmail, email_sender
from channels.email_message import Mailbox
from channels.email_smtp import MailServer, Security
from config.settings import read_settings
from tests.databases import free_port
from tests.mail_server import PASSWORD, USER, MailHouse, certificate, mail_house

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
LINK = "https://huifang.dealer.example/s/3kQ9mW2xT7vB5nL8pR4cY6dF1gH.2s-1tpr9k0"
LEAVE = "https://huifang.dealer.example/u/3kQ9mW2xT7vB5nL8pR4cY6dF1gHzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz.2s-1tpr9k0"
MAILBOX = Mailbox("service@dealer.example", reply_to="care@dealer.example")
TEXT = f"李雷您好，您的爱车浙A12345交车已有三天，用着还顺心吗？\n\n点开评价：{LINK}"
QUESTION = Outgoing(
    "t1n1", Way.EMAIL, "", "lilei@example.com",
    {"subject": "您的爱车浙A12345用着还顺心吗？", "text": TEXT, "sender": "远禾滨江店"},
)  # fmt: skip
INVITATION = replace(QUESTION, payload={**QUESTION.payload, "subject": "广告：爱车讲座", "unsubscribe": LEAVE})
Sends = Callable[..., EmailSender]


def sender(
    house: MailHouse, security: Security = "plain", context: ssl.SSLContext | None = None, **login: str
) -> EmailSender:
    context = context or ssl.create_default_context()
    server = MailServer("127.0.0.1", house.port, security, "dealer.example", context=context, **login)
    return EmailSender(server, MAILBOX, now=lambda: NOW, monotonic=time.monotonic)


@pytest.fixture
def house() -> Iterator[MailHouse]:
    with mail_house(log_in=True) as house:
        yield house


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent server is waited for as long as any other test takes."""
    monkeypatch.setattr(email_smtp, "STEP_S", 0.3)
    monkeypatch.setattr(email_smtp, "ANSWER_S", 0.3)


def received(house: MailHouse, out: Outgoing = QUESTION) -> EmailMessage:
    sender(house).send(out)
    (mail,) = house.taken
    return mail.message


# What a mail program reads


def test_chinese_comes_through_and_the_envelope_is_ours(house: MailHouse) -> None:
    message = received(house)
    (mail,) = house.taken
    assert (mail.sender, mail.recipients) == ("service@dealer.example", ["lilei@example.com"])
    assert message["Subject"] == QUESTION.payload["subject"]
    assert (message["From"].addresses[0].display_name, message["From"].addresses[0].addr_spec) == (
        "远禾滨江店", "service@dealer.example",
    )  # fmt: skip
    assert message["Reply-To"] == "care@dealer.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]) == NOW
    plain = message.get_body(("plain",))
    assert plain is not None
    assert TEXT in plain.get_content().replace("\r\n", "\n")


def test_the_whole_mail_is_ascii_in_short_lines(house: MailHouse) -> None:
    received(house, INVITATION)
    (mail,) = house.taken
    assert mail.raw.isascii()
    lines = mail.raw.split(b"\r\n")
    assert max(len(line) for line in lines if not line.startswith((b"List-", b"Message-ID", b" <"))) <= 78
    assert all(part["Content-Transfer-Encoding"] == "base64" for part in mail.message.iter_parts())


def test_the_html_part_says_the_same_with_a_button_and_reports_to_nobody(house: MailHouse) -> None:
    html = received(house, replace(QUESTION, payload={**QUESTION.payload, "text": TEXT + "\n<b>&"})).get_body(("html",))
    assert html is not None
    page = html.get_content()
    assert f'<a href="{LINK}"' in page
    assert ">点开评价</a>" in page
    assert "&lt;b&gt;&amp;" in page
    assert "<img" not in page
    assert "<script" not in page
    assert page.count("http") == 1


def test_a_long_link_to_leave_is_read_as_it_was_written(house: MailHouse) -> None:
    """The trap: longer than a line, the standard library writes =?utf-8?q?… there (sms.md §8)."""
    message = received(house, INVITATION)
    (mail,) = house.taken
    assert f"List-Unsubscribe: <{LEAVE}>,\r\n <mailto:care@dealer.example?subject=unsubscribe>\r\n".encode() in mail.raw
    assert message["List-Unsubscribe"] == f"<{LEAVE}>, <mailto:care@dealer.example?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Subject"].startswith("广告")
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        assert LEAVE in part.get_content()
        assert "care@dealer.example" in part.get_content()


def test_what_is_no_advertising_has_no_way_to_leave(house: MailHouse) -> None:
    message = received(house)
    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None


def test_one_click_is_offered_over_https_only(house: MailHouse) -> None:
    """RFC 8058 §3.1."""
    message = received(
        house, replace(INVITATION, payload={**INVITATION.payload, "unsubscribe": "http://127.0.0.1/u/x"})
    )
    assert message["List-Unsubscribe"].startswith("<http://127.0.0.1/u/x>")
    assert message["List-Unsubscribe-Post"] is None


def test_a_repeat_bears_the_same_id_and_another_message_another(house: MailHouse) -> None:
    ours = [sender(house).send(out) for out in (
        QUESTION, replace(QUESTION, attempt=2), replace(QUESTION, out_id="t1n2"),
        replace(QUESTION, address="hanmeimei@example.com"),
    )]  # fmt: skip
    assert [mail.message["Message-ID"] for mail in house.taken] == ours
    assert ours[0] == ours[1]
    assert len(set(ours)) == 3
    assert ours[0].startswith("<t1n1.")
    assert ours[0].endswith("@dealer.example>")


@pytest.mark.parametrize("name", ["subject", "sender", "unsubscribe"])
@pytest.mark.parametrize("end", ["\r\nBcc: others@example.com", "\nBcc: others@example.com", "\rx"])
def test_a_line_break_in_a_header_is_refused_and_nothing_leaves(house: MailHouse, name: str, end: str) -> None:
    bad = replace(INVITATION, payload={**INVITATION.payload, name: f"{INVITATION.payload[name]}{end}"})
    with pytest.raises(ContentRefused) as refused:
        sender(house).send(bad)
    assert (refused.value.code, house.said) == ("bad_header", [])


def test_a_line_that_begins_with_a_dot_stays_a_line(house: MailHouse) -> None:
    """Of the raw message: base64 holds none, but a header might be folded there one day."""
    with email_smtp.talk(sender(house).server, time.monotonic) as conversation:
        conversation.deliver("a@dealer.example", "b@example.com", b"Subject: x\r\n\r\n.\r\n..two\r\nend")
    assert house.taken[0].raw == b"Subject: x\r\n\r\n.\r\n..two\r\nend\r\n"


# Every answer at every stage

STAGES: list[tuple[str, str, type[SendError], str, Mark | None]] = [
    ("connect", "421 4.3.2 too many connections", TryLater, "421 4.3.2", None),
    ("connect", "554 5.7.1 your address is listed", ChannelStopped, "554 5.7.1", None),
    ("ehlo", "421 closing", TryLater, "421", None),
    ("ehlo", "550 who are you", ChannelStopped, "550", None),
    ("auth", "454 4.7.0 later", TryLater, "454 4.7.0", None),
    ("auth", "535 5.7.8 wrong", ChannelStopped, "535 5.7.8", None),
    ("auth", "534 5.7.9 a login code is needed", ChannelStopped, "534 5.7.9", None),
    ("mail", "450 4.7.1 too fast", TryLater, "450 4.7.1", None),
    ("mail", "452 4.3.1 no room", TryLater, "452 4.3.1", None),
    ("mail", "553 5.7.1 not your address", ChannelStopped, "553 5.7.1", None),
    ("mail", "530 5.7.0 log in first", ChannelStopped, "530 5.7.0", None),
    ("mail", "552 5.3.4 too big", ContentRefused, "552 5.3.4", None),
    ("rcpt", "450 4.2.0 greylisted", TryLater, "450 4.2.0", None),
    ("rcpt", "452 4.2.2 mailbox full", TryLater, "452 4.2.2", None),
    ("rcpt", "421 4.7.0 closing", TryLater, "421 4.7.0", None),
    ("rcpt", "550 5.1.1 no such user", Undeliverable, "550 5.1.1", Mark.BAD_ADDRESS),
    ("rcpt", "550 5.1.2 no such domain", Undeliverable, "550 5.1.2", Mark.BAD_ADDRESS),
    ("rcpt", "553 5.1.3 bad syntax", Undeliverable, "553 5.1.3", Mark.BAD_ADDRESS),
    ("rcpt", "551 5.1.6 moved", Undeliverable, "551 5.1.6", Mark.BAD_ADDRESS),
    ("rcpt", "556 5.1.10 takes no mail", Undeliverable, "556 5.1.10", Mark.BAD_ADDRESS),
    ("rcpt", "550 5.2.1 switched off", Undeliverable, "550 5.2.1", Mark.BAD_ADDRESS),
    ("rcpt", "550 Mailbox not found", Undeliverable, "550", Mark.BAD_ADDRESS),
    ("rcpt", "550 5.0.0 unknown", Undeliverable, "550 5.0.0", Mark.BAD_ADDRESS),
    ("rcpt", "552 5.2.2 mailbox full", Undeliverable, "552 5.2.2", Mark.NONE),
    ("rcpt", "552 mailbox full", Undeliverable, "552", Mark.NONE),
    ("rcpt", "550 5.7.1 not allowed to write there", Undeliverable, "550 5.7.1", Mark.NONE),
    ("rcpt", "550 5.4.4 no route", Undeliverable, "550 5.4.4", Mark.NONE),
    ("rcpt", "554 no", Undeliverable, "554", Mark.NONE),
    ("rcpt", "530 5.7.0 log in first", ChannelStopped, "530 5.7.0", None),
    ("data", "451 4.3.0 later", TryLater, "451 4.3.0", None),
    ("data", "421 4.3.2 going down", TryLater, "421 4.3.2", None),
    ("data", "554 5.5.1 no valid recipients", ContentRefused, "554 5.5.1", None),
    ("content", "451 4.3.0 later", TryLater, "451 4.3.0", None),
    ("content", "421 4.3.2 going down", TryLater, "421 4.3.2", None),
    ("content", "550 Mail content denied", ContentRefused, "550", None),
    ("content", "554 5.7.1 looks like spam", ContentRefused, "554 5.7.1", None),
    ("content", "552 5.3.4 too big", ContentRefused, "552 5.3.4", None),
    ("content", "550 5.1.1 no such user", Undeliverable, "550 5.1.1", Mark.BAD_ADDRESS),
    ("content", "552 5.2.2 mailbox full", Undeliverable, "552 5.2.2", Mark.NONE),
    ("content", "535 5.7.8 who are you", ChannelStopped, "535 5.7.8", None),
    ("content", "999 what", Uncertain, "no_answer", None),
    ("content", "hello", Uncertain, "no_answer", None),
    ("content", "reset", Uncertain, "no_answer", None),
    ("connect", "reset", TryLater, "no_connection", None),
    ("ehlo", "reset", TryLater, "connection_lost", None),
    ("auth", "reset", TryLater, "connection_lost", None),
    ("mail", "reset", TryLater, "connection_lost", None),
    ("rcpt", "reset", TryLater, "connection_lost", None),
    ("data", "reset", TryLater, "connection_lost", None),
    ("rcpt", "hello", TryLater, "connection_lost", None),
]  # fmt: skip


@pytest.mark.parametrize(("stage", "answer", "kind", "code", "marks"), STAGES)
def test_every_answer_has_its_error(
    house: MailHouse, stage: str, answer: str, kind: type[SendError], code: str, marks: Mark | None
) -> None:
    house.answers[stage] = answer
    with pytest.raises(SendError) as refused:
        sender(house, user=USER, password=PASSWORD).send(QUESTION)
    error = refused.value
    assert (type(error), error.code) == (kind, code)
    assert not house.taken
    if isinstance(error, Undeliverable):
        assert error.marks is marks
    if isinstance(error, TryLater):
        early = stage in ("connect", "ehlo", "auth", "mail") or answer.startswith("421")
        assert error.channel_wide is ((early and answer != "reset") or (stage, answer) == ("connect", "reset"))
        assert error.costs is not error.channel_wide


@pytest.mark.parametrize(
    ("stage", "kind"),
    [("connect", TryLater), ("ehlo", TryLater), ("auth", TryLater), ("mail", TryLater), ("rcpt", TryLater),
     ("data", TryLater), ("content", Uncertain)],
)  # fmt: skip
@pytest.mark.usefixtures("hurried")
def test_a_server_that_falls_silent_is_not_waited_for(house: MailHouse, stage: str, kind: type[SendError]) -> None:
    house.answers[stage] = "silence"
    with pytest.raises(kind):
        sender(house, user=USER, password=PASSWORD).send(QUESTION)
    assert len(house.kept) == (1 if stage == "content" else 0)


def test_many_slow_answers_are_not_waited_for_either(house: MailHouse) -> None:
    """Each in time, but all together longer than a worker's lease would allow."""
    ticks = iter([0.0, 0.0, 24.9])
    waited_out = EmailSender(sender(house).server, MAILBOX, now=lambda: NOW, monotonic=lambda: next(ticks, 26.0))
    house.answers["rcpt"] = "silence"
    began = time.monotonic()
    with pytest.raises(TryLater):
        waited_out.send(QUESTION)
    assert time.monotonic() - began < email_smtp.STEP_S / 2


def test_nobody_listens() -> None:
    with pytest.raises(TryLater) as later:
        sender(MailHouse(free_port())).send(QUESTION)
    assert (later.value.code, later.value.channel_wide, later.value.costs) == ("no_connection", True, False)


def test_what_is_refused_for_now_three_times_takes_the_next_way(house: MailHouse) -> None:
    house.answers["rcpt"] = "450 4.2.0 greylisted"
    waits = []
    for attempt in (1, 2):
        with pytest.raises(TryLater) as later:
            sender(house).send(replace(QUESTION, attempt=attempt))
        waits.append(later.value.after)
    with pytest.raises(Undeliverable) as refused:
        sender(house).send(replace(QUESTION, attempt=3))
    assert (waits, refused.value.marks) == ([120, 240], Mark.NONE)


def test_a_goodbye_that_fails_takes_nothing_back(house: MailHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def quit_badly(_self: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr("smtplib.SMTP.quit", quit_badly)
    assert sender(house).send(QUESTION)
    assert len(house.taken) == 1


@pytest.mark.parametrize("address", ["", "lilei", "lilei@example.com\r\nRCPT TO:<x@example.com>"])
def test_what_is_no_address_takes_the_next_way(house: MailHouse, address: str) -> None:
    with pytest.raises(Undeliverable) as refused:
        sender(house).send(replace(QUESTION, address=address))
    assert (refused.value.marks, house.said) == (Mark.BAD_ADDRESS, [])


def test_neither_the_address_nor_a_word_of_the_text_is_logged(house: MailHouse) -> None:
    house.answers["rcpt"] = "550 5.1.1 <lilei@example.com> no such user here"
    with capture_logs() as logs, pytest.raises(Undeliverable) as refused:
        sender(house).send(QUESTION)
    assert [each["event"] for each in logs] == ["email_refused"]
    assert "lilei" not in str(logs)
    assert "顺心" not in str(logs)
    assert "no such user here" in refused.value.sentence
    assert "lilei" not in refused.value.sentence


# Log-in and encryption


def test_a_wrong_log_in_stops_the_channel(house: MailHouse) -> None:
    with pytest.raises(ChannelStopped) as stopped:
        sender(house, user=USER, password="another").send(QUESTION)
    assert stopped.value.code == "535 5.7.8"
    assert "another" not in str(stopped.value)


def test_a_server_without_log_in_is_told_no_password() -> None:
    with mail_house() as house, pytest.raises(ChannelStopped) as stopped:
        sender(house, user=USER, password=PASSWORD).send(QUESTION)
    assert stopped.value.code == "not_trusted"


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_encrypted_where_the_certificate_is_trusted(tmp_path: Path, security: Security) -> None:
    ours, trusting = certificate(tmp_path)
    way = {"smtps" if security == "ssl" else "starttls": ours}
    with mail_house(**way, log_in=True) as house:
        sender(house, security, trusting, user=USER, password=PASSWORD).send(QUESTION)
        assert len(house.taken) == 1


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_a_certificate_nobody_vouches_for_stops_the_channel_before_the_password(
    tmp_path: Path, security: Security
) -> None:
    ours, _ = certificate(tmp_path)
    way = {"smtps" if security == "ssl" else "starttls": ours}
    with mail_house(**way, log_in=True) as house:
        with pytest.raises(ChannelStopped) as stopped:
            sender(house, security, user=USER, password=PASSWORD).send(QUESTION)
        assert stopped.value.code == "not_trusted"
        assert "auth" not in house.said


def test_a_server_that_takes_the_offer_of_encryption_away_is_told_nothing(house: MailHouse) -> None:
    with pytest.raises(ChannelStopped) as stopped:
        sender(house, "starttls", user=USER, password=PASSWORD).send(QUESTION)
    assert (stopped.value.code, "auth" in house.said) == ("not_trusted", False)


@pytest.mark.parametrize(
    ("answer", "kind"), [("454 4.7.0 later", TryLater), ("501 5.5.4 no", ChannelStopped), ("reset", TryLater)]
)
def test_encryption_that_is_refused(tmp_path: Path, answer: str, kind: type[SendError]) -> None:
    ours, trusting = certificate(tmp_path)
    with mail_house(starttls=ours) as house:
        house.answers["starttls"] = answer
        with pytest.raises(kind):
            sender(house, "starttls", trusting).send(QUESTION)


def test_ssl_spoken_to_a_plain_port_stops_the_channel(house: MailHouse) -> None:
    with pytest.raises(ChannelStopped):
        sender(house, "ssl").send(QUESTION)


def test_the_account_can_be_asked_without_sending(house: MailHouse) -> None:
    sender(house, user=USER, password=PASSWORD).check()
    assert house.said == ["connect", "ehlo", "auth", "noop"]
    house.answers["noop"] = "421 4.3.2 going down"
    with pytest.raises(TryLater):
        sender(house, user=USER, password=PASSWORD).check()


def test_without_an_account_rows_stay_and_staff_are_told() -> None:
    with pytest.raises(ChannelStopped) as stopped:
        NoEmail().send(QUESTION)
    assert stopped.value.code == "no_account"


def test_the_sender_is_made_from_the_settings(house: MailHouse) -> None:
    given = {"HOST": "127.0.0.1", "PORT": str(house.port), "SECURITY": "plain", "USER": USER, "PASSWORD": PASSWORD}
    given |= {"FROM": " Service@dealer.example ", "NAME": "远禾汽车", "REPLY_TO": "care@dealer.example"}
    settings = read_settings({f"HUIFANG_EMAIL_{name}": value for name, value in given.items()}, Path("no.env"))
    email_sender(settings, lambda: NOW, time.monotonic).send(QUESTION)
    (mail,) = house.taken
    assert mail.sender == "service@dealer.example"
    assert mail.message["From"] == "远禾汽车 <service@dealer.example>"
    assert mail.message["Reply-To"] == "care@dealer.example"
    assert isinstance(email_sender(read_settings({}, Path("no.env")), lambda: NOW, time.monotonic), NoEmail)
