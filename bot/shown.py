"""What was sent in, as staff read it and as it is kept: a picture has no words, a place and a link have some."""

from collections.abc import Mapping
from dataclasses import asdict

from bot.messages import Inbound, InboundKind

SHOWN: Mapping[InboundKind, str] = {
    InboundKind.FOLLOW: "关注了公众号",
    InboundKind.UNFOLLOW: "取消了关注",
    InboundKind.SCAN: "扫描了二维码",
    InboundKind.CLICK: "点击了菜单",
    InboundKind.IMAGE: "[图片]",
    InboundKind.VOICE: "[语音]",
    InboundKind.VIDEO: "[视频]",
    InboundKind.LOCATION: "[位置]",
    InboundKind.LINK: "[链接]",
    InboundKind.OTHER: "发来一条暂不能显示的消息",
}
HEADED = frozenset({InboundKind.LOCATION, InboundKind.LINK})


def shown(inbound: Inbound) -> str:
    """The line of the thread: the words, or what stands for them. A place and a link say what they are before."""
    head = SHOWN.get(inbound.kind, "")
    if inbound.kind in HEADED:
        return f"{head} {inbound.text}".rstrip()
    return inbound.text or head


def carried(inbound: Inbound) -> Mapping[str, Mapping[str, object]] | None:
    """`message.data`: {"media": {"id","url","form"}}, {"location": {"latitude","longitude","label"}}, {"link":
    {"title","url"}}; None without any."""
    parts = {"media": inbound.media, "location": inbound.place, "link": inbound.link}
    return {name: asdict(part) for name, part in parts.items() if part is not None} or None
