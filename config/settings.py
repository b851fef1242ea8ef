"""Settings from the environment or `.env`, prefix HUIFANG_. Wrong ones stop the start with one sentence."""

import difflib
import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.customer import Role
from bot.emails import BadEmail, parse_email
from bot.errors import ConfigError

PREFIX = "HUIFANG_"
ACCOUNT_PREFIX = "HUIFANG_ACCOUNT_"  # free names for the secrets of further accounts in config/dealer.yaml
ALERT_PREFIX = "HUIFANG_ALERT_"  # free names for the addresses and secrets of alert destinations, named there too
SANDBOX_APP_ID = "wxsandbox0000000000"
SECRETS = (
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "WECHAT_APP_SECRET",
    "WECHAT_TOKEN",
    "WECHAT_AES_KEY",
    "SMS_CALLBACK_TOKEN",
    "ALIYUN_ACCESS_KEY_ID",
    "ALIYUN_ACCESS_KEY_SECRET",
    "TENCENT_SECRET_ID",
    "TENCENT_SECRET_KEY",
    "EMAIL_PASSWORD",
    "LLM_KEY",
    "OIDC_CLIENT_SECRET",
)
DATABASES = ("sqlite:///", "postgresql://", "postgres://")
REDIS = ("redis://", "rediss://", "unix://")
BASES = {
    "wechat_api_base": "https://api.weixin.qq.com",
    "wechat_oauth_base": "https://open.weixin.qq.com",
    "aliyun_sms_base": "https://dysmsapi.aliyuncs.com",
    "tencent_sms_base": "https://sms.tencentcloudapi.com",
}
KEYS = (
    "aliyun_access_key_id",
    "aliyun_access_key_secret",
    "tencent_secret_id",
    "tencent_secret_key",
    "wechat_app_secret",
)
SANDBOX_SDK_APP_ID = "1400000000"
EMAIL_PORTS = {"ssl": 465, "starttls": 587, "plain": 25}
SmsProvider = Literal["", "aliyun", "tencent", "log"]
WeChatMode = Literal["secure", "compatible", "plain"]
DataFormat = Literal["xml", "json"]
EmailSecurity = Literal["ssl", "starttls", "plain"]


class Settings(BaseSettings):
    """Every setting is one row in docs/settings.md; a test compares them.

    Empty means not set: `read_settings` fills what follows from the others, `config.secrets` what is made once.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: str = ""
    redis_url: str = ""
    secret_key: SecretStr = SecretStr("")
    public_url: str = ""
    data_dir: Path = Path("data")
    config_dir: Path = Path(__file__).parent
    port: int = Field(8000, ge=1, le=65535)
    bind: str = "127.0.0.1"

    wechat_app_id: str = ""
    wechat_app_secret: SecretStr = SecretStr("")
    wechat_token: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_mode: WeChatMode = "secure"
    wechat_data_format: DataFormat = "xml"
    wechat_api_base: str = ""
    wechat_oauth_base: str = ""

    sms_provider: SmsProvider = ""
    sms_callback_token: SecretStr = SecretStr("")
    aliyun_access_key_id: SecretStr = SecretStr("")
    aliyun_access_key_secret: SecretStr = SecretStr("")
    aliyun_sms_base: str = ""
    tencent_secret_id: SecretStr = SecretStr("")
    tencent_secret_key: SecretStr = SecretStr("")
    tencent_sdk_app_id: str = ""
    tencent_region: str = "ap-guangzhou"
    tencent_sms_base: str = ""
    tencent_pull: bool = False

    email_host: str = ""
    email_port: int = Field(0, ge=0, le=65535)
    email_security: EmailSecurity = "ssl"
    email_user: str = ""
    email_password: SecretStr = SecretStr("")
    email_from: str = ""
    email_name: str = ""
    email_reply_to: str = ""

    llm_base: str = ""
    llm_key: SecretStr = SecretStr("")
    llm_model: str = ""
    admin_two_factor: bool = False
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = ""
    oidc_claim: str = "preferred_username"
    oidc_role_claim: str = ""
    oidc_roles: str = ""

    sandbox: bool = False
    sandbox_port: int = Field(8001, ge=1, le=65535)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_others: object,
        **_more: object,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only `read_settings` looks at the environment: it knows files, near misses and the sandbox."""
        return (init_settings,)

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"


def read_settings(
    environment: Mapping[str, str] | None = None, dotenv: Path = Path(".env"), *, try_out: bool = False
) -> Settings:
    """Settings of this process. Raises ConfigError naming the setting; reads secret files, writes nothing.

    try_out: without a WeChat account, and if HUIFANG_SANDBOX says nothing, the sandbox.
    """
    given = _given(os.environ if environment is None else environment, dotenv)
    _refuse_unknown(given)
    values = {name.removeprefix(PREFIX).lower(): value for name, value in _with_files(given).items() if value != ""}
    if try_out and "wechat_app_id" not in values:
        values.setdefault("sandbox", "1")
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise _sentence(error) from None
    _check(settings)
    return _sandboxed(settings) if settings.sandbox else _defaulted(settings)


