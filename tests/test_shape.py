"""The shape of the code: short functions, short files, tests at least as long as what they test (docs/style.md)."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("bot", "handlers", "channels", "store", "config", "scheduler", "web", "sandbox", "commands")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc", "common", "base_utils", "process_data"}


def sources() -> list[Path]:
    found = [path for part in PARTS for path in sorted((ROOT / part).rglob("*.py")) if "versions" not in path.parts]
    return [ROOT / "app.py", *found]


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """(name, lines without the docstring); a function inside another counts for both."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", code_lines(node)


def code_lines(node: ast.FunctionDef) -> int:
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def p90(numbers: list[int]) -> int:
    return sorted(numbers)[int(len(numbers) * 0.9)]


def test_functions_are_short() -> None:
    lengths = dict(pair for path in sources() for pair in functions(path))
    assert statistics.median(lengths.values()) <= 8
    assert p90(list(lengths.values())) <= 25
    assert [name for name, length in lengths.items() if length > 60] == []


def test_files_are_short() -> None:
    lengths = {path: lines(path) for path in sources() if path.name != "__init__.py"}
    assert statistics.median(lengths.values()) <= 120
    assert [str(path.relative_to(ROOT)) for path, length in lengths.items() if length > 400] == []


@pytest.mark.parametrize("path", [*sources(), *sorted((ROOT / "tests").rglob("*.py"))], ids=lambda path: path.name)
def test_a_file_is_named_for_what_it_answers(path: Path) -> None:
    assert path.stem.removeprefix("test_") not in EMPTY_NAMES


def test_every_type_ignore_gives_its_reason() -> None:
    """`# type: ignore[code]  # why`."""
    bare = []
    for path in [*sources(), *sorted((ROOT / "tests").rglob("*.py"))]:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            _, found, rest = line.partition("# type: " + "ignore[")
            if found and "#" not in rest:
                bare.append(f"{path.relative_to(ROOT)}:{number}")
    assert bare == []


def test_no_path_of_our_machines_is_in_the_files() -> None:
    home = "/" + "work/"
    tracked = [path for path in sources() if home in path.read_text("utf-8")]
    assert tracked == []
