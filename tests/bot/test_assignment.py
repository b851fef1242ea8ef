"""Who gets it: fitting, present, known, least busy, longest not asked; and fair over any sequence."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.assignment import SALES, SERVICE, Candidate, choose, roles_for
from bot.customer import Role, StaffMember


def member(number: int, role: Role = Role.ADVISOR) -> StaffMember:
    return StaffMember(number, 1, f"同事{number}", role)


def there(number: int, role: Role = Role.ADVISOR, **more: object) -> Candidate:
    return Candidate(member(number, role), online=True, **more)  # type: ignore[arg-type]  # the fields of the test's choice


def chosen(*candidates: Candidate, roles: tuple[Role, ...] = SERVICE, **how: object) -> int | None:
    found = choose(candidates, roles, **how)  # type: ignore[arg-type]  # as above
    return found.id if found else None


def test_the_fitting_role_goes_before_a_smaller_load() -> None:
    assert chosen(there(1, Role.CARE), there(2, Role.ADVISOR, load=3)) == 2
    assert chosen(there(1, Role.CONSULTANT), there(2), roles=SALES) == 1


def test_who_knows_the_customer_goes_first_if_there() -> None:
    assert chosen(there(1), there(2, load=5, knows=True)) == 2
    away = Candidate(member(2), online=False, knows=True)
    assert chosen(there(1), away) == 1


def test_the_least_busy_then_who_waits_longest() -> None:
    assert chosen(there(1, load=2, last=1), there(2, load=1, last=9)) == 2
    assert chosen(there(1, last=7), there(2, last=4)) == 2


def test_nobody_there_is_nobody_until_anybody_will_do() -> None:
    absent = Candidate(member(1), online=False)
    assert chosen(absent) is None
    assert chosen(absent, anybody=True) == 1
    assert chosen(absent, there(2, load=9), anybody=True) == 2, "who is there goes before who is not"


def test_not_the_one_complained_about() -> None:
    assert chosen(there(1), there(2, load=9), but={1}) == 2
    assert chosen(there(1), but={1}) is None


def test_at_the_door_a_free_advisor_goes_before_a_busy_consultant() -> None:
    busy, free = there(1, Role.CONSULTANT, load=1), there(2)
    assert chosen(busy, free, roles=SALES, free_first=True) == 2
    assert chosen(busy, free, roles=SALES) == 1


def test_a_role_that_receives_nobody_is_left_out() -> None:
    assert chosen(there(1, Role.ADMIN)) is None


def test_a_reason_nobody_named_goes_to_care() -> None:
    assert roles_for("no such reason")[0] is Role.CARE


@given(st.integers(1, 8), st.integers(0, 60), st.booleans())
def test_at_equal_load_counts_differ_by_one_at_most(people: int, things: int, loads_grow: bool) -> None:
    load, last, given_to = Counter[int](), Counter[int](), Counter[int]()
    for number in range(1, things + 1):
        found = choose([there(each, load=load[each], last=last[each]) for each in range(people)], SERVICE)
        assert found is not None
        given_to[found.id] += 1
        last[found.id] = number
        load[found.id] += loads_grow
    counts = [given_to[each] for each in range(people)]
    assert max(counts) - min(counts) <= 1


@given(st.permutations(range(6)), st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_the_order_they_are_listed_in_does_not_matter(order: list[int], loads: list[int]) -> None:
    listed = [there(each, load=loads[each], last=each % 2) for each in range(6)]
    assert choose(listed, SERVICE) == choose([listed[each] for each in order], SERVICE)
