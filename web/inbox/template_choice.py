"""Which WeChat templates staff may fill when the window is shut: the account's own, about the customer's business."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext

from bot.dealer import Dealer
from bot.errors import RenderError, RuleBroken
from channels.wechat.template import template_payload, variables_of
from store.conversation import Head
from web.inbox.sms_choice import LABELS
from web.login import user

STAFF_TEMPLATES = {"case_progress": lazy_gettext("问题有进展"), "staff_contact": lazy_gettext("请客户联系我")}


@dataclass(frozen=True, slots=True)
class Form:
    """fields: (variable, label, filled in already)."""

    id: str
    label: str
    fields: tuple[tuple[str, str, str], ...]


def templates_for(dealer: Dealer, head: Head) -> list[Form]:
    account = dealer.accounts.get(head.account)
    if account is None or not head.follows:
        return []
    me = user().name
    known = {"name": head.name, "staff": me, "owner": me}
    found = []
    for key, label in STAFF_TEMPLATES.items():
        if (template := account.templates.get(key)) is not None:
            names = variables_of(template)
            fields = tuple((each, str(LABELS.get(each, each)), known.get(each, "")) for each in names)
            found.append(Form(key, str(label), fields))
    return found


def filled(dealer: Dealer, head: Head, key: str, given: Mapping[str, str]) -> tuple[Mapping[str, object], str]:
    """(`Outgoing.payload`, the text the thread shows). Raises RuleBroken no_template, bad_variable."""
    form = next((each for each in templates_for(dealer, head) if each.id == key), None)
    if form is None:
        raise RuleBroken("no_template", "这个微信模板不能用")
    values = {name: given.get(name, "").strip() for name, _, _ in form.fields}
    if not all(values.values()):
        raise RuleBroken("bad_variable", "请把每一项都填上")
    try:
        payload = template_payload(dealer.accounts[head.account], key, values)
    except RenderError as error:
        raise RuleBroken("bad_variable", f"模板内容不合要求：{error}") from error
    said = [str(field["value"]) for field in _fields(payload)]
    return payload, f"{gettext(form.label)}：{' · '.join(said)}"


def _fields(payload: Mapping[str, object]) -> list[Mapping[str, object]]:
    data = payload["data"]
    assert isinstance(data, Mapping)
    return list(data.values())
