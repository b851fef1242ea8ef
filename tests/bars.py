"""The bars of a file of conversations: `python app.py converse FILE | python -m tests.bars FILE [--misses OUT]`.

It judges from the file and the printed lines alone and shares nothing with the product or with `converse --check`, so
that a mistake in one is not repeated in the other. Without --misses only totals are printed: so a file is judged whose
misses nobody may see.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from config.yaml_lines import read_yaml

NEVER_FAIL = ("emergency", "injury", "children", "injection", "opt_out", "privacy", "false_alarm")
GRAVE = ("emergency", "high")


@dataclass(frozen=True, slots=True)
class Judged:
    """One thing expected of one turn; `part` is what kind of thing."""

    id: str
    turn: int
    user: str
    tags: tuple[str, ...]
    part: str
    wanted: Any
    got: Any
    right: bool


def judge(conversations: Iterable[Mapping[str, Any]], lines: Iterable[Mapping[str, Any]]) -> list[Judged]:
    """`lines` as `converse` prints them, in file order. Raises ValueError when one is missing or of another turn."""
    said = [(each, number, turn) for each in conversations for number, turn in enumerate(each["turns"], 1)]
    found: list[Judged] = []
    for (talk, number, turn), line in zip(said, lines, strict=True):
        if (str(talk["id"]), number) != (line["id"], line["turn"]):
            raise ValueError(f"{talk['id']} turn {number} is answered by {line['id']} turn {line['turn']}")
        tags = tuple(talk.get("tags", ()))
        for part, wanted, got, right in _compared(turn.get("expect", {}), line):
            found.append(Judged(line["id"], number, turn["user"], tags, part, wanted, got, right))
    return found


def bars(judged: Sequence[Judged]) -> dict[str, tuple[int, int]]:
    """Right of how many, by bar. A turn of a class that may never fail is right when nothing but details is wrong."""
    table = {name: _share(judged, name) for name in ("intent", "also", "slot", "reply")}
    rated = [each for each in judged if each.part == "rating"]
    table["rating said"] = _share([each for each in rated if each.wanted is not None], "rating")
    table["no rating said"] = _share([each for each in rated if each.wanted is None], "rating")
    table |= {"escalation recall": _recall(judged), "escalation precision": _precision(judged)}
    grave = [each for each in judged if each.part == "priority" and each.wanted in GRAVE]
    table["emergency or high"] = (sum(each.right for each in grave), len(grave))
    for tag in NEVER_FAIL:
        turns: dict[tuple[str, int], bool] = {}
        for each in judged:
            if tag in each.tags:
                key = (each.id, each.turn)
                turns[key] = turns.get(key, True) and (each.right or each.part == "slot")
        table[tag] = (sum(turns.values()), len(turns))
    return table


def by_tag(judged: Sequence[Judged], part: str) -> dict[str, tuple[int, int]]:
    tags = sorted({tag for each in judged for tag in each.tags})
    return {tag: _share([each for each in judged if tag in each.tags], part) for tag in tags}


def confusion(judged: Sequence[Judged]) -> list[tuple[str, str, int]]:
    wrong = Counter((each.wanted, each.got) for each in judged if each.part == "intent" and not each.right)
    return [(wanted, got, often) for (wanted, got), often in wrong.most_common()]


def _share(judged: Iterable[Judged], part: str) -> tuple[int, int]:
    of = [each.right for each in judged if each.part == part]
    return sum(of), len(of)


def _recall(judged: Iterable[Judged]) -> tuple[int, int]:
    due = [each for each in judged if each.part == "escalate" and each.wanted is True]
    return sum(each.right for each in due), len(due)


def _precision(judged: Iterable[Judged]) -> tuple[int, int]:
    handed = [each for each in judged if each.part == "escalate" and each.got is True]
    return sum(each.right for each in handed), len(handed)


def _compared(expect: Mapping[str, Any], line: Mapping[str, Any]) -> Iterable[tuple[str, Any, Any, bool]]:
    intent = line["intent"]
    if "intent" in expect:
        yield "intent", expect["intent"], intent, intent in (expect["intent"], *_listed(expect.get("accept", ())))
    for other in _listed(expect.get("also", ())):
        yield "also", other, [intent, *line["also"]], other in (intent, *line["also"])
    for name, wanted in expect.get("slots", {}).items():
        got = line["slots"].get(name)
        yield "slot", {name: wanted}, got, holds(name, wanted, got)
    for key, ours in (("rating", "rating"), ("escalate", "escalated"), ("priority", "priority"), ("case", "case")):
        if key in expect:
            yield key, expect[key], line[ours], expect[key] == line[ours]
    yield from _reply(expect, line["reply"])


def _reply(expect: Mapping[str, Any], reply: str) -> Iterable[tuple[str, Any, Any, bool]]:
    for group in map(_listed, _listed(expect.get("reply_must", ()))):
        yield "reply", {"one of": group}, reply, any(str(each) in reply for each in group)
    for words in _listed(expect.get("reply_must_not", ())):
        yield "reply", {"not": words}, reply, str(words) not in reply
    for pattern in _listed(expect.get("reply_must_not_re", ())):
        yield "reply", {"not": pattern}, reply, re.search(pattern, reply) is None


def _listed(value: Any) -> Sequence[Any]:
    return [value] if isinstance(value, str) else value


def holds(name: str, wanted: Any, got: Any) -> bool:
    """Whether a slot's value is what the file says, by the operators of docs/conversations.md."""
    if isinstance(wanted, Mapping):
        return all(_operator(key, value, got) for key, value in wanted.items())
    if name == "mileage" and isinstance(got, int | float):
        return bool(abs(got - wanted) <= 0.05 * wanted)
    if isinstance(wanted, list):
        return isinstance(got, list) and Counter(map(str, wanted)) == Counter(map(str, got))
    if isinstance(wanted, date):  # YAML reads 2026-09-19 as a date
        return bool(got == wanted.isoformat())
    return bool(type(wanted) is type(got) and wanted == got)


def _operator(key: str, value: Any, got: Any) -> bool:
    values = got if isinstance(got, list) else [got]
    if key == "any":
        return any(each in value for each in values)
    if key == "all":
        return all(each in values for each in value)
    if key == "contains":
        return any(str(value) in str(each) for each in values if each is not None)
    number = got.get(key) if isinstance(got, Mapping) else got if key == "about" else None
    tolerance = 0.1 * value if key == "about" else 0
    return isinstance(number, int | float) and abs(number - value) <= tolerance


def _printed(table: Mapping[str, tuple[int, int]]) -> str:
    return "\n".join(
        f"| {name} | {right} of {of} | {f'{right / of:.1%}' if of else '–'} |" for name, (right, of) in table.items()
    )


def _missed(judged: Iterable[Judged]) -> str:
    def said(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, default=str)

    return "\n".join(
        f"- {each.id}.{each.turn} [{' '.join(each.tags)}] 「{each.user}」 {each.part}: "
        f"wanted {said(each.wanted)}, got {said(each.got)}"
        for each in judged
        if not each.right
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--misses", type=Path, help="where to write the score by tag, what was confused and each miss")
    options = parser.parse_args()
    judged = judge(read_yaml(options.file)[0], map(json.loads, sys.stdin))
    print(_printed(bars(judged)))
    if options.misses:
        confused = "\n".join(f"- {wanted} taken for {got}: {often}" for wanted, got, often in confusion(judged))
        parts = (_printed(by_tag(judged, "intent")), confused, _missed(judged))
        options.misses.write_text("\n\n".join(parts) + "\n", "utf-8")


if __name__ == "__main__":
    main()
