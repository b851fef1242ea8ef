"""What the codes that stop an account mean to whoever set it up, and what to do; for staff it stands in the inbox."""

from bot.errors import SendError

WHITE_LIST = "add the address to the IP white list (开发接口管理 → 基本配置); it takes 5–10 minutes"
SECRET = "compare HUIFANG_WECHAT_APP_ID and _APP_SECRET with the console; a reset makes a new secret"
CONFIRM = "the account's administrator confirms the address in WeChat (a refusal holds for an hour or a day)"
VERIFY = "look at the verification (认证) and the permissions (接口权限) in the console"
TODO = {
    "40001": SECRET,
    "40013": SECRET,
    "40125": SECRET,
    "40164": WHITE_LIST,
    "40243": "unfreeze the AppSecret in the console",
    "48001": VERIFY,
    "48004": "log in to the console at once and read the notice (站内信)",
    "89501": CONFIRM,
    "89503": CONFIRM,
    "89506": CONFIRM,
    "89507": CONFIRM,
    "45009": "wait for midnight, or python app.py wechat clear-quota",
    "SignatureDoesNotMatch": "compare HUIFANG_ALIYUN_ACCESS_KEY_SECRET with Aliyun's RAM console",
    "InvalidAccessKeyId.NotFound": "compare HUIFANG_ALIYUN_ACCESS_KEY_ID with Aliyun's RAM console",
    "InvalidTimeStamp.Expired": "set this machine's clock (NTP)",
    "isp.RAM_PERMISSION_DENY": "give the key AliyunDysmsFullAccess",
    "AuthFailure.SecretIdNotFound": "compare HUIFANG_TENCENT_SECRET_ID with Tencent's CAM console",
    "AuthFailure.SignatureFailure": "compare HUIFANG_TENCENT_SECRET_KEY with Tencent's CAM console",
    "AuthFailure.SignatureExpire": "set this machine's clock (NTP)",
    "AuthFailure.UnauthorizedOperation": "give the key QcloudSMSFullAccess",
    "isv.DENY_IP_RANGE": "call from an address in mainland China, or ask Aliyun to allow this one",
}


def refusal(refused: SendError) -> tuple[str, str]:
    """The sentence with its code, and what to do."""
    return f"{refused.sentence} ({refused.code})", TODO.get(refused.code, "look the code up in docs/channels.md")
