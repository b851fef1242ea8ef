"""What a journey itself says of one of its touchpoints at the moment of sending: wait, leave it, or go on. Pure.

The gate asks this beside consent, hours and caps; it is answered from what is true now, not when it was planned.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.journeys import Journey, Step
from bot.reasons import Reason
from bot.sticky import bucket

LOOK_AGAIN = timedelta(hours=1)  # what waits for a person or for an earlier step
A_DAY = timedelta(days=1)
WENT_OUT = ("sent", "uncertain")


@dataclass(frozen=True, slots=True)
class Before:
    """The step this one follows, of the same occurrence. answered: by the question's answer or any word since."""

    state: str
    outcome: str | None
    done_at: datetime | None
    answered: bool


@dataclass(frozen=True, slots=True)
class JourneyState:
    """approved: this version of it is. paused: a manager holds it. entered, left, held: audience,
    exit and hold as they are now.

    replied: the customer wrote since the journey's first message of this occurrence. rested: no other occurrence of
    the journey reached the customer within `rest_days`.
    """

    approved: bool = True
    paused: bool = False
    entered: bool = True
    left: bool = False
    held: bool = False
    replied: bool = False
    rested: bool = True
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """until None: it is skipped."""

    reason: Reason
    until: datetime | None = None


def ruling(journey: Journey, step: Step, state: JourneyState, customer_id: int, now: datetime) -> Ruling | None:
    """None: nothing against it."""
    if state.paused:
        return Ruling(Reason.PAUSED, now + LOOK_AGAIN)
    if not state.approved:
        return Ruling(Reason.UNAPPROVED, now + LOOK_AGAIN)
    ends = {
        Reason.HELD_OUT: held_out(journey, customer_id), Reason.LEFT: state.left,
        Reason.NOT_IN_AUDIENCE: not state.entered, Reason.RESTING: not state.rested,
    }  # fmt: skip
    if any(ends.values()):
        return Ruling(next(reason for reason, true in ends.items() if true))
    if step.after and (word := _after(step, state.before, now)) is not None:
        return word
    return Ruling(Reason.HELD, now + A_DAY) if state.held else None


def held_out(journey: Journey, customer_id: int) -> bool:
    """A salt of its own: who is held out is nobody's variant."""
    return bucket(f"{journey.id}/hold_out", customer_id) < journey.hold_out


def _after(step: Step, before: Before | None, now: datetime) -> Ruling | None:
    """The branch this step stands on: waits while it is open, ends when the other one was taken."""
    if before is None or (before.state == "done" and before.outcome not in WENT_OUT):
        return None if step.when == "always" else Ruling(Reason.NOT_ASKED)
    if before.state != "done" or before.done_at is None:
        return Ruling(Reason.WAITS, now + LOOK_AGAIN)
    if step.when == "unanswered" and before.answered:
        return Ruling(Reason.GOAL_MET)
    if step.when == "answered" and not before.answered:
        return Ruling(Reason.WAITS, now + LOOK_AGAIN)
    ready = before.done_at + step.wait
    return Ruling(Reason.WAITS, ready) if now < ready else None
