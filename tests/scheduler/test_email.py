"""E-mail through the whole scheduler and a real socket: what each answer leaves in outbox, touchpoint and file."""

import re
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Engine, update

from bot.customer import Purpose
from bot.links import Link
from bot.messages import Way
from channels.configured import with_email
from channels.email import EmailSender, NoEmail
from channels.email_message import Mailbox
from channels.email_smtp import ANSWER_S, BEFORE_S, MailServer
from scheduler.deliver import LEASE_S
from store import outbox
from store.engine import writing
from store.tables import contact, outbound, people, runtime, trouble
from tests.conftest import StillClock
from tests.mail_server import PASSWORD, USER, MailHouse, mail_house
from tests.scheduler.stage import DEALER, ROOT, Stage
from tests.store.cast import refused

TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")
MAILING = with_email(DEALER, ROOT / "templates" / "messages", account=True)
ADDRESS = "lilei@example.com"
SENT = ("done", "sent", "")
CALLING = ("handed", None, "")
WAITS, UNCLEAR = ("handed", None, ""), ("done", "uncertain", "no_answer")
REFUSED, CONTENT = ("done", "failed", "refused_by_provider"), ("done", "failed", "content_refused")


@pytest.fixture(scope="module")
def server() -> Iterator[MailHouse]:
    with mail_house(log_in=True) as house:
        yield house


@pytest.fixture
def house(server: MailHouse) -> MailHouse:
    """One server for all, forgetting what it heard."""
    server.answers.clear()
    for each in (server.taken, server.kept):
        each.clear()
    return server


@pytest.fixture
def stage(engine: Engine, clock: StillClock, house: MailHouse) -> Stage:
    """A scheduler whose e-mail way is the real channel."""
    clock.now = TEN
    stage = Stage(engine, clock, dealer=MAILING)
    server = MailServer("127.0.0.1", house.port, "plain", "dealer.example", user=USER, password=PASSWORD)
    sender = EmailSender(server, Mailbox("service@dealer.example"), now=clock.business, monotonic=time.monotonic)
    cast(dict[Way, Any], stage.phones)[Way.EMAIL] = sender
    return stage


def a_reader(stage: Stage, **values: Any) -> tuple[int, int]:
    """A customer with nothing but an e-mail address, whose car went home three days ago."""
    file = stage.a_file(**{"phone": "", "email": ADDRESS, **values})
    stage.an_order(file)
    return file


def rows(stage: Stage) -> list[tuple[str, str, str]]:
    return [(row.way, row.state, row.code) for row in stage.rows(outbound.outbox)]


def alerts(stage: Stage) -> list[str]:
    return [row.ref["reason"] for row in stage.rows(runtime.feed) if row.kind == "alert"]


def email_state(stage: Stage) -> str:
    return str(stage.rows(people.customer)[0].email_state)


def test_who_has_only_an_e_mail_address_is_asked_by_e_mail(stage: Stage, house: MailHouse) -> None:
    a_reader(stage)
    stage.round()
    assert rows(stage) == [("email", "accepted", "")]
    assert stage.outcome() == [SENT]
    (mail,) = house.taken
    assert mail.recipients == [ADDRESS]
    assert mail.message["Subject"] == "您的爱车浙A12345，用着还顺心吗？"
    assert mail.message["Message-ID"] == stage.rows(outbound.outbox)[0].provider_id
    plain = mail.message.get_body(("plain",))
    assert plain is not None
    token = re.search(r"/s/(\S+)", plain.get_content())
    assert token is not None
    assert stage.links.read(Link.SURVEY, token[1], stage.clock.now).link is Link.SURVEY
    kept = [(row.channel, row.kind) for row in stage.rows(contact.message)]
    assert kept == [("email", "email")]


def test_every_better_way_passed_over_leaves_its_reason(stage: Stage) -> None:
    a_reader(stage)
    stage.round()
    passed = [(name, reason) for step, name, verdict, reason in stage.chain() if verdict == "passed_over"]
    assert passed == [
        ("custom", "not_following"), ("template", "not_following"), ("subscription", "not_following"),
        ("sms", "no_phone"),
    ]  # fmt: skip


