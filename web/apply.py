"""Carrying out what a turn decided: one function an effect, all in the turn's transaction, in the order of `ORDER`.

An effect that loses its race (`Bind`, `Rsvp`, `AnswerQuote`, bookings) is replaced by its `otherwise`, together with
every `Say` and `Ask` the handler put after it: they speak of something that did not happen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.consent import Source, Wording
from bot.effects import (
    ORDER,
    AddToCase,
    Answer,
    AnswerQuote,
    Ask,
    Bind,
    Book,
    Cancel,
    CancelBooking,
    CancelRsvp,
    ChangeBooking,
    CloseCase,
    ConfirmBooking,
    Effect,
    Follow,
    HandOff,
    Note,
    NoteBooking,
    OpenCase,
    OptIn,
    OptOut,
    Ref,
    Remember,
    ReopenCase,
    Rsvp,
    Say,
    SellVehicle,
    Stranger,
    Visiting,
    WaitForSeat,
)
from bot.messages import Category, Channel, InboundKind
from bot.ports import Read
from bot.quotes import LineAnswer
from bot.turn import Turn
from store import (
    binding,
    cases,
    consents,
    feed,
    follow,
    prompts,
    quotes,
    refusals,
    seats,
    showroom,
    sold,
    strangers,
    threads,
    turns,
    wordings,
)
from store.consents import Act
from store.plans import end_planned
from store.showroom import Arrival
from web.booked import booked

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
            _opt_in(effect, shell)
        case Stranger():
            _stranger(effect, shell)
        case Answer():
            prompts.answer(shell.conn, effect, shell.now)
        case Remember():
            prompts.remember(shell.conn, shell.customer_id, shell.message_id, effect, shell.now)
        case Rsvp():
            _rsvp(effect, place, shell)
        case WaitForSeat():
            _wait_for_seat(effect, place, shell)
        case CancelRsvp():
            _cancel_rsvp(effect, shell)
        case AnswerQuote():
            _answer_quote(effect, place, shell)
        case Book() | ChangeBooking() | CancelBooking() | ConfirmBooking() | NoteBooking():
            if not booked(effect, shell):
                _lose(getattr(effect, "otherwise", ()), place, shell)
        case SellVehicle():
            sold.sell(shell.conn, shell.customer_id, effect.vehicle_id, effect.on, shell.now)
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
        case Visiting():
            _visiting(effect, shell)
        case HandOff():
            _hand_off(effect, shell)
        case Note():
            threads.note(shell.conn, shell.customer_id, shell.store_id, effect.text, shell.now)
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
    if effect.following:
        _came(shell)
        return
    follow.forget(shell.conn, inbound.account, inbound.address, shell.customer_id)
    consents.of_one_channel(shell.conn, inbound.address, False, _act(Source.EVENT, shell, "unsubscribe"))


def _came(shell: Shell) -> None:
    """A spot's or a consultant's code is a visit; any other following is only that. A code that binds is a secret."""
    scene = shell.turn.inbound.option.removeprefix("qrscene_")
    if scene.partition(":")[0] in ("showroom", "consultant"):
        act = _act(Source.QR, shell, f"scene:{scene}")
        consents.serve(shell.conn, shell.customer_id, Wording.QR, act)
    elif shell.turn.inbound.kind is InboundKind.FOLLOW:
        consents.serve(shell.conn, shell.customer_id, Wording.FOLLOW, _act(Source.FOLLOW, shell))


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
    """A stranger refuses for the address they write from, not for the customer."""
    if shell.turn.customer.stranger:
        address = shell.turn.inbound.address
        refusals.refuse(shell.conn, [address], [effect.purpose], Source.STRANGER.value, shell.now)
        return
    consents.withdraw(shell.conn, shell.customer_id, [effect.purpose], _act(effect.source, shell))


def _opt_in(effect: OptIn, shell: Shell) -> None:
    worded = wordings.in_force(shell.conn, [Wording.WORD], shell.now)[Wording.WORD]
    consents.give(shell.conn, shell.customer_id, effect.purpose, _act(effect.source, shell), worded)


def _act(source: str, shell: Shell, *evidence: str) -> Act:
    """This turn's message is the proof; a page and a call are no address."""
    inbound = shell.turn.inbound
    address = "" if inbound.channel in (Channel.PAGE, Channel.CALL) else inbound.address
    proof = " · ".join((f"message:{shell.message_id}", *evidence))
    return Act(Source(source), shell.now, inbound.channel.value, address, proof)


def _stranger(effect: Stranger, shell: Shell) -> None:
    """By telephone a colleague marks the number itself; a page is opened by whoever has its link."""
    inbound = shell.turn.inbound
    if inbound.channel not in (Channel.SMS, Channel.WECHAT):
        return
    if not effect.is_one:
        strangers.clear(shell.conn, inbound, shell.customer_id, shell.now)
        return
    strangers.mark(shell.conn, inbound, shell.customer_id, shell.now)
    if effect.remove:
        strangers.remove(shell.conn, inbound, shell.customer_id, shell.now)


def _rsvp(effect: Rsvp, place: int, shell: Shell) -> None:
    code = seats.book(
        shell.conn, effect.event_id, shell.customer_id, effect.seats, effect.children, shell.now, _via(shell)
    )
    if not code:
        _lose(effect.otherwise, place, shell)
        return
    shell.refs["checkin_code"] = code
    _serve_guest(effect.event_id, shell)


def _wait_for_seat(effect: WaitForSeat, place: int, shell: Shell) -> None:
    waits = seats.wait(
        shell.conn, effect.event_id, shell.customer_id, effect.seats, effect.children, shell.now, _via(shell)
    )
    if waits:
        _serve_guest(effect.event_id, shell)
    for each in effect.then if waits else effect.otherwise:
        _apply_one(each, place, shell)


def _serve_guest(event_id: int, shell: Shell) -> None:
    """Who registers asks to be told of it: a reminder, a change, a seat that came free."""
    act = _act(Source.BOOKING, shell, f"event:{event_id}")
    consents.serve(shell.conn, shell.customer_id, Wording.BOOKING, act)
    _tell_event(event_id, shell)


def _cancel_rsvp(effect: CancelRsvp, shell: Shell) -> None:
    seats.give_back(shell.conn, effect.event_id, shell.customer_id, shell.now, _via(shell))
    _tell_event(effect.event_id, shell)


def _via(shell: Shell) -> str:
    return shell.turn.inbound.channel.value


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


def _visiting(effect: Visiting, shell: Shell) -> None:
    """Who comes is told by the tick that gives the visit to somebody (scheduler/assigning.py)."""
    if effect.wish == "arrive" and effect.by is not None:
        arrival = Arrival("wechat", effect.by, effect.spot, customer_id=shell.customer_id)
        showroom.check_in(shell.conn, shell.store_id, arrival, shell.now)
        return
    running = showroom.running_of(shell.conn, shell.customer_id, shell.now)
    if running is None:
        return
    if effect.wish == "need":
        showroom.say_need(shell.conn, running, effect.need, shell.now)
    elif effect.wish == "alone":
        showroom.look_alone(shell.conn, running, shell.now)
    elif effect.by is not None:
        showroom.call(shell.conn, running, effect.by, shell.now)


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
    if effect.summary:
        threads.note(shell.conn, shell.customer_id, shell.store_id, effect.summary, shell.now)


def resolved(values: Mapping[str, object], refs: Mapping[str, int]) -> dict[str, object]:
    """`Ref`s replaced by the ids of the rows this turn made."""
    return {name: refs[value.name] if isinstance(value, Ref) else value for name, value in values.items()}
