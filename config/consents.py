"""`consents.yaml`: the wording of each consent, ours where the dealer keeps none."""

from pathlib import Path

from bot.consent import ConsentTexts
from bot.errors import ConfigError
from config.load import shipped_unless_own
from config.yaml_lines import line_of, load_model, read_yaml

FILE = "consents.yaml"


def load_consents(config_dir: Path) -> ConsentTexts:
    """Raises ConfigError naming file, line and key."""
    return load_model(shipped_unless_own(config_dir, FILE), ConsentTexts)


def changed(config_dir: Path, number: int) -> ConfigError:
    """The words of the text with this number are not those its version has had."""
    path = shipped_unless_own(config_dir, FILE)
    _, tree = read_yaml(path)
    where = f"{path}:{line_of(tree, ('texts', number, 'text'))}: texts.{number}.text"
    return ConfigError(where, "customers agreed to other words under this version: give the new words a new version")
