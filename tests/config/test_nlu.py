"""The examples: every frequent intent has a hundred, mistakes are named with their line, what was learnt is kept."""

import math
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import pytest
from sklearn.feature_extraction import DictVectorizer
from sklearn.svm import LinearSVC

from bot.dealer import Span
from bot.effects import PromptKind
from bot.errors import ConfigError
from bot.turn import Prompt
from bot.understanding.classifier import SHARPNESS, Classifier
from bot.understanding.features import called, features
from bot.understanding.normalise import normalise
from bot.understanding.refusals import refusal
from bot.understanding.setting import Setting
from bot.understanding.understand import rules
from bot.understanding.weigh import Ruled
from bot.understanding.wishes import automatic
from commands.learn import HARDNESS, PRECISION, beside_questions, cross_validated, fit
from config.nlu import Example, bring, kept_at, learnt, load_examples, load_names
from tests.learnt import CONFIG, classifier, data_dir, put_learnt

NAMES = load_names(CONFIG)
NOW = datetime(2026, 9, 17, 10, 20, tzinfo=UTC)
FREQUENT = {
    "model_enquiry", "sales_terms", "test_drive_book", "service_book", "service_price", "repair_status", "quote_reply",
    "appt_change", "appt_cancel", "event_query", "faq", "insurance_query", "roadside_assist", "info_update",
    "privacy_request", "churn_reply", "wrong_person", "off_topic", "complaint",
}  # fmt: skip


def dealer(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu" / name).write_text(text, "utf-8")
    return tmp_path


def test_every_frequent_intent_has_a_hundred_examples_and_none_twice() -> None:
    examples = load_examples(CONFIG)
    count = Counter(each.intent for each in examples)
    assert {intent: count[intent] for intent in FREQUENT if count[intent] < 100} == {}
    said = Counter((normalise(each.text), each.opened, each.intent) for each in examples)
    assert [each for each, often in said.items() if often > 1] == []


def test_no_sentence_means_two_things_while_the_same_is_open() -> None:
    meant: dict[tuple[str, str], set[str]] = {}
    for each in load_examples(CONFIG):
        meant.setdefault((normalise(each.text), each.opened), set()).add(each.intent)
    assert {said: which for said, which in meant.items() if len(which) > 1} == {}


def test_hardly_one_of_them_is_danger_and_none_a_machine() -> None:
    """The plainest false alarms there are: twenty thousand wishes, many in words of danger."""
    calm = [each for each in load_examples(CONFIG) if each.intent != "emergency"]
    assert [each.text for each in calm if automatic(normalise(each.text))] == []
    alarms = [each.text for each in calm if found(each).danger]
    assert len(alarms) < len(calm) / 1500, alarms


def test_a_refusal_is_hardly_ever_read_where_none_is_near() -> None:
    # How to be reached, rights over data, messages wanted again: weighed. Danger comes before every refusal.
    near = {"complaint", "info_update", "privacy_request", "opt_out", "opt_in", "emergency"}
    far = [each for each in load_examples(CONFIG) if each.intent not in near]
    refused = [each.text for each in far if refusal(normalise(each.text)) and found(each).refused]
    assert len(refused) < len(far) / 1000, refused


def found(each: Example) -> Ruled:
    """By the rules and what the classifier says of danger and refusals, before anything is weighed."""
    opening = Span(start=clock(8, 30), end=clock(17, 30))
    return rules(normalise(each.text), opened(each.opened), setting=Setting(classifier(), NOW, opening))


def opened(kind: str) -> tuple[Prompt, ...]:
    return (Prompt(1, PromptKind(kind), "1-5", NOW, NOW + timedelta(days=1)),) if kind else ()


def test_what_is_no_intent_and_no_question_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="buy_shoes is no intent"):
        load_examples(dealer(tmp_path, "buy_shoes.yaml", "always: |\n  买鞋\n"))


def test_a_name_says_of_which_kind_they_are_and_who_is_hurt_or_content(tmp_path: Path) -> None:
    folder = dealer(tmp_path, "emergency.flood.hurt.yaml", "always: |\n  水进来了\n")
    (folder / "nlu" / "service_book.content.yaml").write_text("always: |\n  我自己刮的 补个漆\n", "utf-8")
    assert load_examples(folder) == (
        Example("水进来了", "", "emergency", "flood", "hurt"),
        Example("我自己刮的 补个漆", "", "service_book", "", "content"),
    )


@pytest.mark.parametrize(
    "name", ["emergency.drought", "thanks.flood", "opt_out.all.sorry", "emergency.flood.hurt.hurt"]
)
def test_a_name_that_says_what_is_not_there_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"{name}.yaml:1.*{name.rsplit('.', maxsplit=1)[-1]}"):
        load_examples(dealer(tmp_path, f"{name}.yaml", "always: |\n  水进来了\n"))


def test_an_unknown_question_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"faq\.yaml:1.*sometimes"):
        load_examples(dealer(tmp_path, "faq.yaml", "sometimes: |\n  几点开门\n"))


