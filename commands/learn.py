"""Learning the intents from config/nlu: a linear support-vector machine over character runs and families of words.

Runs in a process of its own: scikit-learn is 119 MiB, what it leaves behind is 3.
"""

import argparse
import gc
import json
import random
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zlib import crc32

from bot.understanding.classifier import Classifier
from bot.understanding.features import called, of_questions, of_text
from bot.understanding.intents import COMPLAINT, CONTENT, EMERGENCY, HURT, THANKS, TOLD_AS
from bot.understanding.normalise import normalise
from config.nlu import Example, keep, load_examples, load_names

if TYPE_CHECKING:  # the process that learns reads no settings
    from config.settings import Settings

HARDNESS = 0.7  # C of the machine; 0.3 to 1 are the same within half a point of cross-validated accuracy
PRECISION = 0.02  # closer takes half as long again and reads no sentence better
FOLDS = 5
SHOWN = 12  # of what is confused, the most frequent
# Whatever is open, these may be said; so that the question open does not decide alone, each is also learnt beside one.
ANSWERS = frozenset(
    {"unclear", "survey_reply", "event_rsvp", "membership", "churn_reply", "appt_confirm", "greet", "thanks"}
)


class Needs(Protocol):
    @property
    def given(self) -> "Settings": ...

    @property
    def monotonic(self) -> Callable[[], float]: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Says how well the examples can be told apart: each fifth by a classifier that learnt from the others."""
    examples, names = load_examples(house.given.config_dir), load_names(house.given.config_dir)
    begin = house.monotonic()
    report = cross_validated(examples, names) | {"seconds": round(house.monotonic() - begin, 1)}
    report["confused"] = report["confused"][:SHOWN]
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
        return 0
    print(
        f"{report['examples']} examples, {report['right']:.1%} of them read right by the others ({report['seconds']} s)"
    )
    for intent, (right, count) in report["by_intent"].items():
        print(f"  {intent:18} {right / count:6.1%} of {count}")
    for wanted, got, often in report["confused"]:
        print(f"  {wanted} taken for {got}: {often}")
    return 0


def fit(examples: Sequence[Example], names: Iterable[str]) -> Classifier:
    """names: of the models (config.nlu.load_names). Deterministic: the same examples give the same classifier."""
    from numpy import vstack  # noqa: PLC0415  only this process pays for it
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    said, plain_names = beside_questions(examples), sorted(map(normalise, names))
    columns, sentences = _columns(said, plain_names)
    # A column of n features weighs as n columns of one: the root of n, here and where the weights are read off.
    roots = [len(column) ** 0.5 for column in columns]
    values = [
        share * roots[place]
        for each, share in zip(sentences, _shares(columns, sentences), strict=True)
        for place in each
    ]
    table = csr_matrix(
        (values, list(chain.from_iterable(sentences)), [0, *accumulate(map(len, sentences))]), (len(said), len(columns))
    )
    learnt = LinearSVC(C=HARDNESS, tol=PRECISION, random_state=0).fit(table, [each.intent for each in said])
    apart = _details(table, said)
    weighed = vstack([learnt.coef_, *(coefficients for _, coefficients, _ in apart)]) / roots
    return Classifier(
        learnt.classes_.tolist(),
        {name: place for place, column in enumerate(columns) for name in column},
        array("f", weighed.T.astype("float32").tobytes()),
        [*learnt.intercept_.tolist(), *chain.from_iterable(bias for _, _, bias in apart)],
        plain_names,
        list(chain.from_iterable(names for names, _, _ in apart)),
    )


def _details(table: Any, said: Sequence[Example]) -> list[tuple[list[tuple[str, str]], Any, list[float]]]:
    """By intent: its details, and the machine that tells them apart, learnt from the sentences that say one."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415  as above

    found = []
    for intent in sorted({each.intent for each in said if each.detail}):
        places = [place for place, each in enumerate(said) if each.intent == intent and each.detail and not each.opened]
        wanted = [said[place].detail for place in places]
        if len(set(wanted)) > 2:  # with two a machine has one line, not one for each
            learnt = LinearSVC(C=HARDNESS, tol=PRECISION, random_state=0).fit(table[places], wanted)
            names = [(intent, name) for name in learnt.classes_.tolist()]
            found.append((names, learnt.coef_, learnt.intercept_.tolist()))
    return [*found, *_marks(table, said)]


