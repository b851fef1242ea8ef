"""Call tasks: made when a message goes out as a call, listed, taken by one person. What became of a call:
store/call_tries.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from bot.calls import PARTS, BestTime, best_time, first_time
from bot.cases import MANAGERS
from bot.customer import StaffMember
from bot.dealer import Span, Spans, meet
from bot.errors import NotThere, RuleBroken
from bot.gate import wished
from bot.messages import Category, Priority
from store import audit, feed, feelings, outbox, persons, sendable
from store.outbox import Job
from store.tables.cases import cases
from store.tables.contact import message, thread
from store.tables.outbound import call_task, call_try, touchpoint
from store.tables.people import customer, fact, repair_order, store, vehicle
from store.tables.staff import staff
from store.visibility import visible_to

HABIT = timedelta(days=180)
HEARD = 40  # newest messages looked at for a habit
SHOWN_DONE = timedelta(days=7)
LIMIT = 100
TABS = ("mine", "free", "all", "done")
URGENCY = {"emergency": 0, "high": 1, "normal": 2}


@dataclass(frozen=True, slots=True)
class Task:
    """One call as staff see it. plate, model: of the order it is about, else of the customer's first car.

    staff_id: whose it is; taken: they said so themselves, before it was only meant for them.
    """

    id: int
    store_id: int
    customer_id: int
    name: str
    plate: str
    model: str
    phone: str
    zone: str
    store_code: str
    why: str
    rule: str
    category: Category
    script: str
    priority: str
    best: BestTime
    state: str
    tries: int
    next_at: datetime
    expires_at: datetime | None
    result: str
    reason: str
    note: str
    staff_id: int | None
    staff_name: str
    taken: bool
    version: int
    prompt_id: int | None
    touchpoint_id: int | None
    outbox_id: int
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """One call that was made."""

    at: datetime
    result: str
    note: str
    rating: int | None
    next_at: datetime | None
    staff_name: str


def open_task(conn: Connection, job: Job, hours: tuple[Spans, ...], opening: Span, now: datetime) -> int | None:
    """The task of an outbox row; None when it is there already."""
    carried = outbox.touchpoints_of(conn, job.id)
    point = conn.execute(select(touchpoint).where(touchpoint.c.id.in_(carried))).first()
    zone = conn.execute(select(store.c.time_zone).where(store.c.id == job.store_id)).scalar_one()
    best = _best(conn, job, zone, hours, opening, now)
    urgent = job.priority in (Priority.SAFETY, Priority.REPLY)
    priority = "emergency" if job.priority is Priority.SAFETY else "high" if urgent else "normal"
    row = {
        "store_id": job.store_id,
        "customer_id": job.customer_id,
        "outbox_id": job.id,
        "touchpoint_id": point.id if point else None,
        "prompt_id": job.outgoing.payload.get("prompt_id") or None,
        "staff_id": _whose(conn, job, point.ref if point else {}),
        "phone": job.outgoing.address,
        "why": str(job.outgoing.payload.get("why", "")),
        "rule": point.rule if point else "",
        "category": job.category.value,
        "script": str(job.outgoing.payload.get("script", "")),
        "priority": "high" if point and point.case_message else priority,
        "best": [[f"{span.start:%H:%M}", f"{span.end:%H:%M}"] for span in best.spans],
        "best_why": best.why,
        "standing": True,
        "next_at": first_time(now, zone, best, urgent=urgent),
        "expires_at": job.expires_at,
        "created_at": now,
    }
    made: int = conn.execute(insert(call_task).values(**row).returning(call_task.c.id)).scalar_one()
    feed.tell(conn, job.store_id, "call", {"call_id": made}, job.customer_id, now)
    return made


def _best(conn: Connection, job: Job, zone: str, hours: tuple[Spans, ...], opening: Span, now: datetime) -> BestTime:
    told = select(fact.c.value).where(fact.c.customer_id == job.customer_id, fact.c.key == "call_time")
    named = conn.execute(told.order_by(fact.c.id.desc()).limit(1)).scalar() or ""
    wrote = (message.c.customer_id == job.customer_id, message.c.direction == "in", message.c.at > now - HABIT)
    times = conn.execute(select(message.c.at).where(*wrote).order_by(message.c.id.desc()).limit(HEARD)).scalars()
    heard = [moment.astimezone(ZoneInfo(zone)).time() for moment in times]
    return best_time(named if named in PARTS else "", heard, _wished(conn, job, hours), opening)


def _wished(conn: Connection, job: Job, hours: tuple[Spans, ...]) -> tuple[Spans, ...]:
    """The hours, less what the customer asked to be left alone in."""
    person = persons.persons(conn, [job.customer_id] if job.customer_id is not None else [])
    asked = feelings.quiet_from(conn, person).get(job.customer_id or 0)
    both = (*hours, *wished(job.category, asked))
    return both if meet(both) else hours


def _whose(conn: Connection, job: Job, ref: Mapping[str, Any]) -> int | None:
    """The case's owner, else the order's advisor, else who has the conversation; nobody: whoever takes it."""
    asked = [
        select(cases.c.owner_id.label("id")).where(cases.c.id == ref.get("case_id")),
        select(repair_order.c.advisor_id).where(repair_order.c.id == ref.get("order_id")),
        select(thread.c.owner_id).where(thread.c.customer_id == job.customer_id, thread.c.state == "human"),
    ]
    for question in asked:
        found: int | None = conn.execute(question).scalar()
        if found is not None and conn.execute(select(staff.c.active).where(staff.c.id == found)).scalar():
            return found
    return None


def tasks_for(
    conn: Connection, user: StaffMember, tab: str, now: datetime, customer_id: int | None = None
) -> list[Task]:
    """At most LIMIT, what is most urgent and due first; of the finished ones those of a week, newest first.

    customer_id: only this customer's.
    """
    found = _tasks().where(visible_to(user, call_task), _under(tab, user, now))
    if customer_id is not None:
        found = found.where(call_task.c.customer_id == customer_id)
    if tab == "done":
        ordered = found.order_by(call_task.c.done_at.desc(), call_task.c.id.desc())
    else:
        ordered = found.order_by(_urgency(), call_task.c.next_at, call_task.c.id)
    return [_task(row) for row in conn.execute(ordered.limit(LIMIT))]


def counts_for(conn: Connection, user: StaffMember, now: datetime) -> dict[str, int]:
    numbers = [func.count().filter(_under(tab, user, now)).label(tab) for tab in TABS]
    row = conn.execute(select(*numbers).select_from(call_task).where(visible_to(user, call_task))).one()
    return dict(row._mapping)


def due(user: StaffMember, now: datetime) -> Select[int]:
    """The badge: how many calls wait for this person or for anybody, their time come."""
    free_or_mine = or_(call_task.c.staff_id.is_(None), call_task.c.staff_id == user.id)
    waiting = (call_task.c.state == "open", call_task.c.next_at <= now, free_or_mine)
    return select(func.count()).select_from(call_task).where(*waiting, visible_to(user, call_task))


def task_for(conn: Connection, user: StaffMember, task_id: int) -> Task | None:
    """None when there is no such task or it is not this user's to see."""
    row = conn.execute(_tasks().where(call_task.c.id == task_id, visible_to(user, call_task))).first()
    return _task(row) if row else None