# stage of the conversation, the server's answer → outbox state and code, touchpoint, the address, what everybody feels
AFTER: list[tuple[str, str, tuple[str, str], tuple[str, str | None, str], str, str]] = [
    ("connect", "421 4.3.2 busy", ("queued", "421 4.3.2"), WAITS, "ok", "paused"),
    ("connect", "554 5.7.1 listed", ("queued", "554 5.7.1"), WAITS, "ok", "stopped"),
    ("ehlo", "550 no", ("queued", "550"), WAITS, "ok", "stopped"),
    ("auth", "454 4.7.0 later", ("queued", "454 4.7.0"), WAITS, "ok", "paused"),
    ("auth", "535 5.7.8 wrong", ("queued", "535 5.7.8"), WAITS, "ok", "stopped"),
    ("mail", "452 4.3.1 no room", ("queued", "452 4.3.1"), WAITS, "ok", "paused"),
    ("mail", "553 5.7.1 not yours", ("queued", "553 5.7.1"), WAITS, "ok", "stopped"),
    ("mail", "552 5.3.4 too big", ("failed", "552 5.3.4"), CONTENT, "ok", ""),
    ("rcpt", "450 4.2.0 greylisted", ("queued", "450 4.2.0"), WAITS, "ok", ""),
    ("rcpt", "550 5.1.1 no such user", ("failed", "550 5.1.1"), REFUSED, "dead", ""),
    ("rcpt", "550 Mailbox not found", ("failed", "550"), REFUSED, "dead", ""),
    ("rcpt", "552 5.2.2 full", ("failed", "552 5.2.2"), REFUSED, "ok", ""),
    ("rcpt", "reset", ("queued", "connection_lost"), WAITS, "ok", ""),
    ("data", "451 4.3.0 later", ("queued", "451 4.3.0"), WAITS, "ok", ""),
    ("data", "554 5.5.1 no", ("failed", "554 5.5.1"), CONTENT, "ok", ""),
    ("data", "reset", ("queued", "connection_lost"), WAITS, "ok", ""),
    ("content", "451 4.3.0 later", ("queued", "451 4.3.0"), WAITS, "ok", ""),
    ("content", "554 5.7.1 spam", ("failed", "554 5.7.1"), CONTENT, "ok", ""),
    ("content", "550 5.1.1 no such user", ("failed", "550 5.1.1"), REFUSED, "dead", ""),
    ("content", "reset", ("uncertain", "no_answer"), UNCLEAR, "ok", ""),
]


@pytest.mark.parametrize(("said_at", "answer", "row", "touchpoint", "address", "channel"), AFTER)
def test_what_an_answer_leaves_behind(
    stage: Stage, house: MailHouse, said_at: str, answer: str, row: tuple[str, str],
    touchpoint: tuple[str, str | None, str], address: str, channel: str,
) -> None:  # fmt: skip
    house.answers[said_at] = answer
    a_reader(stage)
    stage.round()
    assert rows(stage) == [("email", *row)]
    assert stage.outcome() == [touchpoint]
    assert email_state(stage) == address
    assert [each.stops for each in stage.rows(trouble.channel_trouble)] == {
        "": [], "paused": [False], "stopped": [True],
    }[channel]  # fmt: skip
    told: Mapping[str, list[str]] = {"uncertain": ["uncertain"], "failed": ["content_refused"]}
    expected = ["channel_stopped"] if channel == "stopped" else told.get(row[0], []) if touchpoint != REFUSED else []
    assert alerts(stage) == expected


def test_what_was_refused_for_now_goes_out_later_as_the_same_mail(stage: Stage, house: MailHouse) -> None:
    house.answers["content"] = "451 4.3.0 later"
    a_reader(stage)
    stage.round()
    del house.answers["content"]
    stage.until(TEN + timedelta(minutes=4), seconds=30)
    assert stage.outcome() == [SENT]
    ids = [mail.message["Message-ID"] for mail in house.kept]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_greylisting_three_times_over_takes_the_next_way(stage: Stage, house: MailHouse) -> None:
    house.answers["rcpt"] = "450 4.2.0 greylisted"
    a_reader(stage, phone="+8657188886666")
    with writing(stage.engine) as conn:
        conn.execute(update(people.customer).values(phone_state="voice"))
    stage.until(TEN + timedelta(minutes=9), seconds=30)
    assert [(way, state) for way, state, _ in rows(stage)] == [("email", "failed"), ("call", "accepted")]
    assert (stage.outcome(), email_state(stage)) == ([CALLING], "ok")


def test_a_bounce_takes_the_next_way_and_the_address_is_not_tried_again(stage: Stage, house: MailHouse) -> None:
    house.answers["rcpt"] = "550 5.1.1 no such user"
    file = a_reader(stage, phone="+8657188886666")
    with writing(stage.engine) as conn:
        conn.execute(update(people.customer).values(phone_state="voice"))
    stage.round()
    assert [(way, state) for way, state, _ in rows(stage)] == [("email", "failed"), ("call", "accepted")]
    assert (stage.outcome(), email_state(stage)) == ([CALLING], "dead")
    assert ("send", "email", "refused", "refused_by_provider") in stage.chain()
    del house.answers["rcpt"]
    stage.an_order(file, on="2026-10-08", key="9001")
    stage.until(datetime.fromisoformat("2026-10-12T02:00:00+00:00"), hours=6)
    assert ("route", "email", "passed_over", "address_dead") in stage.chain()
    assert not house.taken


