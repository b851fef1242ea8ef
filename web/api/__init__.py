"""The DMS's door: `/api/v1`, a bearer token of one store, everything idempotent by the DMS's own ids."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy import Connection, Engine
from werkzeug.exceptions import UnsupportedMediaType

from bot.links import Links
from bot.ports import Bucket, Clock, WakeUps
from store import feed
from store.case_steps import Terms
from store.engine import reading
from store.orders import zone_of
from store.tokens import ApiCaller, api_caller, stale, used
from store.writer import Writer
from web.api.calls import Call, Reply, Route
from web.api.facts import Hearing
from web.api.openapi import document
from web.api.problems import Fault, Problem, answer_problems
from web.api.routes import ROUTES

BASE = "/api/v1"
MAX_BODY = 256 * 1024  # a large repair order has a few hundred lines
RATE, BURST = 50.0, 200  # requests a second of one token; an import of 100 000 customers takes half an hour
GUESSES, GUESS_BURST = 0.2, 20  # wrong tokens a second from one address


@dataclass(frozen=True, slots=True)
class ApiNeeds:
    engine: Engine
    writer: Writer
    clock: Clock
    buckets: Bucket
    wakeups: WakeUps
    links: Links
    terms: Terms


def api(needs: ApiNeeds) -> Blueprint:
    """Each route answers JSON; each error `application/problem+json`."""
    blueprint = Blueprint("api", __name__, url_prefix=BASE)
    answer_problems(blueprint)
    blueprint.before_request(lambda: _admit(needs))
    blueprint.add_url_rule("/openapi.json", OPEN, lambda: jsonify(_described()))
    for route in ROUTES:
        path = route.path.replace("{", "<").replace("}", ">")
        name = route.run.__name__
        blueprint.add_url_rule(path, name, _view(needs, route), methods=[route.method])
    return blueprint


@cache
def _described() -> dict[str, Any]:
    return document(ROUTES, BASE)


OPEN = "openapi"  # describes the routes, tells nothing of a store


def _admit(needs: ApiNeeds) -> None:
    if request.endpoint == f"api.{OPEN}":
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    with reading(needs.engine) as conn:
        caller = api_caller(conn, token.strip()) if scheme.lower() == "bearer" and token else None
    if caller is None:
        _slow_down(needs.buckets.take(f"api:guess:{request.remote_addr}", GUESSES, GUESS_BURST))
        challenge = {"WWW-Authenticate": 'Bearer realm="huifang"'}
        raise Problem(401, "a bearer token of this store is needed: python app.py token add", headers=challenge)
    _slow_down(needs.buckets.take(f"api:{caller.token_id}", RATE, BURST))
    g.caller = caller
    if stale(caller, now := needs.clock.machine()):
        needs.writer.run(lambda conn: used(conn, caller, now))


def _slow_down(wait: float) -> None:
    if wait > 0:
        raise Problem(429, "too many requests", headers={"Retry-After": str(int(wait) + 1)})


def _view(needs: ApiNeeds, route: Route) -> Callable[..., Response]:
    def view(**named: str) -> Response:
        for each in named.values():
            _check_id(each)
        given = () if route.body is None else (_body(route),)
        reply = _run(needs, route, g.caller, (*named.values(), *given))
        if route.writes:
            needs.wakeups.wake("plan")
            needs.wakeups.wake(feed.TOPIC)
        text = route.answer.model_validate(reply.document).model_dump_json()
        return Response(text, reply.status, mimetype="application/json")

    return view


def _check_id(external_id: str) -> None:
    if not 1 <= len(external_id) <= 64 or not external_id.isprintable():
        fault = Fault(pointer="", message="1 to 64 printable characters")
        raise Problem(422, "the external id in the path is not one", (fault,))


def _body(route: Route) -> Any:
    assert route.body is not None
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send the body as application/json")
    return route.body.model_validate_json(request.get_data(cache=False))


def _run(needs: ApiNeeds, route: Route, caller: ApiCaller, given: tuple[Any, ...]) -> Reply:
    query = {name: request.args.get(name, "") for name in route.query}

    def work(conn: Connection) -> Reply:
        hearing = Hearing(needs.clock.business(), zone_of(conn, caller.store_id), f"DMS {caller.name}")
        return route.run(Call(conn, caller, hearing, needs.links, needs.terms, query), *given)

    if route.writes:
        return needs.writer.run(work)
    with reading(needs.engine) as conn:
        return work(conn)