def tries_of(conn: Connection, ids: Sequence[int]) -> dict[int, list[Made]]:
    """Oldest first."""
    rows = select(call_try, staff.c.name).join(staff, staff.c.id == call_try.c.staff_id)
    made: dict[int, list[Made]] = {each: [] for each in ids}
    for row in conn.execute(rows.where(call_try.c.call_task_id.in_(ids)).order_by(call_try.c.id)):
        made[row.call_task_id].append(Made(row.at, row.result, row.note, row.rating, row.next_at, row.name))
    return made


def claim(conn: Connection, user: StaffMember, task_id: int, version: int, now: datetime) -> None:
    """One person takes the call, and only then sees the number, which is written down.

    A conditional update: of two at once one wins, the other reads the winner's name. A manager takes a colleague's.
    Raises RuleBroken no_call, call_over, moved, already_claimed.
    """
    before = _mine_to_see(conn, user, task_id)
    free = true() if user.role in MANAGERS else or_(~call_task.c.taken, call_task.c.staff_id == user.id)
    mine = (call_task.c.id == task_id, call_task.c.state == "open", call_task.c.version == version, free)
    took = {"staff_id": user.id, "taken": True, "version": call_task.c.version + 1}
    taken = update(call_task).where(*mine).values(**took)
    if conn.execute(taken).rowcount != 1:
        _explain(conn, user, task_id)
        return
    audit.record(conn, user, "phone_shown", {"customer_id": before.customer_id, "call_id": task_id}, now)
    feed.tell(conn, before.store_id, "call", {"call_id": task_id}, before.customer_id, now)


def give_back(conn: Connection, user: StaffMember, task_id: int, now: datetime) -> None:
    """For anybody to take. Raises RuleBroken no_call, not_yours."""
    row = _mine_to_see(conn, user, task_id)
    held = (call_task.c.id == task_id, call_task.c.state == "open")
    whose = call_task.c.staff_id.is_not(None) if user.role in MANAGERS else call_task.c.staff_id == user.id
    freed = update(call_task).where(*held, whose).values(staff_id=None, taken=False, version=call_task.c.version + 1)
    if conn.execute(freed).rowcount != 1:
        raise RuleBroken("not_yours", "由其他同事负责")
    feed.tell(conn, row.store_id, "call", {"call_id": task_id}, row.customer_id, now)


