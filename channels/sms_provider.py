"""The SMS provider of the house: the one sender that HUIFANG_SMS_PROVIDER names."""

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from channels.http import Http
from channels.sms_aliyun import AliyunSms
from channels.sms_log import LogSms
from channels.sms_tencent import TencentSms

SmsSender = AliyunSms | TencentSms | LogSms


class SmsSettings(Protocol):
    """`config.settings.Settings`, as far as SMS goes."""

    @property
    def data_dir(self) -> Path: ...
    @property
    def sms_provider(self) -> str: ...
    @property
    def aliyun_access_key_id(self) -> SecretStr: ...
    @property
    def aliyun_access_key_secret(self) -> SecretStr: ...
    @property
    def aliyun_sms_base(self) -> str: ...
    @property
    def tencent_secret_id(self) -> SecretStr: ...
    @property
    def tencent_secret_key(self) -> SecretStr: ...
    @property
    def tencent_sdk_app_id(self) -> str: ...
    @property
    def tencent_region(self) -> str: ...
    @property
    def tencent_sms_base(self) -> str: ...


def sms_sender(settings: SmsSettings, now: Callable[[], datetime]) -> SmsSender:
    """now: what requests are signed with; the sandbox checks signatures on business time."""
    if settings.sms_provider == "aliyun":
        key, secret = settings.aliyun_access_key_id, settings.aliyun_access_key_secret
        http = Http(settings.aliyun_sms_base)
        return AliyunSms(key.get_secret_value(), secret.get_secret_value(), http, now=now, nonce=_nonce)
    if settings.sms_provider == "tencent":
        key, secret = settings.tencent_secret_id, settings.tencent_secret_key
        http, app_id = Http(settings.tencent_sms_base), settings.tencent_sdk_app_id
        region = settings.tencent_region
        return TencentSms(key.get_secret_value(), secret.get_secret_value(), app_id, region, http, now=now)
    return LogSms(settings.data_dir / "sms.log", now)


def _nonce() -> str:
    return secrets.token_hex(16)