def test_a_dealers_own_examples_replace_ours(tmp_path: Path) -> None:
    folder = dealer(tmp_path, "greet.yaml", "always: |\n  你好\n\n  在吗\nsurvey: |\n  早\n")
    assert load_examples(folder) == (
        Example("你好", "", "greet"),
        Example("在吗", "", "greet"),
        Example("早", "survey", "greet"),
    )


def test_what_was_learnt_is_kept_until_the_examples_change(tmp_path: Path) -> None:
    made: list[Path] = []

    def learn(_config: Path, path: Path) -> None:
        made.append(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(classifier().dump())

    first = dealer(tmp_path, "greet.yaml", "always: |\n  你好\n")
    for _ in range(2):
        assert isinstance(learnt(first, tmp_path, learn), Classifier)
    assert len(made) == 1
    (first / "nlu" / "greet.yaml").write_text("always: |\n  您好\n", "utf-8")
    learnt(first, tmp_path, learn)
    assert len(made) == 2


def test_a_start_that_finds_it_learnt_takes_less_than_a_second(tmp_path: Path) -> None:
    put_learnt(tmp_path)
    begin = time.process_time()
    assert learnt(CONFIG, tmp_path, _never).intents
    assert time.process_time() - begin < 1


def _never(_config: Path, _path: Path) -> None:
    raise AssertionError("it was learnt again")


def test_it_is_brought_to_another_data_folder(tmp_path: Path) -> None:
    bring(CONFIG, data_dir(), tmp_path)
    assert kept_at(CONFIG, tmp_path).exists()
    bring(CONFIG, tmp_path / "nowhere", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_same_examples_give_the_same_classifier() -> None:
    few = few_examples()
    assert fit(few, NAMES).dump() == fit(few, NAMES).dump()


def test_the_report_counts_every_example_once() -> None:
    few = few_examples()
    report = cross_validated(few, NAMES, folds=2)
    assert report["examples"] == len(few) == sum(count for _, count in report["by_intent"].values())
    assert report["right"] > 0.9


def another(tmp_path: Path, model: str, price: int = 90_000) -> Path:
    """A dealer with a catalogue of their own, who keeps no examples."""
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "catalogue.yaml").write_text(
        f"models: [{{name: {model}, aliases: [XL9], body: suv, variants: "
        f"[{{energy: ev, seats: 5, price_from: {price}, price_to: {price}}}]}}]\n", "utf-8"
    )  # fmt: skip
    return tmp_path


def test_another_dealers_models_are_masked_like_ours(tmp_path: Path) -> None:
    names = load_names(another(tmp_path, "星澜"))
    assert set(names) == {"星澜", "XL9", *NAMES}, "our examples go on speaking of ours"
    theirs = fit(few_examples(), names)
    asked = "{}的雨刮多少钱"
    assert theirs.guesses(asked.format("星澜")) == theirs.guesses(asked.format("牧野"))
    assert theirs.guesses(asked.format("xl9")) == theirs.guesses(asked.format("牧野"))
    ours = fit(few_examples(), NAMES)
    assert ours.guesses(asked.format("星澜")) != ours.guesses(asked.format("牧野"))
    assert Classifier.load(theirs.dump()).guesses(asked.format("星澜")) == theirs.guesses(asked.format("星澜"))


def test_a_dealer_with_own_examples_and_no_models_masks_no_name(tmp_path: Path) -> None:
    assert load_names(dealer(tmp_path, "greet.yaml", "always: |\n  你好\n")) == ()


def test_a_new_name_is_learnt_and_a_new_price_is_not(tmp_path: Path) -> None:
    made = {kept_at(another(tmp_path / kept, model, price), tmp_path).name for kept, model, price in (
        ("first", "星澜", 90_000), ("dearer", "星澜", 95_000), ("other", "云雀", 90_000),
    )}  # fmt: skip
    assert len(made) == 2


def test_features_that_share_a_column_weigh_as_each_would_alone() -> None:
    """The same machine over a table with a column a feature."""
    few, beside = few_examples(), beside_questions(few_examples())
    known = called([normalise(each) for each in NAMES])
    said = [list(features(normalise(each.text), filter(None, [each.opened]), known)) for each in beside]
    often = Counter(name for each in said for name in each)
    kept = [[name for name in each if often[name] > 1] for each in said]
    table = DictVectorizer(sparse=False).fit_transform([dict.fromkeys(each, len(each) ** -0.5) for each in kept])
    machine = LinearSVC(C=HARDNESS, tol=PRECISION, random_state=0).fit(table, [each.intent for each in beside])
    made = fit(few, NAMES)
    margins = machine.decision_function(table[:50])
    for each, row in zip(few, margins, strict=False):
        guesses = {
            guess.intent: guess.confidence for guess in made.guesses(normalise(each.text), filter(None, [each.opened]))
        }
        powers = [math.exp(SHARPNESS * margin) for margin in row]
        assert [guesses[intent] for intent in machine.classes_] == pytest.approx(
            [each / sum(powers) for each in powers], abs=1e-5
        )


def few_examples() -> list[Example]:
    return [each for each in load_examples(CONFIG) if each.intent in ("service_price", "repair_status", "greet")]