def _mine_to_see(conn: Connection, user: StaffMember, task_id: int) -> Row[Any]:
    row = conn.execute(select(call_task).where(call_task.c.id == task_id, visible_to(user, call_task))).first()
    if row is None:
        raise NotThere("no_call", "没有这个电话任务")
    return row


def _explain(conn: Connection, user: StaffMember, task_id: int) -> None:
    """Why it could not be taken; one's own second press is no mistake."""
    holder = select(call_task.c.state, call_task.c.staff_id, call_task.c.taken, staff.c.name)
    row = conn.execute(
        holder.outerjoin(staff, staff.c.id == call_task.c.staff_id).where(call_task.c.id == task_id)
    ).one()
    if row.state != "open":
        raise RuleBroken("call_over", "这个电话任务已经结束")
    if row.taken and row.staff_id != user.id:
        raise RuleBroken("already_claimed", f"{row.name} 已先认领")
    if not row.taken:
        raise RuleBroken("moved", "任务刚有变化，请再点一次认领")


def _under(tab: str, user: StaffMember, now: datetime) -> ColumnElement[bool]:
    still = call_task.c.state == "open"
    return {
        "mine": and_(still, call_task.c.staff_id == user.id),
        "free": and_(still, call_task.c.staff_id.is_(None)),
        "done": and_(~still, call_task.c.done_at > now - SHOWN_DONE),
    }.get(tab, still)


def _urgency() -> ColumnElement[int]:
    return case(*((call_task.c.priority == name, rank) for name, rank in URGENCY.items()), else_=len(URGENCY))


def _tasks() -> Select[Any]:
    about = repair_order.alias("about")
    order = touchpoint.c.ref["order_id"].as_integer()
    theirs = vehicle.alias("theirs")
    first = select(func.min(theirs.c.id)).where(theirs.c.customer_id == call_task.c.customer_id)
    car = first.correlate(call_task).scalar_subquery()
    return (
        select(
            call_task,
            customer.c.name,
            store.c.time_zone,
            store.c.code,
            staff.c.name.label("staff_name"),
            vehicle.c.plate,
            vehicle.c.model,
        )
        .join(customer, customer.c.id == call_task.c.customer_id)
        .join(store, store.c.id == call_task.c.store_id)
        .outerjoin(staff, staff.c.id == call_task.c.staff_id)
        .outerjoin(touchpoint, touchpoint.c.id == call_task.c.touchpoint_id)
        .outerjoin(about, about.c.id == order)
        .outerjoin(vehicle, vehicle.c.id == func.coalesce(about.c.vehicle_id, car))
    )


def _task(row: Row[Any]) -> Task:
    return Task(
        id=row.id,
        store_id=row.store_id,
        customer_id=row.customer_id,
        name=row.name,
        plate=row.plate or "",
        model=row.model or "",
        phone=row.phone,
        zone=row.time_zone,
        store_code=row.code,
        why=row.why,
        rule=row.rule,
        category=Category(row.category),
        script=row.script,
        priority=row.priority,
        best=best_of(row),
        state=row.state,
        tries=row.tries,
        next_at=row.next_at,
        expires_at=row.expires_at,
        result=row.result,
        reason=row.reason,
        note=row.note,
        staff_id=row.staff_id,
        staff_name=row.staff_name or "",
        taken=row.taken,
        version=row.version,
        prompt_id=row.prompt_id,
        touchpoint_id=row.touchpoint_id,
        outbox_id=row.outbox_id,
        done_at=row.done_at,
    )


def best_of(row: Row[Any]) -> BestTime:
    spans = tuple(Span(start=time.fromisoformat(start), end=time.fromisoformat(end)) for start, end in row.best)
    return BestTime(spans, row.best_why)


def barred_now(conn: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Of open tasks those nobody may ring any more: refused or complaint_hold, by task. Safety is in none of them.

    What the page shows until the watch has taken the task back (scheduler/call_watch.py).
    """
    rows = select(call_task.c.id, call_task.c.touchpoint_id, call_task.c.category, call_task.c.customer_id)
    found = {}
    for row in conn.execute(rows.where(call_task.c.id.in_(ids), call_task.c.touchpoint_id.is_not(None))):
        category = Category(row.category)
        if category is not Category.SAFETY and sendable.barred(conn, [row.touchpoint_id], category):
            complaining = exists().where(cases.c.customer_id == row.customer_id, cases.c.state != "closed")
            found[row.id] = "complaint_hold" if conn.execute(select(complaining)).scalar() else "refused"
    return found
