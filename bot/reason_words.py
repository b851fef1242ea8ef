"""The codes of bot/reasons.py as sentences for staff, Chinese and English; docs/reasons.md says the same at length."""

from collections.abc import Mapping

from bot.reasons import Absence, Reason

WORDS: Mapping[str, tuple[str, str]] = {
    Reason.RULE_OFF: ("规则已停用或删除", "the rule is switched off or gone"),
    Reason.RULE_CHANGED: ("规则刚改过，按新时间重排", "the rule was edited; a new time follows"),
    Reason.ANCHOR_GONE: ("依据不在了：工单、活动或投诉单有变", "the fact no longer stands: order, event, case"),
    Reason.GOAL_MET: ("要问的事已经有答复", "what it would ask for has happened already"),
    Reason.EXPIRED: ("过了有效期，再发没有意义", "too late to make sense"),
    Reason.LATE: ("错过时间太久，按规则不补发", "too long past its time; the rule says skip"),
    Reason.LATE_NEXT: ("错过时间，顺延到下一个合适的日子", "past its time; moved to the next day that counts"),
    Reason.REFUSED: ("客户拒收这类消息", "the customer refused this kind of message"),
    Reason.NO_CONSENT: ("没有同意接收这类消息", "no consent to this kind of message"),
    Reason.NO_SERVICE: ("背后没有做过的服务", "no service was rendered behind it"),
    Reason.COMPLAINT_HOLD: ("有未结投诉，其他消息先停", "a complaint is open; everything else waits"),
    Reason.QUIET_HOURS: ("不在允许的时段", "outside the hours of its category"),
    Reason.HOLIDAY: ("不在规则允许的日子（节假日）", "not on a day its rule counts (holiday)"),
    Reason.CAP: ("近期消息已到上限", "enough messages lately (cap)"),
    Reason.UNREACHABLE: ("没有可用的联系渠道", "no way leads to this customer"),
    Reason.ANCHOR_MOVED: ("依据的日期变了，跟着改期", "the fact's date changed, and this with it"),
    Reason.ORDER_REWORK: ("车辆返修，计划结束", "the car came back to the workshop; the plan ends"),
    Reason.ORDER_CANCELLED: ("工单取消，计划结束", "the order was cancelled; the plan ends"),
    Reason.QUOTE_REPLACED: ("报价有变，由新版本另行发送", "the quote changed; its new version is sent instead"),
    Reason.QUOTE_WITHDRAWN: ("报价已撤回", "the workshop took the quote back"),
    Reason.NOT_FOR_CATEGORY: ("这类消息不能走这个渠道", "this way is not for this category"),
    Reason.NOT_FOLLOWING: ("没有关注服务号", "does not follow the account"),
    Reason.REJECTS_ACCOUNT: ("客户关闭了服务号消息", "switched the account's messages off"),
    Reason.NO_WINDOW: ("微信窗口已关，或只剩人工的一条", "the WeChat window is shut, or only the human's slot is left"),
    Reason.NO_TEMPLATE: ("没有配置这条模板", "no template of this message is configured"),
    Reason.TEMPLATE_DISABLED: ("模板被微信停用，待同事恢复", "WeChat suspended the template; staff turn it on again"),
    Reason.NO_SUBSCRIPTION: ("客户没有未用的“通知我”", "no unused tap on 'notify me'"),
    Reason.NOT_APPROVED: ("短信模板没有获批用于这类消息", "the SMS template is not approved for this category"),
    Reason.NO_PHONE: ("没有可收短信的手机号", "no number that takes an SMS"),
    Reason.SMS_CAP: ("今天的短信已到上限", "enough SMS today"),
    Reason.NO_ADDRESS: ("档案里没有邮箱", "no e-mail address in the file"),
    Reason.MASS_QUOTA: ("本月群发四次已用完", "four mass messages this month already"),
    Reason.MASS_WAITING: ("群发至少两人，等同批十分钟", "a mass send needs two; waits ten minutes for company"),
    Reason.MASS_NEEDS_TWO: ("群发凑不满两人", "nobody else for the mass send"),
    Reason.TRIED: ("这个渠道刚才被拒绝过", "this way was refused for this very message"),
    Reason.TAKEN_BACK: ("等待太久，收回重新判断", "waited too long; decided anew"),
    Reason.RENDER: ("模板或变量有误", "a template or a variable is wrong"),
    Reason.NO_ANSWER: ("发出后没有回应，不自动重发", "left, and no answer came; never sent again by itself"),
    Reason.RETRIES_SPENT: ("平台一直忙，重试用完", "the provider stayed busy; no tries left"),
    Reason.REFUSED_BY_PROVIDER: ("平台拒绝发给这位客户", "the provider refused this person on this way"),
    Reason.CONTENT_REFUSED: ("平台拒绝这条内容", "the provider refused this message"),
    Reason.ERROR: ("发送程序出错，按未确认处理", "the sending program broke; treated as uncertain"),
    Reason.RECEIPT: ("以平台回执为准", "as the provider's receipt says"),
    Absence.NO_ORDER: ("没有已交车的工单", "no repair order was delivered"),
    Absence.NO_BIRTHDAY: ("档案里没有生日", "no birthday in the file"),
    Absence.NO_EVENT: ("门店没有已发布、未开始的活动", "no published event is coming at the store"),
    Absence.NO_FIX: ("没有已整改、待回访的投诉单", "no case with a recorded fix waits for a re-contact"),
    Absence.NO_QUOTE: ("没有待客户确认的报价", "no quote waits for the customer"),
    Absence.NOT_IN_FILE: ("没有绑定档案，只按新客户接待", "not in the dealer's file; served as somebody unknown"),
    Absence.MERGED: ("档案已并入另一份", "the file was merged into another"),
    Absence.NOT_NEAR: ("时间未到（提前七天计划）或已过去", "not near: planned seven days ahead, or long past"),
}  # fmt: skip


def reason_in_words(code: str, language: str = "zh") -> str:
    """ "" for what is no code of ours: a provider's own stands for itself."""
    chinese, english = WORDS.get(code, ("", ""))
    return english if language == "en" else chinese
