"""Words of a case: its stages, deadlines, endings, what happened to it, and who is called."""

from flask_babel import lazy_gettext

STAGES = {
    "open": lazy_gettext("待认领"),
    "assigned": lazy_gettext("已认领"),
    "contacted": lazy_gettext("已联系"),
    "planned": lazy_gettext("已定方案"),
    "fixing": lazy_gettext("整改中"),
    "fixed": lazy_gettext("已整改"),
    "recontacted": lazy_gettext("已回访"),
    "closed": lazy_gettext("已结案"),
}
DEADLINES = {
    "contact": lazy_gettext("首次联系"),
    "plan": lazy_gettext("方案"),
    "close": lazy_gettext("结案"),
    "opened": lazy_gettext("立单"),
}
RUNGS = {
    "owner": lazy_gettext("一线值班"),
    "supervisor": lazy_gettext("值班主管"),
    "manager": lazy_gettext("值班经理"),
    "admin": lazy_gettext("总部值班"),
}
CATEGORIES = {
    "attitude": lazy_gettext("服务态度"),
    "quality": lazy_gettext("维修质量"),
    "product": lazy_gettext("产品质量"),
    "price": lazy_gettext("价格收费"),
    "waiting": lazy_gettext("等待时效"),
    "communication": lazy_gettext("沟通"),
    "parts": lazy_gettext("配件"),
    "promise": lazy_gettext("承诺宣传"),
    "delivery": lazy_gettext("交车"),
    "privacy": lazy_gettext("隐私"),
}
ENDED = {
    "satisfied": lazy_gettext("客户满意"),
    "declined": lazy_gettext("客户不再联系"),
    "manager": lazy_gettext("经理结案"),
}
STEPS = {
    "opened": lazy_gettext("客户不满意，已立单"),
    "reopened": lazy_gettext("客户仍不满意，升级重开"),
    "added": lazy_gettext("客户补充"),
    "claimed": lazy_gettext("认领"),
    "contacted": lazy_gettext("首次人工联系"),
    "planned": lazy_gettext("记录方案"),
    "fixing": lazy_gettext("开始整改"),
    "fixed": lazy_gettext("记录整改"),
    "recontacted": lazy_gettext("已再次回访"),
    "acknowledged": lazy_gettext("已应答险情"),
    "assigned": lazy_gettext("转给"),
    "level": lazy_gettext("等级改为"),
    "warned": lazy_gettext("期限将到"),
    "breached": lazy_gettext("已超时"),
    "escalation": lazy_gettext("逐级通知"),
    "alarm": lazy_gettext("险情呼叫"),
    "closed_satisfied": lazy_gettext("客户满意，结案"),
    "closed_declined": lazy_gettext("客户不再联系，结案"),
    "closed_manager": lazy_gettext("经理结案"),
}
