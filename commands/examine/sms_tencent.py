"""The Tencent account: key, and the review and wording of every template the house would send.

The dealer handed to `doctor` holds Tencent's numbers and approvals already (channels/configured.py).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.dealer import Sms, SmsTemplate
from bot.errors import SendError
from channels.sms_tencent import TencentSms
from commands.examine.finding import Finding, error, ok, warning
from commands.examine.words import refusal

# StatusCode (cloud.tencent.com/document/api/382/5819); not tried on a real account.
PASSED = 0
SAID = {1: "is still under review", 2: "passed and is not in force yet", -1: "was refused by the reviewers"}
PLACES = re.compile(r"\$\{(\w+)\}")
AT_ONCE = 100  # numbers of one question


def reviewed(sms: TencentSms, configured: Sms) -> Iterator[Finding]:
    """One question for a hundred templates; a refusal is about the key and said once. The signature is not asked."""
    used = {key: each for key, each in configured.templates.items() if each.approved_for and each.code.isdecimal()}
    codes = [each.code for each in used.values()]
    try:
        found = [
            one for begin in range(0, len(codes), AT_ONCE) for one in sms.templates(codes[begin : begin + AT_ONCE])
        ]
    except SendError as refused:
        yield error("sms: account", *refusal(refused))
        return
    said = {str(one.get("TemplateId")): one for one in found}
    yield ok("sms: account", f"key accepted, {len(said)} of {len(used)} templates known")
    for key, template in used.items():
        yield _template(key, template, said.get(template.code))
    for key in sorted(configured.templates.keys() - used.keys()):
        yield ok(f"sms: {key}", "not used: it has no number or approved_for is empty")


def _template(key: str, template: SmsTemplate, said: Mapping[str, Any] | None) -> Finding:
    check = f"sms: {key}"
    if said is None:
        return error(check, f"{template.code} is not in the account", "copy the number anew (tencent.code)")
    state = said.get("StatusCode")
    if state != PASSED:
        told = SAID.get(state, f"has the unknown state {state}") if isinstance(state, int) else "has no state"
        reply = str(said.get("ReviewReply") or "")
        return error(
            check, f"{template.code} {told}{': ' + reply if reply else ''}",
            "empty its tencent.approved_for in dealer.yaml until it passed",
        )  # fmt: skip
    if _as_there(template) != said.get("TemplateContent"):
        return warning(
            check, f"{template.code} reads otherwise at Tencent", "make text and the order of variables agree"
        )
    return ok(check, f"{template.code} is approved")


def _as_there(template: SmsTemplate) -> str:
    """Our wording with Tencent's places: the variables in order."""
    place = {name: f"{{{number}}}" for number, name in enumerate(template.variables, 1)}
    return PLACES.sub(lambda found: place.get(found[1], found[0]), template.text)
