"""The examples the classifier learns from: `nlu/<intent>.yaml`, one sentence a line; and where what was learnt is kept.

A name may go on: `emergency.flood.yaml` says which of its kind they are (`bot.understanding.intents.DETAILS`),
`emergency.flood.hurt.yaml` that somebody is hurt, `service_book.content.yaml` that whoever says them is content, though
their words may sound otherwise. A key is `always`, or the kind of a question that is open when the sentence is said
(`bot.effects.PromptKind`).
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import RootModel, field_validator

from bot.effects import PromptKind
from bot.errors import ConfigError
from bot.understanding import classifier, concepts, features, intents, normalise
from bot.understanding.classifier import Classifier
from config.load import load_catalogue, shipped_unless_own
from config.yaml_lines import load_model

ALWAYS = "always"
LEARNING = Path(__file__).parents[1] / "commands" / "learn.py"  # read, not imported: it needs scikit-learn
CODE = (
    classifier,
    concepts,
    features,
    intents,
    normalise,
)  # another reading of a sentence makes what was learnt worthless


@dataclass(frozen=True, slots=True)
class Example:
    """opened: the kind of the question open, "" where it is said without any. detail, mark: as its file says, or ""."""

    text: str
    opened: str
    intent: str
    detail: str = ""
    mark: str = ""


class Sentences(RootModel[dict[str, str]]):
    @field_validator("root")
    @classmethod
    def known_questions(cls, keys: dict[str, str]) -> dict[str, str]:
        unknown = keys.keys() - {ALWAYS, *PromptKind}
        if unknown:
            raise ValueError(f"{min(unknown)} is neither `always` nor the kind of a question")
        return keys


def folder(config_dir: Path) -> Path:
    """`nlu/`, ours where the dealer keeps none."""
    return shipped_unless_own(config_dir, "nlu")


def load_examples(config_dir: Path) -> tuple[Example, ...]:
    """Raises ConfigError naming file, line and key."""
    return tuple(each for path in _files(config_dir) for each in _examples(path))


def load_names(config_dir: Path) -> tuple[str, ...]:
    """What the dealer's models are called, as the catalogue writes it; with our examples also those they speak of.

    Raises ConfigError naming file, line and key.
    """
    catalogues = {config_dir, folder(config_dir).parent}
    models = (each for where in catalogues for each in load_catalogue(where).models)
    return tuple(sorted({name for each in models for name in (each.name, *each.aliases)}))


def learnt(config_dir: Path, data_dir: Path, learn: Callable[[Path, Path], None]) -> Classifier:
    """From the data folder; `learn(config_dir, path)` writes the file when examples, names or code are new.

    Raises ConfigError.
    """
    path = kept_at(config_dir, data_dir)
    if not path.exists():
        learn(config_dir, path)
    return Classifier.load(path.read_bytes())


def kept_at(config_dir: Path, data_dir: Path) -> Path:
    """Named by the content of the examples, the names of the models and the code that reads sentences."""
    return data_dir / "nlu" / f"{_digest(config_dir)}.bin"


def bring(config_dir: Path, from_: Path, to: Path) -> None:
    """What was learnt for another data folder, if it was, saves learning it again."""
    known = kept_at(config_dir, from_)
    if known.exists():
        new = kept_at(config_dir, to)
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(known.read_bytes())


def keep(path: Path, made: Classifier) -> None:
    """Whole or not at all; what was learnt from other examples goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_bytes(made.dump())
    new.replace(path)
    for other in path.parent.glob("*.bin"):
        if other != path:
            other.unlink(missing_ok=True)


def _files(config_dir: Path) -> list[Path]:
    return sorted(folder(config_dir).glob("*.yaml"))


def _examples(path: Path) -> Iterator[Example]:
    intent, detail, mark = _named(path)
    for opened, lines in load_model(path, Sentences).root.items():
        for line in lines.splitlines():
            if line.strip():
                yield Example(line.strip(), "" if opened == ALWAYS else opened, intent, detail, mark)


def _named(path: Path) -> tuple[str, str, str]:
    """Intent, detail and mark, as `emergency.flood.hurt.yaml` says them."""
    intent, *more = path.stem.split(".")
    if intent not in {*intents.SLOTS, *intents.WITHOUT_SLOTS, *intents.TOLD_AS}:
        raise ConfigError(f"{path}:1", f"{intent} is no intent")
    detail = more.pop(0) if more and more[0] in intents.DETAILS.get(intent, ()) else ""
    mark = more.pop(0) if more and more[0] in (intents.HURT, intents.CONTENT) else ""
    if more:
        raise ConfigError(f"{path}:1", f"{more[0]} is no detail of {intent} and no mark")
    return intent, detail, mark


def _digest(config_dir: Path) -> str:
    found = hashlib.sha256("\0".join(load_names(config_dir)).encode())
    code = [*(Path(str(module.__file__)) for module in CODE), LEARNING]
    for path in [*_files(config_dir), *code]:
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:32]
