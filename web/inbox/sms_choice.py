"""Which approved SMS templates staff may fill, and with what: no mainland provider sends free text."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext

from bot.dealer import Sms
from bot.errors import RenderError, RuleBroken
from bot.messages import Category
from channels.sms_text import sms_approved, sms_payload

STAFF_TEMPLATES = {"staff_contact": lazy_gettext("请客户联系我"), "case_progress": lazy_gettext("问题有进展")}
LABELS = {
    "name": lazy_gettext("称呼"),
    "staff": lazy_gettext("落款"),
    "owner": lazy_gettext("负责人"),
    "subject": lazy_gettext("事由"),
    "progress": lazy_gettext("进展"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """fields: (variable, label, filled in already). text: the approved wording with ${variables} and signature."""

    id: str
    label: str
    text: str
    fields: tuple[tuple[str, str, str], ...]
    price: float


def choices(sms: Sms, customer: str, staff: str) -> list[Choice]:
    known = {"name": customer, "staff": staff, "owner": staff}
    found = []
    for name, label in STAFF_TEMPLATES.items():
        if sms_approved(sms, name, Category.SERVICE):
            template = sms.templates[name]
            fields = tuple((each, str(LABELS.get(each, each)), known.get(each, "")) for each in template.variables)
            found.append(
                Choice(name, str(label), f"【{sms.signature}】{template.text}", fields, sms.price_notification)
            )
    return found


def filled(sms: Sms, template: str, values: Mapping[str, str]) -> Mapping[str, object]:
    """`Outgoing.payload`. Raises RuleBroken no_template, bad_variable."""
    if template not in STAFF_TEMPLATES or not sms_approved(sms, template, Category.SERVICE):
        raise RuleBroken("no_template", "这个短信模板没有获批")
    try:
        return sms_payload(sms, template, values)
    except RenderError as error:
        raise RuleBroken("bad_variable", f"短信变量不合要求（1–35 字，不含网址和手机号）：{error}") from error
