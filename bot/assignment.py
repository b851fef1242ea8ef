"""Who gets a conversation or a visit: fitting role, present, knows the customer, least busy, longest not asked.

Pure: the same candidates give the same answer. At equal load the turn goes round, so that counts differ by one at most.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.customer import Role, StaffMember

LOOKED_FOR = timedelta(minutes=2)  # as long as somebody present is waited for; then anybody gets it, wherever they are
BEFORE_DUE = timedelta(minutes=1)
SALES = (Role.CONSULTANT, Role.CARE, Role.ADVISOR, Role.MANAGER)
SERVICE = (Role.ADVISOR, Role.CARE, Role.CONSULTANT, Role.MANAGER)
CARE = (Role.CARE, Role.ADVISOR, Role.CONSULTANT, Role.MANAGER)
# By the reason a conversation was handed over with; any other goes to care first.
WANTED: Mapping[str, tuple[Role, ...]] = {
    "showroom": SALES,
    "consultant": SALES,
    "sales": SALES,
    "test_drive": SALES,
    "model": SALES,
    "quote": SERVICE,
    "booking": SERVICE,
    "stranded": SERVICE,
    "confirm_contact": SERVICE,
    "repair": SERVICE,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """online: their page is open and they chose so. load: what they have in hand. last: the number of the last thing
    of this kind they were given, 0 for never; the smallest waits longest. knows: has served this customer before."""

    member: StaffMember
    online: bool
    load: int = 0
    last: int = 0
    knows: bool = False


def roles_for(reason: str) -> tuple[Role, ...]:
    return WANTED.get(reason, CARE)


def choose(
    candidates: Iterable[Candidate],
    roles: Sequence[Role],
    *,
    but: Collection[int] = (),
    anybody: bool = False,
    free_first: bool = False,
) -> StaffMember | None:
    """but: not these (who had it before, who is complained about). anybody: also who is not there.

    free_first: whoever has nothing in hand goes before the fitting role, as with a customer standing at the door.
    None: nobody fits.
    """
    fit = [one for one in candidates if one.member.role in roles and one.member.id not in but]
    there = [one for one in fit if one.online or anybody]

    def rank(one: Candidate) -> tuple[bool, bool, bool, int, int, int, int]:
        busy = free_first and one.load > 0
        return not one.online, not one.knows, busy, roles.index(one.member.role), one.load, one.last, one.member.id

    return min(there, key=rank).member if there else None
