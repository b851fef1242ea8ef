"""Writes the table of docs/gate.md from tests/bot/gate_table.yaml, which a test holds true. `--check` compares."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "tests" / "bot" / "gate_table.yaml"
PAGE = ROOT / "docs" / "gate.md"
BEGIN, END = "<!-- table: docs/make_gate.py -->\n", "<!-- end of table -->\n"
COLUMNS = ("safety", "service", "reminder", "survey", "greeting", "marketing", "case")
HEAD = (
    "| gate | when | safety | service | reminder | survey | greeting | marketing | a case's own | what happens then |\n"
    "|---|---|---|---|---|---|---|---|---|---|\n"
)


def main(arguments: list[str]) -> int:
    """0 when written or current, 1 when `--check` finds the page out of date."""
    page = PAGE.read_text("utf-8")
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    rows = yaml.safe_load(TABLE.read_text("utf-8"))
    made = before + BEGIN + HEAD + "".join(_line(row) for row in rows) + END + after
    if "--check" in arguments:
        if made != page:
            print("docs/gate.md is out of date: make handbook", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(made, "utf-8")
    return 0


def _line(row: Mapping[str, Any]) -> str:
    says: Mapping[str, str] = row["says"]
    cells = [_cell(says.get(column, says.get("others", ""))) for column in COLUMNS]
    return f"| {' | '.join([row['gate'], row['when'], *cells, row['then']])} |\n"


def _cell(words: str) -> str:
    """`defer cap` → defer `cap`."""
    decision, _, reason = words.partition(" ")
    return f"{decision} `{reason}`" if reason else decision


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
