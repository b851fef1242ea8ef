"""Writes docs/handbook.md: each row of the handbook, what does it, the tests that hold it. `--check` only compares."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
ROWS = ROOT / "docs" / "handbook.yaml"
PAGE = ROOT / "docs" / "handbook.md"
HEAD = """# The handbook, row by row

Made by `make handbook` from `docs/handbook.yaml` and the tests marked `handbook`; do not edit by hand.
{held} of {all} rows are held by a test.

| row | it asks | what does it | the test that holds it |
|---|---|---|---|
"""


def main(arguments: list[str]) -> int:
    """0 when written or current; 1 when `--check` finds the page out of date or a marker names no row."""
    rows = yaml.safe_load(ROWS.read_text("utf-8"))
    tests = held_by(ROOT / "tests")
    if unknown := sorted(set(tests) - set(rows)):
        print(f"docs/handbook.yaml has no row {', '.join(unknown)}, named by {tests[unknown[0]][0]}", file=sys.stderr)
        return 1
    page = written(rows, tests)
    if "--check" in arguments:
        if not PAGE.exists() or PAGE.read_text("utf-8") != page:
            print("docs/handbook.md is out of date: make handbook", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(page, "utf-8")
    return 0


def held_by(folder: Path) -> dict[str, list[str]]:
    """Row → `tests/path.py::test_name`, in the order of the files."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for name, row in marked(ast.parse(path.read_text("utf-8"))):
            found[row].append(f"{path.relative_to(folder.parent)}::{name}")
    return dict(found)


def marked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(test, row) of each `@pytest.mark.handbook("row", …)`, on functions and on classes' tests."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                for row in rows_of(decorator):
                    yield node.name, row


def rows_of(decorator: ast.expr) -> Iterator[str]:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return
    if decorator.func.attr == "handbook":
        for argument in decorator.args:
            if isinstance(argument, ast.Constant):
                yield str(argument.value)


def written(rows: Mapping[str, Mapping[str, str]], tests: Mapping[str, list[str]]) -> str:
    lines = []
    for row, said in rows.items():
        does = said["does"] or "nothing yet"
        held = "<br>".join(f"`{test}`" for test in tests.get(row, [])) or "no test yet"
        lines.append(f"| {row} | {said['asks']} | {does} | {held} |".replace("\n", " "))
    return HEAD.format(held=sum(row in tests for row in rows), all=len(rows)) + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
