"""What the settings pages need besides the desk, and who may open them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from flask import abort, flash, render_template
from flask_babel import gettext
from sqlalchemy import Connection

from bot.cases import MANAGERS
from bot.customer import StaffMember
from bot.dealer import Dealer
from bot.errors import RuleBroken
from bot.journeys import Journey
from store import audit
from web.inbox.conversation import Desk
from web.login import user
from web.sealed import Seal
from web.tables_in import TakenIn, Upload


class Told(Protocol):
    """One step of a dry run (scheduler/dry_run.py)."""

    @property
    def step(self) -> str: ...

    @property
    def planned(self) -> int: ...

    @property
    def send(self) -> int: ...

    @property
    def outside(self) -> int: ...

    @property
    def later(self) -> Mapping[str, int]: ...

    @property
    def never(self) -> Mapping[str, int]: ...

    @property
    def on(self) -> Mapping[date, int]: ...


@dataclass(frozen=True)
class Office:
    """dealer, journeys: as the files say. dry_run(journey, days): what it would do, without doing it. base: our public
    address, for links. seal: of second factors. take_in(upload): tables into the house, raises ConfigError. sandbox: no
    real provider is behind this house.
    """

    config_dir: Path
    dealer: Dealer
    journeys: Sequence[Journey]
    dry_run: Callable[[Journey, int], Sequence[Told]]
    base: str
    seal: Seal
    machine: Callable[[], datetime]
    take_in: Callable[[Upload], TakenIn]
    sandbox: bool = False


def keeper() -> StaffMember:
    """Managers and administrators; 403 for everybody else."""
    if user().role not in MANAGERS:
        abort(403)
    return user()


def page(name: str, **parts: Any) -> str:
    return render_template(f"pages/inbox/settings/{name}.html", **parts)


def noted(conn: Connection, desk: Desk, action: str, **ref: object) -> None:
    """Every deed of an administrator leaves a row."""
    audit.record(conn, user(), action, ref, desk.now())


def say(error: RuleBroken) -> None:
    """A refusal, shown on the page the form came from; nothing typed was a secret."""
    flash(gettext(str(error)), "refused")


def done(sentence: str) -> None:
    flash(sentence, "done")
