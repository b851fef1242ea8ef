"""A mail provider presses the button beside the subject (RFC 8058): from the header of a real mail through the site."""

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import Engine, select, update

from bot.links import Links
from bot.messages import Outgoing, Way
from channels.email_message import Mailbox, compose
from store.engine import reading, writing
from store.tables.people import customer, refusal
from tests.conftest import StillClock
from tests.store.cast import a_customer
from tests.web.pages.conftest import PHONE, Phone

ADDRESS = "lilei@example.com"


def refused(engine: Engine) -> set[tuple[str, str]]:
    with reading(engine) as conn:
        return {(row.address, row.purpose) for row in conn.execute(select(refusal))}


def pressed_in_a_mail(phone: Phone, clock: StillClock) -> tuple[str, str]:
    """(path, form body), as a provider takes them from the two headers."""
    links = Links("a secret", "https://car.example")
    link = links.unsubscribe(phone.customer_id, clock.now + timedelta(days=180))
    payload = {"subject": "生日快乐", "text": "祝您平安喜乐", "sender": "远禾滨江店", "unsubscribe": link}
    mail = compose(Outgoing("t1n1", Way.EMAIL, "", ADDRESS, payload), Mailbox("service@dealer.example"), clock.now)
    found = re.match(r"<https://car\.example([^>]+)>", mail["List-Unsubscribe"])
    assert found is not None
    return found[1], mail["List-Unsubscribe-Post"]


def test_a_scanner_that_follows_the_link_changes_nothing(phone: Phone, site: Flask, clock: StillClock) -> None:
    where, _ = pressed_in_a_mail(phone, clock)
    scanner = site.test_client(use_cookies=False)
    for _ in range(2):
        assert scanner.get(where).status_code == 200
        assert scanner.head(where).status_code == 200
    assert refused(phone.engine) == set()


def test_one_click_without_cookies_refuses_at_every_address(phone: Phone, site: Flask, clock: StillClock) -> None:
    with writing(phone.engine) as conn:
        conn.execute(update(customer).values(email=ADDRESS))
        a_customer(conn, phone.store_id, name="赵敏", phone="", email=ADDRESS)
    where, body = pressed_in_a_mail(phone, clock)
    provider = site.test_client(use_cookies=False)
    form = "application/x-www-form-urlencoded"
    for _ in range(2):  # a provider may press twice
        answer = provider.post(where, data=body, content_type=form)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    purposes = ("marketing", "greeting")
    assert refused(phone.engine) == {(address, each) for address in (PHONE, ADDRESS) for each in purposes}
