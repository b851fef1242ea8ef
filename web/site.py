"""The web application: who answers which address, what every answer carries, how big a question may be."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, g, request, send_from_directory
from flask_babel import Babel
from flask_limiter import Limiter
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.middleware.proxy_fix import ProxyFix

from web import errors, health
from web.seats import ANSWERING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PROVIDER_BODY = 64 * 1024  # a text is at most 2048 bytes, three times that in compatible mode (wechat.md §1.4)
FORM_BODY = 256 * 1024
PROVIDER_DOORS = ("/wechat/", "/hooks/")
STREAM = "/events"  # answers as long as its page is open, in a thread of its own
HTMX = "htmx/htmx.min.js"
CONTENT_SECURITY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # customer links are keys; they must not leave in a Referer
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True)
class Part:
    """One owner's pages. csrf: forms of signed-in staff; off where each request proves itself in another way.

    for_providers: machines that push to us, behind PROVIDER_DOORS: no session, no language, no browser headers.
    bodies: endpoints that may take another size than the rest of the part.
    """

    blueprint: Blueprint
    csrf: bool = True
    max_body: int = FORM_BODY
    for_providers: bool = False
    bodies: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SiteNeeds:
    """What the site takes from Settings, so that it never sees the rest. limits: where rate limits are counted."""

    secret_key: str
    https: bool
    limits: str = "memory://"


def create_site(
    needs: SiteNeeds,
    *,
    parts: Sequence[Part] = (),
    extensions: Iterable[Callable[[Flask], object]] = (),
    checks: Mapping[str, health.Check] | None = None,
    limiter: Limiter | None = None,
    collect: Callable[[], Iterable[health.Gauge]] = tuple,
) -> Flask:
    """The WSGI application. `extensions` are `init_app`s that blueprints count on (log-in, for one).

    checks: name → function that raises when the dependency is away; `/readyz` reports them.
    collect: gauges read from the database when `/metrics` is asked.
    """
    root = Path(__file__).parent
    site = Flask("huifang", static_folder=str(root / "static"), template_folder=str(root.parent / "templates"))
    site.config.update(_configuration(needs))
    Babel(site, default_locale="zh_Hans_CN", locale_selector=_language)
    sizes: dict[str, int] = {}
    _limit_bodies(site, sizes)  # before CSRF, which reads the form
    csrf = CSRFProtect(site)
    for init in extensions:
        init(site)
    if limiter is not None:
        limiter.init_app(site)
    pushes = _for_providers([part for part in parts if part.for_providers])
    site.wsgi_app = _Doors(site.wsgi_app, pushes)  # type: ignore[method-assign]  # as Flask documents it
    for part in parts:
        if part.for_providers:
            continue
        site.register_blueprint(part.blueprint)
        sizes |= {part.blueprint.name: part.max_body, **part.bodies}
        if not part.csrf:
            csrf.exempt(part.blueprint)
            if limiter is not None:
                limiter.exempt(part.blueprint)  # they count for themselves, and a turn need not ask
    _secure(site, needs)
    _serve_htmx(site)
    site.register_blueprint(health.pages(checks or {}, collect))
    errors.register(site)
    return site


def limits_url(redis_url: str) -> str:
    """Where log-ins are counted; Flask-Limiter has a scheme of its own for sockets."""
    return redis_url.replace("unix://", "redis+unix://", 1) or "memory://"


class _Doors:
    """Pushes of providers go straight to an application of their own: a quarter of a turn's time was the site's
    session, headers, limits and language, none of which a machine reads."""

    def __init__(self, site: "WSGIApplication", pushes: "WSGIApplication") -> None:
        self._site, self._pushes = site, pushes
        self._answering = threading.BoundedSemaphore(ANSWERING)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] == STREAM:
            return self._site(environ, start_response)
        pushed = environ["PATH_INFO"].startswith(PROVIDER_DOORS)
        with self._answering:
            return (self._pushes if pushed else self._site)(environ, start_response)


def _for_providers(parts: Sequence[Part]) -> Flask:
    pushes = Flask("huifang.pushes", static_folder=None, template_folder=None)
    _limit_bodies(pushes, {part.blueprint.name: part.max_body for part in parts})
    for part in parts:
        pushes.register_blueprint(part.blueprint)
    errors.register(pushes)

    @pushes.after_request
    def plain(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"  # the echo of a verification is the caller's own text
        return response

    return pushes


def _configuration(needs: SiteNeeds) -> dict[str, object]:
    return {
        "SECRET_KEY": needs.secret_key,
        "SESSION_COOKIE_NAME": "huifang",
        "SESSION_COOKIE_SECURE": needs.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": needs.https,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: an inbox page stays open all day
        "MAX_CONTENT_LENGTH": FORM_BODY,
        "MAX_FORM_MEMORY_SIZE": FORM_BODY,
        "RATELIMIT_STORAGE_URI": needs.limits,
        "RATELIMIT_STORAGE_OPTIONS": _patience(needs.limits),
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,  # Valkey may be away; the throttle stays
        "BABEL_TRANSLATION_DIRECTORIES": str(Path(__file__).parent / "translations"),
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _patience(limits: str) -> dict[str, object]:
    """A frozen Redis must cost a log-in no more than half a second; the client's own default is 5 s, four times."""
    if "redis" not in limits:
        return {}
    return {"socket_timeout": 0.3, "socket_connect_timeout": 0.2, "retry": Retry(NoBackoff(), 0)}


def _language() -> str:
    """Chinese first; a staff member's own choice is in the cookie the language switch sets."""
    return "en" if request.cookies.get("language") == "en" else "zh_Hans_CN"


def _secure(site: Flask, needs: SiteNeeds) -> None:
    """HTTPS rules hold only where PUBLIC_URL is https: a demo on http must not lock itself out for a year."""
    if needs.https:
        # TLS ends at the dealer's proxy, which states the scheme and the caller's address.
        site.wsgi_app = ProxyFix(site.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # as Flask documents it

    @site.after_request
    def widen(response: Response) -> Response:
        """What one page needs beyond the rest; before Talisman's own, so that it runs after it."""
        if wider := g.get("wider_policy"):
            rules = {**CONTENT_SECURITY, **wider}
            policy = "; ".join(f"{name} {value}" for name, value in rules.items())
            response.headers["Content-Security-Policy"] = policy
        return response

    Talisman(
        site,
        force_https=False,  # ours below: a provider's POST and a probe must never meet a redirect
        strict_transport_security=needs.https,
        session_cookie_secure=needs.https,
        content_security_policy=CONTENT_SECURITY,
        frame_options="DENY",
        referrer_policy=HEADERS["Referrer-Policy"],
    )

    @site.before_request
    def to_https() -> Response | None:
        pages = request.method == "GET" and request.path not in health.PATHS
        if not needs.https or request.is_secure or not pages:
            return None
        away = Response(status=301)
        away.location = request.url.replace("http://", "https://", 1)
        return away

    @site.after_request
    def headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _limit_bodies(site: Flask, sizes: Mapping[str, int]) -> None:
    @site.before_request
    def limit() -> None:
        part = sizes.get(request.blueprint or "", FORM_BODY)
        request.max_content_length = sizes.get(request.endpoint or "", part)


def _serve_htmx(site: Flask) -> None:
    """htmx from the wheel that carries it: dealers' networks block CDNs."""
    folder = Path(str(files("js_lib_htmx") / "static"))

    @site.get("/static/vendor/htmx.min.js")
    def htmx() -> Response:
        return send_from_directory(folder, HTMX, max_age=86400)
