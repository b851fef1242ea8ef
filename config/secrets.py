"""Secrets made once and kept in the data folder, so that the sandbox and a first try need none from anybody."""

import os
import secrets
import string
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from bot.errors import ConfigError
from config.settings import PREFIX, Settings

ALPHABET = string.ascii_letters + string.digits


def _letters(length: int) -> Callable[[], str]:
    return lambda: "".join(secrets.choice(ALPHABET) for _ in range(length))


MADE: dict[str, Callable[[], str]] = {
    "secret_key": _letters(64),
    "sms_callback_token": _letters(32),
}
NEEDED: dict[str, tuple[str, ...]] = {
    "aliyun": ("aliyun_access_key_id", "aliyun_access_key_secret", "sms_callback_token"),
    "tencent": ("tencent_secret_id", "tencent_secret_key", "tencent_sdk_app_id", "sms_callback_token"),
}
MADE_FOR_SANDBOX: dict[str, Callable[[], str]] = {
    "wechat_app_secret": _letters(32),
    "wechat_token": _letters(32),
    "wechat_aes_key": _letters(43),
    "aliyun_access_key_id": _letters(24),
    "aliyun_access_key_secret": _letters(30),
    "tencent_secret_id": _letters(36),
    "tencent_secret_key": _letters(32),
}


def with_secrets(settings: Settings) -> Settings:
    """The settings with every secret filled in.

    With a real account nothing is made up: every host must share one set, so each secret has to be given.
    Raises ConfigError for a missing one, and for a data folder that cannot be written.
    """
    real = bool(settings.wechat_app_id) and not settings.sandbox
    if real:
        _refuse_missing(settings)
        return settings
    makers = {**MADE, **MADE_FOR_SANDBOX} if settings.sandbox else MADE
    missing = {name: make for name, make in makers.items() if not getattr(settings, name).get_secret_value()}
    if not missing:
        return settings
    folder = secrets_folder(settings.data_dir)
    return settings.model_copy(update={name: SecretStr(_kept(folder / name, make)) for name, make in missing.items()})


def made_for_account(data_dir: Path, account: str) -> dict[str, str]:
    """For the sandbox: `app_secret`, `token` and `aes_key` of a further account, kept as `account_<name>_<which>`."""
    folder = secrets_folder(data_dir)
    lengths = {"app_secret": 32, "token": 32, "aes_key": 43}
    return {which: _kept(folder / f"account_{account}_{which}", _letters(size)) for which, size in lengths.items()}


def secrets_folder(data_dir: Path) -> Path:
    """`DATA_DIR/secrets`, readable by its owner only. Raises ConfigError when it cannot be made."""
    folder = data_dir / "secrets"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError("HUIFANG_DATA_DIR", f"cannot write {data_dir.absolute()}: {error.strerror}.") from None
    return folder


def _refuse_missing(settings: Settings) -> None:
    needed = ["secret_key", "wechat_app_secret", "wechat_token"]
    if settings.wechat_mode != "plain":
        needed.append("wechat_aes_key")
    needed += NEEDED.get(settings.sms_provider, ())
    for name in needed:
        value = getattr(settings, name)
        if not (value if isinstance(value, str) else value.get_secret_value()):
            raise ConfigError(PREFIX + name.upper(), "is missing; a real WeChat account is set and needs it.")


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Exactly one of several processes that start at once makes it; the others read what it made."""
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        if not path.exists():
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(make())
            try:
                os.link(draft, path)  # the name appears with its content or not at all
            except FileExistsError:
                pass
            draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise ConfigError("HUIFANG_DATA_DIR", f"cannot keep {path.absolute()}: {error.strerror}.") from None
