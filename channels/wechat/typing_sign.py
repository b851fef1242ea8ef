"""The sign 对方正在输入: a courtesy, shown for 15 s within 30 s of what the customer did (wechat.md §3.2)."""

import structlog

from bot.errors import SendError
from channels.wechat.send import WeChatApi


def typing(api: WeChatApi, openid: str, *, on: bool = True) -> bool:
    """Whether it shows. Never raises a SendError: nothing may fail because of it."""
    payload = {"touser": openid, "command": "Typing" if on else "CancelTyping"}
    try:
        api.call("message/custom/typing", payload)
    except SendError as error:
        structlog.get_logger().info("wechat_typing_missed", code=error.code)
        return False
    return True
