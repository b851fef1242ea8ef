"""`lint`: every text a customer may read, proofread: tone, law, platform rules, variables, field limits."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.errors import ConfigError
from bot.tone_words import Severity
from channels.proof import Remark
from commands.previews import MESSAGES
from commands.proofread import Proof
from config.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "templates" / "pages" / "customer"
NOT_SAID = {"tone.yaml", "samples.yaml", "calendar.yaml"}


class Needs(Protocol):
    @property
    def given(self) -> Settings: ...

    @property
    def now(self) -> Callable[[], datetime]: ...


@dataclass(frozen=True, slots=True)
class Found:
    file: str
    line: int
    rule: str
    severity: Severity
    said: str
    zh: str
    en: str

    def __str__(self) -> str:
        """`file:line: rule: text`, as other tools read it (design §6)."""
        said = f"“{self.said.strip()}” " if self.said.strip() else ""
        return f"{self.file}:{self.line}: {self.rule}: {said}{self.zh} · {self.en} [{self.severity}]"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders; without any, everything that ships")
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of lines")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Exit code 1 when there is an error; warnings alone are 0. Raises ConfigError when the rules cannot be read."""
    proof = Proof(house.given.config_dir, MESSAGES, house.now().date())
    files = list(files_in(options.paths or [MESSAGES, PAGES, house.given.config_dir]))
    found = [each for file in files for each in read(proof, file)]
    errors = sum(each.severity is Severity.ERROR for each in found)
    if options.json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        for each in found:
            print(each)
        print(f"lint: {len(files)} files, {errors} errors, {len(found) - errors} warnings", file=sys.stderr)
    return 1 if errors else 0


def files_in(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            kinds = (".txt", ".html", ".yaml")
            yield from (each for each in sorted(path.rglob("*")) if each.suffix in kinds and each.name not in NOT_SAID)
        elif path.exists():
            yield path
        else:
            raise ConfigError(str(path), "there is no such file or folder")


def read(proof: Proof, file: Path) -> list[Found]:
    """A file that cannot be read as what it is has one finding, `config`."""
    try:
        return [_found(file, each) for each in proof.read(file)]
    except ConfigError as error:
        line, _, key = error.where.removeprefix(f"{file}:").partition(": ")
        said = f"{key}: {error.sentence}" if key else error.sentence
        return [Found(_shown(file), int(line) if line.isdecimal() else 1, "config", Severity.ERROR, "", said, said)]


def _found(file: Path, each: Remark) -> Found:
    return Found(_shown(file), each.line, each.rule, each.severity, each.said, each.zh, each.en)


def _shown(file: Path) -> str:
    full = file.resolve()
    return str(full.relative_to(ROOT)) if full.is_relative_to(ROOT) else str(file)
