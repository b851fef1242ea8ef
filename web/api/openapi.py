"""`openapi.json`, made from the routes and their models; nothing in it is written by hand twice."""

from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from web.api.calls import Route
from web.api.problems import MEDIA_TYPE, ProblemBody

REF = "#/components/schemas/{model}"
REFUSALS = {
    400: "the body is not JSON",
    401: "no token, or not one of ours",
    404: "no such thing in this store",
    409: "a rule of the house says no; errors[0].message is its code",
    413: "the body is too large",
    415: "the body is not application/json",
    422: "the body or the id lacks something or has it wrong; errors[].pointer says where",
    429: "too many requests; Retry-After says when to go on",
    500: "an error of ours; the same request may be sent again",
    503: "the database is busy; Retry-After says when to send the same request again",
}


def document(routes: Sequence[Route], base: str) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in routes:
        shared = {"parameters": [_path_parameter(route.named)]} if route.named else {}
        paths.setdefault(base + route.path, shared)[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Huifang",
            "version": "1",
            "description": "What the dealer management system tells, idempotent by its own ids.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _path_parameter(name: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 64}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _operation(route: Route) -> dict[str, Any]:
    """operationId is the name of the function that runs it."""
    answers: dict[str, Any] = {
        str(status): {"description": "made" if status == 201 else "done", "content": _json(route.answer.__name__)}
        for status in route.statuses
    }
    for status, why in REFUSALS.items():
        if route.body is not None or status not in (400, 413, 415):
            answers[str(status)] = {"description": why, "content": _json("ProblemBody", MEDIA_TYPE)}
    operation: dict[str, Any] = {
        "operationId": route.run.__name__,
        "summary": route.summary,
        "responses": answers,
    }
    if route.query:
        operation["parameters"] = [
            {"name": name, "in": "query", "required": False, "description": what, "schema": {"type": "string"}}
            for name, what in route.query.items()
        ]
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(route.body.__name__)}
    return operation


def _json(model: str, media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": {"$ref": REF.format(model=model)}}}


def _schemas(routes: Sequence[Route]) -> dict[str, Any]:
    taken: Any = {(route.body, "validation") for route in routes if route.body is not None}
    given: Any = {(route.answer, "serialization") for route in routes} | {(ProblemBody, "serialization")}
    models = sorted(taken | given, key=lambda pair: pair[0].__name__)
    _, schema = models_json_schema(models, ref_template=REF)
    return dict(schema["$defs"])
