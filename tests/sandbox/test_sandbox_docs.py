"""docs/sandbox.md names every route, key, api and behaviour, and nothing else."""

import re
from pathlib import Path

from sandbox import asked, faults
from tests.sandbox.conftest import Running

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
WECHATS = {f"{method} /{root}/<path>" for method in ("GET", "POST") for root in ("cgi-bin", "wxaapi")}
OF_THE_PROVIDERS = {*WECHATS, "POST /", "GET /static/<path>"}


def rows(after: str) -> set[str]:
    """First column of the first table behind these words."""
    table = re.search(r"((?:^\|.*\n)+)", PAGE[PAGE.index(after) :], re.MULTILINE)
    assert table
    return set(re.findall(r"^\| `([^`]+)` \|", table.group(1), re.MULTILINE))


def test_every_route_is_a_row(box: Running) -> None:
    routes = {
        f"{method} {re.sub(r'<path:[a-z]+>', '<path>', rule.rule)}"
        for rule in box.sandbox.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = set(re.findall(r"^\| `((?:GET|POST) /[^`]*)` \|", PAGE, re.MULTILINE))
    assert told == routes - OF_THE_PROVIDERS


def test_every_key_of_a_push_is_a_row() -> None:
    assert rows("also takes:") == set(asked.PUSHING)


def test_every_api_and_behaviour_is_a_row() -> None:
    assert rows("## What may be made to fail") == set(faults.APIS)
    assert rows("or a behaviour:") == set(faults.BEHAVIOURS)
