"""The form of an event: what it says becomes a draft, and a draft fills it again.

Whom it invites is built from a few fields, or written out in the language of journeys (docs/journeys.md: Conditions).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from bot.conditions import Condition, fields_of
from bot.errors import RuleBroken
from bot.events import EventKind, shares_of
from store.event_audience import CONDITION, condition_of, stored
from store.events import Draft, EventRow

Form = MultiDict[str, str]
NOT_OF_PEOPLE = ("vehicle.", "event.")  # an event invites people, whatever they drive
MOST_HOURS = 24 * 30


def draft_of(form: Form, zone: str) -> Draft:
    """Dates as the form gives them, local to the store. Raises RuleBroken bad_date, bad_shares, bad_audience."""
    try:
        local = datetime.fromisoformat(f"{form.get('date', '')}T{form.get('time', '')}")
        starts_at, capacity = local.replace(tzinfo=ZoneInfo(zone)), int(form.get("capacity", "0"))
        wave_hours, confirm_hours = (int(form.get(name, "24")) for name in ("wave_hours", "confirm_hours"))
        kind = EventKind(form.get("kind", EventKind.OTHER.value))
    except ValueError as error:
        raise RuleBroken("bad_date", "请填写日期、时间和名额") from error
    if not (1 <= wave_hours <= MOST_HOURS and 1 <= confirm_hours <= MOST_HOURS):
        raise RuleBroken("bad_hours", f"小时数要在 1 到 {MOST_HOURS} 之间")
    return Draft(
        form.get("name", "")[:60], form.get("place", "")[:60], starts_at, capacity, form.get("cost", "")[:40],
        kind=kind, offers=form.get("offers", "")[:120], audience=audience_of(form),
        shares=shares_of(form.get("shares", "") or "100"), wave_hours=wave_hours, confirm_hours=confirm_hours,
    )  # fmt: skip


def audience_of(form: Form) -> Condition | None:
    """None is everybody. Raises RuleBroken bad_audience with what is wrong."""
    asked = [*_chosen(form), *_written(form.get("condition", ""))]
    if not asked:
        return None
    try:
        condition = CONDITION.validate_python(asked[0] if len(asked) == 1 else {"all": asked})
    except ValidationError as error:
        first = error.errors()[0]
        raise RuleBroken("bad_audience", f"邀请条件有误：{first['msg'].removeprefix('Value error, ')}") from error
    if wrong := [name for name in fields_of(condition) if name.startswith(NOT_OF_PEOPLE)]:
        raise RuleBroken("bad_audience", f"邀请条件有误：{wrong[0]} 不是客户的条件，可用 customer. 开头的")
    return condition


def _chosen(form: Form) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = []
    for name, key in (("model", "customer.models"), ("city", "customer.city")):
        if chosen := [each for each in form.getlist(name) if each]:
            asked.append({"field": key, "op": "in", "value": chosen})
    if (op := form.get("visit_op", "")) in ("<=", ">"):
        days = form.get("visit_days", "")
        if not days.isdecimal():
            raise RuleBroken("bad_audience", "邀请条件有误：请填写多少天")
        asked.append({"field": "customer.days_since_visit", "op": op, "value": int(days)})
    if form.get("member"):
        asked.append({"field": "customer.member", "op": "=", "value": True})
    return asked


def _written(text: str) -> list[Any]:
    if not text.strip():
        return []
    try:
        return [yaml.safe_load(text)]
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        line = f"第 {place.line + 1} 行" if place else ""
        raise RuleBroken("bad_audience", f"邀请条件有误：{line}不是合法的 YAML") from error


def values_of(event: EventRow, zone: str) -> dict[str, Any]:
    """What the form shows of an event there is."""
    local = event.starts_at.astimezone(ZoneInfo(zone))
    return {
        "name": event.name, "kind": event.kind.value, "date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}",
        "place": event.place, "capacity": event.capacity, "cost": event.cost, "offers": event.offers,
        "shares": " ".join(map(str, event.shares)), "wave_hours": event.wave_hours,
        "confirm_hours": event.confirm_hours, **_audience(event.audience),
    }  # fmt: skip


def values_again(form: Form) -> dict[str, Any]:
    """What was typed, after it was refused."""
    lists = {"models": form.getlist("model"), "cities": form.getlist("city")}
    return {name: form.get(name, "") for name in form} | lists


def _audience(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Fields where there is one for it, the rest as written."""
    parts = kept.get("all", [kept]) if kept else []
    values: dict[str, Any] = {"models": [], "cities": [], "visit_op": "", "visit_days": "", "member": ""}
    rest = [part for part in parts if not _shown(part, values)]
    given = rest[0] if len(rest) == 1 else {"all": rest}
    values["condition"] = yaml.safe_dump(given, allow_unicode=True, default_flow_style=True).strip() if rest else ""
    return values


def _shown(part: Mapping[str, Any], values: dict[str, Any]) -> bool:
    match part:
        case {"field": "customer.models", "op": "in", "value": list(models)}:
            values["models"] = models
        case {"field": "customer.city", "op": "in", "value": list(cities)}:
            values["cities"] = cities
        case {"field": "customer.days_since_visit", "op": ("<=" | ">") as op, "value": int(days)}:
            values |= {"visit_op": op, "visit_days": days}
        case {"field": "customer.member", "op": "=", "value": True}:
            values["member"] = "1"
        case _:
            return False
    return True


def in_words(kept: Mapping[str, Any]) -> str:
    """The query itself, for who reads the page; "" for everybody."""
    return (
        yaml.safe_dump(stored(condition_of(kept)), allow_unicode=True, default_flow_style=True).strip() if kept else ""
    )
