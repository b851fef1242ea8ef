"""`export examples`: in the format of config/nlu; what is exported is learnt and changes the reading."""

import shutil
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine

from bot.understanding.classifier import Classifier
from bot.understanding.normalise import normalise
from commands import export
from commands.learning import learn_apart
from config.nlu import Example, load_examples
from config.nlu_added import added, in_yaml, whole_files
from config.settings import Settings, read_settings
from store import reviews
from store.engine import writing
from tests.conftest import StillClock
from tests.learnt import CONFIG, classifier
from tests.staff_cast import Cast, seed
from tests.web.inbox.day import line

SAID = "整套透明膜罩罩贴起咋个算"


@dataclass
class House:
    engine: Engine
    given: Settings
    clock: StillClock


@pytest.fixture
def house(engine: Engine, clock: StillClock, tmp_path: Path) -> House:
    given = read_settings({"HUIFANG_CONFIG_DIR": str(CONFIG)}, dotenv=tmp_path / ".env")
    return House(engine, given, clock)


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now)


def label(house: House, cast: Cast, clock: StillClock, text: str, intent: str) -> None:
    with writing(house.engine) as conn:
        said = line(conn, cast, cast.zhang, clock.now, text)
        reviews.misread(conn, cast.lilei, cast.zhang, said, clock.now)
        (row,) = reviews.waiting(conn, cast.lilei)
        reviews.settle(conn, cast.lilei, row.id, intent, row.text, clock.now)


def exported(house: House, capsys: pytest.CaptureFixture[str], out: Path | None = None) -> str:
    assert export.run(house, Namespace(what="examples", customer=None, out=out, format="json")) == 0
    return capsys.readouterr().out


def test_on_standard_output_only_what_is_new(
    house: House, cast: Cast, clock: StillClock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exported(house, capsys) == ""
    label(house, cast, clock, SAID, "service_price")
    label(house, cast, clock, "打13912345678问张伟", "human_request")
    label(house, cast, clock, "我已经不在你们那保养了", "churn_reply")  # stands in the file already
    label(house, cast, clock, "哈哈", "ignore")
    assert list(yaml.safe_load_all(exported(house, capsys))) == [
        {"always": "打13800000000问某\n"},
        {"always": f"{SAID}\n"},
    ]


def test_what_is_exported_is_learnt_and_changes_the_reading(
    house: House, cast: Cast, clock: StillClock, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = classifier().guesses(normalise(SAID))[0]
    label(house, cast, clock, SAID, "roadside_assist")
    mine = tmp_path / "config"
    shutil.copytree(CONFIG / "nlu", mine / "nlu")
    assert exported(house, capsys, mine / "nlu").strip() == str(mine / "nlu" / "roadside_assist.yaml")
    assert len(load_examples(mine)) == len(load_examples(CONFIG)) + 1
    learn_apart(mine, tmp_path / "learnt.bin")
    after = Classifier.load((tmp_path / "learnt.bin").read_bytes()).guesses(normalise(SAID))[0]
    assert (before.intent != "roadside_assist", after.intent) == (True, "roadside_assist")


@pytest.mark.parametrize(
    ("file", "new", "then"),
    [
        ("# who\nalways: |\n  a b\n\n", {"always": ["c"]}, "# who\nalways: |\n  a b\n  c\n"),
        ("always: |\n  a\nchurn: |\n  b", {"churn": ["c"]}, "always: |\n  a\nchurn: |\n  b\n  c\n"),
        ("always: |\n  a\nchurn: |\n  b\n", {"always": ["c"]}, "always: |\n  a\n  c\nchurn: |\n  b\n"),
        ("churn: |\n  b\n", {"always": ["c", "d"]}, "churn: |\n  b\nalways: |\n  c\n  d\n"),
        ('# who\nalways: "a\\nb"\n', {"always": ["c"]}, "# who\nalways: |\n  a\n  b\n  c\n"),
        (None, {"always": ["# c: |"]}, "always: |\n  # c: |\n"),
    ],
)
def test_sentences_are_appended_as_by_hand(
    file: str | None, new: dict[str, list[str]], then: str, tmp_path: Path
) -> None:
    (tmp_path / "nlu").mkdir()
    if file is not None:
        (tmp_path / "nlu" / "churn_reply.yaml").write_text(file, "utf-8")
    files = whole_files(tmp_path, {"churn_reply": new})
    assert files == {"churn_reply.yaml": then}
    (tmp_path / "nlu" / "churn_reply.yaml").write_text(then, "utf-8")
    said = {(each.opened or "always", each.text) for each in load_examples(tmp_path)}
    assert {(key, text) for key, lines in new.items() for text in lines} <= said


def test_an_answer_goes_under_its_question_where_the_file_tells_them_apart() -> None:
    found = added(CONFIG, [Example("莫得空", "churn", "churn_reply"), Example("莫得空嘛", "survey", "service_price")])
    assert found == {"churn_reply": {"churn": ["莫得空"]}, "service_price": {"always": ["莫得空嘛"]}}
    assert in_yaml(found["churn_reply"]) == "churn: |\n  莫得空\n"
