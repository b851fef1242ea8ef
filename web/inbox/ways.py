"""By which way to write to this customer, and why that one: what the composer opens with."""

from dataclasses import dataclass

from flask_babel import gettext

from store.conversation import Head


@dataclass(frozen=True, slots=True)
class Ways:
    """first: what the composer shows. why: the sentence beside it. open: a WeChat reply may be written now."""

    first: str
    why: str
    open: bool


def ways_for(head: Head) -> Ways:
    """Open window, else one of three: template message, SMS, telephone."""
    if head.window is not None and head.window.left > 0:
        return Ways("reply", gettext("客户在微信里刚说过话"), open=True)
    if head.window is not None:
        why = gettext("微信窗口的条数已用完")
    elif head.follows:
        why = gettext("客户 48 小时内没有在微信来信")
    else:
        why = gettext("客户没有关注服务号")
    return Ways("closed", why, open=False)
