"""Words for codes of calls, presence and visits; further tables stand in words.py, which joins them all."""

from flask_babel import lazy_gettext

CALL_STATES = {
    "open": lazy_gettext("待打"),
    "reached": lazy_gettext("已联系上"),
    "other_way": lazy_gettext("已改渠道"),
    "closed": lazy_gettext("已结束"),
    "withdrawn": lazy_gettext("已撤回"),
}
CALL_GROUPS = {
    "reached": lazy_gettext("打通了"),
    "missed": lazy_gettext("没打通"),
    "invalid": lazy_gettext("不再拨打或有误"),
    "insurance": lazy_gettext("保险"),
}
BEST_WHY = {
    "told": lazy_gettext("客户说过"),
    "learnt": lazy_gettext("常在这时回复"),
    "usual": lazy_gettext("营业时间，避开午休"),
}
PRESENCES = {
    "online": lazy_gettext("在线"),
    "away": lazy_gettext("离开"),
    "offline": lazy_gettext("离线"),
}
VISIT_STATES = {
    "waiting": lazy_gettext("等待接待"),
    "alone": lazy_gettext("自己看看"),
    "attended": lazy_gettext("接待中"),
    "ended": lazy_gettext("已离店"),
}
