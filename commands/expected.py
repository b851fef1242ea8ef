"""Comparing a turn with its `expect` (docs/conversations.md, Expectations)."""

import re
from collections.abc import Mapping
from typing import Any

from commands.conversations import Expectation

MILEAGE_OFF, BUDGET_OFF = 0.05, 0.10


def misses(expect: Expectation, line: Mapping[str, Any]) -> list[str]:
    """One sentence for each thing that is not as expected; only what stands in the file is compared."""
    found = _intents(expect, line)
    for name, wanted in expect.slots.items():
        if not slot_holds(name, wanted, line["slots"].get(name)):
            found.append(f"slot {name}: wanted {wanted!r}, got {line['slots'].get(name)!r}")
    for key, ours in (("rating", "rating"), ("escalate", "escalated"), ("priority", "priority")):
        if key in expect.model_fields_set and getattr(expect, key) != line[ours]:
            found.append(f"{key}: wanted {getattr(expect, key)!r}, got {line[ours]!r}")
    return found + _reply(expect, str(line["reply"]))


def slot_holds(name: str, wanted: Any, got: Any) -> bool:
    if isinstance(wanted, dict):
        return all(_operator(key, value, got) for key, value in wanted.items())
    if name == "mileage" and isinstance(wanted, int) and isinstance(got, int):
        return abs(got - wanted) <= MILEAGE_OFF * wanted
    if isinstance(wanted, list) and isinstance(got, list | tuple):
        return sorted(map(str, wanted)) == sorted(map(str, got))
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


def _intents(expect: Expectation, line: Mapping[str, Any]) -> list[str]:
    found = []
    if expect.intent and line["intent"] not in {expect.intent, *expect.accept}:
        found.append(f"intent: wanted {expect.intent}, got {line['intent']}")
    acted = {line["intent"], *line["also"]}
    return found + [f"also: {wanted} is missing" for wanted in expect.also if wanted not in acted]


def _reply(expect: Expectation, reply: str) -> list[str]:
    lacking = [group for group in expect.reply_must if not any(part in reply for part in group)]
    said = [part for part in expect.reply_must_not if part in reply]
    said += [pattern for pattern in expect.reply_must_not_re if re.search(pattern, reply)]
    return [f"reply lacks {group}" for group in lacking] + [f"reply must not hold {part!r}" for part in said]
