"""What the fake providers are told at the start: the same credentials and templates our side was given."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.dealer import Dealer, Sms, WeChatAccount
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """A WeChat account at the fake provider. templates, subscriptions: template_id → its fields (`thing1`).

    menus: False as a test account, which refuses menu messages (40200). miniprograms: (appid, page) that exist.
    menu: key → name of the items an account shows until a menu is created through the API.
    """

    name: str
    app_id: str
    app_secret: str
    token: str
    aes_key: str
    templates: Mapping[str, tuple[str, ...]]
    store_name: str = "服务号"
    menu: Mapping[str, str] = field(default_factory=dict)
    subscriptions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    menus: bool = True
    miniprograms: frozenset[tuple[str, str]] = frozenset()

    @property
    def original_id(self) -> str:
        """The `gh_…` name pushes are addressed to."""
        return f"gh_{self.app_id[2:14]}"


@dataclass(frozen=True, slots=True)
class SandboxSms:
    """The fake Aliyun account: its key, the signature and templates it approved, where callbacks go."""

    access_key_id: str
    access_key_secret: str
    callback_token: str
    approved: Sms


def our_account(settings: Settings, dealer: Dealer) -> SandboxAccount:
    """The account `main`, known to the fake WeChat with our own credentials and templates."""
    known = dealer.accounts["main"]
    return SandboxAccount(
        name="main",
        app_id=settings.wechat_app_id,
        app_secret=settings.wechat_app_secret.get_secret_value(),
        token=settings.wechat_token.get_secret_value(),
        aes_key=settings.wechat_aes_key.get_secret_value(),
        templates={one.template_id: tuple(one.fields) for one in known.templates.values()},
        store_name=dealer.store(known.store).name,
        menu=known.menu_keys,
        subscriptions={one.template_id: tuple(one.fields) for one in known.subscriptions.values()},
        menus=known.menu_messages,
        miniprograms=_miniprograms(known),
    )


def _miniprograms(known: WeChatAccount) -> frozenset[tuple[str, str]]:
    named = [one.miniprogram for one in known.templates.values()]
    named += [one.miniprogram for one in known.subscriptions.values()]
    return frozenset((one.appid, one.pagepath) for one in named if one)


def our_sms(settings: Settings, dealer: Dealer) -> SandboxSms:
    return SandboxSms(
        access_key_id=settings.aliyun_access_key_id.get_secret_value(),
        access_key_secret=settings.aliyun_access_key_secret.get_secret_value(),
        callback_token=settings.sms_callback_token.get_secret_value(),
        approved=dealer.sms,
    )
