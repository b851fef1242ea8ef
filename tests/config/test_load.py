"""The shipped configuration loads; a mistake is named by file, line and key."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.messages import Category
from config.load import load_dealer, load_journeys

SHIPPED = Path(__file__).parents[2] / "config"


def test_the_demo_dealer_loads() -> None:
    dealer = load_dealer(SHIPPED)
    assert dealer.store("binjiang").name == "远禾滨江店"
    assert dealer.accounts["main"].templates["checkin_question"].link == "survey"
    assert dealer.sms.templates["checkin_question"].approved_for == [Category.SURVEY]


def test_promotions_end_with_the_opt_out_words_and_notifications_do_not() -> None:
    for name, template in load_dealer(SHIPPED).sms.templates.items():
        assert template.text.endswith("拒收请回复R") == (template.kind == "promotion"), name
        assert all(f"${{{variable}}}" in template.text for variable in template.variables), name
        assert "【" not in template.text, name


def write(folder: Path, text: str) -> Path:
    (folder / "dealer.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("stores:\n  - code: a\n    name: A\n    time_zon: UTC\n", "dealer.yaml:4: stores.0.time_zon"),
        ("stores:\n  - code: a\n", "dealer.yaml:2: stores.0.name"),
        ("stores:\n  - {code: a, name: A}\nsms_per_day: many\n", "dealer.yaml:3: sms_per_day"),
        ("stores: []\nstores: []\n", "dealer.yaml:2: stores"),
        ("stores: [\n", "dealer.yaml:2"),
        ("", "dealer.yaml:1: stores"),
        ("stores:\n  - {code: a, name: A, time_zone: Mars/Base}\n", "dealer.yaml:2: stores.0.time_zone"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_key(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_dealer(write(tmp_path, text))
    assert where in caught.value.where


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_dealer(tmp_path)


def test_the_shipped_journeys_load() -> None:
    journeys = load_journeys(SHIPPED)
    assert [journey.id for journey in journeys] == ["birthday", "checkin", "event_invitation", "quote", "recontact"]


def test_marketing_and_greetings_have_no_template_message() -> None:
    """The account would be banned (design §4)."""
    templates = load_dealer(SHIPPED).accounts["main"].templates
    for journey in load_journeys(SHIPPED):
        for step in journey.steps:
            if step.category in (Category.MARKETING, Category.GREETING):
                assert step.message.replace(".", "_") not in templates


def test_two_files_with_one_journey_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "journeys"
    folder.mkdir()
    text = (SHIPPED / "journeys" / "checkin.yaml").read_text(encoding="utf-8")
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"b.yaml:1: id"):
        load_journeys(tmp_path)
