"""What a request that went wrong gets back: a page for people, a plain line for providers, a problem for programs."""

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from bot.errors import BadInbound, NotThere, RuleBroken

log = structlog.get_logger(__name__)
PROGRAMS = ("/api/", "/control/")
PROVIDERS = ("/wechat/", "/hooks/", "/healthz", "/readyz", "/metrics")


def register(site: Flask) -> None:
    site.register_error_handler(HTTPException, _http)
    site.register_error_handler(BadInbound, _bad_inbound)
    site.register_error_handler(RuleBroken, _rule_broken)
    site.register_error_handler(NotThere, _not_there)
    site.register_error_handler(Exception, _unforeseen)


def problem(status: int, detail: str, kind: str = "about:blank") -> Response:
    """`application/problem+json` as design §6 has it on every API route."""
    title = HTTP_STATUS_CODES.get(status, "Error")
    answer = jsonify({"type": kind, "title": title, "status": status, "detail": detail, "errors": []})
    answer.status_code, answer.mimetype = status, "application/problem+json"
    return answer


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    answer = _answer(error.code or 500, error.description or "")
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            answer.headers[name] = value
    return answer


def _bad_inbound(error: BadInbound) -> Response:
    """Refused with a log line, never a 500: WeChat would tell the customer the account is broken."""
    log.warning("inbound_refused", kind=type(error).__name__, why=str(error), path=request.path)
    return _answer(error.status, "refused")


def _rule_broken(error: RuleBroken) -> Response:
    return _answer(409, str(error))


def _not_there(_error: NotThere) -> Response:
    return _answer(404, "")


def _unforeseen(error: Exception) -> Response:
    log.error("request_failed", path=request.path, method=request.method, exc_info=error)
    return _answer(500, "")


def _answer(status: int, detail: str) -> Response:
    if request.path.startswith(PROGRAMS):
        return problem(status, detail)
    if request.path.startswith(PROVIDERS):
        return Response(f"{detail or HTTP_STATUS_CODES.get(status, 'error')}\n", status, mimetype="text/plain")
    return Response(render_template("pages/error.html", status=status, detail=detail), status)
