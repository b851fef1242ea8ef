"""Compiling the catalogues of web/translations where they are older than their source."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_all(folder: Path) -> int:
    """How many were compiled. A .mo at least as new as its .po is left alone."""
    stale = [path for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _stale(path)]
    for path in stale:
        with open(path, "rb") as source:
            catalogue = read_po(source)
        draft = path.with_suffix(".mo.new")
        with open(draft, "wb") as target:
            write_mo(target, catalogue)
        draft.replace(path.with_suffix(".mo"))
    return len(stale)


def _stale(path: Path) -> bool:
    made = path.with_suffix(".mo")
    return not made.exists() or made.stat().st_mtime < path.stat().st_mtime
