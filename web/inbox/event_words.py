"""Words of the pages about events, beside those of web/inbox/words.py."""

from flask_babel import lazy_gettext

KINDS = {
    "lecture": lazy_gettext("讲座"),
    "drive": lazy_gettext("自驾"),
    "salon": lazy_gettext("沙龙"),
    "family": lazy_gettext("亲子"),
    "test_drive": lazy_gettext("试驾"),
    "service": lazy_gettext("服务活动"),
    "other": lazy_gettext("其他"),
}
RSVPS = {
    "going": lazy_gettext("参加"),
    "offered": lazy_gettext("有座待确认"),
    "waiting": lazy_gettext("候补"),
    "lapsed": lazy_gettext("未及时确认"),
    "declined": lazy_gettext("不参加"),
    "cancelled": lazy_gettext("已取消"),
}
WAYS = {
    "mass": lazy_gettext("微信群发"),
    "custom": lazy_gettext("微信消息"),
    "sms": lazy_gettext("短信"),
    "email": lazy_gettext("邮件"),
    "call": lazy_gettext("电话"),
    "": lazy_gettext("未发出或没有邀请"),
}
VIA = {
    "wechat": lazy_gettext("微信"),
    "sms": lazy_gettext("短信"),
    "page": lazy_gettext("网页"),
    "call": lazy_gettext("电话"),
    "staff": lazy_gettext("同事代报"),
}
VISITS = {
    "": lazy_gettext("不限"),
    "<=": lazy_gettext("最近来过"),
    ">": lazy_gettext("很久没来"),
}
EVENT_TABLES = {"kind": KINDS, "party": RSVPS, "way": WAYS, "via": VIA, "visited": VISITS}


def event_word(table: str, code: str) -> str:
    return str(EVENT_TABLES[table].get(code, code))
