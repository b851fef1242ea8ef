"""Words for how the bot reads: intents, rules, what lies open, what it would do."""

from flask_babel import lazy_gettext

from bot.effects import PromptKind

INTENTS = {
    "greet": lazy_gettext("打招呼"),
    "model_enquiry": lazy_gettext("问车型"),
    "sales_terms": lazy_gettext("问价格条件"),
    "test_drive_book": lazy_gettext("约试驾"),
    "service_book": lazy_gettext("约保养维修"),
    "service_price": lazy_gettext("问维修价格"),
    "repair_status": lazy_gettext("问维修进度"),
    "quote_reply": lazy_gettext("答复报价"),
    "survey_reply": lazy_gettext("答复回访"),
    "complaint": lazy_gettext("投诉"),
    "appt_change": lazy_gettext("改约"),
    "appt_cancel": lazy_gettext("取消预约"),
    "appt_confirm": lazy_gettext("确认预约"),
    "event_rsvp": lazy_gettext("答复活动邀请"),
    "event_query": lazy_gettext("问活动"),
    "faq": lazy_gettext("常见问题"),
    "insurance_query": lazy_gettext("问保险"),
    "roadside_assist": lazy_gettext("道路救援"),
    "emergency": lazy_gettext("紧急危险"),
    "membership": lazy_gettext("会员"),
    "opt_out": lazy_gettext("拒收"),
    "opt_in": lazy_gettext("恢复接收"),
    "human_request": lazy_gettext("找人工"),
    "info_update": lazy_gettext("改资料"),
    "privacy_request": lazy_gettext("个人信息权利"),
    "churn_reply": lazy_gettext("为什么没来"),
    "wrong_person": lazy_gettext("不是本人"),
    "delivery_query": lazy_gettext("问交车"),
    "thanks": lazy_gettext("道谢"),
    "off_topic": lazy_gettext("无关话题"),
    "unclear": lazy_gettext("没看懂"),
}
OPENED = {
    PromptKind.SURVEY: lazy_gettext("满意度回访"),
    PromptKind.RECONTACT: lazy_gettext("整改后回访"),
    PromptKind.QUOTE: lazy_gettext("报价单（刹车片、空调滤芯、轮胎）"),
    PromptKind.APPOINTMENT: lazy_gettext("明天 10:00 的预约"),
    PromptKind.OPTIONS: lazy_gettext("给了三个时间"),
    PromptKind.BOOKING: lazy_gettext("预约保养，还没说完"),
    PromptKind.TEST_DRIVE: lazy_gettext("预约试驾，还没说完"),
    PromptKind.EVENT: lazy_gettext("活动邀请"),
    PromptKind.MEMBERSHIP: lazy_gettext("问了会员"),
    PromptKind.CHURN: lazy_gettext("问了为什么没来"),
}
RULES = {
    "automatic": lazy_gettext("自动回复，不理会"),
    "danger": lazy_gettext("危险"),
    "menu": lazy_gettext("上一句菜单的编号"),
    "leaning": lazy_gettext("接着上一句说"),
    "refusal": lazy_gettext("拒收或恢复"),
    "stranger": lazy_gettext("不是本人，或不该做的"),
    "invitation": lazy_gettext("活动邀请的回答"),
    "experience": lazy_gettext("评分、评价、抱怨"),
    "courtesy": lazy_gettext("寒暄、会员、找人、提问"),
}
STANDS = {
    "act": lazy_gettext("照做"),
    "read_back": lazy_gettext("照做并复述"),
    "ask": lazy_gettext("先问一次，再转人工"),
}
DEEDS = {
    "OptOut": lazy_gettext("记下拒收"), "OptIn": lazy_gettext("记下同意"), "Answer": lazy_gettext("记下评分"),
    "Remember": lazy_gettext("记到客户资料"), "Cancel": lazy_gettext("取消计划中的消息"),
    "OpenCase": lazy_gettext("立投诉单"), "ReopenCase": lazy_gettext("重开投诉单"),
    "AddToCase": lazy_gettext("补充投诉单"),
    "CloseCase": lazy_gettext("结案"), "HandOff": lazy_gettext("转人工"), "Rsvp": lazy_gettext("报名占座"),
    "CancelRsvp": lazy_gettext("取消报名"), "AnswerQuote": lazy_gettext("记下报价答复"), "Book": lazy_gettext("预约"),
    "ChangeBooking": lazy_gettext("改约"), "CancelBooking": lazy_gettext("取消预约"),
    "ConfirmBooking": lazy_gettext("确认预约"), "NoteBooking": lazy_gettext("补充预约"),
    "Note": lazy_gettext("给同事留备注"),
    "Stranger": lazy_gettext("记下号码不是本人"),
}  # fmt: skip
DOUBTS = {
    "unclear": lazy_gettext("没看懂"),
    "low": lazy_gettext("没把握"),
    "corrected": lazy_gettext("同事说读错了"),
}
PROMPTS = {kind.value: words for kind, words in OPENED.items()} | {
    "quote": lazy_gettext("报价"),
    "appointment": lazy_gettext("预约是否照旧"),
    "reason": lazy_gettext("哪里不满意"),
    "clarify": lazy_gettext("请客户再说一遍"),
    "stranger": lazy_gettext("是不是本人"),
    "visit": lazy_gettext("来店做什么"),
    "needs": lazy_gettext("买车需求"),
    "price": lazy_gettext("哪个项目的价格"),
    "details": lazy_gettext("资料细节"),
    "read_back": lazy_gettext("是不是这个意思"),
}
STANDINGS = {
    "good": lazy_gettext("有效"),
    "soon": lazy_gettext("快到期"),
    "due": lazy_gettext("该复核了"),
    "expired": lazy_gettext("已过期，由人来答"),
}
ENERGIES = {
    "petrol": lazy_gettext("燃油"),
    "hev": lazy_gettext("混动"),
    "phev": lazy_gettext("插电混动"),
    "ev": lazy_gettext("纯电"),
}
EDITS = {
    "proposed": lazy_gettext("等批准"),
    "approved": lazy_gettext("已批准"),
    "refused": lazy_gettext("已退回"),
    "replaced": lazy_gettext("被新的修改取代"),
}
TABLES = {
    "intent": INTENTS, "prompt": PROMPTS, "doubt": DOUBTS, "standing": STANDINGS, "energy": ENERGIES, "edit": EDITS,
}  # fmt: skip
