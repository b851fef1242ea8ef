"""`why CUSTOMER`: what was planned for a customer, what became of it, and for which reason."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from bot.journeys import Journey
from bot.messages import Category
from bot.permitted import Permit, day_rules
from bot.ports import Calendars, Clock
from bot.reason_words import reason_in_words
from bot.reasons import Reason
from commands.set_up import check_database
from store.engine import reading
from store.why import chains_of, customers_named, talk_of
from store.why_nothing import absent_of

PROJECTED = " · projected: the holidays of that year are not published yet"
COUNTS = ("total", "filtered", "sent", "failed")


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def journeys(self) -> tuple[Journey, ...]: ...

    @property
    def calendar(self) -> Calendars: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("customer", help="external id of the DMS, or our own id")
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of text")
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="of the sentences; zh")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Exit code 1 when there is no such customer."""
    check_database(house.engine)
    now = house.clock.business()
    with reading(house.engine) as conn:
        found = [_of(conn, house, each, now) for each in customers_named(conn, options.customer)]
    if options.json:
        _with_sentences(found, options.language)
        print(json.dumps(found, ensure_ascii=False, default=_plain))
    elif found:
        print("\n".join(line for each in found for line in Told(each, now, options.language).lines()))
    else:
        print(f"huifang: no customer {options.customer}", file=sys.stderr)
    return 0 if found else 1


def _of(conn: Connection, house: Needs, person: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The person with everything that was, is or never was planned, and what was said without a plan."""
    chains = chains_of(conn, person["id"])
    _guesses(chains, house, person)
    return {
        **person,
        "touchpoints": chains,
        "nothing": absent_of(conn, person["id"], house.journeys, {each["rule"] for each in chains}, now),
        "conversation": talk_of(conn, person["id"]),
    }


def _guesses(chains: list[dict[str, Any]], house: Needs, person: dict[str, Any]) -> None:
    """`projected`: what is still to come was placed by days that nobody has published yet."""
    calendar = house.calendar.of(person["store_code"])
    steps = {journey.rule(step): step for journey in house.journeys for step in journey.steps}
    for each in chains:
        step, planned = steps.get(each["rule"]), each["state"] == "planned"
        rules = day_rules(Category(each["category"]), step.day_rule) if step is not None else ()
        each["projected"] = planned and Permit(person["time_zone"], calendar, days=rules).guessed(each["due_at"])


def _with_sentences(found: object, language: str) -> None:
    """Beside each reason of ours, `because`: the same in words."""
    if isinstance(found, list):
        for each in found:
            _with_sentences(each, language)
    elif isinstance(found, dict):
        for value in list(found.values()):
            _with_sentences(value, language)
        if "reason" in found:
            found["because"] = reason_in_words(found["reason"], language)


class Told:
    """One customer's chains as lines, times in the store's zone, reasons in words.

    person: as `customers_named` has it, with `touchpoints` and, where they are told too, `nothing` and `conversation`.
    """

    def __init__(self, person: dict[str, Any], now: datetime, language: str) -> None:
        self._person, self._now, self._language = person, now, language
        self._zone = ZoneInfo(person["time_zone"])

    def lines(self) -> Iterator[str]:
        person = self._person
        yield f"{person['name']} ({person['external_id'] or person['id']}, {person['store']})"
        for point in person["touchpoints"]:
            yield ""
            yield from self._touchpoint(point)
        if not person["touchpoints"]:
            yield "  nothing planned yet"
        yield from self._nothing()
        yield from self._conversation()

    def _touchpoint(self, point: dict[str, Any]) -> Iterator[str]:
        end = self._because(point["outcome"] or point["state"], point["reason"])
        yield f"  {point['rule']} · {point['occurrence']} · {point['category']} → {end}"
        yield f"    planned  {self._time(point['planned_for'])}  rule version {point['rule_version']}"
        if point["due_at"] != point["planned_for"]:
            yield f"    due      {self._time(point['due_at'])}"
        for step in point["verdicts"]:
            words = self._because(f"{step['name']}: {step['verdict']}", step["reason"])
            yield f"    {step['step']:<8} {self._time(step['at'])}  {words}{self._detail(step['detail'])}"
        if point["state"] == "planned":
            yield f"    next     {self._next(point)}"
        for message in point["messages"]:
            yield from self._message(message)
        for answer in point["answers"]:
            words = _plainly(answer["satisfaction"] or answer["kind"], str(answer["rating"] or ""))
            yield f"    answer   {self._time(answer['answered_at'])}  {words}"

    def _next(self, point: dict[str, Any]) -> str:
        """What is still to come, when, and who brings it about."""
        if point["due_at"] <= self._now:
            return "due now: the worker asks every gate at its next tick"
        guess = PROJECTED if point.get("projected") else ""
        return f"{self._time(point['due_at'])}  by rule {point['rule']}; every gate and way is asked then{guess}"

    def _message(self, message: dict[str, Any], indent: str = "    ") -> Iterator[str]:
        words = self._because(message["state"], message["code"] or message["reason"])
        cost = message["cost_fen"]
        paid = "" if cost is None else f" · ¥{cost / 100:.3f}"
        yield f"{indent}message  {self._time(message['created_at'])}  {message['way']} → {words}{paid}"
        for each in message["attempts"]:
            words, began = _plainly(each["result"], each["code"]), self._time(each["started_at"])
            yield f"{indent}  attempt {each['number']}: {words}, {began} by the machine's clock"
        if message["final_at"]:
            yield f"{indent}  final    {self._time(message['final_at'])}"
        if message["late_at"]:
            yield f"{indent}  arrived  {self._time(message['late_at'])}  {self._because('late', Reason.ARRIVED_LATE)}"

    def _nothing(self) -> Iterator[str]:
        nothing = self._person.get("nothing", ())
        if nothing:
            yield ""
            yield "  never planned"
        alike: dict[tuple[str, str], list[str]] = {}
        for each in nothing:
            alike.setdefault((each["rule"].partition(".")[0], each["reason"]), []).append(each["rule"])
        for (journey, reason), rules in alike.items():  # a journey of many steps lacks one thing
            yield f"    {self._because(rules[0] if len(rules) == 1 else f'{journey}.*', reason)}"

    def _conversation(self) -> Iterator[str]:
        conversation = self._person.get("conversation", ())
        if conversation:
            yield ""
            yield "  conversation"
        for each in conversation:
            who = each["staff"] or each["author"]
            way = each["channel"] if each["kind"] == each["channel"] else f"{each['channel']} {each['kind']}"
            yield f"    {self._time(each['at'])}  {way} by {who}"
            if each["message"]:
                yield from self._message(each["message"], "      ")

    def _because(self, what: str, reason: str) -> str:
        words = reason_in_words(reason, self._language)
        return _plainly(what, f"{reason}: {words}" if words else reason)

    def _detail(self, detail: dict[str, Any] | None) -> str:
        """Until when something was put off, whether by a guess, and which template or variable was wrong."""
        if not detail:
            return ""
        until, guess = detail.get("until"), PROJECTED if detail.get("projected") else ""
        if until or guess:
            return (f" until {self._time(datetime.fromisoformat(until))}" if until else "") + guess
        if "total" in detail:  # a mass send's receipt: how many it was for, and what became of them
            return " · " + ", ".join(f"{detail[name]} {name}" for name in COUNTS if name in detail)
        return f" {detail['error']}" if "error" in detail else ""

    def _time(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")


def _plainly(what: str, reason: str) -> str:
    return f"{what} ({reason})" if reason else what


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
