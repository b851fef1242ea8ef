"""The preference page behind `/u/`: what a customer gets and may switch, and what they then chose."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.consent import ON_PAGE
from bot.customer import Purpose
from store import consents, feed
from store.consents import Act
from store.page_facts import House
from store.standing import standing_of
from store.tables.people import customer, store
from store.wordings import Worded, in_force


@dataclass(frozen=True, slots=True)
class Choice:
    """One purpose as the page shows it. on: what the gate would say now."""

    purpose: Purpose
    on: bool
    worded: Worded


@dataclass(frozen=True, slots=True)
class Preferences:
    """customer_id: of the file the link's was merged into, if it was."""

    customer_id: int
    store_id: int
    house: House
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was sent in. ticked: boxes that are on; shown: boxes that were on when the page was made, so that a page
    left open takes back nothing that was said meanwhile. versions: of the wordings it showed."""

    ticked: Collection[Purpose]
    shown: Collection[Purpose]
    versions: Mapping[Purpose, str]


def preferences_of(conn: Connection, customer_id: int, now: datetime) -> Preferences | None:
    file = select(func.coalesce(customer.c.merged_into, customer.c.id)).where(customer.c.id == customer_id)
    row = conn.execute(
        select(customer.c.id, customer.c.store_id, store.c.name, store.c.hotline, store.c.time_zone)
        .join(store, store.c.id == customer.c.store_id)
        .where(customer.c.id == file.scalar_subquery())
    ).one_or_none()
    if row is None:
        return None
    standing, worded = standing_of(conn, [row.id])[row.id], in_force(conn, ON_PAGE.values(), now)
    choices = (Choice(purpose, standing.allows(purpose), worded[each]) for purpose, each in ON_PAGE.items())
    return Preferences(row.id, row.store_id, House(row.name, row.hotline, row.time_zone), tuple(choices))


def choose(conn: Connection, current: Preferences, chosen: Chosen, act: Act) -> None:
    """A box ticked is a yes to the wording beside it, a box unticked a no; a box left as it was says nothing."""
    stopped = [each for each in chosen.shown if each not in chosen.ticked] + _left_off(chosen)
    begun = {each for each in chosen.ticked if each not in chosen.shown} | _kept_alone(chosen, stopped)
    if stopped:
        consents.withdraw(conn, current.customer_id, stopped, act)
    for choice in current.choices:
        if choice.purpose in begun:
            version = chosen.versions.get(choice.purpose, "") or choice.worded.version
            consents.give(conn, current.customer_id, choice.purpose, act, replace(choice.worded, version=version))
    if stopped or begun:
        _tell(conn, current, act)


def stop(conn: Connection, current: Preferences, purposes: Sequence[Purpose], act: Act) -> None:
    """One click."""
    consents.withdraw(conn, current.customer_id, purposes, act)
    _tell(conn, current, act)


def _left_off(chosen: Chosen) -> list[Purpose]:
    """A yes to marketing takes greetings along (bot/gate.py), but not past a box for them that was left empty."""
    begun = Purpose.MARKETING in chosen.ticked and Purpose.MARKETING not in chosen.shown
    empty = Purpose.GREETING not in chosen.ticked and Purpose.GREETING not in chosen.shown
    return [Purpose.GREETING] if begun and empty else []


def _kept_alone(chosen: Chosen, stopped: Collection[Purpose]) -> set[Purpose]:
    """Greetings that rested on the yes to marketing need a yes of their own once that is taken back."""
    alone = Purpose.MARKETING in stopped and Purpose.GREETING in chosen.ticked
    return {Purpose.GREETING} if alone else set()


def _tell(conn: Connection, current: Preferences, act: Act) -> None:
    feed.tell(conn, current.store_id, "thread", {"customer_id": current.customer_id}, current.customer_id, act.at)