def test_a_channel_that_stopped_tries_one_and_goes_on(stage: Stage, house: MailHouse) -> None:
    house.answers["auth"] = "535 5.7.8 wrong"
    a_reader(stage)
    a_reader_of(stage, "hanmeimei@example.com", "9002")
    stage.round()
    assert alerts(stage) == ["channel_stopped"]
    assert not house.taken
    house.answers.clear()
    stage.until(TEN + timedelta(minutes=8), seconds=30)
    assert sorted(mail.recipients[0] for mail in house.taken) == ["hanmeimei@example.com", ADDRESS]


def a_reader_of(stage: Stage, email: str, key: str) -> None:
    stage.an_order(stage.a_file(name=f"客户{key}", phone="", email=email), key=key)


def test_a_mail_whose_worker_died_is_never_sent_again_by_itself(stage: Stage, house: MailHouse) -> None:
    a_reader(stage)
    stage.planner.tick()
    stage.gatekeeper.tick()
    (job,) = stage.jobs()
    with writing(stage.engine) as conn:
        assert outbox.begin(conn, job, "worker:1", stage.clock.now, LEASE_S) == 1
    stage.clock.advance(seconds=LEASE_S + 1)
    stage.calls.tick()
    stage.until(TEN + timedelta(hours=1), minutes=5)
    assert rows(stage) == [("email", "uncertain", "worker_lost")]
    assert stage.outcome() == [UNCLEAR]
    assert not house.kept


def test_without_an_account_the_rows_that_wait_are_decided_anew(stage: Stage, engine: Engine) -> None:
    a_reader(stage)
    stage.planner.tick()
    stage.gatekeeper.tick()
    after = Stage(engine, stage.clock)  # started again without the setting
    cast(dict[Way, Any], after.phones)[Way.EMAIL] = NoEmail()
    after.round()
    assert rows(after) == [("email", "queued", "no_account")]
    after.until(TEN + timedelta(minutes=15), seconds=30)
    assert ("route", "email", "passed_over", "email_off") in after.chain()
    assert after.outcome() == [("done", "skipped", "unreachable")]


def test_a_conversation_is_shorter_than_the_lease_of_its_row() -> None:
    assert BEFORE_S + ANSWER_S < LEASE_S


# Consent and refusal


def a_birthday(stage: Stage, *consents: Purpose) -> tuple[int, int]:
    return stage.a_file(phone="", email=ADDRESS, birthday=date(1988, 9, 17), consents=consents)


def test_a_greeting_goes_out_with_consent_and_a_link_to_refuse(stage: Stage, house: MailHouse) -> None:
    _, customer_id = a_birthday(stage, Purpose.GREETING)
    stage.round()
    (mail,) = house.taken
    assert "广告" not in mail.message["Subject"]
    token = re.search(r"/u/([^>]+)>", mail.message["List-Unsubscribe"])
    assert token is not None
    target = stage.links.read(Link.UNSUBSCRIBE, token[1], stage.clock.now + timedelta(days=30))
    assert target.ids == (customer_id,)


def test_without_consent_no_greeting(stage: Stage, house: MailHouse) -> None:
    a_birthday(stage)
    stage.round()
    assert stage.outcome() == [("done", "skipped", "no_consent")]
    assert not house.taken


def test_a_refusal_at_the_e_mail_address_holds(stage: Stage, house: MailHouse) -> None:
    a_birthday(stage, Purpose.GREETING)
    with writing(stage.engine) as conn:
        refused(conn, ADDRESS, Purpose.GREETING)
    stage.round()
    assert stage.outcome() == [("done", "skipped", "refused")]
    assert not house.taken


def test_a_refusal_after_the_mail_was_queued_still_holds(stage: Stage, house: MailHouse) -> None:
    a_birthday(stage, Purpose.GREETING)
    stage.planner.tick()
    stage.gatekeeper.tick()
    with writing(stage.engine) as conn:
        refused(conn, ADDRESS, Purpose.GREETING)
    stage.until(TEN + timedelta(minutes=2), seconds=30)
    assert stage.outcome() == [("done", "skipped", "refused")]
    assert not house.taken


def test_an_invitation_says_it_is_advertising(stage: Stage, house: MailHouse) -> None:
    store_id, customer_id = stage.a_file(phone="", email=ADDRESS, consents=(Purpose.MARKETING,))
    event_id = stage.an_event(store_id)
    stage.round()
    (mail,) = house.taken
    assert mail.message["Subject"] == "广告：邀请您参加“爱车讲座”"
    assert mail.message["List-Unsubscribe"]
    plain = mail.message.get_body(("plain",))
    assert plain is not None
    token = re.search(r"/e/(\S+)", plain.get_content())
    assert token is not None
    assert stage.links.read(Link.EVENT, token[1], stage.clock.now).ids == (event_id, customer_id)
