"""`cases list|show|<step>`: the complaints of the house, and each step of one, by the rules the inbox has."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from bot.cases import PRIORITY, Ended
from bot.customer import Role, StaffMember
from bot.dealer import Dealer
from bot.errors import RuleBroken
from bot.ports import Calendars, Clock
from commands.set_up import check_database
from store import case_board, case_steps, case_story
from store.case_board import CaseRow, Filter
from store.case_steps import STEPS, Step, Terms
from store.engine import reading
from store.stores import store_id_of

T = TypeVar("T")
# Whoever sits at the machine sees every store; a step is somebody's of the house, named with --as.
OPERATOR = StaffMember(0, 0, "command line", Role.ADMIN)


class Writes(Protocol):
    def run(self, work: Callable[[Connection], T]) -> T: ...


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def writer(self) -> Writes: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def calendar(self) -> Calendars: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["list", "show", *STEPS], help="what to see, or the step to take")
    parser.add_argument("case", nargs="?", type=int, help="number of the case; not for list")
    parser.add_argument("--as", dest="who", default="", help="username of who takes the step")
    parser.add_argument("--text", default="", help="what was planned, done, said, or why")
    parser.add_argument("--to", default="", help="username: whose it becomes (assign), who does it (plan)")
    parser.add_argument("--by", default="", help="plan: until when, 2026-09-18T17:30, local time of the store")
    parser.add_argument("--ended", choices=list(Ended), default=Ended.MANAGER.value, help="close: how it ends")
    parser.add_argument("--level", choices=list(PRIORITY), default="", help="list: only these; level: the new one")
    parser.add_argument("--store", default="", help="list: code of one store")
    parser.add_argument("--owner", default="", help="list: username of one owner")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Raises RuleBroken with the sentence of the rule; exit code 2."""
    check_database(house.engine)
    if options.action == "list":
        return _list(house, options)
    if options.case is None:
        raise RuleBroken("no_case", f"cases {options.action} needs the number of a case: python app.py cases list")
    if options.action != "show":
        house.writer.run(lambda conn: _step(conn, house, options))
    return _show(house, options)


def _list(house: Needs, options: argparse.Namespace) -> int:
    now = house.clock.business()
    with reading(house.engine) as conn:
        store_id = store_id_of(conn, options.store) if options.store else 0
        owner = case_steps.colleague(conn, OPERATOR, options.owner).id if options.owner else 0
        which = Filter(store_id=store_id, owner_id=owner, level=options.level, open_only=True)
        rows = case_board.board_for(conn, OPERATOR, now, which)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, default=datetime.isoformat))
    else:
        print("\n".join(_line(house, row) for row in rows) or "no open case")
    return 0


def _step(conn: Connection, house: Needs, options: argparse.Namespace) -> None:
    if not options.who:
        raise RuleBroken("no_colleague", f"cases {options.action} needs --as USERNAME: whose step is it?")
    who = case_steps.colleague(conn, OPERATOR, options.who)
    by = _by(house, conn, options)
    step = Step(options.action, options.text, options.to, by, options.ended, options.level)
    case_steps.take(conn, who, options.case, step, Terms(house.dealer, house.calendar), house.clock.business())


def _by(house: Needs, conn: Connection, options: argparse.Namespace) -> datetime | None:
    if not options.by:
        return None
    row = case_board.one_for(conn, OPERATOR, options.case, house.clock.business())
    try:
        moment = datetime.fromisoformat(options.by)
    except ValueError:
        raise RuleBroken("bad_time", f"--by {options.by}: a time like 2026-09-18T17:30 is expected") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=_zone(house, row))


def _show(house: Needs, options: argparse.Namespace) -> int:
    with reading(house.engine) as conn:
        row = case_board.one_for(conn, OPERATOR, options.case, house.clock.business())
        story, _terms = case_story.course_of(conn, options.case)
    if options.json:
        told: dict[str, Any] = asdict(row) | {"story": [asdict(each) for each in story]}
        print(json.dumps(told, ensure_ascii=False, default=datetime.isoformat))
        return 0
    zone = _zone(house, row)
    print(_line(house, row))
    for each in story:
        parts = (each.kind, each.what, each.text, "、".join(each.names))
        print(f"  {each.at.astimezone(zone):%m-%d %H:%M}  {' · '.join(part for part in parts if part)}")
    return 0


def _line(house: Needs, row: CaseRow) -> str:
    due = f"{row.next_kind} by {row.due_at.astimezone(_zone(house, row)):%m-%d %H:%M}" if row.due_at else row.ended_as
    late = " LATE" if row.over else ""
    return f"{row.id:>5}  {row.level}  {row.state:<11}  {due}{late}  {row.owner_name}  {row.name} {row.plate}".rstrip()


def _zone(house: Needs, row: CaseRow) -> ZoneInfo:
    return ZoneInfo(next((each.time_zone for each in house.dealer.stores if each.name == row.store_name), "UTC"))
