"""The buttons of a case: what may be done now, and beside each that may not, why. The rules themselves decide."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext

from bot import cases as rules
from bot.cases import CaseState
from bot.customer import StaffMember
from bot.errors import RuleBroken
from store.conversation import CaseFile, Head

ANY = "…"  # stands for the words still to be written


@dataclass(frozen=True, slots=True)
class Button:
    """done: this step was taken. why: the sentence beside a disabled button, "" when it may be pressed."""

    name: str
    label: str
    why: str = ""
    done: bool = False
    primary: bool = False


def buttons(case: CaseFile | None, head: Head, user: StaffMember) -> list[Button]:
    """Claim, plan, fix, close: the first that may be pressed is the primary one."""
    if case is None or case.facts.state is CaseState.CLOSED:
        return []
    facts = case.facts
    made = [
        claim_button(case, head, user),
        Button("plan", gettext("记录方案"), _why(lambda: rules.planned(facts, user, ANY)), bool(facts.plan)),
        Button("fix", gettext("记录整改"), _why(lambda: rules.fixed(facts, user, ANY)), facts.fixed_at is not None),
        Button("close", gettext("结案"), _why(lambda: rules.closed_by_manager(facts, user, ANY))),
    ]
    following = next((b for b in made[:3] if not b.done and not b.why), None)
    return [Button(b.name, b.label, b.why, b.done, b is following) for b in made]


def claim_button(case: CaseFile | None, head: Head, user: StaffMember) -> Button:
    """For a thread with or without a case."""
    label = gettext("认领")
    if head.state == "human":
        mine = head.owner_id == user.id
        why = "" if mine else gettext("%(name)s 正在处理", name=head.owner_name)
        return Button("claim", label, why, done=mine)
    facts = case.facts if case and case.facts.state is not CaseState.CLOSED else None
    return Button("claim", label, _why(lambda: rules.claimed(facts, user)) if facts else "", primary=True)


def _why(rule: Callable[[], object]) -> str:
    try:
        rule()
    except RuleBroken as refusal:
        return str(gettext(str(refusal)))
    return ""
