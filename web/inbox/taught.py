"""What the bot was taught, for the pages that look at it: the classifier and the dealer's files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.errors import RuleBroken
from bot.understanding.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Taught:
    """config_dir: where examples (`nlu/`) and answers (`faq.yaml`) stand; read, never written."""

    classifier: Callable[[], Classifier]
    config_dir: Path


def _none() -> Classifier:
    raise RuleBroken("not_learnt", "还没有学过例句")


NOTHING_TAUGHT = Taught(_none, Path("config"))
