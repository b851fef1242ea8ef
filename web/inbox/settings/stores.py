"""The stores as dealer.yaml says, each fact with its file and line: the file decides, the page shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from flask import Blueprint

from bot.customer import Role
from bot.dealer import Dealer, Span, StoreConfig
from config.yaml_lines import line_of, read_yaml
from store import stores
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.settings.office import Office, keeper, page
from web.login import user

FILE = "dealer.yaml"
OWN = {"calendar": "calendar_of"}  # what an empty value stands for
SHOWN = ("name", "code", "time_zone", "opening", "hotline", "rescue", "address", "calendar")


@dataclass(frozen=True, slots=True)
class Fact:
    """where: file:line, "" where the file leaves it to the house's own value."""

    key: str
    value: str
    where: str


def register(pages: Blueprint, desk: Desk, office: Office) -> None:
    @pages.get("/inbox/settings/stores")
    def settings_stores() -> Answer:
        keeper()
        mine = desk.read(lambda conn: stores.code_of(conn, user().store_id))
        every = user().role is Role.ADMIN
        shown = [
            (one, facts) for one, facts in with_lines(office.config_dir, office.dealer) if every or one.code == mine
        ]
        return page("stores", stores=shown, file=f"config/{FILE}")


def with_lines(config_dir: Path, dealer: Dealer) -> Iterator[tuple[StoreConfig, list[Fact]]]:
    """Read anew from the file, so that a line is where it stands now; the values are those this process runs with."""
    data, tree = read_yaml(config_dir / FILE)
    written = data.get("stores", []) if isinstance(data, Mapping) else []
    for number, one in enumerate(dealer.stores):
        given = written[number] if number < len(written) else {}
        yield one, [_fact(tree, number, key, getattr(one, OWN.get(key, key)), key in given) for key in SHOWN]


def _fact(tree: Any, number: int, key: str, value: object, given: bool) -> Fact:
    where = f"{FILE}:{line_of(tree, ('stores', number, key))}" if given else ""
    return Fact(key, _said(value), where)


def _said(value: object) -> str:
    if isinstance(value, Span):
        return f"{_hour(value.start)}–{_hour(value.end)}"
    return str(value)


def _hour(moment: time) -> str:
    return f"{moment:%H:%M}"
