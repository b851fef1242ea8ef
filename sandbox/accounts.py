"""What the fake providers are told at the start: the same credentials and templates our side was given."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.dealer import Sms


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """A WeChat account at the fake provider. templates: template_id → its fields (`thing1`).

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
