"""`lint`: everything that ships passes; each kind of mistake is named with its file and line."""

import argparse
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import ConfigError
from commands import lint
from config.settings import Settings, read_settings

ROOT = Path(__file__).parents[2]
OF_THE_DEMO = "an address of this machine"  # the demo's links, in wordings a real dealer replaces
Lint = Callable[..., tuple[int, list[str]]]


@dataclass
class Reader:
    given: Settings
    now: Callable[[], datetime] = lambda: datetime(2026, 9, 17, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A dealer's own folder, as it ships."""
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("*.py", "__*")))


@pytest.fixture
def run(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lint:
    """Exit code and lines."""

    def read(*words: str | Path) -> tuple[int, list[str]]:
        parser = argparse.ArgumentParser()
        lint.arguments(parser)
        given = {"HUIFANG_DATA_DIR": str(tmp_path), "HUIFANG_CONFIG_DIR": str(config)}
        house = Reader(read_settings(given, dotenv=tmp_path / "no.env"))
        code = lint.run(house, parser.parse_args([str(word) for word in words]))
        return code, capsys.readouterr().out.splitlines()

    return read


def change(file: Path, old: str, new: str) -> None:
    source = file.read_text("utf-8")
    assert old in source
    file.write_text(source.replace(old, new, 1), "utf-8")


@pytest.mark.handbook("H1.2.2", "H1.6.1", "H1.6.4")
def test_everything_that_ships_passes(run: Lint) -> None:
    code, lines = run()
    assert code == 0
    assert [each for each in lines if OF_THE_DEMO not in each] == []


@pytest.mark.parametrize(
    ("source", "line", "rule"),
    [
        ("您好。\n请你看看", 2, "informal"),
        ("{% if name %}\n{{ name }}您好\n{% endif %}\n限时活动", 4, "pressure"),
        ("{{ name or '亲' }}\n最佳服务", 2, "statute"),
        ("{{ nobody }}您好", 1, "variable"),
        ("{{ name }}您好\n{{ name", 2, "template"),
        ("{{ name }}您好，{{ options.none.x }}", 1, "variable"),
        ("您好\n\n详情 http://huifang.example/a", 3, "link"),
        ("请打满{{ '分' }}", 1, "scores"),
        ("您好{# 限时 #}\n转发朋友圈领红包", 2, "sharing"),
        ("您好😊{{ '😊' }}", 1, "emoji"),
    ],
)  # fmt: skip
def test_a_message_is_read_as_it_stands_and_as_it_comes_out(
    run: Lint, tmp_path: Path, source: str, line: int, rule: str
) -> None:
    file = tmp_path / "texts" / "offer.wechat.txt"
    file.parent.mkdir()
    file.write_text(source, "utf-8")
    code, lines = run(file)
    assert code == 1
    assert any(each.startswith(f"{file}:{line}: {rule}: ") for each in lines), lines


@pytest.mark.parametrize(
    ("name", "source", "code", "rule"),
    [
        ("a.mass.txt", "诚邀您参加讲座。", 1, "opt_out"),
        ("a.page.txt", "诚邀您参加讲座。", 0, ""),
        ("a.fax.txt", "您好", 1, "message"),
        ("a.email.txt", "您的爱车\n\n您好，车已修好。", 0, ""),
        ("a.email.txt", "只有主题，没有正文", 1, "variable"),
        ("a.wechat.txt", "我们的服务独一无二", 0, "absolute"),
        ("a.wechat.txt", "您好。" * 150, 0, "length"),
        ("a.wechat.txt", "您好。" * 700, 1, "field"),
        ("a.html", "<p title='你好'>您好</p>\n<!-- 你 --><p>{{ '你' if x }}</p>", 1, "informal"),
    ],
)
def test_what_is_asked_depends_on_the_medium(
    run: Lint, tmp_path: Path, name: str, source: str, code: int, rule: str
) -> None:
    file = tmp_path / name
    file.write_text(source, "utf-8")
    found, lines = run(file)
    assert found == code
    assert (f": {rule}: " in "\n".join(lines)) is bool(rule)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("实在抱歉，有空位我们会联系您。", "赶紧换一场。", "pressure"),
        ("一路顺遂。拒收请回复R", "一路顺遂。", "opt_out"),
        ("期待下次见面。", "保养八折优惠。", "marketing"),
        ("${name}您好，${event}的座位已为您取消", "${name}您好，${what}的座位已为您取消", "sms"),
        ("thing2: \"'问题处理后回访'\"", "thing2: \"'回访有礼，点开领红包'\"", "marketing"),
        ("thing2: \"'问题处理后回访'\"", "thing2: \"'问题处理后回访问题处理后回访问题处理后回访'\"", "field"),
        ("name2: owner\n          time3", "name2: nobody\n          time3", "field"),
        ("name2: owner\n          time3", "amount2: owner\n          time3", "field"),
        ("approved_for: [greeting]", "approved_for: [greeting]\n      colour: red", "config"),
    ],
)  # fmt: skip
def test_a_configured_text_is_named_by_its_line(run: Lint, config: Path, old: str, new: str, rule: str) -> None:
    file = config / "dealer.yaml"
    change(file, old, new)
    _, lines = run(file)
    wanted = "colour" if rule == "config" else new.partition(":")[0] if rule == "marketing" and "'" in new else ""
    named = [each for each in lines if f": {rule}: " in each]
    assert named, lines
    number = int(named[0].removeprefix(f"{file}:").partition(":")[0])
    assert wanted in file.read_text("utf-8").splitlines()[number - 1]