def known_settings() -> frozenset[str]:
    """Every name that may be set, `*_FILE` ones included."""
    fields = {PREFIX + field.upper() for field in Settings.model_fields}
    return frozenset(fields | {f"{PREFIX}{secret}_FILE" for secret in SECRETS})


def _given(environment: Mapping[str, str], dotenv: Path) -> dict[str, str]:
    both = {**dotenv_values(dotenv), **environment} if dotenv.is_file() else dict(environment)
    return {name: value or "" for name, value in both.items() if name.startswith(PREFIX)}


def _refuse_unknown(given: Mapping[str, str]) -> None:
    known = known_settings()
    for name in sorted(given):
        if name in known or name.startswith((ACCOUNT_PREFIX, ALERT_PREFIX)):
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        hint = f"did you mean {near[0]}?" if near else "docs/settings.md lists them all."
        raise ConfigError(name, f"there is no such setting; {hint}")


def _with_files(given: Mapping[str, str]) -> dict[str, str]:
    """`*_FILE` names a file that holds the secret; its last line break is not part of it."""
    values = {name: value for name, value in given.items() if not _is_file(name)}
    for name, path in given.items():
        if not _is_file(name) or not path:
            continue
        plain = name.removesuffix("_FILE")
        if values.get(plain):
            raise ConfigError(name, f"{plain} is set too; keep one of the two.")
        try:
            values[plain] = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(name, f"cannot read {path}: {getattr(error, 'strerror', None) or error}.") from None
    return values


def _is_file(name: str) -> bool:
    return name.endswith("_FILE") and name.removeprefix(PREFIX).removesuffix("_FILE") in SECRETS


def _sentence(error: ValidationError) -> ConfigError:
    """The first mistake, without the value: it may be a secret."""
    first = error.errors()[0]
    name = PREFIX + str(first["loc"][0]).upper()
    return ConfigError(name, first["msg"].removeprefix("Value error, ") + ".")


def _check(settings: Settings) -> None:
    key = settings.wechat_aes_key.get_secret_value()
    if key and not re.fullmatch(r"[A-Za-z0-9]{43}", key):
        raise ConfigError(
            "HUIFANG_WECHAT_AES_KEY", "must be the 43 letters and digits of the console's EncodingAESKey."
        )
    token = settings.wechat_token.get_secret_value()
    if token and not re.fullmatch(r"[A-Za-z0-9]{3,32}", token):
        raise ConfigError("HUIFANG_WECHAT_TOKEN", "must be 3 to 32 letters and digits, as in the console.")
    if settings.tencent_sdk_app_id and not settings.tencent_sdk_app_id.isdecimal():
        raise ConfigError("HUIFANG_TENCENT_SDK_APP_ID", "must be the digits of the application's SdkAppId.")
    if settings.port == settings.sandbox_port:
        raise ConfigError("HUIFANG_SANDBOX_PORT", f"must differ from HUIFANG_PORT ({settings.port}).")
    if settings.database_url and not settings.database_url.startswith(DATABASES):
        raise ConfigError("HUIFANG_DATABASE_URL", "must begin with sqlite:/// or postgresql://.")
    if settings.redis_url and not settings.redis_url.startswith(REDIS):
        raise ConfigError("HUIFANG_REDIS_URL", "must begin with redis://, rediss:// or unix://.")
    for name in ("public_url", "llm_base", *BASES):
        _check_url(PREFIX + name.upper(), getattr(settings, name))
    _check_email(settings)
    _check_assistant(settings)
    check_sign_on(settings)


def _check_assistant(settings: Settings) -> None:
    """Off without a base. What is sent is masked, and still travels encrypted unless it stays on this machine."""
    key = settings.llm_key.get_secret_value()
    if settings.llm_base and not settings.llm_model:
        raise ConfigError("HUIFANG_LLM_MODEL", "is missing; HUIFANG_LLM_BASE is set and needs it.")
    if settings.llm_base and not settings.llm_base.startswith("https://") and not _loopback(settings.llm_base):
        raise ConfigError("HUIFANG_LLM_BASE", "must be https:// unless it is on this machine.")
    if not settings.llm_base and (key or settings.llm_model):
        raise ConfigError(
            "HUIFANG_LLM_BASE", "is missing; HUIFANG_LLM_KEY and HUIFANG_LLM_MODEL do nothing without it."
        )
    if not key.isascii():
        raise ConfigError("HUIFANG_LLM_KEY", "must be ASCII.")


