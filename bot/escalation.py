"""Whom a case reaches while nobody settles it: the chain of each level, and who stands on its rungs now.

owner → supervisor → manager → administrator (domain.md §1.9). A rung is filled by who is on duty for it, else by the
role; one that nobody fills hands on to the next.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import Field, field_validator

from bot.customer import Role, StaffMember
from bot.strict import Strict


class Rung(StrEnum):
    """Who hears of a case, from near to far; also what somebody may be on duty as."""

    OWNER = "owner"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMIN = "admin"


class Chain(Strict):
    """Whom a case of one level reaches. at_once: when it opens. after: how long after a missed deadline, counted as
    the deadlines of the level are.
    """

    at_once: tuple[Rung, ...] = (Rung.OWNER,)
    after: dict[Rung, Annotated[timedelta, Field(ge=timedelta())]] = {}


def _minutes(**after: int) -> dict[Rung, timedelta]:
    return {Rung(name): timedelta(minutes=each) for name, each in after.items()}


# domain.md §1.9; P0: first contact is due after 5 minutes, so these are the 5, 10 and 15 minutes after the message.
DEFAULT_CHAINS = {
    "P0": Chain(after=_minutes(supervisor=0, manager=5, admin=10)),
    "P1": Chain(at_once=(Rung.OWNER, Rung.MANAGER), after=_minutes(supervisor=0, manager=0, admin=0)),
    "P2": Chain(after=_minutes(supervisor=0, manager=0, admin=4 * 60)),
    "P3": Chain(after=_minutes(supervisor=0, manager=2 * 60, admin=9 * 60)),
    "P4": Chain(),
}


class Escalation(Strict):
    """chains: by level. page_every: how often a P0 calls again until somebody acknowledges it."""

    chains: dict[str, Chain] = DEFAULT_CHAINS
    page_every: Annotated[timedelta, Field(ge=timedelta(seconds=30))] = timedelta(minutes=2)

    @field_validator("chains")
    @classmethod
    def known_levels(cls, value: dict[str, Chain]) -> dict[str, Chain]:
        if unknown := sorted(set(value) - set(DEFAULT_CHAINS)):
            raise ValueError(f"no such level: {unknown[0]}")
        return value

    def of(self, level: str) -> Chain:
        return self.chains.get(level, DEFAULT_CHAINS[level])


RUNGS = tuple(Rung)
OPENED = "opened"  # beside contact, plan and close: what the rungs told at once are counted from
STANDS_FOR = {Rung.MANAGER: Role.MANAGER, Rung.ADMIN: Role.ADMIN}


class Later(Protocol):
    """Adds time as the deadlines of a level do."""

    def __call__(self, start: datetime, amount: timedelta) -> datetime: ...


def due(chain: Chain, missed_at: datetime, later: Later) -> list[tuple[Rung, datetime]]:
    """When each rung hears of a deadline missed at `missed_at`, in the order of the rungs."""
    return [(rung, later(missed_at, chain.after[rung])) for rung in RUNGS if rung in chain.after]


def people(
    rung: Rung,
    staff: Sequence[StaffMember],
    on_duty: Mapping[Rung, Sequence[int]],
    *,
    owner_id: int,
    about_staff_id: int | None = None,
    danger: bool = False,
) -> tuple[int, ...]:
    """Ids, never empty. staff: the active ones of the store, and every administrator.

    danger (P0): the owner and who is on duty at the first line. The person complained about is told of nothing,
    unless nobody else is there.
    """
    there = [member for member in staff if member.id != about_staff_id] or list(staff)
    for each in RUNGS[RUNGS.index(rung) :]:
        if found := _on(each, there, on_duty, owner_id, danger):
            return found
    return (owner_id,)


def _on(
    rung: Rung, there: Sequence[StaffMember], on_duty: Mapping[Rung, Sequence[int]], owner_id: int, danger: bool
) -> tuple[int, ...]:
    ids = {member.id for member in there}
    rostered = [each for each in on_duty.get(rung, ()) if each in ids]
    if rung is Rung.OWNER:
        mine = [owner_id] if owner_id in ids else []
        return tuple(dict.fromkeys([*mine, *rostered] if danger else mine or rostered))
    if not rostered and rung in STANDS_FOR:
        rostered = [member.id for member in there if member.role is STANDS_FOR[rung]]
    return tuple(dict.fromkeys(rostered))