def _marks(table: Any, said: Sequence[Example]) -> list[tuple[list[tuple[str, str]], Any, list[float]]]:
    """Who is hurt among the dangers, and who is content among those who judge: each a line of its own."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415  as above

    found = []
    judges = (COMPLAINT, THANKS)
    for intent, mark, among in (
        (EMERGENCY, HURT, [each.intent == EMERGENCY and bool(each.detail) for each in said]),
        (COMPLAINT, CONTENT, [each.intent in judges or each.mark == CONTENT for each in said]),
    ):
        places = list({said[place].text: place for place, counts in enumerate(among) if counts}.values())
        marked = [said[place].mark == mark or said[place].intent == THANKS for place in places]
        if len(set(marked)) > 1:
            learnt = LinearSVC(C=HARDNESS, tol=PRECISION, random_state=0).fit(table[places], marked)
            found.append(([(intent, mark)], learnt.coef_, learnt.intercept_.tolist()))
    return found


def _columns(said: Sequence[Example], names: Iterable[str]) -> tuple[list[list[str]], list[list[int]]]:
    """The features of each column of the table, and the columns of each sentence.

    Features that stand in the same sentences would get the same weights: they share a column, which leaves a third of
    the columns. What stands in one sentence alone says nothing of others and is left out.
    """
    known, often = called(names), Counter(each.text for each in said)
    words = {text: of_text(normalise(text), known) for text in often}
    stands: dict[str, list[str]] = {}
    for text, (found, _) in words.items():
        for name in found:
            stands.setdefault(name, []).append(text)
    together: dict[tuple[str, ...], list[str]] = {}
    for name, texts in stands.items():
        if len(texts) > 1 or often[texts[0]] > 1:
            together.setdefault(tuple(texts), []).append(name)
    of_words: dict[str, list[int]] = {text: [] for text in words}
    for place, where in enumerate(together):
        for text in where:
            of_words[text].append(place)
    asked = [tuple(of_questions(words[each.text][1], filter(None, [each.opened]))) for each in said]
    questions = [name for name, count in Counter(chain.from_iterable(asked)).items() if count > 1]
    places = {name: place for place, name in enumerate(questions, len(together))}
    sentences = [
        [*of_words[each.text], *(places[name] for name in about if name in places)]
        for each, about in zip(said, asked, strict=True)
    ]
    return [*together.values(), *([name] for name in questions)], sentences


def _shares(columns: Sequence[Sequence[str]], sentences: Sequence[Sequence[int]]) -> list[float]:
    """However long it is, a sentence weighs the same (bot.understanding.classifier)."""
    widths = [len(column) for column in columns]
    return [(sum(widths[place] for place in each) or 1) ** -0.5 for each in sentences]


def cross_validated(examples: Sequence[Example], names: Iterable[str], folds: int = FOLDS) -> dict[str, Any]:
    order = random.Random(0).sample(range(len(examples)), len(examples))
    right: Counter[str] = Counter()
    confused: Counter[tuple[str, str]] = Counter()
    for fold in range(folds):
        held = set(order[fold::folds])
        made = fit([each for place, each in enumerate(examples) if place not in held], names)
        for each in (examples[place] for place in held):
            best = made.guesses(normalise(each.text), filter(None, [each.opened]))[0].intent
            wanted = TOLD_AS.get(each.intent, each.intent)
            right[wanted] += best == wanted
            confused[wanted, best] += best != wanted
    count = Counter(TOLD_AS.get(each.intent, each.intent) for each in examples)
    return {
        "examples": len(examples),
        "right": right.total() / len(examples),
        "by_intent": {intent: (right[intent], often) for intent, often in sorted(count.items())},
        "confused": [(*pair, often) for pair, often in confused.most_common() if often],
    }


def beside_questions(examples: Sequence[Example]) -> list[Example]:
    """Which kind is decided by the sentence itself, so that a new example moves no other."""
    kinds = sorted({each.opened for each in examples} - {""})
    also = [
        Example(each.text, kinds[crc32(each.text.encode()) % len(kinds)], each.intent, each.detail, each.mark)
        for each in examples
        if kinds and not each.opened and each.intent not in ANSWERS
    ]
    return [*examples, *also]


def main(config_dir: str, path: str) -> None:
    """The process of its own: `python -m commands.learn CONFIG_DIR PATH`."""
    gc.disable()  # a third of a second; the process ends before there is anything worth collecting
    folder = Path(config_dir)
    keep(Path(path), fit(load_examples(folder), load_names(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
