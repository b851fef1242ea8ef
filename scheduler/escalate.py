"""Who hears of a case, and when: chains begun with the breach, rungs told at their instant, a P0 rung until answered.

Everything is a row with an absolute time, looked at once a second; a process that dies tells nobody twice, since a
rung and its mark are one transaction, and after a restart what fell due meanwhile is told at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot import escalation as chain
from bot.dealer import Dealer, StoreConfig
from bot.escalation import Rung
from bot.hours import opening_of
from bot.ports import Calendars
from store import alarms, escalations, feed, roster
from store.escalations import Due, Missed
from store.expiry import Ran

ESCALATION, ALARM = "escalation", "p0_alarm"


class Chains:
    """dealer: whom each level reaches. A store that left dealer.yaml counts its hours around the clock."""

    def __init__(self, dealer: Dealer, calendars: Calendars) -> None:
        self._dealer, self._calendars = dealer, calendars

    def begin(self, conn: Connection, ran: Sequence[Ran]) -> None:
        """In the transaction that writes the breaches."""
        for miss in escalations.missed(conn, [(each.case_id, each.round, each.kind) for each in ran]):
            terms = self._dealer.escalation.of(miss.level)
            escalations.follow(conn, miss, chain.due(terms, miss.due_at, self._later(miss)))

    def tell(self, conn: Connection, now: datetime) -> int:
        """Every rung and alarm whose time is there; returns how many were told."""
        told = 0
        while rungs := escalations.due(conn, now):
            told += sum(self._rung(conn, each, now) for each in rungs)
        return told + sum(self._ring(conn, each, now) for each in alarms.due(conn, now))

    def _rung(self, conn: Connection, due: Due, now: datetime) -> bool:
        ids = () if due.stale else self._people(conn, due, now)
        escalations.settle(conn, due.id, ids, now)
        if due.stale:
            return False
        if due.rung is Rung.OWNER and due.deadline.startswith(chain.OPENED):
            escalations.at_once(conn, due, self._dealer.escalation.of(due.level).at_once, now)
        ref = {"rung": due.rung.value, "deadline": due.deadline.partition("_")[0], "staff_ids": list(ids)}
        _alert(conn, due, ESCALATION, ref, now)
        return True

    def _ring(self, conn: Connection, row: Row[Any], now: datetime) -> bool:
        """Everybody the chain has reached so far, and whoever is on duty at the first line now."""
        times = alarms.rung(conn, row.alarm_id, now, self._dealer.escalation.page_every)
        first = Due(
            0, row.case_id, row.store_id, row.customer_id, row.level, row.owner_id, row.about_staff_id,
            chain.OPENED, Rung.OWNER, stale=False,
        )  # fmt: skip
        ids = dict.fromkeys((*self._people(conn, first, now), *escalations.called_so_far(conn, row.case_id)))
        _alert(conn, first, ALARM, {"staff_ids": list(ids), "times": times}, now)
        return True

    def _people(self, conn: Connection, due: Due, now: datetime) -> tuple[int, ...]:
        return chain.people(
            due.rung,
            escalations.staff_for(conn, due.store_id),
            roster.on_duty(conn, due.store_id, now),
            owner_id=due.owner_id,
            about_staff_id=due.about_staff_id,
            danger=due.level == "P0",
        )

    def _later(self, miss: Missed) -> chain.Later:
        store = next((each for each in self._dealer.stores if each.code == miss.store_code), None)
        if store is None or not self._dealer.levels[miss.level].business:
            return lambda start, amount: start + amount
        return self._business(store)

    def _business(self, store: StoreConfig) -> chain.Later:
        opening = opening_of(store, self._calendars.of(store.code))
        return lambda start, amount: opening.after(start, amount) if amount else start


def _alert(conn: Connection, due: Due, reason: str, ref: Mapping[str, object], now: datetime) -> None:
    """An alert of the house: whoever carries alerts out of it reads `reason`, `level` and `staff_ids`."""
    told = {"reason": reason, "case_id": due.case_id, "level": due.level, **ref}
    feed.tell(conn, due.store_id, "alert", told, due.customer_id, now)
