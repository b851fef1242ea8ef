"""The buttons of a case: what may be done now, and beside each that may not, why. The rules themselves decide."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext

from bot import cases as rules
from bot.cases import MANAGERS, CaseFacts, CaseState
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
    """Plan, fix, close: the first that may be pressed is the next one."""
    facts = open_facts(case)
    if facts is None:
        return []
    made = [
        Button("plan", gettext("记录方案"), _why(lambda: rules.planned(facts, user, ANY)), bool(facts.plan)),
        Button("fix", gettext("记录整改"), _why(lambda: rules.fixed(facts, user, ANY)), facts.fixed_at is not None),
        Button("close", gettext("结案"), _why(lambda: rules.closed_by_manager(facts, user, ANY))),
    ]
    following = next((b for b in made[:2] if not b.done and not b.why), None)
    return [Button(b.name, b.label, b.why, b.done, b is following) for b in made]


def main_button(case: CaseFile | None, head: Head, user: StaffMember) -> Button:
    """The one of the header: claim, then ask the customer (or finish, without a case), then close."""
    facts = open_facts(case)
    if head.state != "human":
        why = _why(lambda: rules.claimed(facts, user)) if facts else ""
        return Button("claim", gettext("认领"), why)
    if head.owner_id != user.id and user.role not in MANAGERS:
        return Button("claim", gettext("认领"), gettext("%(name)s 正在处理", name=head.owner_name))
    if facts is None:
        return Button("done", gettext("结案"), gettext("客户在等回复") if head.answer_by else "")
    if facts.fixed_at is None:
        return Button("fix", gettext("请客户确认"), _why(lambda: rules.fixed(facts, user, ANY)))
    waits = gettext("等客户确认；须客户满意，或由经理结案")
    return Button("close", gettext("结案"), "" if user.role in MANAGERS else waits)


def open_facts(case: CaseFile | None) -> CaseFacts | None:
    return case.facts if case and case.facts.state is not CaseState.CLOSED else None


def _why(rule: Callable[[], object]) -> str:
    try:
        rule()
    except RuleBroken as refusal:
        return str(gettext(str(refusal)))
    return ""
