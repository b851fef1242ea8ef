"""What the fake providers are told at the start: the same credentials and templates our side was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dealer import Dealer, Sms
from channels.wechat.menu import menu_body
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """A WeChat account at the fake provider. templates: template_id → its fields (`thing1`).

    menu: what phones show until a menu is created through the API. public_url: the domain pages may be led back to.
    spots: scenes of the showroom's codes and where they hang, for the phones page.
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
        public_url=settings.public_url,
        spots={f"showroom:{code}": name for code, name in known.showroom.items()},
        menu=menu_body(known.menu, lambda page: f"{settings.public_url}/w/main/{page}"),
    )


def our_sms(settings: Settings, dealer: Dealer) -> SandboxSms:
    return SandboxSms(
        access_key_id=settings.aliyun_access_key_id.get_secret_value(),
        access_key_secret=settings.aliyun_access_key_secret.get_secret_value(),
        callback_token=settings.sms_callback_token.get_secret_value(),
        approved=dealer.sms,
    )
