"""What the fake providers are told at the start: the same credentials and templates our side was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dealer import Dealer, Sms, WeChatAccount
from channels.wechat.menu import menu_body
from config.accounts import AccountSecrets
from config.settings import DataFormat, Settings, WeChatMode


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """A WeChat account at the fake provider. templates, subscriptions: template_id → its fields (`thing1`).

    menus: False as a test account, which refuses menu messages (40200). miniprograms: (appid, page) that exist.
    menu: what phones show until a menu is created through the API. public_url: the domain pages may be led back to.
    spots: scenes of the showroom's codes and where they hang, for the phones page.
    mode, data_format: how it pushes, as set in the console.
    """

    name: str
    app_id: str
    app_secret: str
    token: str
    aes_key: str
    templates: Mapping[str, tuple[str, ...]]
    store_name: str = "服务号"
    menu: Sequence[Mapping[str, Any]] = ()
    public_url: str = "http://127.0.0.1:8000"
    spots: Mapping[str, str] = field(default_factory=dict)
    subscriptions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    menus: bool = True
    miniprograms: frozenset[tuple[str, str]] = frozenset()
    mode: WeChatMode = "secure"
    data_format: DataFormat = "xml"

    @property
    def original_id(self) -> str:
        """The `gh_…` name pushes are addressed to."""
        return f"gh_{self.app_id[2:14]}"


@dataclass(frozen=True, slots=True)
class SandboxSms:
    """The fake SMS accounts: their keys, the signature and templates they approved, where callbacks go.

    provider: whose customers write back, `aliyun` or `tencent`; sent is at whichever is called.
    """

    access_key_id: str
    access_key_secret: str
    callback_token: str
    approved: Sms
    secret_id: str = ""
    secret_key: str = ""
    app_id: str = ""
    provider: str = "aliyun"


def our_accounts(settings: Settings, dealer: Dealer, ours: Mapping[str, AccountSecrets]) -> dict[str, SandboxAccount]:
    """Every account of the dealer, known to the fake WeChat with our own credentials and templates; `main` first."""
    names = sorted(ours, key=lambda name: name != "main")
    return {name: _account(name, settings, dealer, ours[name]) for name in names}


def _account(name: str, settings: Settings, dealer: Dealer, secrets: AccountSecrets) -> SandboxAccount:
    known = dealer.accounts[name]
    return SandboxAccount(
        name=name,
        app_id=secrets.app_id,
        app_secret=secrets.app_secret,
        token=secrets.token,
        aes_key=secrets.aes_key,
        templates={one.template_id: tuple(one.fields) for one in known.templates.values()},
        store_name=dealer.store(known.store).name,
        menu=menu_body(known.menu, lambda page: f"{settings.public_url}/w/{name}/{page}"),
        public_url=settings.public_url,
        spots={f"showroom:{code}": where for code, where in known.showroom.items()},
        subscriptions={one.template_id: tuple(one.fields) for one in known.subscriptions.values()},
        menus=known.menu_messages,
        miniprograms=_miniprograms(known),
        mode=settings.wechat_mode,
        data_format=settings.wechat_data_format,
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
        secret_id=settings.tencent_secret_id.get_secret_value(),
        secret_key=settings.tencent_secret_key.get_secret_value(),
        app_id=settings.tencent_sdk_app_id,
        provider="tencent" if settings.sms_provider == "tencent" else "aliyun",
    )
