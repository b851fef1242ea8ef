"""Every yes and no about being written to, and what follows from it: the one place that writes them down.

A word is a row of the ledger; a no is also a refusal at each address of the person and ends what is planned. Only the
customer's own yes (bot/consent.py: LIFTS) takes their own no back. Rules and sources: docs/consent.md.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.consent import NEEDS_PROOF, OWN, PROMOTION, Aside, Source, Wording
from bot.customer import Purpose
from store import refusals
from store.ledger import Word, newest_of, note, one_person
from store.plans import end_planned
from store.refusals import ENDS, addresses_of, files_of
from store.wordings import Worded, in_force


@dataclass(frozen=True, slots=True)
class Act:
    """Through what, when and where somebody said so. address: phone or openid, "" where no one address is meant."""

    source: Source
    at: datetime
    channel: str = ""
    address: str = ""
    evidence: str = ""

    def word(self, purpose: Purpose, given: bool, worded: Worded | None = None, aside: Aside | None = None) -> Word:
        wording, version = (worded.wording.value, worded.version) if worded else ("", "")
        return Word(
            purpose, given, self.source, self.at, self.channel, self.address, wording, version, self.evidence, aside
        )


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """What the dealer's system says a customer agreed to (or took back), with its proof.

    at: when the customer said so; wording: the text agreed to; evidence: where the proof is kept. dated: `at` was
    given and is not merely the time of the import. proven: wording, time and evidence were all given.
    """

    purpose: Purpose
    given: bool
    at: datetime
    channel: str = ""
    wording: str = ""
    evidence: str = ""
    dated: bool = False
    proven: bool = True


def withdraw(conn: Connection, customer_id: int | None, purposes: Sequence[Purpose], act: Act) -> None:
    """The customer's own no, at every address of theirs and where it was said, in every file that shares one.

    customer_id None: of nobody we know; the refusal waits at the address for whoever comes.
    """
    mine = addresses_of(conn, customer_id) if customer_id is not None else frozenset()
    _no(conn, customer_id, purposes, act, mine | ({act.address} if act.address else frozenset()))


def _no(
    conn: Connection, customer_id: int | None, purposes: Sequence[Purpose], act: Act, addresses: frozenset[str]
) -> None:
    note(conn, customer_id, [act.word(each, given=False) for each in purposes])
    refusals.refuse(conn, addresses, purposes, act.source.value, act.at)
    files = files_of(conn, addresses) or ([] if customer_id is None else [customer_id])
    for each in purposes:
        end_planned(conn, files, ENDS[each], "", "refused", act.at)


def give(conn: Connection, customer_id: int, purpose: Purpose, act: Act, worded: Worded | None = None) -> None:
    """The customer's own yes: takes their refusals of this purpose back, and of nothing else."""
    refusals.lift(conn, addresses_of(conn, customer_id), [purpose], act.at)
    note(conn, customer_id, [act.word(purpose, given=True, worded=worded)])


def serve(conn: Connection, customer_id: int, wording: Wording, act: Act) -> None:
    """Following, a code scanned, seats booked: service follows from it, never marketing, and no refusal is lifted."""
    worded = in_force(conn, [wording], act.at)[wording]
    refused = refusals.own_refusal(conn, addresses_of(conn, customer_id) | {act.address}, Purpose.SERVICE)
    note(conn, customer_id, [act.word(Purpose.SERVICE, True, worded, Aside.REFUSED if refused else None)])


def of_one_channel(conn: Connection, address: str, given: bool, act: Act, purpose: Purpose = Purpose.SERVICE) -> None:
    """A word about one channel or one template: left, switched off, on a carrier's blacklist, 允许 tapped once."""
    files = files_of(conn, [address])
    note(conn, files[0] if files else None, [act.word(purpose, given, aside=Aside.CHANNEL)])


def refused_at_provider(conn: Connection, act: Act) -> None:
    """The person refused our promotion at the provider, who refused our message. Told with each message, noted once,
    and of this number alone: reports are not signed (sms.md §0.5)."""
    new = [each for each in PROMOTION if not refusals.own_refusal(conn, [act.address], each)]
    if new:
        files = files_of(conn, [act.address])
        _no(conn, files[0] if files else None, new, act, frozenset({act.address}))


def record_consents(conn: Connection, customer_id: int, told_at: Collection[str], facts: Iterable[ConsentFact]) -> bool:
    """The DMS's words: a row for each that is new; False when none was. The same import twice adds nothing.

    told_at: number and e-mail address of the file. "No" is also a refusal of both. "Yes" counts with its proof and
    without a refusal of the customer's own, and then lifts what the DMS itself refused.
    """
    told = [fact for fact in facts if _is_new(conn, customer_id, fact)]
    if not told:
        return False
    files, addresses = one_person(conn, [customer_id])[customer_id], addresses_of(conn, customer_id)
    for fact in told:
        aside = _aside(conn, fact, files, addresses)
        note(conn, customer_id, [_word(fact, next(iter(told_at), ""), aside)])
        for address in told_at if aside is None else ():
            _follow_through(conn, address, fact)
    return True


def _is_new(conn: Connection, customer_id: int, fact: ConsentFact) -> bool:
    """Compared with the DMS's own last word: what the customer said meanwhile makes an old import no news."""
    last = newest_of(conn, [customer_id], fact.purpose, [Source.DMS])
    if last is None or last.given is not fact.given:
        return True
    better = last.aside == Aside.NO_PROOF and fact.proven
    return fact.given and (better or (fact.wording, fact.evidence) != (last.wording, last.evidence))


def _aside(conn: Connection, fact: ConsentFact, files: Collection[int], addresses: Collection[str]) -> Aside | None:
    own = newest_of(conn, files, fact.purpose, OWN, counting=True)
    if fact.given and (refusals.own_refusal(conn, addresses, fact.purpose) or _says_no(own)):
        return Aside.REFUSED
    if fact.given and fact.purpose in NEEDS_PROOF and not fact.proven:
        return Aside.NO_PROOF
    return Aside.OLDER if own is not None and fact.dated and fact.at < own.at else None


def _says_no(word: Row[Any] | None) -> bool:
    return word is not None and not word.given


def _word(fact: ConsentFact, address: str, aside: Aside | None) -> Word:
    return Word(
        fact.purpose, fact.given, Source.DMS, fact.at, fact.channel, address, fact.wording, "", fact.evidence, aside
    )


def _follow_through(conn: Connection, address: str, fact: ConsentFact) -> None:
    if fact.given:
        refusals.lift_dms(conn, address, fact.purpose, fact.at)
    else:
        refusals.stand(conn, address, fact.purpose, Source.DMS.value, fact.at)
