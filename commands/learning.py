"""Has the examples learnt in a process of its own, which ends and takes scikit-learn with it."""

import subprocess
import sys
from pathlib import Path

from bot.errors import ConfigError
from config.nlu import load_examples

ROOT = Path(__file__).parents[1]
PATIENCE_S = 120  # it takes three to five; a machine that starts everything at once, sixteen


def learn_apart(config_dir: Path, path: Path) -> None:
    """Raises ConfigError: an example file is wrong (file, line and key), or the process failed."""
    load_examples(config_dir)
    words = (sys.executable, "-m", "commands.learn", str(config_dir.absolute()), str(path.absolute()))
    try:
        subprocess.run(words, cwd=ROOT, check=True, timeout=PATIENCE_S)  # noqa: S603  our own program and paths
    except (subprocess.SubprocessError, OSError) as error:
        raise ConfigError("nlu", f"the examples could not be learnt ({error})") from error
