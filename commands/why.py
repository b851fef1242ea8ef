"""`why CUSTOMER`: what was planned for a customer, what became of it, and for which reason."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from store.engine import reading
from store.why import chains_of, customers_named

COUNTS = ("total", "filtered", "sent", "failed")


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("customer", help="external id of the DMS, or our own id")
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of text")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Exit code 1 when there is no such customer."""
    with reading(house.engine) as conn:
        found = [
            {**each, "touchpoints": chains_of(conn, each["id"])} for each in customers_named(conn, options.customer)
        ]
    if options.json:
        print(json.dumps(found, ensure_ascii=False, default=_plain))
    elif found:
        print("\n".join(line for each in found for line in told(each)))
    else:
        print(f"huifang: no customer {options.customer}", file=sys.stderr)
    return 0 if found else 1


def told(person: dict[str, Any]) -> Iterator[str]:
    """One customer's chains as lines, times in the store's zone."""
    zone = ZoneInfo(person["time_zone"])
    yield f"{person['name']} ({person['external_id'] or person['id']}, {person['store']})"
    for point in person["touchpoints"]:
        yield ""
        yield from _told_touchpoint(point, zone)
    if not person["touchpoints"]:
        yield "  nothing planned yet"


def _told_touchpoint(point: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    end = _because(point["outcome"] or point["state"], point["reason"])
    yield f"  {point['rule']} · {point['occurrence']} · {point['category']} → {end}"
    yield f"    planned  {_time(point['planned_for'], zone)}  rule version {point['rule_version']}"
    if point["due_at"] != point["planned_for"]:
        yield f"    due      {_time(point['due_at'], zone)}"
    for step in point["verdicts"]:
        words = _because(f"{step['name']}: {step['verdict']}", step["reason"])
        yield f"    {step['step']:<8} {_time(step['at'], zone)}  {words}{_counted(step['detail'])}"
    for message in point["messages"]:
        yield from _told_message(message, zone)
    for answer in point["answers"]:
        words = _because(answer["satisfaction"] or answer["kind"], str(answer["rating"] or ""))
        yield f"    answer   {_time(answer['answered_at'], zone)}  {words}"


def _told_message(message: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    words = _because(message["state"], message["code"] or message["reason"])
    yield f"    message  {_time(message['created_at'], zone)}  {message['way']} → {words}"
    for each in message["attempts"]:
        words = _because(each["result"], each["code"])
        yield f"      attempt {each['number']}: {words}, {_time(each['started_at'], zone)} by the machine's clock"
    if message["final_at"]:
        yield f"      final    {_time(message['final_at'], zone)}"


def _counted(detail: Mapping[str, Any] | None) -> str:
    """A mass send's receipt: how many it was for, and what became of them."""
    if not detail or "total" not in detail:
        return ""
    return " · " + ", ".join(f"{detail[name]} {name}" for name in COUNTS if name in detail)


def _because(what: str, reason: str) -> str:
    return f"{what} ({reason})" if reason else what


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
