"""Who may talk to the sandbox: this machine only, by its own name, and pages of its own only (design §6)."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

NAMES = ("127.0.0.1", "localhost", "::1")


def guard(app: Flask) -> None:
    """403 for others, 400 for a state-changing call with a body that is not JSON: no foreign page can send that
    unasked. Even without a body a browser names the page's Origin."""

    @app.before_request
    def check() -> tuple[Response, int] | None:
        if not _loopback(request.remote_addr):
            return jsonify(error="the sandbox answers this machine only"), 403
        if _name(f"//{request.host}") not in NAMES:
            return jsonify(error="foreign Host"), 403
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.host}":
            return jsonify(error="foreign Origin"), 403
        if request.method != "GET" and _ours(request.path) and not _json():
            return jsonify(error="send application/json"), 400
        return None

    @app.errorhandler(HTTPException)
    def say(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=f"{request.method} {request.path}: {error.name}"), error.code or 500


def _json() -> bool:
    return request.mimetype == "application/json" or not request.get_data()


def _ours(path: str) -> bool:
    return path.startswith(("/control/", "/phones/"))


def _loopback(address: str | None) -> bool:
    try:
        return ip_address((address or "").removeprefix("::ffff:")).is_loopback
    except ValueError:
        return False


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
