"""A customer's data taken away on request: what goes, what stays without the person, what must stay as proof.

PIPL art. 47: what the law or the defence of a claim needs may stay, and is used for nothing else. Which is which stands
in store/erased_tables.py, table by table. docs/privacy.md says why.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    tuple_,
    update,
)

from bot.errors import RuleBroken
from bot.events import CONCERNED
from bot.messages import Category
from bot.reasons import Reason
from store import seats
from store.erased_tables import DECIDED, How
from store.plans import end_planned
from store.refusals import addresses_of
from store.tables import metadata
from store.tables.cases import case_step, cases, evidence
from store.tables.contact import callback, mass_copy, media, message, subscription, wechat_window
from store.tables.desk import merging, saved_view
from store.tables.outbound import carries, outbox, touchpoint, verdict
from store.tables.people import consent, customer, identity, repair_order, rsvp, vehicle
from store.tables.quotes import quote, quote_line
from store.tables.runtime import feed
from store.tables.staff import staff
from store.tables.visits import assignment, visit

GONE_WORDS = "[已删除]"


# Names of dates that carry the number of a car or its VIN (bot/milestones.py); those of orders and cases stay readable.
OF_CARS = ("car#", "policy#", "recall#")


@dataclass(frozen=True, slots=True)
class Erased:
    """By table: rows deleted, rows emptied. files: names in the media folder, to be removed once this is committed."""

    gone: Counter[str] = field(default_factory=Counter)
    emptied: Counter[str] = field(default_factory=Counter)
    files: tuple[str, ...] = ()


def files_of_person(conn: Connection, ids: Sequence[int]) -> list[int]:
    """These, every file merged into one of them, and the one they were merged into: what was said lies there now."""
    known: set[int] = set()
    more = set(conn.execute(select(customer.c.id).where(customer.c.id.in_(ids))).scalars())
    while more > known:
        known = more
        above = select(customer.c.merged_into).where(customer.c.id.in_(known), customer.c.merged_into.is_not(None))
        near = select(customer.c.id).where(or_(customer.c.merged_into.in_(known), customer.c.id.in_(above)))
        more = known | set(conn.execute(near).scalars())
    return sorted(known)


def sharing(conn: Connection, ids: Sequence[int]) -> list[int]:
    """Files of the same number that were not named: perhaps a husband's, perhaps the same person's."""
    numbers = select(customer.c.phone).where(customer.c.id.in_(ids), customer.c.phone != "")
    rows = select(customer.c.id).where(customer.c.phone.in_(numbers), customer.c.id.not_in(ids))
    return list(conn.execute(rows.order_by(customer.c.id)).scalars())


def store_of(conn: Connection, customer_id: int) -> int:
    return int(conn.execute(select(customer.c.store_id).where(customer.c.id == customer_id)).scalar_one())


def logs_in(conn: Connection, username: str) -> bool:
    return conn.execute(select(staff.c.id).where(staff.c.username == username)).first() is not None


def erase(conn: Connection, ids: Sequence[int], now: datetime) -> Erased:
    """Raises RuleBroken open_case: a dispute that is not settled yet needs its papers."""
    if conn.dialect.name == "sqlite":  # else the words stay in the file's free pages
        conn.exec_driver_sql("PRAGMA secure_delete = ON")
    state = select(cases.c.id).where(cases.c.customer_id.in_(ids), cases.c.state != "closed").limit(1)
    if conn.execute(state).first() is not None:
        raise RuleBroken("open_case", "this customer has an open case: close it first, with its reason")
    openids = [
        (row.account, row.address) for row in conn.execute(select(identity).where(identity.c.customer_id.in_(ids)))
    ]
    addresses = sorted(set().union(*(addresses_of(conn, each) for each in ids)))
    files = tuple(conn.execute(select(media.c.name).where(_media(ids, openids), media.c.name != "")).scalars())
    files += _evidence(conn, ids, done := Erased())
    _seats_back(conn, ids, now)
    _out_of_batches(conn, ids, {address for _, address in openids}, done)
    _saved_views(conn, _looked_for(conn, ids, addresses), done)
    _emptied(conn, ids, addresses, now, done)
    _by_openid(conn, openids, done)
    for table in reversed(metadata.sorted_tables):
        _untie(conn, table, ids)
        _delete(conn, table, doomed(table, ids), done)
    _tombstone(conn, ids, done)
    return replace(done, files=files)


def doomed(table: Table, ids: Sequence[int]) -> ColumnElement[bool]:
    """Rows of these customers that go: the table's own, and those that cannot be without a row that goes."""
    conditions: list[ColumnElement[bool]] = []
    if DECIDED[table.name].how is How.GOES:
        conditions.append(table.c.customer_id.in_(ids))
    for key in table.foreign_keys:
        parent = key.column.table
        if not key.parent.nullable and parent is not table and parent is not customer and _may_go(parent):
            conditions.append(key.parent.in_(select(parent.c.id).where(doomed(parent, ids))))
    return or_(*conditions) if conditions else false()