def _check_url(name: str, url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ConfigError(name, "must be an address that begins with https:// or http://.")


def _check_email(settings: Settings) -> None:
    """What only the first message would show, otherwise."""
    password = settings.email_password.get_secret_value()
    for name in ("email_from", "email_reply_to"):
        try:
            if written := getattr(settings, name):
                parse_email(written)
        except BadEmail as error:
            raise ConfigError(PREFIX + name.upper(), f"{error}.") from None
    if settings.email_host and not settings.email_from:
        raise ConfigError("HUIFANG_EMAIL_FROM", "is missing; HUIFANG_EMAIL_HOST is set and needs it.")
    if bool(settings.email_user) != bool(password):
        raise ConfigError("HUIFANG_EMAIL_PASSWORD", "and HUIFANG_EMAIL_USER go together: one of the two is missing.")
    if not password.isascii() or not settings.email_user.isascii():
        raise ConfigError("HUIFANG_EMAIL_PASSWORD", "and HUIFANG_EMAIL_USER must be ASCII.")
    if not settings.email_name.isprintable():
        raise ConfigError("HUIFANG_EMAIL_NAME", "must be one line.")
    if settings.email_security == "plain" and settings.email_host and not _is_loopback(settings.email_host):
        raise ConfigError(
            "HUIFANG_EMAIL_SECURITY", "plain is for a relay on this machine only; choose ssl or starttls."
        )


def check_sign_on(settings: Settings) -> None:
    """All of it or nothing, and a provider whose answers nobody on the way can change."""
    needed = ("oidc_client_id", "oidc_client_secret")
    secret = settings.oidc_client_secret.get_secret_value()
    if not settings.oidc_issuer:
        if settings.oidc_client_id or secret:
            raise ConfigError("HUIFANG_OIDC_ISSUER", "is missing; HUIFANG_OIDC_CLIENT_ID or its secret is set.")
        return
    for name, value in zip(needed, (settings.oidc_client_id, secret), strict=True):
        if not value:
            raise ConfigError(PREFIX + name.upper(), "is missing; HUIFANG_OIDC_ISSUER is set and needs it.")
    _check_url("HUIFANG_OIDC_ISSUER", settings.oidc_issuer)
    if not settings.oidc_issuer.startswith("https://") and not _loopback(settings.oidc_issuer):
        raise ConfigError("HUIFANG_OIDC_ISSUER", "must begin with https://.")
    if bool(settings.oidc_role_claim) != bool(settings.oidc_roles):
        raise ConfigError("HUIFANG_OIDC_ROLES", "and HUIFANG_OIDC_ROLE_CLAIM go together: one of the two is missing.")
    sign_on_roles(settings)


def sign_on_roles(settings: Settings) -> dict[str, Role]:
    """`value=role, value=role` → a value of the role claim → our role. Raises ConfigError."""
    found: dict[str, Role] = {}
    for pair in filter(None, (each.strip() for each in settings.oidc_roles.split(","))):
        value, _, role = (part.strip() for part in pair.partition("="))
        if not value or role not in set(Role):
            known = ", ".join(Role)
            raise ConfigError("HUIFANG_OIDC_ROLES", f"{pair!r} is not VALUE=ROLE with one of {known}.")
        found[value] = Role(role)
    return found


def _defaulted(settings: Settings) -> Settings:
    """What follows from the other settings when a setting is left out."""
    return settings.model_copy(
        update={
            "public_url": (settings.public_url or f"http://127.0.0.1:{settings.port}").rstrip("/"),
            "database_url": settings.database_url or f"sqlite:///{settings.data_dir.absolute() / 'huifang.sqlite'}",
            **{name: (getattr(settings, name) or real).rstrip("/") for name, real in BASES.items()},
            "sms_provider": settings.sms_provider or "log",
            "email_port": settings.email_port or EMAIL_PORTS[settings.email_security],
        }
    )


def _sandboxed(settings: Settings) -> Settings:
    """The sandbox never meets a real account: nothing that could reach one may stand beside it (design §6)."""
    if settings.wechat_app_id not in ("", SANDBOX_APP_ID):
        raise ConfigError("HUIFANG_WECHAT_APP_ID", "a real account cannot be set while HUIFANG_SANDBOX=1.")
    for name in KEYS:
        if getattr(settings, name).get_secret_value():
            raise ConfigError(PREFIX + name.upper(), "a real account's key cannot be set while HUIFANG_SANDBOX=1.")
    for name in BASES:
        if (base := getattr(settings, name)) and not _loopback(base):
            raise ConfigError(PREFIX + name.upper(), "must be a loopback address while HUIFANG_SANDBOX=1.")
    if settings.email_host and not _is_loopback(settings.email_host):
        raise ConfigError("HUIFANG_EMAIL_HOST", "must be a loopback address while HUIFANG_SANDBOX=1.")
    if settings.llm_base and not _loopback(settings.llm_base):
        raise ConfigError("HUIFANG_LLM_BASE", "must be a loopback address while HUIFANG_SANDBOX=1.")
    own = {
        "wechat_app_id": SANDBOX_APP_ID,
        **{name: getattr(settings, name) or settings.sandbox_url for name in BASES},
        "tencent_sdk_app_id": settings.tencent_sdk_app_id or SANDBOX_SDK_APP_ID,
        "sms_provider": settings.sms_provider or "aliyun",
    }
    return _defaulted(settings.model_copy(update=own))


def _loopback(url: str) -> bool:
    return _is_loopback(urlsplit(url).hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
