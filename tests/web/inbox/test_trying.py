"""A text sent to oneself: the code from one's own WeChat or telephone, over real HTTP through worker and sandbox."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from bot.customer import Purpose, StaffMember
from store import colleagues, refusals, sessions
from store.engine import reading, writing
from store.staff import log_in
from store.tables.contact import message
from store.tables.outbound import carries, outbox
from store.tables.staff import audit, own_address, trial
from tests.mail_server import PASSWORD as MAIL_PASSWORD
from tests.mail_server import USER, Mail, MailHouse, mail_house
from tests.whole_house import WholeHouse, whole_house
from web.login import Member

OPENID, OTHER = "oManagersOwnWeChat0000000001", "oSomebodyElse000000000000002"
PHONE = "13900001111"


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[WholeHouse]:
    with whole_house(tmp_path, database_url) as made:
        made.house.site.config["WTF_CSRF_ENABLED"] = False
        yield made


@pytest.fixture
def enter(here: WholeHouse) -> Callable[[StaffMember], FlaskClient]:
    return lambda member: entered(here, member)


def entered(here: WholeHouse, member: StaffMember) -> FlaskClient:
    """A browser in which this member is logged in."""
    with writing(here.house.engine) as conn:
        found = log_in(conn, member.id)
        token = sessions.begin(conn, member.id, "password", "x", "x", here.house.clock.machine())
    assert found is not None
    client = here.house.site.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = Member(found, token).get_id(), True
    return client


def press(browser: FlaskClient, deed: str, **form: str) -> str:
    """The page that comes of it."""
    answer = browser.post(f"/inbox/preview/{deed}", data=form, follow_redirects=True)
    assert answer.status_code == 200, answer.status
    return unescape(answer.text)


def code_on(page: str) -> str:
    found = re.search(r'class="own-code">(\w+)<', page)
    assert found, page
    return found[1]


def bind_wechat(here: WholeHouse, browser: FlaskClient) -> None:
    code = code_on(press(browser, "own", way="custom"))
    here.said(OPENID, "text", {"content": f"测试 {code.lower()}"})
    assert "已绑定，可以发给自己试试了" in press(browser, "own/prove", way="custom")


def got(here: WholeHouse, where: str, kind: str) -> list[str]:
    here.work()
    return [str(each["text"]) for each in here.control(f"{where}/messages") if each["kind"] == kind]


def phone_of(page: str, channel: str) -> str:
    """The picture of one channel on the preview."""
    return page.split(f'class="phone by-{channel}"')[1].split("</article>", maxsplit=1)[0]


def test_the_words_of_a_mass_send_come_in_the_open_window(here: WholeHouse, enter: Any) -> None:
    """WeChat takes no mass send to one; marketing stays marketing, so a refusal stops it too."""
    browser = enter(here.cast.lilei)
    bind_wechat(here, browser)
    page = browser.get("/inbox/preview?m=event.invitation").text
    assert "发给我试试</button>" in phone_of(page, "mass")
    assert "已发出" in press(browser, "send", m="event.invitation", channel="mass")
    (text,) = [each for each in got(here, f"wechat/{OPENID}", "custom") if each.startswith("【测试】")]
    assert "邀" in text
    (row,) = [row for row in here.rows(outbox) if row.out_id.startswith("trial-")]
    assert (row.way, row.category, row.customer_id) == ("custom", "marketing", None)
    with writing(here.house.engine) as conn:
        refusals.refuse(conn, [OPENID], [Purpose.MARKETING], "page", here.house.clock.business())
    assert "拒收这类消息" in press(browser, "send", m="event.invitation", channel="mass")


def count(engine: Engine, table: Any) -> int:
    with reading(engine) as conn:
        return conn.execute(select(func.count()).select_from(table)).scalar_one()


def test_to_ones_own_wechat_by_a_code_sent_from_there(here: WholeHouse, enter: Any) -> None:
    browser = enter(here.cast.lilei)
    page = press(browser, "own", way="custom")
    code = code_on(page)
    assert "发给我试试</button>" not in page
    here.said(OTHER, "text", {"content": "测试 ABCDEFGHJK"})
    assert "还没有收到这串字" in press(browser, "own/prove", way="custom")
    here.said(OPENID, "text", {"content": f"测试 {code.lower()}"})
    assert "已绑定" in press(browser, "own/prove", way="custom", m="checkin.question")
    assert [row.address for row in here.rows(own_address)] == [OPENID]
    written, known = count(here.house.engine, message), here.rows(outbox)

    assert "发给我试试</button>" in browser.get("/inbox/preview?m=booking.kept").text
    assert "已发出" in press(browser, "send", m="booking.kept", channel="wechat")
    assert "已发出" in press(browser, "send", m="case.ack", channel="template", account="main")
    assert "发给我试试</button>" not in phone_of(browser.get("/inbox/preview?m=checkin.question").text, "menu")
    (text,) = [each for each in got(here, f"wechat/{OPENID}", "custom") if each.startswith("【测试】")]
    assert "好的" in text
    assert len(got(here, f"wechat/{OPENID}", "template")) == 1
    assert not [each for each in got(here, f"wechat/{OTHER}", "custom") if "【测试】" in each]

    tests = here.rows(outbox)[len(known) :]
    assert [row.customer_id for row in tests] == [None, None]
    assert {row.state for row in tests} <= {"accepted", "delivered"}, "WeChat may have reported already"
    assert count(here.house.engine, carries) == 0, "no touchpoint, so no cap"
    assert count(here.house.engine, message) == written, "and no conversation"
    deeds = [(row.action, row.staff_id, row.ref.get("message")) for row in here.rows(audit)]
    mine = here.cast.lilei.id
    assert deeds == [
        ("own_address_proved", mine, None), ("test_sent", mine, "booking.kept"), ("test_sent", mine, "case.ack")
    ]  # fmt: skip


def test_to_ones_own_telephone_by_a_code_sent_there(here: WholeHouse, enter: Any) -> None:
    browser = enter(here.cast.lilei)
    assert "请填写一个手机号" in press(browser, "own", way="sms", phone="0571-88881111")
    assert "验证码已发出" in press(browser, "own", way="sms", phone=PHONE)
    (text,) = got(here, f"sms/{PHONE}", "sms")
    found = re.search(r"验证码是(\d{6})", text)
    assert found
    code = found[1]
    assert "请先绑定" in press(browser, "send", m="staff.contact", channel="sms"), "not before it is proved"
    assert "验证码不对" in press(browser, "own/prove", way="sms", code="x")
    assert "过期" in press(enter(here.cast.admin), "own/prove", way="sms", code=code), "a code is its asker's"
    assert "已绑定" in press(browser, "own/prove", way="sms", code=f"{code[:3]} {code[3:]}")
    assert "已发出" in press(browser, "send", m="staff.contact", channel="sms")
    assert "测试您好" in got(here, f"sms/{PHONE}", "sms")[-1]
    with writing(here.house.engine) as conn:
        refusals.refuse(conn, [f"+86{PHONE}"], [Purpose.SERVICE], "page", here.house.clock.business())
    assert "拒收这类消息" in press(browser, "send", m="staff.contact", channel="sms")
    assert "已解除" in press(browser, "own/drop", way="sms")
    assert here.rows(own_address) == []


@pytest.fixture(scope="module")
def mail() -> Iterator[MailHouse]:
    with mail_house(log_in=True) as server:
        yield server


@pytest.fixture
def mailing(tmp_path: Path, database_url: str, mail: MailHouse) -> Iterator[WholeHouse]:
    mail.taken.clear()
    account = {"EMAIL_USER": USER, "EMAIL_PASSWORD": MAIL_PASSWORD, "EMAIL_FROM": USER, "EMAIL_SECURITY": "plain"}
    with whole_house(tmp_path, database_url, EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(mail.port), **account) as made:
        made.house.site.config["WTF_CSRF_ENABLED"] = False
        yield made


def test_to_ones_own_mailbox_by_a_code_sent_there(mailing: WholeHouse, mail: MailHouse) -> None:
    browser = entered(mailing, mailing.cast.lilei)
    assert "我的邮箱" in browser.get("/inbox/preview").text
    assert "请填写一个邮箱地址" in press(browser, "own", way="email", email="lilei")
    assert "验证码已发出" in press(browser, "own", way="email", email="LiLei@Example.com")
    mailing.work()
    (asked,) = mail.taken
    assert asked.recipients == ["lilei@example.com"]
    found = re.search(r"验证码是 (\d{6})", plain(asked))
    assert found
    assert "请先绑定" in press(browser, "send", m="checkin.question", channel="email"), "not before it is proved"
    assert "验证码不对" in press(browser, "own/prove", way="email", code="x")
    assert "过期" in press(browser, "own/prove", way="sms", code=found[1]), "a code is good for its own way"
    assert "已绑定" in press(browser, "own/prove", way="email", code=found[1])
    page = browser.get("/inbox/preview?m=checkin.question").text
    assert "发给我试试</button>" in phone_of(page, "email")
    assert "lilei@example.com" not in page, "masked, as everywhere"
    assert "已发出" in press(browser, "send", m="checkin.question", channel="email")
    mailing.work()
    (_, test) = mail.taken
    assert test.message["Subject"].startswith("【测试】")
    assert "https://huifang.example" in plain(test), "the words of the sample"
    assert [row.customer_id for row in mailing.rows(outbox)] == [None, None]
    assert "已解除" in press(browser, "own/drop", way="email")
    assert mailing.rows(own_address) == []


def plain(mail: Mail) -> str:
    part = mail.message.get_body(preferencelist=("plain",))
    assert part is not None
    return str(part.get_content())


def test_without_an_account_there_is_no_mailbox_to_bind(here: WholeHouse, enter: Any) -> None:
    browser = enter(here.cast.lilei)
    assert "我的邮箱" not in browser.get("/inbox/preview").text
    assert "还没有设邮箱账号" in press(browser, "own", way="email", email="lilei@example.com")


def test_ten_an_hour_and_hard_rules_of_the_ways(here: WholeHouse, enter: Any) -> None:
    browser = enter(here.cast.lilei)
    bind_wechat(here, browser)
    assert "没有这条话术" in press(browser, "send", m="no.such", channel="wechat")
    assert "没有这条话术" in press(browser, "send", m="booking.kept", channel="mass")
    assert "另一个服务号" in press(browser, "send", m="case.ack", channel="template", account="xixi")
    for _ in range(10):
        assert "已发出" in press(browser, "send", m="case.ack", channel="template", account="main")
    assert "一小时最多测试 10 次" in press(browser, "send", m="case.ack", channel="template", account="main")
    assert count(here.house.engine, trial) == 10
    here.control("clock", {"advance": "61m"})
    here.said(OPENID, "unfollow", {})
    assert "现在发不了" in press(browser, "send", m="case.ack", channel="template", account="main")
    with writing(here.house.engine) as conn:
        colleagues.set_active(conn, here.cast.admin, here.cast.lilei.id, False, here.house.clock.machine())
    assert here.rows(own_address) == [], "who left gets no tests"


def test_for_managers_only(here: WholeHouse, enter: Any) -> None:
    browser = enter(here.cast.hanmeimei)
    for deed in ("own", "own/prove", "own/drop", "send"):
        assert browser.post(f"/inbox/preview/{deed}", data={"way": "custom"}).status_code == 403
    assert here.rows(own_address) == []
