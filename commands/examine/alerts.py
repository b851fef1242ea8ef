"""Destinations of alerts: variables set, addresses good. Nothing is shown to anybody."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine

from bot.errors import SendError, TryLater, Uncertain
from bot.ports import AlertWay
from channels.alert_ways import Connected
from commands.examine.finding import Finding, error, ok, warning
from store.alert_copies import last_said
from store.engine import reading

SET = "set it, or take the destination out of config/dealer.yaml; until then its alerts stay in the page"
MEND = "compare address and secret with the robot's page; keyword, IP list and signature are set there"
WAIT = "look at the network, or wait; alerts are tried again by themselves"


def destinations(connected: Connected) -> Iterator[Finding]:
    for name, variable in connected.missing.items():
        yield warning(f"alerts: {name}", f"{variable} is not set", SET)
    for name, way in connected.ways.items():
        yield _looked(name, way)
    if not connected.ways and not connected.missing:
        yield ok("alerts", "no destination is configured: alerts are shown in the page only")


def last_answers(engine: Engine) -> Iterator[Finding]:
    """What the destinations said the last time something was sent."""
    with reading(engine) as conn:
        said = last_said(conn)
    for name, (code, at) in said.items():
        if code:
            yield warning(f"alerts: {name}", f"the last alert was refused ({code}, {_at(at)})", MEND)


def _looked(name: str, way: AlertWay) -> Finding:
    try:
        way.check()
    except (TryLater, Uncertain) as refused:
        return warning(f"alerts: {name}", f"{refused.sentence} ({refused.code})", WAIT)
    except SendError as refused:
        return error(f"alerts: {name}", f"{refused.sentence} ({refused.code})", MEND)
    return ok(f"alerts: {name}", "the address is known there")


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
