"""QR codes with a scene: a scan tells us which file the person belongs to (wechat.md §3.6)."""

from dataclasses import dataclass
from urllib.parse import quote

from bot.errors import ContentRefused
from channels.wechat.send import WeChatApi

LONGEST_S = 2_592_000  # 30 days
SCENE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class QrScene:
    """url: what the code itself holds. image: a page of WeChat's with the code as a picture. seconds: its life."""

    ticket: str
    url: str
    image: str
    seconds: int


def create_scene(api: WeChatApi, scene: str, seconds: int = LONGEST_S) -> QrScene:
    """A temporary code with `scene` (1–64 characters, as `bind:<token>`). Raises a SendError."""
    if not 1 <= len(scene) <= SCENE_LENGTH:
        raise ContentRefused("scene", f"二维码场景值需为 1–{SCENE_LENGTH} 个字符")
    life = min(seconds, LONGEST_S)
    action = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
    body = api.call("qrcode/create", {"expire_seconds": life, **action}, repeatable=True).body
    ticket = str(body.get("ticket") or "")
    image = f"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket={quote(ticket, safe='')}"
    return QrScene(ticket, str(body.get("url") or ""), image, int(body.get("expire_seconds") or life))
