"""`consents.yaml`: mistakes with file, line and key; what the messages say; no text changes under its version."""

import re
from pathlib import Path

import pytest
import yaml

from bot.consent import Wording
from bot.dealer import Dealer
from bot.errors import ConfigError
from commands.examine import machine
from commands.examine.finding import Level
from commands.migrate import bring_up
from config.consents import load_consents
from config.load import load_dealer
from store.engine import open_engine

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config"
SAID = {
    Wording.FOLLOW: ("welcome/bound", "welcome/unknown"),
    Wording.QR: ("welcome/consultant", "showroom/welcome"),
    Wording.BOOKING: ("event/booked",),
    Wording.WORD: ("optin/done",),
}


def folder(tmp_path: Path, old: str, new: str) -> Path:
    text = (SHIPPED / "consents.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "consents.yaml").write_text(text.replace(old, new, 1), "utf-8")
    return tmp_path


@pytest.fixture
def dealer() -> Dealer:
    return load_dealer(SHIPPED)


def test_what_is_told_is_what_the_message_says() -> None:
    newest = {each.id: each.text for each in sorted(load_consents(SHIPPED).texts, key=lambda each: each.valid_from)}
    for wording, messages in SAID.items():
        for name in messages:
            said = (ROOT / "templates" / "messages" / f"{name}.wechat.txt").read_text("utf-8")
            assert newest[wording] in said, name


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("id: follow", "id: folow", r"consents\.yaml:5: texts\.0\.id"),
        ('version: "1"', 'version: ""', r"consents\.yaml:6: texts\.0\.version"),
        ("valid_from: 2026-01-01", "valid_from: soon", r"consents\.yaml:7: texts\.0\.valid_from"),
        ("purposes: [service]", "purposes: [service, marketing]", r"consents\.yaml:5: texts\.0"),
        ("purposes: [service]", "purposes: []", r"consents\.yaml:8: texts\.0\.purposes"),
        ("id: qr", "id: follow", r"consents\.yaml:1"),
        ("    text: 关注", "    txt: 关注", r"consents\.yaml:5: texts\.0\.text"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, where: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        load_consents(folder(tmp_path, old, new))
    assert re.search(where, str(wrong.value)), str(wrong.value)


def test_other_words_need_another_version(empty_database_url: str, tmp_path: Path, dealer: Dealer) -> None:
    engine = open_engine(empty_database_url)
    bring_up(engine, dealer, SHIPPED)
    (fine,) = machine.wordings(engine, SHIPPED)
    edited = folder(tmp_path, "生日和节日", "生日和一切日子")
    with pytest.raises(ConfigError, match=r"consents\.yaml:\d+: texts\.6\.text: .* new version"):
        bring_up(engine, dealer, edited)
    (wrong,) = machine.wordings(engine, edited)
    assert (fine.level, wrong.level) == (Level.OK, Level.ERROR)
    texts = yaml.safe_load((SHIPPED / "consents.yaml").read_text("utf-8"))
    added = {**texts["texts"][6], "version": "2", "valid_from": texts["texts"][6]["valid_from"].replace(year=2027)}
    text = yaml.safe_dump({"texts": [*texts["texts"], added | {"text": "我同意收到问候。"}]}, allow_unicode=True)
    (tmp_path / "consents.yaml").write_text(text, "utf-8")
    bring_up(engine, dealer, tmp_path)
    engine.dispose()
