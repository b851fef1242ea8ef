"""Carrying out bookings: places are taken, moved, given back; the open pages of the store learn of it."""

from typing import TYPE_CHECKING, assert_never

from bot.booking import AppointmentState
from bot.effects import Book, CancelBooking, ChangeBooking, ConfirmBooking, NoteBooking
from store import appointments, feed
from store.appointments import NewBooking

if TYPE_CHECKING:
    from web.apply import Shell

OfBooking = Book | ChangeBooking | CancelBooking | ConfirmBooking | NoteBooking


def booked(effect: OfBooking, shell: "Shell") -> bool:
    """False: somebody was faster, or the appointment stands no more."""
    done = _carried_out(effect, shell)
    if done:
        feed.tell(shell.conn, shell.store_id, "appointment", {}, shell.customer_id, shell.now)
    return done


def _carried_out(effect: OfBooking, shell: "Shell") -> bool:
    conn, now, capacity = shell.conn, shell.now, shell.read.house().booking
    match effect:
        case Book():
            taken = appointments.book(conn, shell.store_id, _new(effect, shell), capacity, now) is not None
            if taken and effect.instead_of is not None:
                appointments.leave(conn, effect.instead_of, AppointmentState.CANCELLED, now)
            return taken
        case ChangeBooking():
            return appointments.move(conn, effect.appointment_id, effect.starts_at, capacity, now)
        case CancelBooking():
            return appointments.leave(conn, effect.appointment_id, AppointmentState.CANCELLED, now)
        case ConfirmBooking():
            return appointments.mark(conn, effect.appointment_id, AppointmentState.CONFIRMED, now)
        case NoteBooking():
            return appointments.add_note(conn, effect.appointment_id, effect.note, now)
        case _:
            assert_never(effect)


def _new(effect: Book, shell: "Shell") -> NewBooking:
    return NewBooking(
        shell.customer_id, effect.wanted, effect.starts_at, effect.service, effect.vehicle_id, effect.plate,
        effect.note, shell.message_id,
    )  # fmt: skip