def _may_go(table: Table) -> bool:
    return DECIDED[table.name].how in (How.GOES, How.ALONG)


def _untie(conn: Connection, table: Table, ids: Sequence[int]) -> None:
    """What stays forgets the rows that go."""
    for key in table.foreign_keys:
        parent = key.column.table
        if key.parent.nullable and parent is not customer and _may_go(parent):
            rows = key.parent.in_(select(parent.c.id).where(doomed(parent, ids)))
            conn.execute(update(table).where(rows).values({key.parent.name: null()}))


def _delete(conn: Connection, table: Table, which: ColumnElement[bool], done: Erased) -> None:
    if which is not false() and _may_go(table):
        done.gone[table.name] += conn.execute(table.delete().where(which)).rowcount


def _media(ids: Sequence[int], openids: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    said = media.c.message_id.in_(select(message.c.id).where(message.c.customer_id.in_(ids)))
    return or_(said, tuple_(media.c.account, media.c.openid).in_(openids)) if openids else said


def _by_openid(conn: Connection, openids: Sequence[tuple[str, str]], done: Erased) -> None:
    for table in (media, wechat_window, subscription, mass_copy) if openids else ():
        rows = tuple_(table.c.account, table.c.openid).in_(openids)
        done.gone[table.name] += conn.execute(table.delete().where(rows)).rowcount


def _evidence(conn: Connection, ids: Sequence[int], done: Erased) -> tuple[str, ...]:
    """Pictures that showed a fix: a car, a plate. The names of their files."""
    theirs = evidence.c.case_id.in_(select(cases.c.id).where(cases.c.customer_id.in_(ids)))
    names = tuple(conn.execute(evidence.delete().where(theirs).returning(evidence.c.name)).scalars())
    done.gone["evidence"] += len(names)
    return names


def _seats_back(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """Held, offered or waited for: who stands next in the list moves up."""
    mine = select(rsvp.c.event_id, rsvp.c.customer_id).where(rsvp.c.customer_id.in_(ids), rsvp.c.state.in_(CONCERNED))
    for event_id, customer_id in conn.execute(mine).all():
        seats.give_back(conn, event_id, customer_id, now)


def _out_of_batches(conn: Connection, ids: Sequence[int], openids: Collection[str], done: Erased) -> None:
    """A mass send is one row of nobody's, with everybody's openid in it; a queued one goes to the others."""
    carried = select(carries.c.outbox_id).join(touchpoint, touchpoint.c.id == carries.c.touchpoint_id)
    rows = select(outbox.c.id, outbox.c.payload).where(
        outbox.c.customer_id.is_(None), outbox.c.id.in_(carried.where(touchpoint.c.customer_id.in_(ids)))
    )
    for row in conn.execute(rows).all():
        left = [each for each in row.payload.get("openids", ()) if each not in openids]
        cut = update(outbox).where(outbox.c.id == row.id).values(payload={**row.payload, "openids": left})
        done.emptied["outbox"] += conn.execute(cut).rowcount


def _looked_for(conn: Connection, ids: Sequence[int], addresses: Collection[str]) -> list[str]:
    """What a colleague types into the search to find this person."""
    who = conn.execute(select(customer.c.name, customer.c.external_id).where(customer.c.id.in_(ids))).all()
    cars = conn.execute(select(vehicle.c.plate, vehicle.c.vin).where(vehicle.c.customer_id.in_(ids))).all()
    numbers = [each.removeprefix("+86") for each in addresses]
    return [each for each in [*numbers, *(word for row in [*who, *cars] for word in row)] if each and len(each) > 1]


def _saved_views(conn: Connection, words: Sequence[str], done: Erased) -> None:
    for row in conn.execute(select(saved_view)).all():
        said = f"{row.name} {unquote_plus(row.query)}"
        if any(word in said for word in words):
            done.gone["saved_view"] += conn.execute(saved_view.delete().where(saved_view.c.id == row.id)).rowcount


def _emptied(conn: Connection, ids: Sequence[int], addresses: Sequence[str], now: datetime, done: Erased) -> None:
    """What stays, without the person. The refusals stay as they are: a number that said no must go on being spared."""

    def blank(table: Table, which: ColumnElement[bool], **values: Any) -> None:
        done.emptied[table.name] += conn.execute(update(table).where(which).values(**values)).rowcount

    end_planned(conn, ids, frozenset(Category), "", Reason.ERASED.value, now)
    mine = touchpoint.c.customer_id.in_(ids)
    ended = {"state": "done", "outcome": "cancelled", "reason": Reason.ERASED.value, "done_at": now}
    conn.execute(update(touchpoint).where(mine, touchpoint.c.state != "done").values(**ended))
    blank(touchpoint, mine, ref={}, anchor_key="")
    of_cars = or_(*(touchpoint.c.occurrence.startswith(each, autoescape=True) for each in OF_CARS))
    blank(touchpoint, and_(mine, of_cars), occurrence=_instead(touchpoint))
    blank(verdict, verdict.c.touchpoint_id.in_(select(touchpoint.c.id).where(mine)), detail=null())
    theirs = outbox.c.customer_id.in_(ids)
    halted = {"state": "cancelled", "reason": Reason.ERASED.value, "final_at": now}
    conn.execute(update(outbox).where(theirs, outbox.c.state == "queued").values(**halted))
    blank(outbox, theirs, payload={}, fallback=null(), address="", provider_id="")
    own = cases.c.customer_id.in_(ids)
    blank(cases, own, text=GONE_WORDS, plan="", fix="", close_reason="")
    blank(case_step, case_step.c.case_id.in_(select(cases.c.id).where(own)), text="")
    orders = repair_order.c.customer_id.in_(ids)
    blank(repair_order, orders, file=null())
    of_orders = quote.c.repair_order_id.in_(select(repair_order.c.id).where(orders))
    blank(quote, of_orders, note="")
    said = or_(quote_line.c.quote_id.in_(select(quote.c.id).where(of_orders)), quote_line.c.answered_by.in_(ids))
    blank(quote_line, said, text="", answered_by=null())
    nobodys = and_(consent.c.customer_id.is_(None), consent.c.address.in_(addresses), consent.c.address != "")
    blank(consent, or_(consent.c.customer_id.in_(ids), nobodys), customer_id=null(), evidence="")
    blank(assignment, assignment.c.customer_id.in_(ids), customer_id=null())
    blank(visit, visit.c.customer_id.in_(ids), customer_id=null(), name="", need="")
    blank(merging, or_(merging.c.from_id.in_(ids), merging.c.into_id.in_(ids)), moved={})
    blank(feed, feed.c.customer_id.in_(ids), customer_id=null())
    if addresses:
        told = and_(callback.c.address.in_(addresses), callback.c.address != "")
        for each in addresses:  # the keys of WeChat's events name who they are from; a repeated push stays known
            named = callback.c.item_key.contains(each, autoescape=True)
            blank(callback, and_(told, named), item_key=_instead(callback))
        blank(callback, told, body={}, address="", note="", state="done")


def _instead(table: Table) -> ColumnElement[str]:
    """A name that says nothing, and no two the same."""
    return literal("erased#").concat(cast(table.c.id, Text))


def _tombstone(conn: Connection, ids: Sequence[int], done: Erased) -> None:
    """The row itself stays, since what stays points to it; it names nobody."""
    blank = {
        "external_id": None, "name": "", "known": False, "phone": "", "phone_state": "ok", "email": "",
        "email_state": "ok", "birthday": None, "birthday_md": "", "city": "", "member": False,
        "confirm_since": None, "confirm_why": "",
    }  # fmt: skip
    done.emptied["customer"] += conn.execute(update(customer).where(customer.c.id.in_(ids)).values(**blank)).rowcount
