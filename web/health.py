"""Is the process there, can it work, what does it count: /healthz, /readyz, /metrics."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TypeAlias

import structlog
from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

log = structlog.get_logger(__name__)
PATHS = ("/healthz", "/readyz", "/metrics")
Check: TypeAlias = Callable[[], object]
NEEDED = ("database",)  # without the others we go on, degraded: what is in Redis may be lost (design §3)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number to count: name without prefix, labels in a fixed order. Every name is a row in docs/metrics.md."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def pages(checks: Mapping[str, Check], collect: Callable[[], Iterable[Gauge]]) -> Blueprint:
    """checks: name → function that raises when that dependency is away."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int]:
        _private_only()
        states = {name: _state(name, check) for name, check in checks.items()}
        away = [name for name in NEEDED if states.get(name) == "away"]
        status = "away" if away else "degraded" if "away" in states.values() else "ok"
        return jsonify({"status": status, **states}), 503 if away else 200

    @blueprint.get("/metrics")
    def metrics() -> Response:
        _private_only()
        registry = CollectorRegistry()
        registry.register(_Gauges(collect))
        return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")

    return blueprint


def _state(name: str, check: Check) -> str:
    try:
        check()
    except Exception as error:  # noqa: BLE001  # whatever keeps it from answering, it is away
        log.warning("dependency_away", dependency=name, error=type(error).__name__)
        return "away"
    return "ok"


def _private_only() -> None:
    """Counts and states are for the dealer's own network; from outside these pages do not exist."""
    try:
        private = ip_address(request.remote_addr or "").is_private
    except ValueError:
        private = False
    if not private:
        abort(404)


class _Gauges(Collector):
    """Read from the database when asked: true over all processes and hosts, and a restart loses nothing."""

    def __init__(self, collect: Callable[[], Iterable[Gauge]]) -> None:
        self._collect = collect

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for gauge in self._collect():
            if gauge.name not in families:
                families[gauge.name] = GaugeMetricFamily(f"huifang_{gauge.name}", gauge.help, labels=list(gauge.labels))
            families[gauge.name].add_metric(list(gauge.labels.values()), gauge.value)
        yield from families.values()
