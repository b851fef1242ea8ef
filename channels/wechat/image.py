"""Sending a picture: `media/upload`, then a customer-service message of type image (wechat.md §3.2, §3.7).

The upload reaches nobody: without an answer it may be made again. The message itself is Uncertain then, as a text is.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.errors import ContentRefused, TryLater
from bot.media import ENDINGS
from bot.messages import Outgoing, Way
from bot.ports import Sender
from channels.http import Http, NoAnswer, NotSent
from channels.wechat.answers import Reading, read_answer
from channels.wechat.send import WeChatApi
from channels.wechat.token import AccessTokens

AGAIN_S = 4.0
BOUNDARY = "huifang-7c1f0a6d52e84b39"  # random and fixed: it need only not stand in the picture, and is looked for


@dataclass(frozen=True, slots=True)
class Picture:
    path: Path
    mime: str


class ImageSender:
    """Implements `Sender` for one account: a payload `{"image": id}` is sent here, all else by `others`.

    picture: the kept file of that id; None when it was forgotten meanwhile.
    uploads: the API's base with longer time-outs than a call has.
    """

    def __init__(
        self,
        others: Sender,
        api: WeChatApi,
        tokens: AccessTokens,
        uploads: Http,
        picture: Callable[[int], Picture | None],
        machine: Callable[[], datetime],
    ) -> None:
        self._others, self._api, self._tokens = others, api, tokens
        self._uploads, self._picture, self._machine = uploads, picture, machine

    def send(self, out: Outgoing) -> str:
        """Raises a SendError: of the upload TryLater or ContentRefused, of the message also Uncertain."""
        image = out.payload.get("image")
        if out.way is not Way.CUSTOM or not isinstance(image, int):
            return self._others.send(out)
        picture = self._picture(image)
        if picture is None:
            raise ContentRefused("no_picture", "图片已删除，没有发送")
        media_id = self._upload(picture, out.out_id)
        payload = {"touser": out.address, "msgtype": "image", "image": {"media_id": media_id}}
        answered = self._api.call("message/custom/send", payload, out_id=out.out_id).body
        return str(answered.get("msgid") or "")

    def _upload(self, picture: Picture, out_id: str) -> str:
        token = self._tokens.get()
        reading = self._post(token, picture, out_id)
        if reading.refresh:
            reading = self._post(self._tokens.instead_of(token), picture, out_id)
        if reading.refresh:
            raise TryLater(str(reading.code), "微信拒绝了刚取得的令牌，稍后自动重试", 60.0, channel_wide=True)
        if reading.code:
            raise reading.error
        media_id = str(reading.body.get("media_id") or "")
        if not media_id:
            raise _again("no media_id")
        return media_id

    def _post(self, token: str, picture: Picture, out_id: str) -> Reading:
        body = io.BytesIO(_form(picture))
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        try:
            answer = self._uploads.post(
                f"/cgi-bin/media/upload?access_token={token}&type=image", body, headers, says="errcode"
            )
        except (NotSent, NoAnswer) as error:
            structlog.get_logger().warning("wechat_no_answer", api="media/upload", kind=str(error), out_id=out_id)
            raise _again(str(error)) from None
        return read_answer(answer.body, "media/upload", out_id, self._machine())


def _form(picture: Picture) -> bytes:
    """One part named `media`, as WeChat wants it; at most 10 MB, since no larger picture is kept."""
    try:
        content = picture.path.read_bytes()
    except FileNotFoundError:
        raise ContentRefused("no_picture", "图片已删除，没有发送") from None
    if BOUNDARY.encode() in content:
        raise ContentRefused("picture", "图片无法发送，请换一张")
    named = f'name="media"; filename="picture.{ENDINGS[picture.mime]}"'
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {named}\r\nContent-Type: {picture.mime}\r\n\r\n"
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def _again(kind: str) -> TryLater:
    return TryLater("upload", f"图片暂时传不到微信（{kind}），稍后自动重试", AGAIN_S, costs=True)
