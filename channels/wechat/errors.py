"""What each WeChat code means for the message, the person and the channel: one table (wechat.md §3.8).

docs/channels.md shows it; a test compares both. Retrying, refreshing and falling back happen elsewhere, by reaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import ChannelStopped, ContentRefused, Mark, SendError, TemplateRefused, TryLater, Undeliverable


class Reaction(StrEnum):
    REFRESH = "refresh"  # a new token, then one retry
    LATER = "later"  # this message waits
    PAUSE = "pause"  # the whole api waits
    PERSON = "person"  # this way does not reach this person: fall back
    TEMPLATE = "template"  # this template is gone for everybody: disable it, tell staff, the next way
    FIELD = "field"  # this template with these values: tell staff, the next way
    CONTENT = "content"  # this message is wrong: fail it, tell staff
    STOP = "stop"  # nobody can be reached: stop the account, alert
    SENT = "sent"  # it went out before


@dataclass(frozen=True, slots=True)
class Rule:
    """after: seconds, for LATER and PAUSE; 0 = until midnight in China, when quotas start anew."""

    reaction: Reaction
    sentence: str
    after: float = 0.0
    marks: Mark = Mark.NONE


TOKEN_REFUSED = Rule(Reaction.REFRESH, "微信令牌失效，已自动更换")
SECRET_WRONG = Rule(Reaction.STOP, "AppID 或 AppSecret 不正确，请在公众平台核对")
NOT_FOLLOWING = Rule(Reaction.PERSON, "客户没有关注公众号，改用其他方式", marks=Mark.UNFOLLOWED)
TEMPLATE_GONE = Rule(Reaction.TEMPLATE, "模板已被删除、停用或类目变更，请在公众平台重新添加")
IP_UNCONFIRMED = Rule(Reaction.STOP, "服务器 IP 需要公众号管理员确认后才能调用")
OUR_FAULT = Rule(Reaction.CONTENT, "消息格式有误，请联系技术支持")
KF_SETTINGS = Rule(Reaction.CONTENT, "微信客服账号配置有误，请使用本系统收件箱回复")

BUSY = -1  # the one refusal that counts as a try; rate limits cost the message nothing

RULES: Mapping[int, Rule] = {
    BUSY: Rule(Reaction.LATER, "微信系统繁忙，稍后自动重试", after=4),
    40001: TOKEN_REFUSED,
    40014: TOKEN_REFUSED,
    42001: TOKEN_REFUSED,
    41001: Rule(Reaction.STOP, "请求没有携带微信令牌，请联系技术支持"),
    40003: Rule(Reaction.PERSON, "openid 不属于本公众号", marks=Mark.BAD_ADDRESS),
    40013: SECRET_WRONG,
    40125: SECRET_WRONG,
    40243: Rule(Reaction.STOP, "AppSecret 已被冻结，请在公众平台解冻"),
    40130: Rule(Reaction.CONTENT, "群发至少需要两位客户"),
    40164: Rule(Reaction.STOP, "服务器 IP 不在公众平台白名单中，请添加"),
    89503: IP_UNCONFIRMED,
    89501: IP_UNCONFIRMED,
    89506: IP_UNCONFIRMED,
    89507: IP_UNCONFIRMED,
    40033: OUR_FAULT,
    47001: OUR_FAULT,
    44004: Rule(Reaction.CONTENT, "消息内容为空"),
    45002: Rule(Reaction.CONTENT, "消息超过 2048 字节，请缩短后再发"),
    45008: OUR_FAULT,
    40004: Rule(Reaction.CONTENT, "微信不支持这种媒体文件"),
    40005: Rule(Reaction.CONTENT, "微信不支持这种文件格式"),
    40006: Rule(Reaction.CONTENT, "文件大小超过微信的限制"),
    40007: Rule(Reaction.CONTENT, "文件在微信已失效"),
    40009: Rule(Reaction.CONTENT, "图片大小超过微信的限制"),
    40008: OUR_FAULT,
    40036: TEMPLATE_GONE,
    40037: TEMPLATE_GONE,
    43116: TEMPLATE_GONE,
    40165: Rule(Reaction.CONTENT, "小程序页面路径不正确"),
    40200: Rule(Reaction.CONTENT, "此类公众号不支持这种消息（测试号没有菜单消息）"),
    43004: NOT_FOLLOWING,
    50005: NOT_FOLLOWING,
    43019: Rule(Reaction.PERSON, "客户在公众号黑名单中", marks=Mark.REJECTS_ACCOUNT),
    43101: Rule(Reaction.PERSON, "客户没有订阅这条通知"),
    43102: TEMPLATE_GONE,
    43103: TEMPLATE_GONE,
    43104: TEMPLATE_GONE,
    43105: TEMPLATE_GONE,
    45009: Rule(Reaction.PAUSE, "今日接口调用次数已用完，零点后自动继续"),
    45011: Rule(Reaction.PAUSE, "接口调用太频繁，一分钟后自动继续", after=60),
    45015: Rule(Reaction.PERSON, "微信会话窗口已关闭，改用模板消息或短信", marks=Mark.WINDOW_CLOSED),
    45047: Rule(Reaction.PERSON, "本次会话可发条数已用完，等客户再次发言或改用其他方式", marks=Mark.WINDOW_EMPTY),
    45026: TEMPLATE_GONE,
    45027: TEMPLATE_GONE,
    45028: Rule(Reaction.PERSON, "本月群发次数已用完，改用其他方式"),
    45065: Rule(Reaction.SENT, "此前已发送过，不再重复"),
    45066: Rule(Reaction.LATER, "群发重试太快，一分钟后自动重试", after=60),
    45067: OUR_FAULT,
    47003: Rule(Reaction.FIELD, "模板参数不符合要求，请检查模板配置"),
    48001: Rule(Reaction.STOP, "公众号没有此接口权限（未认证或认证过期）"),
    48002: Rule(Reaction.PERSON, "客户关闭了公众号消息接收", marks=Mark.REJECTS_ACCOUNT),
    48004: Rule(Reaction.STOP, "接口因违规被封禁，请立即登录公众平台查看"),
    48006: Rule(Reaction.PAUSE, "清零次数已用完，等待配额恢复"),
    48008: Rule(Reaction.CONTENT, "公众号没有发送此类消息的权限"),
    50001: Rule(Reaction.PERSON, "客户未授权接收消息", marks=Mark.REJECTS_ACCOUNT),
    50002: Rule(Reaction.PERSON, "客户微信账号受限", marks=Mark.REJECTS_ACCOUNT),
    61451: KF_SETTINGS,
    61452: KF_SETTINGS,
    65400: KF_SETTINGS,
    65415: KF_SETTINGS,
    87009: OUR_FAULT,
}
UNLISTED = Rule(Reaction.CONTENT, "微信返回了未知错误，请联系技术支持")


def rule_of(code: int) -> Rule:
    """65400–65417 are one family; a code nobody listed fails the message and is shown, never retried in silence."""
    return RULES.get(code) or (KF_SETTINGS if 65400 <= code <= 65417 else UNLISTED)


def error_of(code: int, detail: str, to_midnight: float) -> SendError:
    """The error a caller sees. detail: what the answer names (an IP, a field). to_midnight: seconds, China time."""
    rule = rule_of(code)
    sentence = f"{rule.sentence}（{detail}）" if detail else rule.sentence
    if rule.reaction in {Reaction.LATER, Reaction.PAUSE}:
        pause = rule.reaction is Reaction.PAUSE
        return TryLater(str(code), sentence, rule.after or to_midnight, pause, costs=code == BUSY)
    if rule.reaction is Reaction.PERSON:
        return Undeliverable(str(code), sentence, rule.marks)
    if rule.reaction in {Reaction.TEMPLATE, Reaction.FIELD}:
        return TemplateRefused(str(code), sentence, gone=rule.reaction is Reaction.TEMPLATE)
    if rule.reaction is Reaction.STOP:
        return ChannelStopped(str(code), sentence)
    return ContentRefused(str(code), sentence)
