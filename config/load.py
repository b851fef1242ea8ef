"""Loads what the dealer configures. The types stand in `bot/`; here is only reading and validation."""

from pathlib import Path

from bot.catalogue import Catalogue
from bot.content import Content
from bot.dealer import Dealer
from bot.errors import ConfigError
from bot.faq import Faq
from bot.journeys import Journey, Step
from bot.messages import Category
from bot.occasions import Occasions
from bot.price_list import PriceList
from bot.samples import Samples
from bot.surveys import Surveys
from bot.tone_words import Tone
from bot.upkeep import Upkeep
from config.calendar import Calendar, load_calendar
from config.yaml_lines import M, line_of, load_model, read_yaml

__all__ = [
    "Calendar", "load_calendar", "load_catalogue", "load_content", "load_dealer", "load_journey", "load_journeys",
    "load_occasions", "load_samples", "load_tone", "load_upkeep",
]  # fmt: skip


def load_dealer(config_dir: Path) -> Dealer:
    """`dealer.yaml` with its content. Raises ConfigError naming file, line and key."""
    dealer = load_model(config_dir / "dealer.yaml", Dealer)
    return dealer.model_copy(update={"content": load_content(config_dir)})


def load_content(config_dir: Path) -> Content:
    """`catalogue.yaml`, `services.yaml`, `faq.yaml`: each empty where the dealer keeps none, never ours.

    Facts of another dealer would be lies here. `surveys.yaml` is ours where they keep none: it asks and says nothing.
    Raises ConfigError naming file, line and key.
    """
    return Content(
        catalogue=load_catalogue(config_dir),
        services=_own(config_dir / "services.yaml", PriceList),
        faq=_own(config_dir / "faq.yaml", Faq),
        surveys=load_model(shipped_unless_own(config_dir, "surveys.yaml"), Surveys),
    )


def load_catalogue(config_dir: Path) -> Catalogue:
    """The models alone. Raises ConfigError naming file, line and key."""
    return _own(config_dir / "catalogue.yaml", Catalogue)


def _own(path: Path, model: type[M]) -> M:
    return load_model(path, model) if path.exists() else model()


def load_journeys(config_dir: Path) -> tuple[Journey, ...]:
    """`journeys/*.yaml` in the order of their names. Raises ConfigError; two files may not share an id."""
    found: dict[str, Journey] = {}
    occasions = load_occasions(config_dir)
    for path in sorted((config_dir / "journeys").glob("*.yaml")):
        journey = load_journey(path, occasions)
        if journey.id in found:
            raise ConfigError(f"{path}:1: id", f"another file already holds the journey {journey.id}")
        found[journey.id] = journey
    return tuple(found.values())


def load_journey(path: Path, occasions: Occasions) -> Journey:
    """One file, each step's `occasion` looked up. Raises ConfigError naming file, line and key."""
    journey = load_model(path, Journey)
    if not any(step.occasion for step in journey.steps):
        return journey
    steps = [_on_its_day(path, number, step, occasions) for number, step in enumerate(journey.steps)]
    return journey.model_copy(update={"steps": steps})


def _on_its_day(path: Path, number: int, step: Step, occasions: Occasions) -> Step:
    occasion = occasions.named(step.occasion)
    fault = "no such occasion in occasions.yaml" if occasion is None else ""
    if occasion is not None and occasion.solemn and step.category is Category.MARKETING:
        fault = "nothing is sold on a solemn day"
    if fault:
        line = line_of(read_yaml(path)[1], ("steps", number, "occasion"))
        raise ConfigError(f"{path}:{line}: steps.{number}.occasion", f"{step.occasion}: {fault}")
    return step.model_copy(update={"occurs": occasion})


def load_occasions(config_dir: Path) -> Occasions:
    """`occasions.yaml`, ours where the dealer keeps none. Raises ConfigError naming file, line and key."""
    return load_model(shipped_unless_own(config_dir, "occasions.yaml"), Occasions)


def load_upkeep(config_dir: Path) -> Upkeep:
    """`upkeep.yaml`, ours where the dealer keeps none. Raises ConfigError naming file, line and key."""
    return load_model(shipped_unless_own(config_dir, "upkeep.yaml"), Upkeep)


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
