"""Words of the settings pages for the codes of the house."""

from flask_babel import lazy_gettext

ROLES = {
    "advisor": lazy_gettext("服务顾问"),
    "consultant": lazy_gettext("销售顾问"),
    "care": lazy_gettext("客服"),
    "manager": lazy_gettext("经理"),
    "admin": lazy_gettext("管理员"),
}
DEEDS = {  # actions of the audit
    "staff_added": lazy_gettext("添加同事"),
    "staff_changed": lazy_gettext("修改同事"),
    "staff_activated": lazy_gettext("启用账号"),
    "staff_deactivated": lazy_gettext("停用账号"),
    "password_link_made": lazy_gettext("发重设密码链接"),
    "password_set_by_link": lazy_gettext("用链接设了密码"),
    "password_changed": lazy_gettext("改密码"),
    "second_factor_on": lazy_gettext("打开两步验证"),
    "second_factor_off": lazy_gettext("关闭两步验证"),
    "second_factor_removed": lazy_gettext("取消同事的两步验证"),
    "sessions_ended": lazy_gettext("结束登录"),
    "role_by_sign_on": lazy_gettext("单点登录改了角色"),
    "token_made": lazy_gettext("新建令牌"),
    "token_revoked": lazy_gettext("撤销令牌"),
    "journey_submitted": lazy_gettext("提交旅程"),
    "journey_approved": lazy_gettext("批准旅程"),
    "journey_paused": lazy_gettext("暂停旅程"),
    "journey_resume_asked": lazy_gettext("提出恢复旅程"),
    "journey_resumed": lazy_gettext("恢复旅程"),
    "audit_exported": lazy_gettext("导出操作记录"),
    "test_sent": lazy_gettext("测试发送"),
    "own_address_proved": lazy_gettext("绑定自己的测试地址"),
    "own_address_dropped": lazy_gettext("解除自己的测试地址"),
    "set_up": lazy_gettext("首次设置"),
    "customer_erased": lazy_gettext("删除客户资料"),
    "customers_imported": lazy_gettext("导入客户资料"),
    "table_exported": lazy_gettext("导出资料"),
    "person_exported": lazy_gettext("下载一位客户的全部资料"),
    "consent_exported": lazy_gettext("下载同意证明"),
    "phone_shown": lazy_gettext("查看电话号码"),
    "phone_confirmed": lazy_gettext("确认电话号码"),
    "phone_changed": lazy_gettext("更正电话号码"),
    "guest_registered": lazy_gettext("代客户报名"),
    "sent_against_warning": lazy_gettext("提醒后仍发送"),
}
RUNNING = {
    "on": lazy_gettext("运行中"),
    "off": lazy_gettext("文件里关闭"),
    "paused": lazy_gettext("已暂停"),
    "unapproved": lazy_gettext("待提交"),
    "submitted": lazy_gettext("待批准"),
}
CATEGORIES = {
    "safety": lazy_gettext("安全"),
    "service": lazy_gettext("服务"),
    "reminder": lazy_gettext("提醒"),
    "survey": lazy_gettext("回访"),
    "greeting": lazy_gettext("问候"),
    "marketing": lazy_gettext("营销"),
}
WORDINGS = {
    "follow": lazy_gettext("关注公众号时"),
    "qr": lazy_gettext("到店扫码时"),
    "booking": lazy_gettext("活动报名时"),
    "word": lazy_gettext("在对话里说同意时"),
    "page_service": lazy_gettext("设置页：服务通知"),
    "page_survey": lazy_gettext("设置页：满意度回访"),
    "page_greeting": lazy_gettext("设置页：问候"),
    "page_marketing": lazy_gettext("设置页：活动与优惠"),
}
IN_FORCE = {"in_force": lazy_gettext("在用"), "coming": lazy_gettext("还没到日子"), "past": lazy_gettext("旧版")}
FACTS = {
    "name": lazy_gettext("名称"),
    "code": lazy_gettext("代码"),
    "time_zone": lazy_gettext("时区"),
    "opening": lazy_gettext("营业时间"),
    "hotline": lazy_gettext("热线"),
    "rescue": lazy_gettext("救援电话"),
    "address": lazy_gettext("地址"),
    "calendar": lazy_gettext("节假日"),
}
OFFICE = {
    "role": ROLES,
    "deed": DEEDS,
    "running": RUNNING,
    "message_category": CATEGORIES,
    "wording": WORDINGS,
    "in_force": IN_FORCE,
    "fact": FACTS,
}
