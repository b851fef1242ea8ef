"""What a house makes once in its life is made once a test process: some thousand tests build one or open a database.

Only work is kept, never an answer: templates compiled, routes written, YAML read, statements put into SQL.
"""

import pickle
import weakref
from collections import defaultdict
from collections.abc import Callable, MutableMapping
from pathlib import Path
from types import CodeType
from typing import Any

import structlog
import yaml
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from config import yaml_lines


def arrange() -> None:
    Flask.jinja_options = {"bytecode_cache": Compiled()}
    Rule._compile_builder = _written_once  # type: ignore[method-assign, assignment]  # for the tests alone
    yaml_lines.read_yaml = _read_once
    event.listen(Engine, "engine_connect", _share)
    _say_plainly()


class Compiled(BytecodeCache):
    """Each template is compiled once a process, not once a site."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_write = Rule._compile_builder
_written: dict[str, Callable[..., tuple[str, str]]] = {}


def _written_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Werkzeug writes and compiles a function for each rule of each site; here for each rule once a process. It was
    most of what building a site takes."""
    said = repr((rule.rule, rule._trace, rule.defaults, append_unknown))
    if said not in _written:
        _written[said] = _write(rule, append_unknown)
    return _written[said]


_read = yaml_lines.read_yaml
_known: dict[str, tuple[bytes, yaml.Node | None]] = {}


def _read_once(path: Path) -> tuple[Any, yaml.Node | None]:
    """The same text gives the same data, each time new: who gets it may change it."""
    try:
        text = path.read_text("utf-8")
    except OSError:
        return _read(path)  # which says what is the matter
    if text not in _known:
        data, tree = _read(path)
        _known[text] = pickle.dumps(data), tree
    kept, tree = _known[text]
    return pickle.loads(kept), tree


class Statements(LRUCache[Any, Any]):
    """A statement is compiled for each kind of database, not for each engine: that was a fifth of what the tests of the
    scheduler took."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_the_kind(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_the_kind(key), compiled)


def _of_the_kind(key: tuple[Dialect, Any]) -> tuple[Any, ...]:
    dialect, *statement = key
    return type(dialect), *statement


_statements = Statements(5000)
_types: dict[type[Dialect], MutableMapping[Any, Any]] = defaultdict(weakref.WeakKeyDictionary)


def _share(connection: Connection) -> None:
    connection.engine._compiled_cache = _statements
    connection.dialect._type_memos = _types[type(connection.dialect)]


def _say_plainly() -> None:
    """A trace without the values of every frame, drawn as a table: one took three seconds."""
    last = structlog.get_config()["processors"][-1]
    last._exception_formatter = structlog.dev.plain_traceback  # unconfigured, as it is where nobody sets logging up
