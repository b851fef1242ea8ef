"""Texts: strict about what is missing, sandboxed, and times as a person here would say them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.dealer import Sms, SmsTemplate
from bot.errors import RenderError
from channels.render import Templates, spoken
from channels.said import local_time

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai


@pytest.fixture
def templates(tmp_path: Path) -> Templates:
    texts = {
        "survey/apology.wechat.txt": "{{ name }}您好，非常抱歉。{{ owner }}会在{{ contact_by }}前联系您。\n",
        "survey/scale.wechat.txt": '{% for one in links %}\n<a href="{{ one.href }}">{{ one.label }}</a>\n{% endfor %}',
        "clarify.wechat.txt": "{{ contact_by | when }}",
        "evil.wechat.txt": "{{ name.__class__.__mro__ }}",
        "broken.wechat.txt": "{{ name",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    case_ack = SmsTemplate(
        code="SMS_1",
        kind="notification",
        variables=["name", "contact_by"],
        text="${name}您好，我们${contact_by}前联系您。",
    )
    return Templates(tmp_path, Sms(signature="远禾汽车", templates={"case_ack": case_ack}))


def test_a_message_is_its_file_with_the_parameters(templates: Templates) -> None:
    params = {"name": "王女士", "owner": "韩梅梅", "contact_by": datetime(2026, 11, 23, 6, 30, tzinfo=UTC), "now": NOW}
    assert templates.text("survey.apology", "wechat", params) == (
        "王女士您好，非常抱歉。韩梅梅会在今天 14:30前联系您。"
    )


def test_text_is_not_html_and_lines_are_trimmed(templates: Templates) -> None:
    links = ({"label": "满意 & 谢谢", "href": "weixin://a?b=1&c=2"}, {"label": "不满意", "href": "x"})
    assert templates.text("survey.scale", "wechat", {"links": links}) == (
        '<a href="weixin://a?b=1&c=2">满意 & 谢谢</a>\n<a href="x">不满意</a>'
    )


@pytest.mark.parametrize(
    ("message_id", "params", "names"),
    [
        ("survey.apology", {"name": "王女士"}, "owner"),
        ("survey.apology", {"name": None, "owner": "韩梅梅", "contact_by": NOW}, "None"),
        ("evil", {"name": "x"}, "__class__"),
        ("broken", {"name": "x"}, "broken.wechat.txt"),
        ("no.such", {}, "no/such.wechat.txt"),
        ("../secret", {}, "not a message id"),
        ("survey..apology", {}, "not a message id"),
    ],
)
def test_what_cannot_be_rendered_says_where(
    templates: Templates, message_id: str, params: dict[str, object], names: str
) -> None:
    with pytest.raises(RenderError, match=names):
        templates.text(message_id, "wechat", params)


def test_has_tells_which_channel_a_message_can_use(templates: Templates) -> None:
    assert templates.has("survey.apology", "wechat")
    assert not templates.has("survey.apology", "sms")
    assert templates.has("case.ack", "sms")
    assert not templates.has("case.ack", "wechat")


def test_an_sms_text_is_the_approved_wording(templates: Templates) -> None:
    params = {"name": "王女士", "contact_by": datetime(2026, 11, 24, 1, 30, tzinfo=UTC), "now": NOW, "unused": None}
    assert templates.text("case.ack", "sms", params) == "王女士您好，我们明天 09:30前联系您。"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 23, 6, 30, tzinfo=UTC), "今天 14:30"),
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), "今天 23:59"),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "明天 00:00"),
        (datetime(2026, 11, 24, 1, 30, tzinfo=UTC), "明天 09:30"),
        (datetime(2026, 11, 25, 1, 30, tzinfo=UTC), "后天 09:30"),
        (datetime(2026, 11, 26, 2, 0, tzinfo=UTC), "11月26日 10:00"),
        (datetime(2026, 11, 22, 2, 0, tzinfo=UTC), "昨天 10:00"),
        (datetime(2026, 11, 20, 2, 0, tzinfo=UTC), "11月20日 10:00"),
        (datetime(2027, 1, 5, 2, 0, tzinfo=UTC), "2027年1月5日 10:00"),
    ],
)
def test_an_instant_is_said_in_local_words(moment: datetime, said: str) -> None:
    assert local_time(moment, NOW) == said


def test_the_zone_and_the_moment_come_with_the_parameters(templates: Templates) -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert templates.text("clarify", "wechat", {"contact_by": late, "now": NOW}) == "明天 00:30"
    assert templates.text("clarify", "wechat", {"contact_by": late, "now": NOW, "zone": "UTC"}) == "今天 16:30"
    assert templates.text("clarify", "wechat", {"contact_by": late}) == "11月24日 00:30"


@given(some.text(max_size=60))
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    from channels.places import environment

    shown = environment().from_string("[{{ value }}]").render(value="{{ 7 * 7 }}" + value)
    assert shown == "[{{ 7 * 7 }}" + value + "]"


def test_parameters_are_spoken_one_by_one() -> None:
    params = {"contact_by": datetime(2026, 11, 24, 1, 30, tzinfo=UTC), "owner": None, "seats": 2, "now": NOW}
    assert spoken(params) == {"contact_by": "明天 09:30", "owner": None, "seats": 2, "now": NOW}
