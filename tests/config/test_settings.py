"""Settings: what follows from what, and the one sentence for each mistake."""

import os
import stat
from pathlib import Path

import pytest

from bot.errors import ConfigError
from config.secrets import with_secrets
from config.settings import PREFIX, SANDBOX_APP_ID, SECRETS, Settings, known_settings, read_settings

NO_FILE = Path("no.env")
ACCOUNT = {
    "WECHAT_APP_ID": "wx1234567890abcdef",
    "WECHAT_APP_SECRET": "s" * 32,
    "WECHAT_TOKEN": "token123",
    "WECHAT_AES_KEY": "a" * 43,
    "SECRET_KEY": "k" * 40,
}


def read(**values: str) -> Settings:
    return read_settings({PREFIX + name: value for name, value in values.items()}, NO_FILE)


def test_nothing_set_means_a_local_start_on_sqlite(tmp_path: Path) -> None:
    settings = read(DATA_DIR=str(tmp_path))
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path}/huifang.sqlite"
    assert settings.wechat_api_base == "https://api.weixin.qq.com"
    assert settings.wechat_oauth_base == "https://open.weixin.qq.com"
    assert settings.sms_provider == "log"
    assert (settings.sandbox, settings.https, settings.bind) == (False, False, "127.0.0.1")


def test_the_public_address_follows_the_port() -> None:
    assert read(PORT="8123").public_url == "http://127.0.0.1:8123"
    assert read(PUBLIC_URL="https://hf.example.cn/").public_url == "https://hf.example.cn"
    assert read(PUBLIC_URL="https://hf.example.cn").https


def test_an_empty_value_is_not_set() -> None:
    assert read(PORT="", SMS_PROVIDER="").port == 8000


def test_dotenv_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("HUIFANG_PORT=8100\nHUIFANG_BIND=0.0.0.0\nOTHER=1\n")
    settings = read_settings({"HUIFANG_PORT": "8200"}, dotenv)
    assert (settings.port, settings.bind) == (8200, "0.0.0.0")


