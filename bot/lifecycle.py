"""How a car's owner stands to the workshop: 活跃 → 预警 → 流失 → 沉睡, by the last visit (domain.md §1.5).

Thresholds follow the car's own service cycle; a visit brings everybody back to 活跃.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.days import add_months

GRACE = timedelta(days=30)  # past the cycle before anybody worries
LOST_MONTHS, ASLEEP_MONTHS = 12, 24


class Lifecycle(StrEnum):
    ACTIVE = "active"
    WARNING = "warning"
    LOST = "lost"
    ASLEEP = "asleep"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The first day of each state."""

    warning: date
    lost: date
    asleep: date

    def state(self, today: date) -> Lifecycle:
        if today >= self.asleep:
            return Lifecycle.ASLEEP
        if today >= self.lost:
            return Lifecycle.LOST
        return Lifecycle.WARNING if today >= self.warning else Lifecycle.ACTIVE


def thresholds(last_visit: date, cycle_months: int) -> Thresholds:
    """Who comes once a year is not lost on the day he is due: at the earliest as long again after the warning."""
    warning = add_months(last_visit, cycle_months) + GRACE
    lost = max(add_months(last_visit, LOST_MONTHS), warning + GRACE)
    return Thresholds(min(warning, lost), lost, max(add_months(last_visit, ASLEEP_MONTHS), lost + GRACE))
