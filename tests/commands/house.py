"""What commands need of a house, on a database of the test's own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.journeys import Journey
from channels.preview import Previews
from commands.previews import previews_of
from config.calendar import Calendar
from config.load import load_calendar, load_dealer, load_journeys
from config.settings import Settings, read_settings
from store.writer import Writer
from tests.conftest import StillClock
from tests.scheduler.mechanics import mechanics

CONFIG = Path(__file__).parents[2] / "config"
Told = Callable[[], str]


@dataclass
class House:
    engine: Engine
    clock: StillClock
    settings: Settings
    dealer: Dealer

    @property
    def given(self) -> Settings:
        return self.settings

    @property
    def journeys(self) -> tuple[Journey, ...]:
        return mechanics(load_journeys(self.settings.config_dir))

    @property
    def calendar(self) -> Calendar:
        return load_calendar(self.settings.config_dir, self.dealer.stores)

    @cached_property
    def writer(self) -> Writer:
        return Writer(self.engine)

    @cached_property
    def previews(self) -> Previews:
        return previews_of(self.settings.config_dir, self.dealer, load_journeys(self.settings.config_dir))


def a_house(engine: Engine, clock: StillClock, folder: Path) -> House:
    """Sandbox settings with `folder` as data folder; the dealer as it ships."""
    given = {"HUIFANG_SANDBOX": "1", "HUIFANG_DATA_DIR": str(folder), "HUIFANG_CONFIG_DIR": str(CONFIG)}
    settings = read_settings(given, dotenv=folder / "no.env")
    return House(engine, clock, settings, load_dealer(settings.config_dir))
