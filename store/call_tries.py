"""What became of one call, in one transaction: the try, the task, the touchpoint, the number, the file, the log.

A second press of the button finds the first one's row and changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, select, update

from bot.call_words import result_in_words
from bot.calls import MEANS, Following, Mark, Next, Result, Try, following
from bot.cases import MANAGERS
from bot.consent import Source
from bot.customer import StaffMember
from bot.dealer import Spans
from bot.errors import NotThere, RuleBroken
from bot.gate import REFUSABLE
from bot.messages import Category
from bot.permitted import in_hours
from bot.reasons import Reason
from store import call_ends, cases, consents, feed, numbers, threads
from store.calls import best_of
from store.consents import Act
from store.replies import KEY
from store.tables.contact import message
from store.tables.outbound import call_task, call_try
from store.tables.people import fact, store
from store.tables.staff import staff
from store.visibility import visible_to

LONGEST = 500
SPENT = {Mark.DEAD: Reason.DEAD_NUMBER, Mark.STRANGER: Reason.WRONG_PERSON, Mark.NONE: Reason.NOT_REACHED}


@dataclass(frozen=True, slots=True)
class Report:
    """What a person enters. wanted: when the customer wants to be rung. version: of the task as the page showed it.

    answered: the customer's own words or a rating come with it, which only somebody spoken to can have given.
    """

    result: Result
    key: str
    version: int
    note: str = ""
    wanted: datetime | None = None
    rating: int | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """again: this key was written before, and nothing was done now. try_id: what a turn of it is known by."""

    try_id: int
    customer_id: int
    prompt_id: int | None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What the house says about this call. hours: of its category; counts: days it may be made on."""

    hours: tuple[Spans, ...]
    counts: Callable[[date], bool]


def record(
    conn: Connection,
    user: StaffMember,
    task_id: int,
    said: Report,
    rules_of: Callable[[Category], Rules],
    now: datetime,
) -> Written:
    """Raises RuleBroken no_call, bad_key, call_over, moved, held, no_text, too_long, no_time, bad_time, no_contact."""
    task = _held(conn, user, task_id)
    if not KEY.fullmatch(said.key):
        raise RuleBroken("bad_key", "页面已过期，请刷新后再填")
    if (first := _written_before(conn, task_id, said.key)) is not None:
        return Written(first, task.customer_id, task.prompt_id, again=True)
    rules = rules_of(Category(task.category))
    zone = _zone(conn, task.store_id)
    _check(task, user, said, rules, zone, now)
    comes = following(
        said.result, _tries(conn, task_id), now, zone, best_of(task), rules.hours, said.wanted, rules.counts
    )
    made = _write(conn, user, task, said, comes, now)
    _carry_out(conn, user, task, said, comes, now)
    _log(conn, user, task, said, now)
    return Written(made, task.customer_id, task.prompt_id)


def _held(conn: Connection, user: StaffMember, task_id: int) -> Row[Any]:
    """The task, its row held until the commit: of two presses at once the second waits and finds the first's row."""
    query = (
        select(call_task, staff.c.name.label("holder"))
        .outerjoin(staff, staff.c.id == call_task.c.staff_id)
        .where(call_task.c.id == task_id, visible_to(user, call_task))
        .with_for_update(of=call_task)
    )
    row = conn.execute(query).first()
    if row is None:
        raise NotThere("no_call", "没有这个电话任务")
    return row


def _written_before(conn: Connection, task_id: int, key: str) -> int | None:
    same = select(call_try.c.id).where(call_try.c.call_task_id == task_id, call_try.c.key == key)
    found: int | None = conn.execute(same).scalar()
    return found


def _check(task: Row[Any], user: StaffMember, said: Report, rules: Rules, zone: str, now: datetime) -> None:
    if task.state != "open":
        raise RuleBroken("call_over", "这个电话任务已经结束")
    if task.staff_id not in (None, user.id) and user.role not in MANAGERS:
        raise RuleBroken("held", f"{task.holder} 正在处理，请先转交")
    if task.version != said.version:
        raise RuleBroken("moved", "任务刚有变化，请刷新后再填")
    meaning = MEANS[said.result]
    if meaning.needs_note and not said.note.strip():
        raise RuleBroken("no_text", "请在备注里写明原因")
    if len(said.note) > LONGEST:
        raise RuleBroken("too_long", f"备注最多 {LONGEST} 字")
    if meaning.says_when and said.wanted is None:
        raise RuleBroken("no_time", "请填写约定的时间")
    if said.wanted is not None and not _possible(said.wanted, rules, zone, now):
        raise RuleBroken("bad_time", "约定的时间要在将来，且在可以打电话的时段内")
    if said.answered and meaning.failed:
        raise RuleBroken("no_contact", "没有联系上客户，不能登记评价")


