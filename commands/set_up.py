"""What must stand before `run` starts anything: content that reads, a database up to date, the demo dealer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.dealer import Dealer
from bot.errors import ConfigError
from bot.journeys import Journey
from bot.ports import Calendars
from commands.migrate import bring_up
from commands.steps import Step
from commands.translations import compile_all
from config.settings import Settings
from store import setting_up
from store.engine import writing
from store.probe import ask_database

TRANSLATIONS = Path(__file__).parent.parent / "web" / "translations"


class Needs(Protocol):
    """seed_demo: the demo dealer, once, when empty."""

    @property
    def settings(self) -> Settings: ...

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def journeys(self) -> tuple[Journey, ...]: ...

    @property
    def calendar(self) -> Calendars: ...

    def seed_demo(self) -> Mapping[str, object] | None: ...


def set_up(house: Needs, step: Step, demo: bool, code: str) -> None:
    """Raises ConfigError with one sentence. demo: seed it into an empty database, in the sandbox only.

    code: what opens the page of the first start, while nobody may log in.
    """
    step("reading the dealer's files")
    _read_content(house)
    step("bringing the database up to date")
    check_database(house.engine)
    bring_up(house.engine, house.dealer, house.settings.config_dir)
    compile_all(TRANSLATIONS)
    if demo and house.settings.sandbox:
        step("seeding the demo dealer")
        house.seed_demo()
    with writing(house.engine) as conn:
        setting_up.open_with(conn, code, house.now())
    house.engine.dispose()


def check_database(engine: Engine) -> None:
    """The driver's first line says enough, and no password: an address that is wrong, or a database that is away."""
    try:
        ask_database(engine)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0].rstrip(".")
        if reason.startswith("unable to open"):
            raise ConfigError("HUIFANG_DATA_DIR", "no database there; to begin one: python app.py migrate.") from None
        raise ConfigError("HUIFANG_DATABASE_URL", f"the database does not answer: {reason}.") from None


def _read_content(house: Needs) -> None:
    """A mistake in any file of CONFIG_DIR ends the start here, before one of the processes stumbles over it."""
    house.dealer, house.journeys, house.calendar  # noqa: B018  read once on first use
