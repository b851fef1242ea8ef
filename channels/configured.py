"""What providers would refuse in a dealer's own templates, found at start instead of at the first customer."""

from bot.dealer import Dealer
from bot.errors import ConfigError
from channels.sms_text import check_sms_template
from channels.wechat.template import check_subscription, check_template


def check_templates(dealer: Dealer) -> Dealer:
    """The same dealer. Raises ConfigError with every finding, one line each."""
    found = [sentence for name, one in dealer.sms.templates.items() for sentence in check_sms_template(name, one)]
    for account, settings in dealer.accounts.items():
        for name, template in settings.templates.items():
            found += [f"accounts.{account}.{sentence}" for sentence in check_template(name, template)]
        for name, notice in settings.subscriptions.items():
            found += [f"accounts.{account}.{sentence}" for sentence in check_subscription(name, notice)]
    if found:
        raise ConfigError("dealer.yaml", "\n".join(found))
    return dealer
