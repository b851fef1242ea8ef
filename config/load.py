"""Loads what the dealer configures. The types stand in `bot/`; here is only reading and validation."""

from pathlib import Path

from bot.dealer import Dealer
from bot.errors import ConfigError
from bot.journeys import Journey
from bot.samples import Samples
from bot.tone_words import Tone
from config.calendar import Calendar, load_calendar
from config.yaml_lines import load_model

__all__ = ["Calendar", "load_calendar", "load_dealer", "load_journeys", "load_samples", "load_tone"]


def load_dealer(config_dir: Path) -> Dealer:
    """`dealer.yaml`. Raises ConfigError naming file, line and key."""
    return load_model(config_dir / "dealer.yaml", Dealer)


def load_journeys(config_dir: Path) -> tuple[Journey, ...]:
    """`journeys/*.yaml` in the order of their names. Raises ConfigError; two files may not share an id."""
    found: dict[str, Journey] = {}
    for path in sorted((config_dir / "journeys").glob("*.yaml")):
        journey = load_model(path, Journey)
        if journey.id in found:
            raise ConfigError(f"{path}:1: id", f"another file already holds the journey {journey.id}")
        found[journey.id] = journey
    return tuple(found.values())


def load_tone(config_dir: Path) -> Tone:
    """`tone.yaml`, ours where the dealer keeps none. Raises ConfigError naming file, line and key."""
    return load_model(shipped_unless_own(config_dir, "tone.yaml"), Tone)


def load_samples(config_dir: Path) -> Samples:
    """`samples.yaml`, ours where the dealer keeps none. Raises ConfigError naming file, line and key."""
    return load_model(shipped_unless_own(config_dir, "samples.yaml"), Samples)


def shipped_unless_own(config_dir: Path, name: str) -> Path:
    """A dealer's folder made before this file existed goes on working."""
    own = config_dir / name
    return own if own.exists() else Path(__file__).parent / name
