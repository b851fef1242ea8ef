"""Loads what the dealer configures. The types stand in `bot/`; here is only reading and validation."""

from pathlib import Path

from bot.dealer import Dealer
from config.yaml_lines import load_model


def load_dealer(config_dir: Path) -> Dealer:
    """`dealer.yaml`. Raises ConfigError naming file, line and key."""
    return load_model(config_dir / "dealer.yaml", Dealer)
