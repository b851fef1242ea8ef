"""`journeys`: what is planned by which rule, what an edit changes, what it would do, and who has agreed to it."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from bot.dealer import Dealer
from bot.errors import ConfigError
from bot.journeys import Journey, journey_version
from bot.links import Links
from bot.ports import Clock
from bot.reason_words import reason_in_words
from channels.render import Templates
from commands.set_up import check_database
from config.calendar import Calendar
from config.load import load_journey, load_occasions
from config.settings import Settings
from scheduler.dry_run import Told, dry_run
from scheduler.hand import Gatekeeper
from scheduler.letters import Writer
from store import approvals
from store.approvals import Approved
from store.engine import reading, writing

ACTIONS = ("list", "diff", "dry-run", "submit", "approve")


class Dry(Protocol):
    """What a dry run needs; the settings page runs it too."""

    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def calendar(self) -> Calendar: ...

    @property
    def renderer(self) -> Templates: ...

    @property
    def links(self) -> Links: ...


class Needs(Dry, Protocol):
    @property
    def given(self) -> Settings: ...

    @property
    def journeys(self) -> tuple[Journey, ...]: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("journey", nargs="?", default="", help="id of a journey, or a file that is not active yet")
    parser.add_argument("--days", type=int, default=30, help="how far a dry run looks ahead; 30")
    parser.add_argument("--by", default="", help="log-in of who made, or who approves it")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Exit code of diff: 1 when something differs. Raises ConfigError for a file, RuleBroken for an approval."""
    check_database(house.engine)
    if options.action == "list":
        return _list(house, options)
    chosen = _chosen(house, options.journey)
    acts = {"diff": _diff, "dry-run": _dry_run, "submit": _submit, "approve": _approve}
    return acts[options.action](house, chosen, options)


def _chosen(house: Needs, named: str) -> Journey:
    found = {journey.id: journey for journey in house.journeys}
    if named in found:
        return found[named]
    if Path(named).is_file():
        return load_journey(Path(named), load_occasions(house.given.config_dir))
    raise ConfigError(named or "journey", f"neither a file nor one of {', '.join(found)}")


def _list(house: Needs, options: argparse.Namespace) -> int:
    with reading(house.engine) as conn:
        rows = [_row(conn, journey) for journey in house.journeys]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            print(f"{row['id']:<18}{row['version']}  {row['state']:<10}{row['anchor']:<28}{', '.join(row['steps'])}")
    return 0


def _row(conn: Connection, journey: Journey) -> dict[str, Any]:
    """state: on, off, what its approval lacks, or paused from the page."""
    state = "on" if journey.enabled else "off"
    given = approvals.approval_of(conn, journey) if journey.needs_approval else None
    if journey.enabled and journey.needs_approval and (given is None or given.approved_at is None):
        state = "submitted" if given else "unapproved"
    if journey.id in Approved((journey,)).paused(conn):
        state = "paused"
    return {
        "id": journey.id,
        "version": journey_version(journey),
        "state": state,
        "anchor": journey.anchor.value,
        "steps": [step.id for step in journey.steps],
        "made_by": given.made_by if given else None,
        "approved_by": given.approved_by if given else None,
    }


def _diff(house: Needs, chosen: Journey, options: argparse.Namespace) -> int:
    """A file against the journey that is active; an active one against its last approved version."""
    active = next((each for each in house.journeys if each.id == chosen.id), None)
    before: Mapping[str, Any] | None = None
    if active is not None and active != chosen:
        before = active.model_dump(mode="json", by_alias=True)
    else:
        with reading(house.engine) as conn:
            before = approvals.last_approved(conn, chosen.id)
    lines = list(_differences("", before or {}, chosen.model_dump(mode="json", by_alias=True)))
    print(json.dumps(lines, ensure_ascii=False) if options.json else "\n".join(lines) or f"{chosen.id}: no difference")
    return 1 if lines else 0


def _differences(place: str, before: Any, after: Any) -> Iterator[str]:
    """`steps.question.at: 10:00:00 → 11:00:00`, steps by their names."""
    old, new = _parts(before), _parts(after)
    if old is None or new is None:
        if before != after:
            yield f"{place}: {_said(before)} → {_said(after)}"
        return
    for name in {**old, **new}:
        yield from _differences(f"{place}.{name}".lstrip("."), old.get(name), new.get(name))


def _parts(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, Mapping):
        return value
    named = isinstance(value, list) and value and all(isinstance(each, Mapping) and "id" in each for each in value)
    return {each["id"]: each for each in value} if named else None


def _said(value: Any) -> str:
    return "–" if value is None else json.dumps(value, ensure_ascii=False)


def _dry_run(house: Needs, chosen: Journey, options: argparse.Namespace) -> int:
    told = dry_run_of(house, chosen, options.days)
    if options.json:
        print(json.dumps(_document(chosen, options.days, told), ensure_ascii=False))
    else:
        print("\n".join(_lines(chosen, options.days, told)))
    return 0


def dry_run_of(house: Dry, chosen: Journey, days: int) -> list[Told]:
    """As if it were on, approved and not paused, whatever it is."""
    now, ahead = house.clock.business(), timedelta(days=days)
    letters = Writer(house.dealer, house.renderer, house.links)
    living = chosen.model_copy(update={"enabled": True})
    everything_approved = Approved(())
    keeper = Gatekeeper(
        house.engine, house.clock, house.dealer, [living], house.calendar, letters, "dry-run", everything_approved
    )
    return dry_run(house.engine, living, keeper, house.calendar, now, ahead)


def _document(journey: Journey, days: int, told: Sequence[Told]) -> dict[str, Any]:
    steps = [
        {
            "step": each.step,
            "planned": each.planned,
            "send": each.send,
            "moved": each.moved,
            "outside": each.outside,
            "on": {str(day): count for day, count in sorted(each.on.items())},
            "later": dict(each.later),
            "never": dict(each.never),
            "who": each.who,
        }
        for each in told
    ]
    return {"journey": journey.id, "version": journey_version(journey), "days": days, "steps": steps}


def _lines(journey: Journey, days: int, told: Sequence[Told]) -> Iterator[str]:
    yield f"{journey.id} {journey_version(journey)}: the next {days} days, as the file stands today"
    for each in told:
        yield f"  {each.step}: {each.planned} planned, {each.send} would go out; {each.outside} not in the audience"
        for day, count in sorted(each.on.items()):
            yield f"    {day}  {count}"
        for words, reasons in (("later", each.later), ("not", each.never)):
            for reason, count in reasons.most_common():
                who = ", ".join(map(str, each.who[reason]))
                yield f"    {words:<6}{count:>6}  {reason}: {reason_in_words(reason)}  (customers {who})"


def _submit(house: Needs, chosen: Journey, options: argparse.Namespace) -> int:
    with writing(house.engine) as conn:
        approvals.submit(conn, chosen, options.by, house.clock.business())
    print(f"{chosen.id} {journey_version(chosen)} submitted by {options.by}; another person approves it")
    return 0


def _approve(house: Needs, chosen: Journey, options: argparse.Namespace) -> int:
    with writing(house.engine) as conn:
        approvals.approve(conn, chosen, options.by, house.clock.business())
    print(f"{chosen.id} {journey_version(chosen)} approved by {options.by}")
    return 0
