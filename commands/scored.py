"""What `converse` says on standard error: each miss as a difference, and the score by tag."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.expected import Compared

ALL = "(all)"
COLUMNS = ("turns", "intent", "slots", "rating", "esc. recall", "esc. precision", "reply")
PARTS = {"intent": ("intent", "also"), "slots": ("slot",), "rating": ("rating",), "reply": ("reply",)}
ERROR = Path("-")  # stands for standard error: standard output holds turns and nothing else


@dataclass(frozen=True, slots=True)
class Judged:
    """One turn with what was expected of it; found: empty when the file expects nothing."""

    id: str
    turn: int
    said: str
    tags: tuple[str, ...]
    found: tuple[Compared, ...]

    @property
    def missed(self) -> tuple[Compared, ...]:
        return tuple(each for each in self.found if not each.right)


def difference(judged: Judged) -> str:
    """`-` what the file expects, `+` what the bot did, one pair for each miss; the reply once, below them."""
    tags = f"  [{' '.join(judged.tags)}]" if judged.tags else ""
    lines = [f"{judged.id} turn {judged.turn}{tags}  「{judged.said}」"]
    replies = [each for each in judged.missed if each.part == "reply"]
    for each in judged.missed:
        if each.part != "reply":
            label = f"{each.part} {each.name}".strip()
            lines += [f"  - {label}: {_plain(each.wanted)}", f"  + {label}: {_plain(each.got)}"]
    for each in replies:
        sign = "-" if each.name == "lacks" else "+"
        lines.append(f"  {sign} reply {each.name} {_plain(each.wanted)}")
    if replies:
        lines += [f"    | {line}" for line in str(replies[0].got or "(silent)").splitlines()]
    return "\n".join(lines)


def score(turns: Sequence[Judged]) -> dict[str, dict[str, list[int]]]:
    """By tag, all turns first: column → [right, of]. A turn of two tags counts in both.

    Escalation: recall is of the turns the file wants a person in, precision of those that got one.
    """
    tags = sorted({tag for each in turns for tag in each.tags})
    return {tag: _row([each for each in turns if tag in (*each.tags, ALL)]) for tag in (ALL, *tags)}


def table(scored: Mapping[str, Mapping[str, Sequence[int]]]) -> str:
    rows = [("tag", *COLUMNS), *((tag, *(_cell(name, row[name]) for name in COLUMNS)) for tag, row in scored.items())]
    wide = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join("  ".join(_filled(cell, wide[place], place) for place, cell in enumerate(row)) for row in rows)


def write(scored: Mapping[str, Mapping[str, Sequence[int]]], to: Path) -> None:
    """A file that ends in .json gets JSON, any other the table; `-` is standard error."""
    if to == ERROR:
        print(table(scored), file=sys.stderr)
        return
    text = json.dumps(scored, ensure_ascii=False, indent=2) if to.suffix == ".json" else table(scored)
    to.write_text(text + "\n", "utf-8")


def _row(turns: Sequence[Judged]) -> dict[str, list[int]]:
    found = [each for judged in turns for each in judged.found]
    row = {"turns": [sum(not each.missed for each in turns), len(turns)]}
    row |= {name: _share([each.right for each in found if each.part in parts]) for name, parts in PARTS.items()}
    handed = [each for each in found if each.part == "escalate"]
    row["esc. recall"] = _share([each.right for each in handed if each.wanted is True])
    row["esc. precision"] = _share([each.right for each in handed if each.got is True])
    return row


def _share(right: Sequence[bool]) -> list[int]:
    return [sum(right), len(right)]


def _cell(name: str, share: Sequence[int]) -> str:
    right, of = share
    if not of:
        return "·"
    return f"{right}/{of}" if name == "turns" else f"{right / of:.0%} of {of}"


def _width(text: str) -> int:
    """Columns on a terminal: Chinese signs take two."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def _filled(text: str, wide: int, place: int) -> str:
    blank = " " * (wide - _width(text))
    return blank + text if place else text + blank


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