def _possible(wanted: datetime, rules: Rules, zone: str, now: datetime) -> bool:
    local = wanted.astimezone(ZoneInfo(zone))
    return wanted > now and rules.counts(local.date()) and in_hours(rules.hours, wanted, zone)


def _tries(conn: Connection, task_id: int) -> list[Try]:
    rows = select(call_try.c.at, call_try.c.result).where(call_try.c.call_task_id == task_id).order_by(call_try.c.id)
    return [Try(row.at, Result(row.result)) for row in conn.execute(rows)]


def _write(conn: Connection, user: StaffMember, task: Row[Any], said: Report, comes: Following, now: datetime) -> int:
    row = {
        "call_task_id": task.id, "staff_id": user.id, "key": said.key, "at": now, "result": said.result.value,
        "note": said.note.strip(), "rating": said.rating, "next_at": comes.at,
    }  # fmt: skip
    made = int(conn.execute(insert(call_try).values(**row).returning(call_try.c.id)).scalar_one())
    values: dict[str, object] = {
        "tries": call_task.c.tries + 1, "version": call_task.c.version + 1, "result": said.result.value,
        "note": said.note.strip(), "staff_id": user.id,
    }  # fmt: skip
    conn.execute(update(call_task).where(call_task.c.id == task.id).values(**values, next_at=comes.at or task.next_at))
    return made


def _carry_out(
    conn: Connection, user: StaffMember, task: Row[Any], said: Report, comes: Following, now: datetime
) -> None:
    """Marks first, so that whatever decides anew finds them."""
    meaning, result = comes.meaning, said.result.value
    files = numbers.sharing(conn, task.phone)
    if meaning.mark is not Mark.NONE:
        numbers.mark(conn, task.phone, meaning.mark.value)
    if comes.confirm:
        numbers.ask_to_confirm(conn, files or [task.customer_id], SPENT[meaning.mark].value, now)
    if meaning.refuses:
        _refuse(conn, task, now)
    if meaning.fact:
        row = {"customer_id": task.customer_id, "key": meaning.fact, "value": "true", "at": now}
        conn.execute(insert(fact).values(**row))
    if not meaning.failed and comes.next is not Next.CLOSED:
        _met(conn, user, task, now)
    match comes.next:
        case Next.REACHED:
            call_ends.reached(conn, task, result, now)
        case Next.OTHER_WAY:
            call_ends.other_way(conn, task, SPENT[meaning.mark], result, now)
        case Next.CLOSED:
            call_ends.closed(conn, task, result, now)
        case Next.AGAIN:
            pass


def _refuse(conn: Connection, task: Row[Any], now: datetime) -> None:
    """A refusal by telephone is a refusal: of the purpose this call was for, on every way."""
    purposes = REFUSABLE[Category(task.category)][:1]
    if purposes:
        consents.withdraw(conn, task.customer_id, purposes, Act(Source.CALL, now, "call", evidence=f"call:{task.id}"))


def _met(conn: Connection, user: StaffMember, task: Row[Any], now: datetime) -> None:
    """Somebody of the house spoke with the customer: that is the contact an open case waits for."""
    case_id = cases.open_case_of(conn, task.customer_id)
    if case_id is None:
        return
    try:
        with conn.begin_nested():
            cases.claim_if_open(conn, case_id, user, now)
            cases.record_contact(conn, case_id, user, "", now)
    except RuleBroken:  # they were complained about themselves: the call counts, the contact does not
        return


def _log(conn: Connection, user: StaffMember, task: Row[Any], said: Report, now: datetime) -> None:
    """A line of the conversation, as a call recorded there is."""
    words = result_in_words(said.result.value)
    text = f"{words}：{said.note.strip()}" if said.note.strip() else words
    row = {
        "store_id": task.store_id, "customer_id": task.customer_id, "direction": "out", "channel": "call",
        "kind": "call", "author": "staff", "staff_id": user.id, "text": text, "at": now,
    }  # fmt: skip
    made = int(conn.execute(insert(message).values(**row).returning(message.c.id)).scalar_one())
    threads.touch(conn, task.customer_id, task.store_id, at=now, text=text, channel="call", message_id=made)
    feed.tell(conn, task.store_id, "call", {"call_id": task.id}, task.customer_id, now)


def _zone(conn: Connection, store_id: int) -> str:
    return str(conn.execute(select(store.c.time_zone).where(store.c.id == store_id)).scalar_one())
