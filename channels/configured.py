"""A dealer's own templates: as the provider in use knows them, and what it would refuse, found at start."""

from pathlib import Path

from bot.dealer import Dealer, SmsTemplate
from bot.errors import ConfigError
from channels.sms_text import check_sms_template
from channels.wechat.template import check_subscription, check_template


def check_templates(dealer: Dealer) -> Dealer:
    """The same dealer. Raises ConfigError with every finding, one line each."""
    found = [sentence for name, one in dealer.sms.templates.items() for sentence in check_sms_template(name, one)]
    if dealer.sms.signature and not 2 <= len(dealer.sms.signature) <= 12:
        found.append("sms.signature: providers take 2 to 12 characters")
    for account, settings in dealer.accounts.items():
        for name, template in settings.templates.items():
            found += [f"accounts.{account}.{sentence}" for sentence in check_template(name, template)]
        for name, notice in settings.subscriptions.items():
            found += [f"accounts.{account}.{sentence}" for sentence in check_subscription(name, notice)]
    if found:
        raise ConfigError("dealer.yaml", "\n".join(found))
    return dealer


def with_email(dealer: Dealer, folder: Path, *, account: bool) -> Dealer:
    """The dealer with the messages that may go by e-mail: those with a text, once there is an account."""
    if not account:
        return dealer
    files = (each.relative_to(folder).as_posix() for each in folder.rglob("*.email.txt"))
    texts = frozenset(each.removesuffix(".email.txt").replace("/", ".") for each in files)
    return dealer.model_copy(update={"email_texts": texts})


def for_provider(dealer: Dealer, provider: str) -> Dealer:
    """The dealer with the codes, approvals and limits of its SMS provider (`aliyun`, `tencent`, `log`)."""
    if provider != "tencent":
        return dealer
    templates = {name: _at_tencent(one) for name, one in dealer.sms.templates.items()}
    known = {"templates": templates, "longest_variable": dealer.sms.tencent_longest_variable}
    return dealer.model_copy(update={"sms": dealer.sms.model_copy(update=known)})


def _at_tencent(template: SmsTemplate) -> SmsTemplate:
    """What has no number at Tencent is approved for nothing there: the next way is taken."""
    there = template.tencent
    known = {"code": there.code, "approved_for": there.approved_for} if there else {"code": "", "approved_for": []}
    return template.model_copy(update=known)
