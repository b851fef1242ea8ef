"""The frame around every page: headers, sizes, health, errors."""

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient

from bot.errors import BadBody, BadSignature, RuleBroken
from web.health import Gauge
from web.site import PROVIDER_BODY, Part, SiteNeeds, create_site


def away() -> None:
    raise ConnectionError


def pages() -> Blueprint:
    blueprint = Blueprint("trial", __name__)

    @blueprint.post("/wechat/main")
    def take() -> str:
        return str(len(request.get_data()))

    @blueprint.post("/form")
    def form() -> str:
        return "done"

    @blueprint.get("/raise/<kind>")
    @blueprint.get("/api/v1/raise/<kind>")
    @blueprint.get("/wechat/raise/<kind>")
    def fail(kind: str) -> str:
        raise {
            "signature": BadSignature("msg_signature differs"),
            "body": BadBody("not xml"),
            "rule": RuleBroken("not_fixed", "还没有记录处理结果"),
            "bug": KeyError("a bug"),
        }[kind]

    return blueprint


def site(https: bool = False, csrf: bool = False, checks: dict[str, Callable[[], object]] | None = None) -> Flask:
    needs = SiteNeeds(secret_key="k" * 40, https=https)
    parts = [Part(pages(), csrf=csrf), Part(pages(), max_body=PROVIDER_BODY, for_providers=True)]
    gauges = [Gauge("outbox_rows", "Rows", 3, {"state": "queued"}), Gauge("outbox_rows", "Rows", 1, {"state": "sent"})]
    return create_site(needs, parts=parts, checks=checks, collect=lambda: gauges)


@pytest.fixture
def browser() -> FlaskClient:
    return site().test_client()


def test_every_answer_carries_the_security_headers(browser: FlaskClient) -> None:
    assert browser.get("/wechat/nowhere").headers["X-Content-Type-Options"] == "nosniff"
    headers = browser.get("/nowhere").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_on_http_nothing_is_redirected(browser: FlaskClient) -> None:
    assert browser.get("/healthz").status_code == 200
    assert browser.post("/form").status_code == 200


def test_on_https_pages_redirect_but_probes_and_providers_do_not() -> None:
    browser = site(https=True).test_client()
    moved = browser.get("/inbox?tab=mine")
    assert moved.status_code == 301
    assert moved.headers["Location"] == "https://localhost/inbox?tab=mine"
    assert browser.get("/healthz").status_code == 200
    assert browser.post("/wechat/main", data=b"x").status_code == 200


def test_on_https_the_proxy_states_the_scheme_and_hsts_holds() -> None:
    app = site(https=True)
    answer = app.test_client().get("/nowhere", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4"})
    assert answer.status_code == 404
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert site().config["SESSION_COOKIE_SECURE"] is False


def test_a_body_over_64_kib_is_refused_before_it_is_read(browser: FlaskClient) -> None:
    assert browser.post("/wechat/main", data=b"x" * PROVIDER_BODY).data == b"65536"
    refused = browser.post("/wechat/main", data=b"x" * (PROVIDER_BODY + 1))
    assert refused.status_code == 413
    assert refused.mimetype == "text/plain"


def test_forms_need_their_csrf_token() -> None:
    assert site(csrf=True).test_client().post("/form").status_code == 400


@pytest.mark.parametrize(("kind", "status"), [("signature", 403), ("body", 400), ("rule", 409), ("bug", 500)])
def test_an_error_answers_each_kind_of_caller_in_its_own_way(browser: FlaskClient, kind: str, status: int) -> None:
    page = browser.get(f"/raise/{kind}")
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert "a bug" not in page.text
    program = browser.get(f"/api/v1/raise/{kind}")
    assert (program.status_code, program.mimetype) == (status, "application/problem+json")
    assert set(program.json or {}) == {"type", "title", "status", "detail", "errors"}
    provider = browser.get(f"/wechat/raise/{kind}")
    assert (provider.status_code, provider.mimetype) == (status, "text/plain")


def test_what_was_refused_is_not_explained_to_the_caller(browser: FlaskClient) -> None:
    assert "msg_signature" not in browser.get("/wechat/raise/signature").text


def test_an_unknown_api_route_is_a_problem(browser: FlaskClient) -> None:
    assert browser.get("/api/v1/nothing").mimetype == "application/problem+json"


def test_a_broken_rule_is_told_in_its_own_words(browser: FlaskClient) -> None:
    assert "还没有记录处理结果" in browser.get("/raise/rule").text


def test_a_wrong_method_names_the_right_ones(browser: FlaskClient) -> None:
    answer = browser.get("/form")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("checks", "code", "status"),
    [
        ({}, 200, "ok"),
        ({"database": int, "redis": int}, 200, "ok"),
        ({"database": int, "redis": away}, 200, "degraded"),
        ({"database": away, "redis": int}, 503, "away"),
    ],
)
def test_ready_means_the_database_answers(checks: dict[str, Callable[[], object]], code: int, status: str) -> None:
    answer = site(checks=checks).test_client().get("/readyz")
    assert answer.status_code == code
    assert answer.json is not None
    assert answer.json["status"] == status


def test_metrics_are_read_when_asked(browser: FlaskClient) -> None:
    text = browser.get("/metrics").text
    assert 'huifang_outbox_rows{state="queued"} 3.0' in text
    assert 'huifang_outbox_rows{state="sent"} 1.0' in text


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_metrics_are_not_for_the_world(path: str) -> None:
    answer = site().test_client().get(path, environ_overrides={"REMOTE_ADDR": "203.0.114.9"})
    assert answer.status_code == 404


def test_htmx_comes_from_our_own_address(browser: FlaskClient) -> None:
    answer = browser.get("/static/vendor/htmx.min.js", buffered=True)
    assert answer.status_code == 200
    assert b"htmx" in answer.data[:2000]
