"""One text with sample values as an outbox payload, for a colleague to see on their own telephone."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import RenderError, RuleBroken
from bot.messages import Category, Way
from channels.email_text import Letter, email_payload
from channels.preview import Previews, View
from channels.sms_text import sms_payload
from channels.wechat.template import template_payload

# A mass send goes to two at least (40130), so one's own copy comes as a message of the open window, in the same words.
WAYS: Mapping[str, Way] = {
    "wechat": Way.CUSTOM, "mass": Way.CUSTOM, "template": Way.TEMPLATE, "sms": Way.SMS, "email": Way.EMAIL,
}  # fmt: skip
MARK = "【测试】"  # before a text of our own; approved wordings take no word more, so there the name says it
NAMED = {"name": "测试"}


@dataclass(frozen=True, slots=True)
class Sample:
    """payload: as `Outgoing` has it for the way. account: of a template, "" otherwise."""

    message_id: str
    way: Way
    category: Category
    account: str
    payload: Mapping[str, object]


def sample_of(previews: Previews, message_id: str, channel: str, account: str, variant: str, sender: str) -> Sample:
    """sender: the store's name, under an e-mail. Raises RuleBroken no_text, bad_sample."""
    view = _view(previews, message_id, channel, account, variant)
    params = dict(previews.samples.of(message_id, NAMED))[view.variant]
    payload: Mapping[str, object] = {"text": MARK + "\n" + view.text}
    if channel == "email":  # the link to refuse stands under a customer's; there is nothing to refuse here
        subject, _, text = view.text.partition("\n\n")
        payload = email_payload(Letter(MARK + subject, text), sender, "")
    try:
        if channel == "sms":
            payload = sms_payload(previews.dealer.sms, message_id, params)
        elif channel == "template":
            payload = template_payload(previews.dealer.accounts[view.account], message_id, params)
    except RenderError as error:
        raise RuleBroken("bad_sample", f"样例填不进这个模板：{error}") from error
    return Sample(message_id, WAYS[channel], view.category, view.account, payload)


def _view(previews: Previews, message_id: str, channel: str, account: str, variant: str) -> View:
    found = previews.views(message_id, channel) if channel in WAYS else []
    alike = [each for each in found if each.variant == variant and each.account == account]
    if not alike or alike[0].error:
        raise RuleBroken("no_text", "没有这条话术，或者它现在做不出来")
    return alike[0]
