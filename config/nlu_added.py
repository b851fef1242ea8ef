"""Labelled sentences put into the files of examples, as one would by hand: appended to the block they belong to."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from config.nlu import ALWAYS, Example, folder, load_examples


def added(config_dir: Path, new: Iterable[Example]) -> dict[str, dict[str, list[str]]]:
    """Intent → key of the file → sentences, without those the files already hold. Raises ConfigError.

    A sentence said while a question was open goes under that question only where the file tells answers to it apart;
    elsewhere it is said always (commands/learn.py puts it beside questions by itself).
    """
    held = load_examples(config_dir)
    texts = {(each.intent, each.text) for each in held}
    keys = {(each.intent, each.opened) for each in held}
    found: dict[str, dict[str, list[str]]] = {}
    for each in new:
        if (each.intent, each.text) not in texts:
            texts.add((each.intent, each.text))
            key = each.opened if each.opened and (each.intent, each.opened) in keys else ALWAYS
            found.setdefault(each.intent, {}).setdefault(key, []).append(each.text)
    return dict(sorted(found.items()))


def in_yaml(sentences: Mapping[str, list[str]]) -> str:
    """In the format of config/nlu, these sentences alone."""
    return "".join(f"{key}: |\n{_block(lines)}" for key, lines in sentences.items())


def whole_files(config_dir: Path, new: Mapping[str, Mapping[str, list[str]]]) -> dict[str, str]:
    """File name → the dealer's file with the sentences in it, comments kept. Raises ConfigError."""
    files = {}
    for intent, sentences in new.items():
        path = folder(config_dir) / f"{intent}.yaml"
        text = path.read_text("utf-8") if path.exists() else ""
        for key, lines in sentences.items():
            text = _appended(text, key, lines)
        files[path.name] = text
    return files


def _appended(text: str, key: str, lines: list[str]) -> str:
    text = text if not text or text.endswith("\n") else text + "\n"
    block = re.search(rf"(?m)^{key}:[ \t]*\|[-+]?[ \t]*\n(?:[ \t]+.*\n|[ \t]*\n)*", text)
    if block:
        return text[: block.end()].rstrip("\n") + "\n" + _block(lines) + text[block.end() :]
    if not re.search(rf"(?m)^{key}:", text):
        return f"{text}{key}: |\n{_block(lines)}"
    given: dict[str, str] = yaml.safe_load(text)  # written in another style: said anew in ours
    given[key] = "\n".join([given[key].rstrip("\n"), *lines])
    head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    return head + in_yaml({name: said.splitlines() for name, said in given.items()})


def _block(lines: Iterable[str]) -> str:
    return "".join(f"  {line}\n" for line in lines)
