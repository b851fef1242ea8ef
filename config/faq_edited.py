"""`faq.yaml` with the answers approved in the inbox, ready to commit: changed entries in place, the rest as it was."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from bot.faq import Entry, Faq

BLOCK = re.compile(r"(?m)^(?P<indent> *)- ")


def edited(path: Path, base: Faq, now: Faq) -> str:
    """path: the dealer's file, which need not exist. base: what it holds, now: what is in force."""
    changed: dict[tuple[str, str], Entry] = {
        (each.about, each.id): each for each in now.entries if each not in base.entries
    }
    text = path.read_text("utf-8") if path.exists() else "entries:\n"
    head, blocks = _blocks(text)
    parts = [_in_place(block, changed) for block in blocks]
    indent = next((found["indent"] for block in blocks if (found := BLOCK.match(block))), "  ")
    parts += [_block(each, indent) for each in changed.values()]
    return "".join([head if head.endswith("\n") else head + "\n", *parts])


def _blocks(text: str) -> tuple[str, list[str]]:
    """What stands before the entries, and each entry with what follows it."""
    start = re.search(r"(?m)^entries:.*\n", text)
    begin = start.end() if start else len(text)
    first = BLOCK.search(text, begin)
    if first is None:
        return re.sub(r"(?m)^entries:.*$", "entries:", text) if start else f"{text}entries:\n", []
    places = [each.start() for each in re.finditer(rf"(?m)^{first['indent']}- ", text[begin:])]
    ends = [*places[1:], len(text) - begin]
    return text[:begin], [text[begin + a : begin + b] for a, b in zip(places, ends, strict=True)]


def _in_place(block: str, changed: dict[tuple[str, str], Entry]) -> str:
    given: dict[str, Any] = yaml.safe_load(block)[0]
    entry = changed.pop((given.get("about", "faq"), given["id"]), None)
    found = BLOCK.match(block)
    return block if entry is None or found is None else _block(entry, found["indent"])


def _block(entry: Entry, indent: str) -> str:
    written = yaml.safe_dump(
        [entry.model_dump(exclude_defaults=True)], allow_unicode=True, sort_keys=False, width=10_000
    )
    return "".join(_lines(written, indent))


def _lines(text: str, indent: str) -> Iterable[str]:
    return (f"{indent}{line}\n" for line in text.splitlines())
