"""Settings from the environment or `.env`, prefix HUIFANG_. Wrong ones stop the start with one sentence."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

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
)


class Settings(BaseSettings):
    """Every setting is one row in docs/settings.md; a test compares them."""

    model_config = SettingsConfigDict(env_prefix="HUIFANG_", env_file=".env", extra="ignore")

    database_url: str = ""
    redis_url: str = ""
    secret_key: SecretStr = SecretStr("")
    public_url: str = "http://127.0.0.1:8000"
    data_dir: Path = Path("data")
    config_dir: Path = Path("config")
    port: int = Field(8000, ge=1, le=65535)
    bind: str = "127.0.0.1"

    wechat_app_id: str = ""
    wechat_app_secret: SecretStr = SecretStr("")
    wechat_token: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_mode: Literal["secure", "compatible", "plain"] = "secure"
    wechat_api_base: str = "https://api.weixin.qq.com"

    sms_provider: Literal["aliyun", "tencent", "log"] = "log"
    sms_callback_token: SecretStr = SecretStr("")
    aliyun_access_key_id: SecretStr = SecretStr("")
    aliyun_access_key_secret: SecretStr = SecretStr("")
    aliyun_sms_base: str = "https://dysmsapi.aliyuncs.com"

    sandbox: bool = False
    sandbox_port: int = Field(8001, ge=1, le=65535)
