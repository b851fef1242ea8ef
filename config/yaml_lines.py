"""YAML with line numbers: every mistake is named as `file:line: key: sentence`."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import ConfigError

M = TypeVar("M", bound=BaseModel)

# libyaml reads twenty times as fast; a PyYAML built without it reads the same files.
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> tuple[Any, yaml.Node | None]:
    """The data and the tree it was made from. Raises ConfigError when unreadable, ill-formed or a key is doubled."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read ({error.strerror})") from error
    try:
        loader = LOADER(text)
        tree = loader.get_single_node()
        _refuse_doubled(path, tree)
        return loader.construct_document(tree) if tree else None, tree
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}:{line}", str(error.problem)) from error


def load_model(path: Path, model: type[M]) -> M:
    """Raises ConfigError with `file:line: key` of the first mistake."""
    data, tree = read_yaml(path)
    try:
        return model.model_validate(data if data is not None else {})
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(part for part in first["loc"] if not str(part).startswith("<"))  # tags of forms are no keys
        place += getattr(first.get("ctx", {}).get("error"), "place", ())
        key = ".".join(str(part) for part in place) or "(file)"
        raise ConfigError(f"{path}:{line_of(tree, place)}: {key}", _sentence(first["msg"])) from error


def line_of(tree: yaml.Node | None, place: tuple[Any, ...]) -> int:
    """The line of a key, or of the nearest thing above it that exists; lines count from 1."""
    line = 1
    for part in place:
        found = _child(tree, part)
        if found is None:
            break
        line, tree = found
    return line


def _child(tree: yaml.Node | None, part: Any) -> tuple[int, yaml.Node] | None:
    if isinstance(tree, yaml.MappingNode):
        for key, value in tree.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(tree, yaml.SequenceNode) and isinstance(part, int) and part < len(tree.value):
        item = tree.value[part]
        return item.start_mark.line + 1, item
    return None


def _refuse_doubled(path: Path, tree: yaml.Node | None) -> None:
    """YAML silently keeps the last of two equal keys; a dealer would lose a template that way."""
    if isinstance(tree, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in tree.value:
            if key.value in seen:
                raise ConfigError(f"{path}:{key.start_mark.line + 1}: {key.value}", "this key stands here twice")
            seen.add(key.value)
            _refuse_doubled(path, value)
    elif isinstance(tree, yaml.SequenceNode):
        for item in tree.value:
            _refuse_doubled(path, item)


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")
