"""A table given on a page, and what became of it: between the settings pages and commands/importing.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.customer import StaffMember


@dataclass(frozen=True, slots=True)
class Upload:
    """A table of a form. name: as the colleague calls it. kind: "" where file or sheet says it. by: who takes it."""

    path: Path
    name: str
    kind: str
    store_id: int
    by: StaffMember
    skip_bad: bool
    dry_run: bool


class Fault(Protocol):
    """row 1 is the header. column: "" for the whole row."""

    @property
    def file(self) -> str: ...

    @property
    def row(self) -> int: ...

    @property
    def column(self) -> str: ...

    @property
    def sentence(self) -> str: ...


class TakenIn(Protocol):
    """What became of an upload (commands/importing.py): rows by kind, and those that would not do."""

    @property
    def made(self) -> Mapping[str, int]: ...

    @property
    def changed(self) -> Mapping[str, int]: ...

    @property
    def same(self) -> Mapping[str, int]: ...

    @property
    def faults(self) -> Sequence[Fault]: ...

    @property
    def written(self) -> bool: ...
