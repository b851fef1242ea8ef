"""The demo customers, as `DATA_DIR/demo.json` tells them; read again whenever the file changes."""

import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from bot.ports import Clock
from sandbox import followers
from sandbox.sms_rules import SmsRefused, national
from store.engine import writing

PASSER_BY = "passerby"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a phone. external_id: in the dealer's file, "" for strangers. phone: national, "" if none."""

    id: str
    name: str
    openid: str
    phone: str
    external_id: str = ""
    follows: bool = False


class Demo:
    """Customers of the demo dealer. Who has an openid there followed the account before the sandbox began."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "demo.json"
        self._changed = 0.0
        self.people: tuple[Person, ...] = ()
        self.token = ""

    def read(self) -> bool:
        """True when there is something new."""
        try:
            changed = self._path.stat().st_mtime
            if changed == self._changed:
                return False
            told = json.loads(self._path.read_text())
        except (OSError, ValueError):  # not seeded yet, or being written just now
            return False
        self._changed, self.token = changed, str(told.get("api_token") or "")
        self.people = tuple(_person(row) for row in told.get("customers") or ())
        return True


def adopt(engine: Engine, clock: Clock, demo: Demo, account: str) -> None:
    """Make WeChat know those who already follow; who left meanwhile stays away."""
    if not demo.read():
        return
    with writing(engine) as connection:
        for person in demo.people:
            if person.follows:
                followers.ensure(connection, account, person.openid, clock.business(), following=True)


def _person(row: dict[str, str | None]) -> Person:
    external_id = str(row.get("external_id") or "")
    openid = row.get("openid") or f"o_{external_id}"
    return Person(
        external_id, str(row.get("name") or ""), openid, _phone(row.get("phone")), external_id, bool(row.get("openid"))
    )


def _phone(written: str | None) -> str:
    try:
        return national(written or "")
    except SmsRefused:
        return ""
