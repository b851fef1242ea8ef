"""Carrying out what a turn decided: one function an effect, all in the turn's transaction, in the order of `ORDER`.

An effect that loses its race (`Bind`, `Rsvp`, `AnswerQuote`) is replaced by its `otherwise`, together with every `Say`
and `Ask` the handler put after it: they speak of something that did not happen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.effects import (
    ORDER,
    AddToCase,
    Answer,
    AnswerQuote,
    Ask,
    Bind,
    Cancel,
    CancelRsvp,
    CloseCase,
    Effect,
    Follow,
    HandOff,
    OpenCase,
    OptIn,
    OptOut,
    Ref,
    Remember,
    ReopenCase,
    Rsvp,
    Say,
)
from bot.messages import Category, Channel
from bot.ports import Read
from bot.quotes import LineAnswer
from bot.turn import Turn
from store import binding, cases, feed, follow, prompts, quotes, refusals, seats, threads, turns
from store.plans import end_planned
from store.refusals import ENDS

_RANK = {kind: rank for rank, kind in enumerate(ORDER)}


@dataclass(slots=True)
class Shell:
    """One turn being carried out. customer_id: changes when the turn binds the openid to a file."""

    conn: Connection
    turn: Turn
    read: Read
    message_id: int
    now: datetime
    customer_id: int
    refs: dict[str, int] = field(default_factory=dict)
    speech: list[tuple[int, Say | Ask]] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)

    @property
    def store_id(self) -> int:
        return self.turn.store.id

    def spoken(self) -> list[Say | Ask]:
        """What is left to say: `Say`s in the handler's order, the `Ask` last."""
        in_order = sorted(self.speech, key=lambda placed: placed[0])
        left = [each for place, each in in_order if not any(lost < place for lost in self.lost)]
        asks = sorted((each for each in left if isinstance(each, Ask)), key=lambda ask: -ask.priority)
        return [*(each for each in left if isinstance(each, Say)), *asks[:1]]


def apply(effects: Sequence[Effect], shell: Shell) -> None:
    placed = sorted(enumerate(effects), key=lambda pair: _RANK[type(pair[1])])
    for place, effect in placed:
        _apply_one(effect, place, shell)


def _apply_one(effect: Effect, place: int, shell: Shell) -> None:  # noqa: PLR0912  one arm an effect
    match effect:
        case Follow():
            _follow(effect, shell)
        case Bind():
            _bind(effect, place, shell)
        case OptOut():
            _opt_out(effect, shell)
        case OptIn():
            evidence = f"message:{shell.message_id}"
            refusals.allow(shell.conn, shell.customer_id, effect.purpose, effect.source, evidence, shell.now)
        case Answer():
            prompts.answer(shell.conn, effect, shell.now)
        case Remember():
            prompts.remember(shell.conn, shell.customer_id, shell.message_id, effect, shell.now)
        case Rsvp():
            _rsvp(effect, place, shell)
        case CancelRsvp():
            _cancel_rsvp(effect, shell)
        case AnswerQuote():
            _answer_quote(effect, place, shell)
        case Cancel():
            _cancel(effect, shell)
        case OpenCase():
            shell.refs["case"] = cases.open_case(shell.conn, shell.store_id, shell.customer_id, effect, shell.now)
        case ReopenCase():
            cases.reopen(shell.conn, effect, shell.now)
        case AddToCase():
            cases.add_text(shell.conn, effect.case_id, effect.text, shell.now)
        case CloseCase():
            cases.close_by_customer(shell.conn, effect.case_id, effect.ended, shell.now)
        case HandOff():
            _hand_off(effect, shell)
        case Say() | Ask():
            shell.speech.append((place, effect))
        case _:
            assert_never(effect)


def _lose(otherwise: Sequence[Effect], place: int, shell: Shell) -> None:
    shell.lost.append(place)
    for effect in sorted(otherwise, key=lambda each: _RANK[type(each)]):
        _apply_one(effect, place, shell)


def _follow(effect: Follow, shell: Shell) -> None:
    inbound = shell.turn.inbound
    follow.mark(shell.conn, inbound.account, inbound.address, effect.following, shell.now)
    if not effect.following:
        follow.forget(shell.conn, inbound.account, inbound.address, shell.customer_id)


def _bind(effect: Bind, place: int, shell: Shell) -> None:
    if not binding.spend(shell.conn, effect.token, effect.customer_id, shell.now):
        _lose(effect.otherwise, place, shell)
        return
    inbound = shell.turn.inbound
    turns.hold_customer(shell.conn, effect.customer_id)
    binding.bind(
        shell.conn, inbound.channel.value, inbound.account, inbound.address, effect.customer_id, "qr", shell.now
    )
    shell.customer_id = effect.customer_id


def _opt_out(effect: OptOut, shell: Shell) -> None:
    addresses = refusals.addresses_of(shell.conn, shell.customer_id)
    if shell.turn.inbound.channel is not Channel.PAGE:
        addresses |= {shell.turn.inbound.address}
    refusals.refuse(shell.conn, addresses, effect.purpose, effect.source, shell.now)
    files = refusals.files_of(shell.conn, addresses)
    end_planned(shell.conn, files, ENDS[effect.purpose], "", "refused", shell.now)


def _rsvp(effect: Rsvp, place: int, shell: Shell) -> None:
    booked = seats.book(shell.conn, effect.event_id, shell.customer_id, effect.seats, effect.children, shell.now)
    if not booked:
        _lose(effect.otherwise, place, shell)
        return
    _tell_event(effect.event_id, shell)


def _cancel_rsvp(effect: CancelRsvp, shell: Shell) -> None:
    seats.give_back(shell.conn, effect.event_id, shell.customer_id, shell.now)
    _tell_event(effect.event_id, shell)


def _answer_quote(effect: AnswerQuote, place: int, shell: Shell) -> None:
    """Who, when, through what and in which words stand beside each line; the advisor's page is alerted."""
    answers = dict.fromkeys(effect.approved, LineAnswer.APPROVED) | dict.fromkeys(effect.declined, LineAnswer.DECLINED)
    inbound = shell.turn.inbound
    taken = quotes.answer(
        shell.conn,
        effect.quote_id,
        answers,
        customer_id=shell.customer_id,
        channel=inbound.channel.value,
        message_id=shell.message_id,
        text=inbound.text,
        now=shell.now,
    )
    if not taken:
        _lose(effect.otherwise, place, shell)
        return
    feed.tell(shell.conn, shell.store_id, "alert", {"quote_id": effect.quote_id}, shell.customer_id, shell.now)


def _tell_event(event_id: int, shell: Shell) -> None:
    feed.tell(shell.conn, shell.store_id, "event", {"event_id": event_id}, shell.customer_id, shell.now)


def _cancel(effect: Cancel, shell: Shell) -> None:
    categories = effect.categories or frozenset(Category)
    end_planned(shell.conn, [shell.customer_id], categories, effect.rule, effect.reason, shell.now)


def _hand_off(effect: HandOff, shell: Shell) -> None:
    threads.hand_off(
        shell.conn,
        shell.customer_id,
        shell.store_id,
        reason=effect.reason,
        priority=effect.priority,
        at=shell.now,
        to_staff_id=effect.to_staff_id,
        due_at=effect.due_at,
    )


def resolved(values: Mapping[str, object], refs: Mapping[str, int]) -> dict[str, object]:
    """`Ref`s replaced by the ids of the rows this turn made."""
    return {name: refs[value.name] if isinstance(value, Ref) else value for name, value in values.items()}
