"""Every message as it would arrive, and the tone it is held to, for whoever shows or reads them."""

from collections.abc import Sequence
from pathlib import Path

from bot.dealer import Dealer
from bot.journeys import Journey
from bot.tone import Guide
from channels.preview import Previews
from config.load import load_samples, load_tone

MESSAGES = Path(__file__).parents[1] / "templates" / "messages"


def previews_of(config_dir: Path, dealer: Dealer, journeys: Sequence[Journey]) -> Previews:
    """With the lists and samples of this configuration. Raises ConfigError naming file, line and key."""
    return Previews(dealer, journeys, MESSAGES, Guide(load_tone(config_dir)), load_samples(config_dir))
