"""What every route of the API is given, answers and is described by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection

from bot.links import Links
from store.case_steps import Terms
from store.tokens import ApiCaller
from web.api.facts import Hearing
from web.api.problems import Problem

PUT = (200, 201)


@dataclass(frozen=True, slots=True)
class Call:
    """One request inside its transaction."""

    conn: Connection
    caller: ApiCaller
    hearing: Hearing
    links: Links
    terms: Terms
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def store_id(self) -> int:
        return self.caller.store_id

    def file_link(self, order_id: int, customer_id: int) -> str:
        return self.links.file(order_id, customer_id, self.hearing.now)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Route:
    """path: OpenAPI style. body: model of the request. statuses: what it answers when all is well. query: parameters
    behind a question mark, name → what it picks.
    """

    method: str
    path: str
    summary: str
    run: Callable[..., Reply]
    answer: type[BaseModel]
    body: type[BaseModel] | None = None
    statuses: tuple[int, ...] = (200,)
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> str:
        """The parameter in the path, "" without one."""
        return self.path.partition("{")[2].partition("}")[0]

    @property
    def writes(self) -> bool:
        return self.method != "GET"


def reply(created: bool, document: Mapping[str, Any] | None, noun: str = "row") -> Reply:
    if document is None:
        raise Problem(404, f"no such {noun}")
    return Reply(201 if created else 200, document)
