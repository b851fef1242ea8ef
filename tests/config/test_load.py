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


def menu(*lines: str) -> str:
    """A dealer whose menu is these lines, the first in line 5 of the file."""
    head = "stores:\n  - {code: a, name: A}\naccounts: {main: {store: a, menu: [\n"
    return head + "\n" + ",\n".join(lines) + "]}}\n"


GOOD = "{name: 评价, type: click, key: SURVEY}"
ITEM = "accounts.main.menu.0"
MENU_MISTAKES = [
    (menu(GOOD, "{name: 评价, type: click, key: SURVY}"), "dealer.yaml:6: accounts.main.menu.1.key"),
    (menu(GOOD, GOOD, GOOD, GOOD), "dealer.yaml:3: accounts.main.menu"),
    (menu("{name: 五个汉字名, type: click, key: SURVEY}"), f"dealer.yaml:5: {ITEM}.name"),
    (menu("{name: AppointmentOf, type: click, key: SURVEY}"), f"dealer.yaml:5: {ITEM}.name"),
    (menu("{name: 网站, type: view, url: 'http://car.example'}"), f"dealer.yaml:5: {ITEM}.url"),
    (menu(f"{{name: 网站, type: view, url: 'https://{'x' * 1017}'}}"), f"dealer.yaml:5: {ITEM}.url"),
    (menu("{name: 网站, type: view}"), f"dealer.yaml:5: {ITEM}"),
    (menu("{name: 网站, type: view, page: carz}"), f"dealer.yaml:5: {ITEM}.page"),
    (menu("{name: 网站, type: view, page: cars, url: 'https://car.example'}"), f"dealer.yaml:5: {ITEM}"),
    (menu("{name: 商城, type: miniprogram, url: 'https://car.example', appid: wx1}"), f"dealer.yaml:5: {ITEM}"),
    (menu("{name: 扫码, type: scancode_push, scan_key: " + "k" * 129 + "}"), f"dealer.yaml:5: {ITEM}.scan_key"),
    (menu("{name: 更多}"), f"dealer.yaml:5: {ITEM}"),
    (menu(f"{{name: 更多, type: click, sub_button: [{GOOD}]}}"), f"dealer.yaml:5: {ITEM}"),
    (menu(f"{{name: 更多, sub_button: [{', '.join([GOOD] * 6)}]}}"), f"dealer.yaml:5: {ITEM}.sub_button"),
    (menu("{name: 更多, sub_button: [{name: 评价, type: dance, key: SURVEY}]}"), f"{ITEM}.sub_button.0.type"),
    (menu("{name: 更多, sub_button: [{name: 九个汉字的名字太长, type: click, key: HUMAN}]}"),
     f"{ITEM}.sub_button.0.name"),
    ("stores:\n  - {code: a, name: A}\naccounts:\n  main:\n    store: a\n    thanks_offers: {none: 什么也没有}\n",
     "dealer.yaml:6: accounts.main.thanks_offers"),
    ("stores:\n  - {code: a, name: A}\naccounts:\n  main:\n    store: a\n    showroom: {'门 口': x}\n",
     "dealer.yaml:6: accounts.main.showroom"),
]  # fmt: skip


def test_what_a_menu_may_be(tmp_path: Path) -> None:
    app = "{name: 商城, type: miniprogram, url: 'https://car.example', appid: wx1, pagepath: pages/a}"
    scan = "{name: 扫码带提示八个汉, type: scancode_waitmsg, scan_key: SCAN}"
    made = load_dealer(write(tmp_path, menu(GOOD, app, f"{{name: 更多, sub_button: [{scan}]}}")))
    assert [button.name for button in made.accounts["main"].menu] == ["评价", "商城", "更多"]


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
        *MENU_MISTAKES,
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
    assert [journey.id for journey in journeys] == [
        "anniversary", "birthday", "booking", "checkin", "declined", "event_cancelled", "event_changed",
        "event_invitation", "event_missed", "event_reminder", "event_thanks", "event_waitlist", "festivals",
        "first_service", "inspection", "insurance", "maintenance", "membership", "new_car", "no_show", "quote",
        "recall", "recontact", "satisfaction", "season", "warranty", "winback",
    ]  # fmt: skip


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


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (("offset_days: 3", "offset_days: -3"), r"checkin.yaml:\d+: steps.1", "known ahead"),
        (("after: question", "after: nothing"), r"checkin.yaml:\d+: steps.2", "names no step above"),
        (('at: "18:30"', "at: anchor"), r"checkin.yaml:\d+: steps.0", "needs a moment"),
        (("id: checkin", "id: checkin\naudience: {field: vehicle.model, value: 长风}"), "checkin.yaml", "one vehicle"),
        (
            ("id: checkin", "id: checkin\nexit: {field: colour, value: red}"),
            r"checkin.yaml:4: exit.field|exit",
            "colour",
        ),
        (("id: checkin", "id: checkin\nsample: 30"), "checkin.yaml", "divides 100"),
    ],
)
def test_a_mistake_in_a_journey_is_named_by_file_line_and_key(
    tmp_path: Path, change: tuple[str, str], place: str, words: str
) -> None:
    (tmp_path / "journeys").mkdir()
    text = (SHIPPED / "journeys" / "checkin.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "journeys" / "checkin.yaml").write_text(text.replace(*change, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=place) as refused:
        load_journeys(tmp_path)
    assert words in str(refused.value)


def test_an_occasion_must_stand_in_its_file_and_nothing_is_sold_on_a_solemn_day(tmp_path: Path) -> None:
    (tmp_path / "journeys").mkdir()
    text = (SHIPPED / "journeys" / "festivals.yaml").read_text(encoding="utf-8")
    file = tmp_path / "journeys" / "festivals.yaml"
    file.write_text(text.replace("occasion: lantern", "occasion: halloween"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"festivals.yaml:\d+: steps.2.occasion: halloween"):
        load_journeys(tmp_path)
    before, after = text.split("occasion: qingming")
    file.write_text(before + "occasion: qingming" + after.replace("greeting", "marketing", 1), encoding="utf-8")
    with pytest.raises(ConfigError, match="solemn"):
        load_journeys(tmp_path)
