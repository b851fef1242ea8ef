"""`column IN (a list)` in words that do not depend on the list, so that one text serves lists of every length.

Else SQLAlchemy writes a placeholder for each item, and neither it nor SQLite would know the statement again.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, Integer, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class among(FunctionElement[Any]):  # noqa: N801  reads as the function it is in SQL
    """column: of numbers or of words. name: under which the list is given when the statement is run."""

    inherit_cache = True  # and of no type: SQLAlchemy would ask SQLite whether a boolean is 1

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        kind = _Numbers() if isinstance(column.type, Integer) else _Words()
        super().__init__(column, bindparam(name, type_=kind))


@compiles(among, "postgresql")
def _any(element: Any, compiler: Any, **kw: Any) -> str:
    column, given = (compiler.process(each, **kw) for each in element.clauses)
    return f"{column} = ANY ({given})"


@compiles(among, "sqlite")
def _each(element: Any, compiler: Any, **kw: Any) -> str:
    column, given = (compiler.process(each, **kw) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({given}))"  # noqa: S608  both are names made here


class not_by(FunctionElement[Any]):  # noqa: N801  the same
    """A column that is compared, and that SQLite never starts its search from: it takes a state, of which half the
    table may be, for as good as a list of ids (sqlite.org/optoverview.html, "disqualifying terms by unary plus")."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.type = column.type
        super().__init__(column)


@compiles(not_by, "postgresql")
def _as_it_is(element: Any, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses.clauses[0], **kw))


@compiles(not_by, "sqlite")
def _plus(element: Any, compiler: Any, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses.clauses[0], **kw)}"


class _List(TypeDecorator[Collection[Any]]):
    """An array on PostgreSQL, a JSON text on SQLite."""

    impl = Text
    cache_ok = True
    item: TypeEngine[Any] = Text()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.item) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        items = list(value or ())
        return items if dialect.name == "postgresql" else json.dumps(items)


class _Numbers(_List):
    item = BigInteger()
    cache_ok = True


class _Words(_List):
    cache_ok = True
