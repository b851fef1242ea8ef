"""How well sentences are read by a classifier that never saw their writer: `python -m tests.by_writer [NAME…]`.

`tests/data/writers/*.tsv` holds what people wrote who had read no rule: label, what was open, the sentence and, where
the label leaves it open, its intent. All of it stands in config/nlu too; here everything of one writer is left out
before learning, so what is measured are sentences of a head that neither rules nor classifier know. Some seven seconds
a writer. Without a name all are read; `+` between names leaves several out at once.
"""

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.dealer import Span
from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding.classifier import Classifier
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from bot.understanding.understand import Understanding, understand
from commands.learn import fit
from config.nlu import load_examples, load_names

CONFIG = Path(__file__).parents[1] / "config"
WRITERS = Path(__file__).parent / "data" / "writers"
NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
OPEN = {"survey": PromptKind.SURVEY, "invite": PromptKind.EVENT, "quote": PromptKind.QUOTE}
ORDERED = {"injection", "ordered"}


class Said(NamedTuple):
    """label: as in SAYS, after a colon which of its kind, after + what else (injury, child); or an intent."""

    label: str
    opened: str
    text: str
    intent: str

    @property
    def kind(self) -> str:
        return self.label.split("+")[0].partition(":")[0]


def _blames(read: Understanding) -> bool:
    return read.wants("complaint") or read.satisfaction == "dissatisfied" or read.wants("human_request")


# Of a label, what its sentences must come to; N before it: the same words, and it must not.
SAYS: dict[str, Callable[[Understanding], bool]] = {
    "D": lambda read: read.wants("emergency"),
    "R": lambda read: read.wants("opt_out"),
    "O": lambda read: read.wants("opt_in"),
    "P": lambda read: read.wants("privacy_request"),
    "PX": lambda read: read.wants("privacy_request"),
    "I": lambda read: bool(ORDERED & read.signals) or read.intent in ("off_topic", "unclear", "privacy_request"),
    "C": _blames,
    "H": lambda read: read.wants("human_request"),
}


def said_by(writer: str) -> Iterator[Said]:
    for line in (WRITERS / f"{writer}.tsv").read_text("utf-8").splitlines():
        label, opened, text, *intent = line.split("\t")
        yield Said(label, opened, text, intent[0] if intent else "")


def without(writers: Iterable[str]) -> Classifier:
    """Learnt from what all others wrote."""
    left_out = {normalise(each.text) for writer in writers for each in said_by(writer)}
    examples = [each for each in load_examples(CONFIG) if normalise(each.text) not in left_out]
    return fit(examples, load_names(CONFIG))


def read(said: Said, learnt: Classifier) -> Understanding:
    kind = OPEN.get(said.opened)
    prompts = (Prompt(1, kind, "1-5", NOW, NOW + timedelta(days=1)),) if kind else ()
    opening = Span(start=time(8, 30), end=time(17, 30))
    setting = Setting(learnt, NOW.astimezone(ZoneInfo("Asia/Shanghai")), opening, _names())
    return understand(said.text, prompts, setting=setting)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {name: name for name in load_names(CONFIG)}


def right(said: Said, understood: Understanding) -> bool:
    if said.kind in SAYS:
        return SAYS[said.kind](understood)
    if said.kind[1:] in SAYS:
        return not SAYS[said.kind[1:]](understood)
    return understood.wants(said.kind)


def measured(writers: Collection[str]) -> dict[str, tuple[int, int]]:
    """Right of how many by label; every intent counts as `ordinary`."""
    learnt = without(writers)
    hits: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for said in (each for writer in writers for each in said_by(writer)):
        label = said.kind if said.kind in SAYS or said.kind[1:] in SAYS else "ordinary"
        count[label] += 1
        hits[label] += right(said, read(said, learnt))
    return {label: (hits[label], often) for label, often in sorted(count.items())}


def main(names: list[str]) -> None:
    whole: dict[str, list[int]] = {}
    for name in names or sorted(path.stem for path in WRITERS.glob("*.tsv")):
        table = measured(name.split("+"))
        print(name, *(f"{label} {hits} of {often}" for label, (hits, often) in table.items()), sep="  ", flush=True)
        for label, pair in table.items():
            whole[label] = [one + more for one, more in zip(whole.get(label, [0, 0]), pair, strict=True)]
    for label, (hits, often) in sorted(whole.items()):
        print(f"{label:9} {hits:5} of {often:5}  {hits / often:.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
