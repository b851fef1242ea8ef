"""QR codes with a scene: a scan tells us where somebody stands or which file is theirs (wechat.md §3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.errors import ContentRefused, TryLater
from channels.wechat.send import WeChatApi

LONGEST_S = 2_592_000  # 30 days
SCENE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class QrScene:
    """url: what the code itself holds. image: a page of WeChat's with the code. seconds: its life, 0 for good."""

    ticket: str
    url: str
    image: str
    seconds: int


def create_scene(api: WeChatApi, scene: str, seconds: int = LONGEST_S) -> QrScene:
    """A temporary code with `scene` (1–64 characters, as `bind:<token>`). Raises a SendError."""
    return _create(api, scene, {"expire_seconds": min(seconds, LONGEST_S), "action_name": "QR_STR_SCENE"})


def create_lasting_scene(api: WeChatApi, scene: str) -> QrScene:
    """A permanent code (`showroom:door`); an account may have 100,000 in all. Raises a SendError."""
    return _create(api, scene, {"action_name": "QR_LIMIT_STR_SCENE"})


def _create(api: WeChatApi, scene: str, asked: Mapping[str, object]) -> QrScene:
    if not 1 <= len(scene) <= SCENE_LENGTH:
        raise ContentRefused("scene", f"二维码场景值需为 1–{SCENE_LENGTH} 个字符")
    action = {**asked, "action_info": {"scene": {"scene_str": scene}}}
    body = api.call("qrcode/create", action, repeatable=True).body
    ticket, url = str(body.get("ticket") or ""), str(body.get("url") or "")
    if not ticket or not url:
        raise TryLater("qrcode", "微信没有返回二维码", after=10)
    life = int(body.get("expire_seconds") or str(asked.get("expire_seconds") or 0))
    image = f"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket={quote(ticket, safe='')}"
    return QrScene(ticket, url, image, life)
