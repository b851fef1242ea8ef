"""`preview`: every message that ships can be shown, on each channel, strict about what is missing."""

import json
from datetime import timedelta

import pytest

from bot.customer import Purpose
from bot.tone_words import Severity
from commands import preview
from store.engine import writing
from store.tables import people
from tests.commands.conftest import Command
from tests.commands.house import House
from tests.store.cast import a_customer, a_store, add
from tests.web.inbox.conftest import previews

SHIPPED = previews().messages


def test_every_message_previews_on_every_channel_it_has(house: House) -> None:
    assert SHIPPED
    for message_id in SHIPPED:
        views = house.previews.views(message_id)
        assert {view.channel for view in views} == set(house.previews.messages[message_id])
        assert [view.error for view in views] == [""] * len(views)
        wrong = [each for view in views for each in view.findings if each.severity is Severity.ERROR]
        assert wrong == [], message_id
        assert all(view.text for view in views), message_id


def test_every_sms_shows_length_segments_and_price(house: House) -> None:
    views = [view for name in house.previews.messages for view in house.previews.views(name, "sms")]
    assert {view.message_id.replace(".", "_") for view in views} == set(house.dealer.sms.templates)
    for view in views:
        assert view.sms is not None
        assert view.longest is not None
        assert view.sms.length == len(view.text)
        assert view.longest.segments >= view.sms.segments >= 1
        assert view.sms.price in [pytest.approx(view.sms.segments * each) for each in (0.045, 0.055)]


def test_a_branching_text_is_shown_in_each_of_its_ways(house: House) -> None:
    views = house.previews.views("safety.stop", "wechat")
    assert len({view.text for view in views}) == len(views) == 14
    assert [view.variant for view in views][4:6] == ["kind=accident, injury=False", "kind=accident, injury=True"]


def test_as_text(house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(preview, house, "case.ack") == 0
    assert capsys.readouterr().out.splitlines() == [
        "── case.ack · template · main · service",
        "   thing1             您反映的问题已由专人负责  (12 of 20)",
        "   name2              韩梅梅  (3 of 20)",
        "   time3              2026年11月26日 12:20  (17 of 40)",
        "   56 characters · 92 bytes · ¥0",
        "",
        "── case.ack · sms · service",
        "   【远禾滨江店】李雷您好，让您费心了，非常抱歉。韩梅梅会在今天 12:20前联系您，把问题处理好。",
        "   48 characters · 1 segment(s) · ¥0.045; with the longest values 57 · 1 · ¥0.045",
    ]


def test_as_json(house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(preview, house, "event.invitation", "--channel", "mass", "--json") == 0
    (view,) = json.loads(capsys.readouterr().out)
    assert (view["channel"], view["category"], view["findings"]) == ("mass", "marketing", [])
    assert view["bytes"] == len(view["text"].encode())


def test_without_a_message_the_list(house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(preview, house, "--json") == 0
    assert json.loads(capsys.readouterr().out) == house.previews.messages
    assert command(preview, house) == 0
    assert "checkin.question         wechat menu template subscription sms" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [(("no.such",), "no message no.such"), (("case.ack", "--channel", "page"), "has no page, only template, sms"),
     (("clarify", "--customer", "C-nobody"), "no customer C-nobody")],
)  # fmt: skip
def test_what_is_not_there(
    house: House, command: Command, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert command(preview, house, *words) == 1
    assert said in capsys.readouterr().err


def test_a_missing_variable_is_named_with_its_template(
    house: House, command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = house.previews
    for name in ("owner", "plate"):
        del shown.samples.values[name]
    monkeypatch.setattr(House, "previews", shown)
    assert command(preview, house, "survey.apology") == 1
    assert "survey/apology.wechat.txt: 'owner' is undefined" in capsys.readouterr().out
    assert command(preview, house, "checkin.question", "--channel", "sms") == 1
    assert "sms.templates.checkin_question.plate: missing" in capsys.readouterr().out
    assert command(preview, house, "case.ack", "--channel", "template") == 1
    assert "templates.case_ack.fields.name2" in capsys.readouterr().out


def test_with_a_customers_own_values(house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    now = house.clock.now
    with writing(house.engine) as conn:
        store_id = a_store(conn)
        who = a_customer(conn, store_id, name="王芳", consents=(Purpose.MARKETING,))
        car = add(conn, people.vehicle, store_id=store_id, customer_id=who, plate="沪C99999", model="千帆")
        order = {"external_id": "RO#1", "status": "delivered", "delivered_at": now, "items": [], "updated_at": now}
        add(conn, people.repair_order, store_id=store_id, customer_id=who, vehicle_id=car, **order)
        event = {"name": "自驾游", "place": "码头", "starts_at": now + timedelta(days=3), "state": "published"}
        add(conn, people.event, store_id=store_id, capacity=9, audience={}, **event)
    assert command(preview, house, "checkin.question", "--customer", "C-王芳", "--channel", "sms") == 0
    assert "王芳您好，您的爱车沪C99999交车" in capsys.readouterr().out
    assert command(preview, house, "event.booked", "--customer", str(who), "--channel", "wechat") == 0
    assert "已为您留好自驾游的2个座位（其中孩子1位）：9月20日 10:20，码头" in capsys.readouterr().out


def test_the_category_is_that_of_the_journey_that_sends_it(house: House) -> None:
    assert house.previews.category("birthday.greeting").value == "greeting"
    assert house.previews.category("safety.stop").value == "safety"
    assert house.previews.category("survey.thanks").value == "service"


def test_an_e_mail_shows_its_subject_as_it_will_stand(house: House) -> None:
    (view,) = house.previews.views("event.invitation", "email")
    assert view.text.splitlines()[:2] == ["广告：邀请您参加“冬季用车讲堂”", ""]
    assert "后天" not in view.text, "it is opened when it pleases"


def test_every_step_of_a_journey_has_an_e_mail_text(house: House) -> None:
    steps = {step.message for journey in house.journeys for step in journey.steps}
    assert {name for name in steps if not house.previews.views(name, "email")} == set()
