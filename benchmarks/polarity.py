"""Satisfied or dissatisfied: the same labelled replies read by ours, by a list of words and by SnowNLP's sentiment.

SnowNLP's model was trained on reviews of goods; it gives a number and never says that it does not know.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from snownlp import SnowNLP

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding.scales import DISSATISFIED, SATISFIED, scale_of
from bot.understanding.understand import understand

TESTS = Path(__file__).parents[1] / "tests"
SETS = ("sms", "our", "third", "fourth", "fifth", "sixth")
UNSEEN = ("unseen_open", "unseen_frozen")
NOW = datetime(2026, 9, 17, tzinfo=UTC)
WORDED = re.compile("[\u4e00-\u9fff].*[\u4e00-\u9fff]")  # a bare digit has no polarity of its own
BAD = re.compile("不满|不好|不行|不凉|差|慢|贵|投诉|失望|生气|没修|还是|又|问题|坑|骗|久|乱|脏|烂|垃圾|再也不|退钱")
GOOD = re.compile("满意|很好|不错|好评|谢|专业|热情|快|棒|赞|可以|挺好|周到|细心|放心|舒服|干净")


class Labelled(NamedTuple):
    text: str
    scale: str
    polarity: str


def polarity_table() -> Iterator[str]:
    """Right, the wrong way round, and no answer: ours asks back where it is not sure."""
    yield "| satisfied or dissatisfied, of replies in words | n | list of words | SnowNLP | ours | ours asks |"
    yield "|---|---|---|---|---|---|"
    readers: tuple[Callable[[Labelled], str], ...] = (by_words, by_snownlp, by_us)
    for name, found in (("`tests/data/*-replies.json` (ours was mended on them)", _replies()),
                        ("`unseen_open.yaml`, `unseen_frozen.yaml`", _unseen())):  # fmt: skip
        told = [[reader(each) for each in found] for reader in readers]
        cells = [_cell(answers, found) for answers in told]
        asks = sum(not answer for answer in told[-1]) / len(found)
        yield f"| {name} | {len(found)} | {' | '.join(cells)} | {asks:.0%} |"
    yield f"\nSnowNLP takes {_snow_ms(_replies()):.1f} ms a reply."


def by_us(each: Labelled) -> str:
    asked = (Prompt(1, PromptKind.SURVEY, each.scale, NOW, NOW),)
    good = understand(each.text, asked).satisfaction
    return good if good in (SATISFIED, DISSATISFIED) else ""


def by_snownlp(each: Labelled) -> str:
    return SATISFIED if SnowNLP(each.text).sentiments > 0.5 else DISSATISFIED


def by_words(each: Labelled) -> str:
    if BAD.search(each.text):
        return DISSATISFIED
    return SATISFIED if GOOD.search(each.text) else ""


def _cell(answers: list[str], found: list[Labelled]) -> str:
    right = sum(answer == each.polarity for answer, each in zip(answers, found, strict=True))
    wrong = sum(bool(answer) and answer != each.polarity for answer, each in zip(answers, found, strict=True))
    return f"{right / len(found):.1%} right, {wrong / len(found):.1%} wrong way round"


def _replies() -> list[Labelled]:
    rows = [row for name in SETS for row in json.loads((TESTS / "data" / f"{name}-replies.json").read_text("utf-8"))]
    found = {_labelled(row) for row in rows if row["context"] == "survey" and WORDED.search(row["text"])}
    return sorted(each for each in found if each is not None)


def _labelled(row: dict[str, Any]) -> Labelled | None:
    scale = row.get("scale", "1-5")
    if row["intent"] == "complaint":
        return Labelled(row["text"], scale, DISSATISFIED)
    known = scale_of(scale)
    if row["intent"] != "rating" or known is None or row["rating"] is None:
        return None
    good = known.satisfaction(row["rating"])
    return Labelled(row["text"], scale, good) if good in (SATISFIED, DISSATISFIED) else None


def _unseen() -> list[Labelled]:
    """Turns that answer a survey in words, labelled satisfied or dissatisfied; only totals of them are printed."""
    found = []
    for name in UNSEEN:
        for talk in yaml.safe_load((TESTS / "conversations" / f"{name}.yaml").read_text("utf-8")):
            survey = talk.get("context", {}).get("pending_survey")
            for turn in talk["turns"] if survey else ():
                good = turn.get("expect", {}).get("slots", {}).get("satisfaction")
                if good in (SATISFIED, DISSATISFIED) and WORDED.search(str(turn["user"])):
                    found.append(Labelled(str(turn["user"]), str(survey.get("scale", "1-5")), good))
    return found


def _snow_ms(found: list[Labelled]) -> float:
    begin = time.process_time_ns()
    for each in found:
        by_snownlp(each)
    return (time.process_time_ns() - begin) / 1e6 / len(found)
