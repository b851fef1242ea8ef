"""Every error of the API as `application/problem+json` (RFC 9457), also where no route or no body was read."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus

import structlog
from flask import Blueprint, Response
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from bot.errors import NotThere, RuleBroken
from store.put import Incomplete

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
BUSY_S = 2


class Fault(BaseModel):
    """One thing wrong with the body. pointer: JSON pointer to it, "" for the whole body."""

    pointer: str
    message: str


class ProblemBody(BaseModel):
    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


class Problem(Exception):
    def __init__(
        self, status: int, detail: str, errors: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors, headers


def answer_problems(blueprint: Blueprint) -> None:
    """Turns whatever a route of this blueprint raises into a problem document."""
    blueprint.register_error_handler(Problem, _problem)
    blueprint.register_error_handler(ValidationError, _invalid)
    blueprint.register_error_handler(Incomplete, _incomplete)
    blueprint.register_error_handler(RuleBroken, _refused)
    blueprint.register_error_handler(NotThere, _hidden)
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(OperationalError, _busy)
    blueprint.register_error_handler(Exception, _unexpected)


def _problem(problem: Problem) -> Response:
    return _answer(problem.status, problem.detail, problem.errors, problem.headers)


def _invalid(error: ValidationError) -> Response:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return _answer(400, "the body is not JSON", [Fault(pointer="", message=found[0]["msg"])])
    faults = [Fault(pointer=pointer(each["loc"]), message=each["msg"]) for each in found]
    return _answer(422, "the body does not have the shape this route takes", faults)


def _incomplete(error: Incomplete) -> Response:
    return _answer(422, str(error), [Fault(pointer=pointer, message=str(error)) for pointer in error.pointers])


def _refused(error: RuleBroken) -> Response:
    """409: the sentence staff read, and the code programs look at."""
    return _answer(409, str(error), [Fault(pointer="", message=error.code)])


def _hidden(error: NotThere) -> Response:
    return _answer(404, str(error), [Fault(pointer="", message=error.code)])


def _http(error: HTTPException) -> Response:
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return _answer(error.code or 500, error.description or "", (), headers)


def _busy(error: OperationalError) -> Response:
    log.warning("api.busy", error=type(error.orig).__name__)
    return _answer(503, "the database is busy; the same request may be sent again", (), {"Retry-After": str(BUSY_S)})


def _unexpected(error: Exception) -> Response:
    log.error("api.failed", error=type(error).__name__, exc_info=error)
    return _answer(500, "an error of ours; the same request may be sent again")


def pointer(path: Iterable[int | str]) -> str:
    """A JSON pointer (RFC 6901). Names in angle brackets are our own forms of a value, not a place in the body."""
    places = [str(step) for step in path if not str(step).startswith("<")]
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in places)


def _answer(
    status: int, detail: str, errors: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
) -> Response:
    body = ProblemBody(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors))
    return Response(body.model_dump_json(), status, headers, mimetype=MEDIA_TYPE)