def test_a_greeting_is_no_template_message(run: Lint, config: Path) -> None:
    added = "      birthday_greeting:\n        template_id: T\n        fields: {name1: name}\n      case_ack:\n"
    change(config / "dealer.yaml", "      case_ack:\n", added)
    code, lines = run(config / "dealer.yaml")
    assert code == 1
    assert any("category: “birthday_greeting”" in each for each in lines), lines


def test_a_journey_sends_what_there_is(run: Lint, config: Path) -> None:
    file = config / "journeys" / "birthday.yaml"
    change(file, "birthday.greeting", "birthday.wishes")
    code, lines = run(file)
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"{file}:6: message: “birthday.wishes”")


def test_content_of_later_subjects_is_read_where_customers_read_it(run: Lint, config: Path) -> None:
    file = config / "talks.yaml"
    file.write_text("- asked: 你们几点关门\n  answer: |\n    您好。\n    你随时来\n- answer: [全网最低价]\n", "utf-8")
    _, lines = run(file)
    assert [each.split(" ")[0].removeprefix(str(file)) for each in lines] == [":4:", ":5:"]


def test_as_json(run: Lint, tmp_path: Path) -> None:
    file = tmp_path / "a.wechat.txt"
    file.write_text("请你看看", "utf-8")
    code, lines = run(file, "--json")
    (found,) = json.loads("\n".join(lines))
    assert (code, found["file"], found["line"], found["rule"], found["said"]) == (1, str(file), 1, "informal", "你")
    assert (found["severity"], found["en"]) == ("error", "address customers as 您, not 你 or 亲")


def test_rules_that_cannot_be_read_are_named(run: Lint, config: Path) -> None:
    change(config / "tone.yaml", "  informal:\n    severity: error", "  informal:\n    severity: loud")
    with pytest.raises(ConfigError, match=r"tone.yaml:\d+: rules.informal.severity"):
        run()


def test_a_file_that_is_not_there(run: Lint, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        run(tmp_path / "nothing.txt")


def test_a_folder_made_before_there_were_rules_goes_on_working(run: Lint, config: Path) -> None:
    (config / "tone.yaml").unlink()
    (config / "samples.yaml").unlink()
    code, lines = run()
    assert code == 0
    assert [each for each in lines if OF_THE_DEMO not in each] == []


@pytest.mark.handbook("H1.6.2")
@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("faq.yaml", "reviewed: 2026-08", "reviewed: 2025-08", "faq.yaml:11: review: “annual_inspection” 该复核了"),
        (
            "faq.yaml", "reviewed: 2026-08-20", "reviewed: 2026-08-20\n    valid_until: 2026-09-01",
            "faq.yaml:12: review: “annual_inspection” 已过有效期",
        ),
        ("catalogue.yaml", "reviewed: 2026-08", "reviewed: 2026-01", "catalogue.yaml:5: review: “2026-01-20” "),
        ("services.yaml", "source: 远禾滨江店公示价目表", "source: '' #", "services.yaml:3: review: “source” "),
    ],
)  # fmt: skip
def test_facts_nobody_looked_at_for_long_are_named(
    run: Lint, config: Path, file: str, old: str, new: str, found: str
) -> None:
    change(config / file, old, new)
    code, lines = run(config)
    assert code == 0
    assert any(found in line for line in lines), lines


def test_a_fact_with_a_mistake_is_an_error(run: Lint, config: Path) -> None:
    change(config / "services.yaml", "low: 520, high: 780", "low: 520, high: 78")
    code, lines = run(config)
    assert code == 1
    assert any("services.yaml:7: config" in line for line in lines), lines