def test_a_mistake_in_dotenv_is_found_too(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("HUIFANG_PROT=8100\n")
    with pytest.raises(ConfigError, match=r"HUIFANG_PROT: .*did you mean HUIFANG_PORT"):
        read_settings({}, dotenv)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("fromfile1\n")
    assert read(WECHAT_TOKEN_FILE=str(secret)).wechat_token.get_secret_value() == "fromfile1"


@pytest.mark.parametrize(
    ("values", "name", "words"),
    [
        ({"PORT": "eighty"}, "PORT", "valid integer"),
        ({"PORT": "70000"}, "PORT", "less than or equal"),
        ({"PORT": "8001"}, "SANDBOX_PORT", "must differ"),
        ({"WECHAT_AES_KEY": "short"}, "WECHAT_AES_KEY", "43 letters"),
        ({"WECHAT_TOKEN": "a b"}, "WECHAT_TOKEN", "3 to 32"),
        ({"WECHAT_MODE": "open"}, "WECHAT_MODE", "'secure'"),
        ({"SMS_PROVIDER": "huawei"}, "SMS_PROVIDER", "'tencent'"),
        ({"TENCENT_SDK_APP_ID": "appid"}, "TENCENT_SDK_APP_ID", "digits"),
        ({"TENCENT_SMS_BASE": "sms.tencentcloudapi.com"}, "TENCENT_SMS_BASE", "begins with"),
        ({"TENCENT_PULL": "often"}, "TENCENT_PULL", "boolean"),
        ({"PUBLIC_URL": "hf.example.cn"}, "PUBLIC_URL", "begins with https://"),
        ({"WECHAT_API_BASE": "ftp://x"}, "WECHAT_API_BASE", "begins with"),
        ({"DATABASE_URL": "oracle://x"}, "DATABASE_URL", "sqlite:///"),
        ({"REDIS_URL": "127.0.0.1:6379"}, "REDIS_URL", "redis://"),
        ({"SECRT_KEY": "x"}, "SECRT_KEY", "did you mean HUIFANG_SECRET_KEY"),
        ({"HUAWEI_SECRET_ID": "x"}, "HUAWEI_SECRET_ID", "docs/settings.md"),
        ({"QQQQQQQQ": "x"}, "QQQQQQQQ", "docs/settings.md"),
        ({"WECHAT_TOKEN_FILE": "/nowhere/at/all"}, "WECHAT_TOKEN_FILE", "No such file"),
        ({"WECHAT_TOKEN": "abc", "WECHAT_TOKEN_FILE": "/x"}, "WECHAT_TOKEN_FILE", "keep one"),
        ({"PORT_FILE": "/x"}, "PORT_FILE", "no such setting"),
        ({"SANDBOX": "1", "WECHAT_APP_ID": "wx1"}, "WECHAT_APP_ID", "real account"),
        ({"SANDBOX": "1", "WECHAT_APP_SECRET": "s"}, "WECHAT_APP_SECRET", "real account"),
        ({"SANDBOX": "1", "ALIYUN_ACCESS_KEY_ID": "LTAI"}, "ALIYUN_ACCESS_KEY_ID", "real account"),
        ({"SANDBOX": "1", "ALIYUN_ACCESS_KEY_SECRET": "x"}, "ALIYUN_ACCESS_KEY_SECRET", "real account"),
        ({"SANDBOX": "1", "TENCENT_SECRET_ID": "AKID"}, "TENCENT_SECRET_ID", "real account"),
        ({"SANDBOX": "1", "TENCENT_SECRET_KEY": "x"}, "TENCENT_SECRET_KEY", "real account"),
        ({"SANDBOX": "1", "TENCENT_SMS_BASE": "https://sms.tencentcloudapi.com"}, "TENCENT_SMS_BASE", "loopback"),
        ({"SANDBOX": "1", "WECHAT_API_BASE": "https://api.weixin.qq.com"}, "WECHAT_API_BASE", "loopback"),
        ({"SANDBOX": "1", "ALIYUN_SMS_BASE": "http://127.0.0.1.example.com"}, "ALIYUN_SMS_BASE", "loopback"),
    ],
)
def test_a_mistake_is_one_sentence_naming_the_setting(values: dict[str, str], name: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(**values)
    assert caught.value.where == PREFIX + name
    assert words in caught.value.sentence
    assert "\n" not in str(caught.value)


def test_a_wrong_value_is_not_repeated_since_it_may_be_a_secret() -> None:
    with pytest.raises(ConfigError) as caught:
        read(WECHAT_AES_KEY="hunter2")
    assert "hunter2" not in str(caught.value)


def test_names_for_further_accounts_are_free() -> None:
    assert read(ACCOUNT_BINJIANG_SECRET="x").port == 8000


def test_every_secret_has_its_file_variant() -> None:
    assert {f"{PREFIX}{secret}_FILE" for secret in SECRETS} <= known_settings()
    assert {secret.lower() for secret in SECRETS} <= set(Settings.model_fields)


def test_the_sandbox_is_its_own_provider() -> None:
    settings = read(SANDBOX="1", SANDBOX_PORT="8123")
    assert settings.wechat_app_id == SANDBOX_APP_ID
    assert settings.wechat_api_base == "http://127.0.0.1:8123"
    assert settings.wechat_oauth_base == "http://127.0.0.1:8123"
    assert settings.aliyun_sms_base.startswith("http://127.0.0.1:8123")
    assert settings.tencent_sms_base == settings.aliyun_sms_base
    assert settings.tencent_sdk_app_id == "1400000000"
    assert settings.sms_provider == "aliyun"


def test_the_sandbox_takes_another_loopback_base() -> None:
    assert read(SANDBOX="1", WECHAT_API_BASE="http://[::1]:9000").wechat_api_base == "http://[::1]:9000"


def test_secrets_are_made_once_and_kept_for_their_owner_only(tmp_path: Path) -> None:
    settings = read(SANDBOX="1", DATA_DIR=str(tmp_path / "data"))
    first, second = with_secrets(settings), with_secrets(settings)
    assert first == second
    assert len(first.wechat_aes_key.get_secret_value()) == 43
    assert first.secret_key.get_secret_value() != ""
    kept = list((tmp_path / "data" / "secrets").iterdir())
    assert len(kept) == 9
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_a_secret_that_was_given_is_not_made(tmp_path: Path) -> None:
    settings = with_secrets(read(SECRET_KEY="given", SMS_CALLBACK_TOKEN="t", DATA_DIR=str(tmp_path / "data")))
    assert settings.secret_key.get_secret_value() == "given"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("missing", ["WECHAT_APP_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "SECRET_KEY"])
def test_with_a_real_account_every_secret_must_be_given(missing: str) -> None:
    assert with_secrets(read(**ACCOUNT)).wechat_app_id == ACCOUNT["WECHAT_APP_ID"]
    with pytest.raises(ConfigError, match=f"HUIFANG_{missing}: is missing"):
        with_secrets(read(**{name: value for name, value in ACCOUNT.items() if name != missing}))


def test_plain_mode_needs_no_aes_key() -> None:
    given = {name: value for name, value in ACCOUNT.items() if name != "WECHAT_AES_KEY"}
    assert with_secrets(read(**given, WECHAT_MODE="plain")).wechat_mode == "plain"


def test_aliyun_with_a_real_account_needs_its_keys() -> None:
    with pytest.raises(ConfigError, match="HUIFANG_ALIYUN_ACCESS_KEY_ID: is missing"):
        with_secrets(read(**ACCOUNT, SMS_PROVIDER="aliyun"))


TENCENT = {
    "SMS_PROVIDER": "tencent",
    "SMS_CALLBACK_TOKEN": "t" * 32,
    "TENCENT_SECRET_ID": "AKID",
    "TENCENT_SECRET_KEY": "k",
    "TENCENT_SDK_APP_ID": "1400000001",
}


@pytest.mark.parametrize("missing", [name for name in TENCENT if name != "SMS_PROVIDER"])
def test_tencent_with_a_real_account_needs_its_keys(missing: str) -> None:
    settings = with_secrets(read(**ACCOUNT, **TENCENT))
    assert settings.tencent_sms_base == "https://sms.tencentcloudapi.com"
    assert (settings.tencent_region, settings.tencent_pull) == ("ap-guangzhou", False)
    with pytest.raises(ConfigError, match=f"HUIFANG_{missing}: is missing"):
        with_secrets(read(**ACCOUNT, **{name: value for name, value in TENCENT.items() if name != missing}))


def test_a_data_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(ConfigError, match="HUIFANG_DATA_DIR: cannot write"):
        with_secrets(read(DATA_DIR=str(tmp_path / "data")))


def test_settings_do_not_show_their_secrets() -> None:
    assert "s" * 32 not in repr(read(**ACCOUNT))


def test_the_environment_of_the_process_is_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUIFANG_PORT", "8456")
    assert read_settings(dotenv=NO_FILE).port == 8456


MAIL = {"EMAIL_HOST": "smtp.exmail.example", "EMAIL_FROM": "Service@dealer.example"}


def test_e_mail_is_off_until_a_host_is_set() -> None:
    assert read().email_host == ""
    settings = read(**MAIL, EMAIL_USER="service@dealer.example", EMAIL_PASSWORD="a-login-code")
    assert (settings.email_security, settings.email_port) == ("ssl", 465)
    assert read(**MAIL, EMAIL_SECURITY="starttls").email_port == 587
    assert read(**MAIL, EMAIL_PORT="2465").email_port == 2465
    assert read(EMAIL_HOST="127.0.0.1", EMAIL_FROM="a@dealer.example", EMAIL_SECURITY="plain").email_port == 25


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"EMAIL_HOST": "smtp.exmail.example"}, "EMAIL_FROM"),
        ({**MAIL, "EMAIL_FROM": "远禾 <a@dealer.example>"}, "EMAIL_FROM"),
        ({**MAIL, "EMAIL_REPLY_TO": "nobody"}, "EMAIL_REPLY_TO"),
        ({**MAIL, "EMAIL_NAME": "远禾\nBcc: x@example.com"}, "EMAIL_NAME"),
        ({**MAIL, "EMAIL_USER": "service@dealer.example"}, "EMAIL_PASSWORD"),
        ({**MAIL, "EMAIL_PASSWORD": "secret-word"}, "EMAIL_PASSWORD"),
        ({**MAIL, "EMAIL_USER": "a@dealer.example", "EMAIL_PASSWORD": "密码-secret-word"}, "EMAIL_PASSWORD"),
        ({**MAIL, "EMAIL_SECURITY": "plain"}, "EMAIL_SECURITY"),
        ({**MAIL, "EMAIL_SECURITY": "tls"}, "EMAIL_SECURITY"),
        ({**MAIL, "SANDBOX": "1"}, "EMAIL_HOST"),
    ],
)
def test_a_mistake_about_e_mail_stops_the_start(values: dict[str, str], name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(**values)
    assert refused.value.where == f"HUIFANG_{name}"
    assert "secret-word" not in str(refused.value)


def test_the_sandbox_takes_a_mail_server_of_this_machine() -> None:
    assert read(**{**MAIL, "EMAIL_HOST": "127.0.0.1", "SANDBOX": "1"}).email_host == "127.0.0.1"


SIGN_ON = {"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "us", "OIDC_CLIENT_SECRET": "s"}


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"OIDC_CLIENT_ID": "us"}, "HUIFANG_OIDC_ISSUER"),
        (SIGN_ON | {"OIDC_CLIENT_SECRET": ""}, "HUIFANG_OIDC_CLIENT_SECRET"),
        (SIGN_ON | {"OIDC_CLIENT_ID": ""}, "HUIFANG_OIDC_CLIENT_ID"),
        (SIGN_ON | {"OIDC_ISSUER": "http://id.example"}, "HUIFANG_OIDC_ISSUER"),
        (SIGN_ON | {"OIDC_ISSUER": "id.example"}, "HUIFANG_OIDC_ISSUER"),
        (SIGN_ON | {"OIDC_ROLES": "a=admin"}, "HUIFANG_OIDC_ROLES"),
        (SIGN_ON | {"OIDC_ROLE_CLAIM": "groups"}, "HUIFANG_OIDC_ROLES"),
        (SIGN_ON | {"OIDC_ROLE_CLAIM": "groups", "OIDC_ROLES": "a=boss"}, "HUIFANG_OIDC_ROLES"),
        (SIGN_ON | {"OIDC_ROLE_CLAIM": "groups", "OIDC_ROLES": "=admin"}, "HUIFANG_OIDC_ROLES"),
    ],
)
def test_a_single_sign_on_is_whole_or_the_start_ends(values: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        read(**values)


def test_a_single_sign_on_on_this_machine_may_be_plain() -> None:
    assert read(**SIGN_ON | {"OIDC_ISSUER": "http://127.0.0.1:9000"}).oidc_claim == "preferred_username"
