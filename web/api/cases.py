"""Cases for other systems of the house: list, open, look into, and every step the inbox knows, by the same rules."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.cases import CaseState
from bot.customer import Role, StaffMember
from store import case_board, case_steps, case_story
from store.case_board import CaseRow, Filter
from store.case_steps import New, Step
from store.customers import customer_of
from store.put import Incomplete
from store.tables.people import repair_order
from web.api.answers import Document
from web.api.bodies import Body, ExternalId, Line
from web.api.calls import Call, Reply, Route
from web.api.problems import Fault, Problem

Level = Literal["P0", "P1", "P2", "P3", "P4"]
Words = Annotated[str, Field(max_length=2000)]
KEPT = tuple(name for name in CaseRow.__dataclass_fields__ if name not in {"store_id", "store_name", "customer_id"})


class CaseBody(Body):
    """POST /cases. The same external_id again changes nothing. level: P3. about: who is complained about."""

    external_id: ExternalId
    customer: ExternalId
    text: Words
    level: Level = "P3"
    category: Line = ""
    repair_order: ExternalId | None = None
    about: Line = Field("", description="username of the person complained about: will not be the owner")


class StepBody(Body):
    """POST /cases/{case}/steps. staff: username of who takes the step; the rules of the house are about them."""

    step: Literal["claim", "acknowledge", "assign", "level", "plan", "start", "fix", "recontact", "close", "reopen"]
    staff: Line
    text: Words = ""
    to: Line = Field("", description="username: to whom (assign), by whom (plan)")
    by: datetime | None = Field(None, description="until when (plan)")
    level: Level | None = Field(None, description="the new one (level)")
    ended: Literal["satisfied", "declined", "manager"] = Field("manager", description="how it ends (close)")


class CaseOut(Document):
    """id: ours. customer: its external id. next_kind, due_at: the unmet deadline that comes first."""

    id: int
    external_id: str | None
    customer: str | None
    name: str
    plate: str
    level: Level
    category: str
    state: CaseState
    round: int
    text: str
    owner_id: int
    owner_name: str
    opened_at: datetime
    closed_at: datetime | None
    ended_as: str
    next_kind: str
    due_at: datetime | None
    over: bool


class HappeningOut(Document):
    at: datetime
    kind: str
    text: str
    what: str
    names: list[str]


class CaseStory(CaseOut):
    story: list[HappeningOut]


class CasesOut(Document):
    cases: list[CaseOut]


def list_cases(call: Call) -> Reply:
    state, level = call.query["state"], call.query["level"]
    if state and state not in set(CaseState):
        raise Problem(422, "no such state", (Fault(pointer="", message=f"state: one of {', '.join(CaseState)}"),))
    rows = case_board.board_for(call.conn, _reader(call), call.hearing.now, Filter(state=state, level=level))
    return Reply(200, {"cases": [_document(row) for row in rows]})


def open_case(call: Call, body: CaseBody) -> Reply:
    known = case_board.case_id_of(call.conn, call.store_id, body.external_id)
    if known is not None:
        return Reply(200, _story(call, known))
    customer_id = customer_of(call.conn, call.store_id, body.customer)
    if customer_id is None:
        raise Incomplete("no such customer: put the customer first", "/customer")
    new = New(
        customer_id, body.text, body.category, body.level, _order(call, body.repair_order), body.about, body.external_id
    )
    made = case_steps.open_by_hand(call.conn, _reader(call), new, call.terms, call.hearing.now)
    return Reply(201, _story(call, made))


def get_case(call: Call, case: str) -> Reply:
    return Reply(200, _story(call, _ours(call, case)))


def take_step(call: Call, case: str, body: StepBody) -> Reply:
    case_id, who = _ours(call, case), case_steps.colleague(call.conn, _reader(call), body.staff)
    by = body.by.replace(tzinfo=call.hearing.zone) if body.by is not None and body.by.tzinfo is None else body.by
    step = Step(body.step, body.text, body.to, by, body.ended, body.level or "")
    case_steps.take(call.conn, who, case_id, step, call.terms, call.hearing.now)
    return Reply(200, _story(call, case_id))


def _reader(call: Call) -> StaffMember:
    """The caller sees what somebody of its store sees."""
    return StaffMember(0, call.store_id, call.caller.name, Role.CARE)


def _ours(call: Call, case: str) -> int:
    """By our number, of this store only: an administrator's step through this door stays in the store, too."""
    row = case_steps.visible_id(call.conn, _reader(call), int(case)) if case.isdecimal() and len(case) < 16 else None
    if row is None:
        raise Problem(404, "no such case")
    return row


def _order(call: Call, external_id: str | None) -> int | None:
    if external_id is None:
        return None
    own = (repair_order.c.store_id == call.store_id, repair_order.c.external_id == external_id)
    found = call.conn.execute(repair_order.select().where(*own)).first()
    if found is None:
        raise Incomplete("no such repair order", "/repair_order")
    return int(found.id)


def _story(call: Call, case_id: int) -> dict[str, Any]:
    row = case_board.one_for(call.conn, _reader(call), case_id, call.hearing.now)
    told = [{**asdict(each), "names": list(each.names)} for each in case_story.course_of(call.conn, case_id)[0]]
    for each in told:
        del each["round"]
    return {**_document(row), "story": told}


def _document(row: CaseRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in KEPT}


CASES = (
    Route("GET", "/cases", "Open cases by deadline, and those closed in the last week", list_cases, CasesOut,
          query={"state": "only this state", "level": "only this level"}),
    Route("POST", "/cases", "Open a case for a customer", open_case, CaseStory, CaseBody, (200, 201)),
    Route("GET", "/cases/{case}", "A case with everything that happened", get_case, CaseStory),
    Route("POST", "/cases/{case}/steps", "One step of a case, by the rules the inbox has", take_step, CaseStory,
          StepBody),
)  # fmt: skip
