"""Comparing a turn with its `expect` (docs/conversations.md, Expectations)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from commands.conversations import Expectation

MILEAGE_OFF, BUDGET_OFF = 0.05, 0.10


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing expected of a turn. part: intent, also, slot, rating, escalate, priority, case or reply.

    name: of the slot; of a reply, how it fails ("lacks", "must not hold").
    """

    part: str
    wanted: Any
    got: Any
    right: bool
    name: str = ""


def compared(expect: Expectation, line: Mapping[str, Any]) -> Iterator[Compared]:
    """Everything the file names, right or wrong, and nothing else. line: what `converse` prints of the turn."""
    if expect.intent:
        right = line["intent"] in {expect.intent, *expect.accept}
        yield Compared("intent", expect.intent, line["intent"], right)
    acted = [line["intent"], *line["also"]]
    for wanted in expect.also:
        yield Compared("also", wanted, acted, wanted in acted)
    for name, wanted in expect.slots.items():
        got = line["slots"].get(name)
        yield Compared("slot", wanted, got, slot_holds(name, wanted, got), name)
    for key, ours in (("rating", "rating"), ("escalate", "escalated"), ("priority", "priority"), ("case", "case")):
        if key in expect.model_fields_set:
            wanted = getattr(expect, key)
            yield Compared(key, wanted, line[ours], wanted == line[ours])
    yield from _reply(expect, str(line["reply"]))


def slot_holds(name: str, wanted: Any, got: Any) -> bool:
    if isinstance(wanted, dict):
        return all(_operator(key, value, got) for key, value in wanted.items())
    if name == "mileage" and isinstance(wanted, int) and isinstance(got, int):
        return abs(got - wanted) <= MILEAGE_OFF * wanted
    if isinstance(wanted, list) and isinstance(got, list | tuple):
        return sorted(map(str, wanted)) == sorted(map(str, got))
    if isinstance(wanted, date):  # YAML reads 2026-09-19 as a date
        return bool(got == wanted.isoformat())
    return bool(wanted == got)


def _operator(key: str, value: Any, got: Any) -> bool:
    values = got if isinstance(got, list | tuple) else [got]
    match key:
        case "any":
            return any(each in value for each in values)
        case "all":
            return all(each in values for each in value)
        case "contains":
            return str(value) in str(got or "")
        case "about":
            said = got.get("about") if isinstance(got, dict) else got
            return isinstance(said, int | float) and abs(said - value) <= BUDGET_OFF * value
        case _:
            return isinstance(got, dict) and got.get(key) == value


def _reply(expect: Expectation, reply: str) -> Iterator[Compared]:
    for group in expect.reply_must:
        yield Compared("reply", group, reply, any(part in reply for part in group), "lacks")
    for part in expect.reply_must_not:
        yield Compared("reply", repr(part), reply, part not in reply, "must not hold")
    for pattern in expect.reply_must_not_re:
        yield Compared("reply", repr(pattern), reply, re.search(pattern, reply) is None, "must not hold")
