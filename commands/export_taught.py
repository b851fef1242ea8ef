"""`export examples`, `export faq`: what staff taught the bot, as files of the dealer's, ready to commit."""

import sys
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from config.faq_edited import edited
from config.load import load_content
from config.nlu import Example
from config.nlu_added import added, in_yaml, whole_files
from config.settings import Settings
from store.answers import in_force
from store.engine import reading
from store.reviews import labelled


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def given(self) -> Settings: ...


def run(house: Needs, what: str, out: Path | None) -> int:
    """Exit code 0, also when there is nothing new. Raises ConfigError: a file of the dealer is wrong."""
    return EXPORTS[what](house, out)


def _examples(house: Needs, out: Path | None) -> int:
    """On standard output only what is new, a document a file; with --out the whole files."""
    with reading(house.engine) as conn:
        new = added(house.given.config_dir, [Example(each.text, each.opened, each.intent) for each in labelled(conn)])
    if not new:
        print("huifang: no new example", file=sys.stderr)
    elif out is None:
        print("---\n".join(f"# nlu/{intent}.yaml\n{in_yaml(sentences)}" for intent, sentences in new.items()), end="")
    else:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in whole_files(house.given.config_dir, new).items():
            (out / name).write_text(text, "utf-8")
            print(out / name)
    return 0


def _faq(house: Needs, out: Path | None) -> int:
    """The whole file, with the answers approved in the inbox; as it is where nothing was edited."""
    config_dir = house.given.config_dir
    base = load_content(config_dir).faq
    with reading(house.engine) as conn:
        text = edited(config_dir / "faq.yaml", base, in_force(conn, base))
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, "utf-8")
        print(out)
    return 0


EXPORTS = {"examples": _examples, "faq": _faq}
