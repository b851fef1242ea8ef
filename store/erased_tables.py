"""What becomes of every table when a customer's data is erased: the one list, each table once.

A test looks that no table is missing here and that each is treated as it says (tests/store/test_erasing.py), so a new
table, or a new text column of a table that stays, needs a decision. docs/privacy.md says why what is kept is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class How(Enum):
    """GOES: the customer's rows are deleted. ALONG: deleted with the row they hang on. APART: deleted or cut by a
    statement of their own, since no key leads to the customer. STAYS: without the person. KEPT: as it is, for a reason.
    """

    GOES = "goes"
    ALONG = "along"
    APART = "apart"
    STAYS = "stays"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Fate:
    """columns: of a table that STAYS, the texts that are left: codes and numbers, never words. why: of one KEPT."""

    how: How
    columns: frozenset[str] = frozenset()
    why: str = ""


def _stays(columns: str = "") -> Fate:
    return Fate(How.STAYS, frozenset(columns.split()))


def _kept(why: str) -> Fate:
    return Fate(How.KEPT, why=why)


GOES, ALONG, APART = Fate(How.GOES), Fate(How.ALONG), Fate(How.APART)
STAFF = "of staff, not of customers"
RULES = "what the house wrote: rules, texts and dates of nobody"
MACHINE = "of processes and providers"

DECIDED: Mapping[str, Fate] = {
    "alert": GOES,
    "appointment": GOES,
    "bind_token": GOES,
    "bookmark": GOES,
    "call_task": GOES,
    "event_arrival": GOES,
    "event_invitee": GOES,
    "fact": GOES,
    "identity": GOES,
    "labelled": GOES,
    "mention": GOES,
    "message": GOES,
    "milestone": GOES,
    "prompt": GOES,
    "rsvp": GOES,
    "sale": GOES,
    "thread": GOES,
    "vehicle": GOES,
    "wait": GOES,
    "wait_mark": GOES,
    "alert_copy": ALONG,
    "call_try": ALONG,
    "odometer": ALONG,
    "policy": ALONG,
    "review": ALONG,
    "slot_hold": ALONG,
    "survey_factor": ALONG,
    "evidence": APART,
    "mass_copy": APART,
    "media": APART,
    "saved_view": APART,
    "subscription": APART,
    "wechat_window": APART,
    "alarm": _stays(),
    "assignment": _stays("kind how"),
    "attempt": _stays("result code"),
    "callback": _stays("provider kind item_key"),
    "carries": _stays(),
    "case_step": _stays("kind"),
    "cases": _stays("level category state ended_as external_id"),
    "consent": _stays("address purpose channel source wording version aside"),
    "customer": _stays(),
    "deadline": _stays("kind"),
    "escalation": _stays("deadline rung outcome told_ids"),
    "feed": _stays("kind ref"),
    "merging": _stays(),
    "outbox": _stays("out_id way account category priority state lease_by code reason"),
    "quote": _stays("external_id state"),
    "quote_line": _stays("name kind part_no brand quantity hours urgency answer channel"),
    "repair_order": _stays("external_id advisor_name status items"),
    "touchpoint": _stays("rule occurrence rule_version category state outcome reason lease_by"),
    "trial": _stays("message_id"),
    "verdict": _stays("step name verdict reason"),
    "visit": _stays("submission way spot state"),
    "visit_step": _stays("kind"),
    "refusal": _kept("a number that said no must go on being spared, after the next import too"),
    "audit": _kept("proof of what staff did; ids and codes, never words"),
    "recall_car": _kept("the maker's list, by VIN and nobody's name: a danger is told to whoever drives the car"),
    "event": _kept(RULES),
    "event_wave": _kept(RULES),
    "consent_text": _kept(RULES),
    "faq_version": _kept(RULES),
    "journey_approval": _kept(RULES),
    "journey_pause": _kept(RULES),
    "label": _kept(RULES),
    "recall": _kept(RULES),
    "rule_day": _kept(RULES),
    "snippet": _kept(RULES),
    "store": _kept(RULES),
    "duty": _kept(STAFF),
    "presence": _kept(STAFF),
    "recovery_code": _kept(STAFF),
    "own_address": _kept(STAFF),
    "staff": _kept(STAFF),
    "staff_link": _kept(STAFF),
    "staff_notice": _kept(STAFF),
    "staff_session": _kept(STAFF),
    "alert_way": _kept(MACHINE),
    "api_token": _kept(MACHINE),
    "channel_trouble": _kept(MACHINE),
    "clock_offset": _kept(MACHINE),
    "disabled_template": _kept(MACHINE),
    "errand": _kept(MACHINE),
    "process": _kept(MACHINE),
    "set_up": _kept(MACHINE),
}
