"""A visit to the showroom, from the check-in to the door: its states, who may do what, its timers (H1.2.4).

The three-minute rule, for who walks in: nobody is left unattended longer than three minutes, and nobody is pinned
down. Who wants to look around alone is left alone until they call.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.customer import Role
from bot.errors import RuleBroken

WAITS = timedelta(minutes=3)
NUDGED_BEFORE = timedelta(minutes=1)  # the nudge comes at 120 s
STAYS = timedelta(hours=12)  # afterwards a visit nobody ended is over: the house was closed in between


class VisitState(StrEnum):
    WAITING = "waiting"
    ALONE = "alone"
    ATTENDED = "attended"
    ENDED = "ended"


NEEDS = {"cars": "看车", "service": "保养维修", "other": "其他"}
# Who goes to whom, the best first; whoever is free goes before whoever is busy.
RECEIVES = {
    "service": (Role.ADVISOR, Role.CONSULTANT, Role.CARE, Role.MANAGER),
    "": (Role.CONSULTANT, Role.ADVISOR, Role.CARE, Role.MANAGER),
}


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What the rules look at."""

    id: int
    store_id: int
    customer_id: int | None
    state: VisitState
    need: str
    consultant_id: int | None
    consultant: str
    backup_id: int | None


def receivers(need: str) -> tuple[Role, ...]:
    return RECEIVES.get(need, RECEIVES[""])


def nudge_at(due_at: datetime) -> datetime:
    return due_at - NUDGED_BEFORE


def attended(visit: VisitFacts, staff_id: int) -> VisitState:
    """Whoever gets there first attends, whoever it was meant for. Raises RuleBroken `visit_over`, `visit_taken`."""
    _running(visit)
    if visit.state is VisitState.ATTENDED and visit.consultant_id != staff_id:
        raise RuleBroken("visit_taken", f"{visit.consultant} 正在接待")
    return VisitState.ATTENDED


def handed_over(visit: VisitFacts, staff_id: int, *, manager: bool) -> VisitState:
    """By who attends, or a manager; the next one attends at once. Raises RuleBroken."""
    _running(visit)
    if visit.state is not VisitState.ATTENDED:
        raise RuleBroken("visit_not_attended", "还没有人接待，请先点“我来接待”")
    if visit.consultant_id != staff_id and not manager:
        raise RuleBroken("visit_taken", f"{visit.consultant} 正在接待")
    return VisitState.ATTENDED


def ended(visit: VisitFacts) -> VisitState:
    """By anybody of the store: people leave while their consultant fetches a key. Raises RuleBroken `visit_over`."""
    _running(visit)
    return VisitState.ENDED


def alone(visit: VisitFacts) -> VisitState:
    """The customer's own wish; who is being attended says so to their consultant."""
    _running(visit)
    return VisitState.ATTENDED if visit.state is VisitState.ATTENDED else VisitState.ALONE


def calls(visit: VisitFacts) -> VisitState:
    """The call button: the waiting begins anew, unless it runs already or somebody is there."""
    _running(visit)
    return VisitState.WAITING if visit.state is VisitState.ALONE else visit.state


def _running(visit: VisitFacts) -> None:
    if visit.state is VisitState.ENDED:
        raise RuleBroken("visit_over", "这次到店已经结束")


@dataclass(frozen=True, slots=True)
class Rate:
    """Of visits whose waiting is settled. left: gone before the three minutes were over, counted nowhere else."""

    in_time: int
    settled: int
    left: int = 0

    @property
    def share(self) -> float | None:
        """0 to 1; None without a visit: nothing to be proud of."""
        return self.in_time / self.settled if self.settled else None
