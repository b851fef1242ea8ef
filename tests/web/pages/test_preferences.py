"""The preference page: looking changes nothing, each box is a word of its own, and the way out never ends."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from bot.customer import Purpose
from config.consents import load_consents
from store.engine import reading, writing
from store.standing import standing_of
from store.tables.outbound import touchpoint
from store.tables.people import consent, refusal
from store.wordings import keep_texts
from tests.store.cast import a_customer, a_touchpoint, refused
from tests.web.pages.conftest import PHONE, Phone, path

CONFIG = Path(__file__).parents[3] / "config"
EVERY = ["service", "survey", "greeting", "marketing"]


@pytest.fixture(autouse=True)
def texts(phone: Phone) -> None:
    with writing(phone.engine) as conn:
        keep_texts(conn, load_consents(CONFIG).texts)


def all_of(phone: Phone, table: Table) -> list[Any]:
    with reading(phone.engine) as conn:
        return list(conn.execute(select(table).order_by(table.c.id)).all())


def way_out(phone: Phone, days: int = 400) -> str:
    return path(phone.links.unsubscribe(phone.customer_id, phone.clock.now + timedelta(days=days)))


def on(phone: Phone) -> list[str]:
    """Boxes the page shows ticked."""
    return re.findall(r'name="on" value="(\w+)" checked', phone.open(way_out(phone)).text)


def save(phone: Phone, *ticked: str, page: str = "", **more: str) -> Any:
    """Submits the page's form with these boxes ticked; page: made earlier, else opened now."""
    text = page or phone.open(way_out(phone)).text
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text.split("</form>")[0])
    form: dict[str, Any] = {}
    for name, value in hidden:
        form.setdefault(name, []).append(value)
    return phone.client.post(way_out(phone), data={**form, "on": list(ticked), "deed": "save", **more})


def words(phone: Phone) -> list[tuple[str, bool, str, str, str]]:
    return [(r.purpose, r.given, r.source, r.wording, r.version) for r in all_of(phone, consent)]


def allowed(phone: Phone) -> list[str]:
    with reading(phone.engine) as conn:
        standing = standing_of(conn, [phone.customer_id])[phone.customer_id]
    return [each for each in EVERY if standing.allows(Purpose(each))]


def test_it_shows_each_purpose_as_it_stands_and_looking_changes_nothing(phone: Phone) -> None:
    page = phone.open(way_out(phone)).text
    for said in ("服务提醒", "满意度回访", "节日生日问候", "活动优惠", "全部停止", "安全通知关不掉"):
        assert said in page
    assert on(phone) == ["service", "survey"]
    assert (all_of(phone, consent), all_of(phone, refusal)) == ([], [])


def test_a_box_ticked_is_a_yes_to_the_words_beside_it(phone: Phone) -> None:
    assert "已保存" in save(phone, *EVERY).text
    assert words(phone) == [
        ("greeting", True, "link", "page_greeting", "1"), ("marketing", True, "link", "page_marketing", "1"),
    ]  # fmt: skip
    assert all(row.evidence.startswith("page:save:") and row.channel == "page" for row in all_of(phone, consent))
    assert on(phone) == allowed(phone) == EVERY


def test_the_same_form_again_says_nothing_new(phone: Phone) -> None:
    for _ in range(2):
        save(phone, *EVERY)
    assert len(words(phone)) == 2


def test_a_box_unticked_is_a_refusal_of_that_alone(phone: Phone) -> None:
    save(phone, *EVERY)
    save(phone, "service", "survey", "greeting")
    assert {(row.address, row.purpose) for row in all_of(phone, refusal)} == {(PHONE, "marketing")}
    assert on(phone) == allowed(phone) == ["service", "survey", "greeting"]


def test_greetings_that_rested_on_marketing_get_a_yes_of_their_own(phone: Phone) -> None:
    with writing(phone.engine) as conn:
        row = {"purpose": "marketing", "given": True, "at": phone.clock.now, "source": "dms"}
        conn.execute(insert(consent).values(customer_id=phone.customer_id, **row))
    assert on(phone) == EVERY
    save(phone, "service", "survey", "greeting")
    assert on(phone) == ["service", "survey", "greeting"]


def test_a_box_left_empty_is_not_filled_by_another(phone: Phone) -> None:
    save(phone, "service", "survey", "marketing")
    assert on(phone) == allowed(phone) == ["service", "survey", "marketing"]


def test_a_page_left_open_takes_back_nothing_said_since(phone: Phone) -> None:
    save(phone, *EVERY)
    old = phone.open(way_out(phone)).text
    phone.client.post(way_out(phone), data={"List-Unsubscribe": "One-Click"})
    save(phone, *EVERY, page=old)
    assert allowed(phone) == ["service", "survey"]


def test_everything_stops_and_may_begin_again_one_by_one(phone: Phone) -> None:
    save(phone, *EVERY)
    assert "已全部停止" in phone.client.post(way_out(phone), data={"deed": "all"}).text
    assert on(phone) == allowed(phone) == []
    save(phone, "service")
    assert on(phone) == allowed(phone) == ["service"]


def test_from_the_menu_the_ledger_says_menu(phone: Phone) -> None:
    page = phone.client.get(way_out(phone) + "?by=menu").text
    save(phone, "service", "survey", "marketing", page=page)
    assert {row[2] for row in words(phone)} == {"menu"}


@pytest.mark.handbook("H1.7.3")
@pytest.mark.parametrize("form", [{"List-Unsubscribe": "One-Click"}, {}])
def test_one_click_ends_greetings_and_invitations_for_all_who_share_the_number(
    phone: Phone, form: dict[str, str]
) -> None:
    due = phone.clock.now + timedelta(days=2)
    with writing(phone.engine) as conn:
        wife = a_customer(conn, phone.store_id, name="赵敏", phone=PHONE)
        for customer_id, category in ((phone.customer_id, "greeting"), (wife, "marketing"), (wife, "survey")):
            a_touchpoint(conn, phone.store_id, customer_id, due, category=category, rule=f"{category}.x")
    answer = phone.client.post(way_out(phone), data=form)
    assert answer.status_code == 200
    assert "已为您退订" in answer.text
    assert {(row.address, row.purpose, row.source) for row in all_of(phone, refusal)} == {
        (PHONE, "marketing", "link"), (PHONE, "greeting", "link"),
    }  # fmt: skip
    assert {row[:3] for row in words(phone)} == {("marketing", False, "link"), ("greeting", False, "link")}
    ends = {row.category: (row.outcome, row.reason) for row in all_of(phone, touchpoint)}
    assert ends["greeting"] == ends["marketing"]
    assert ends["greeting"][1] == "refused"
    assert ends["survey"] == (None, "")


def test_who_refused_everything_is_shown_so(phone: Phone) -> None:
    with writing(phone.engine) as conn:
        refused(conn, PHONE, Purpose.ALL)
    assert on(phone) == []


def test_the_way_out_never_ends(phone: Phone) -> None:
    old = way_out(phone, days=1)
    phone.clock.advance(days=4000)
    assert phone.open(old).status_code == 200
    assert "已为您退订" in phone.client.post(old, data={"List-Unsubscribe": "One-Click"}).text


def test_a_forged_link_opens_nothing(phone: Phone) -> None:
    assert phone.open("/u/abc.1-2").status_code == 404
