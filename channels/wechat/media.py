"""Fetching what customers sent: `GET cgi-bin/media/get` (wechat.md §3.7), read piece by piece up to WeChat's own size.

WeChat answers with the file itself, or with JSON: an errcode as HTTP 200, or for a video `{"video_url"}`, an address to
follow. Which hosts that address names stands in no page we could read: only those of `HOSTS` are asked, over https.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

from bot.errors import ContentRefused, TryLater
from bot.media import HEAD, LARGEST, MB, MediaKind, mime_of
from channels.http import LOOPBACK, Download, Http, NoAnswer, NotSent
from channels.wechat.answers import Reading, read_answer
from channels.wechat.token import AccessTokens

HOSTS = ("qq.com",)  # and what ends with a dot and this
LONGEST_S = 120.0  # of one file, however steadily it drips
LONGEST_ANSWER = 16 * 1024  # bytes of JSON
AGAIN_S = 10.0
GONE = "40007"  # ContentRefused with this code: WeChat has the file no more
Elsewhere = Callable[[str], Http]


class WeChatMedia:
    """One account's files. elsewhere: the calls to another host, by its scheme and name (`https://host`)."""

    def __init__(
        self,
        tokens: AccessTokens,
        http: Http,
        elsewhere: Elsewhere,
        machine: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._tokens, self._http, self._elsewhere = tokens, http, elsewhere
        self._machine, self._monotonic = machine, monotonic

    def fetch(self, media_id: str, kind: MediaKind, into: BinaryIO) -> str:
        """Writes the file and returns its checked type. Nothing is written of what is refused by its first bytes.

        Raises ContentRefused (a type or size we do not keep, 40007 when WeChat has it no more), TryLater (no answer,
        busy, no token), ChannelStopped. Asking again is always safe.
        """
        token = self._tokens.get()
        found = self._ask(token, media_id, kind, into)
        if isinstance(found, Reading) and found.refresh:
            found = self._ask(self._tokens.instead_of(token), media_id, kind, into)
        if isinstance(found, str):
            return found
        if found.refresh:
            raise _again("token_refused")
        if found.code:
            raise found.error
        return self._follow(str(found.body.get("video_url") or ""), kind, into)

    def _ask(self, token: str, media_id: str, kind: MediaKind, into: BinaryIO) -> str | Reading:
        target = f"/cgi-bin/media/get?access_token={token}&media_id={quote(media_id, safe='')}"
        found = self._get(self._http, target, kind, into)
        return found if isinstance(found, str) else read_answer(found, "media/get", "", self._machine())

    def _follow(self, address: str, kind: MediaKind, into: BinaryIO) -> str:
        base, target = allowed(address, self._http.base)
        found = self._get(self._elsewhere(base), target, kind, into)
        if isinstance(found, str):
            return found
        raise _again("not a file")

    def _get(self, http: Http, target: str, kind: MediaKind, into: BinaryIO) -> str | Mapping[str, Any]:
        """The type of the file written, or the JSON that came instead."""
        until = self._monotonic() + LONGEST_S
        try:
            with http.download(target) as body:
                if body.status != 200:
                    raise _again(f"HTTP {body.status}")
                return self._read(body, kind, into, until)
        except (NotSent, NoAnswer) as error:
            raise _again(str(error)) from None

    def _read(self, body: Download, kind: MediaKind, into: BinaryIO, until: float) -> str | Mapping[str, Any]:
        head, rest = _first(body.chunks)
        if head[:1] == b"{":
            return _json(head, rest)
        mime = mime_of(kind, head)
        if mime is None:
            raise _not_kept(body, head)
        size = 0
        for chunk in _all(head, rest):
            size += len(chunk)
            if size > LARGEST[kind]:
                raise ContentRefused("too_large", f"文件超过 {LARGEST[kind] // MB} MB，没有保存")
            if self._monotonic() > until:
                raise _again("too slow")
            into.write(chunk)
        return mime


def allowed(address: str, api_base: str) -> tuple[str, str]:
    """(base, target) of an address WeChat named. Raises ContentRefused for any host but WeChat's, over https.

    Beside an API base on this machine (the sandbox) that very base is allowed, and nothing else is.
    """
    try:
        parts = urlsplit(address)
        plain, port = not (parts.username or parts.password), parts.port
    except ValueError:
        raise ContentRefused("video_address", "微信给出的视频地址不可用") from None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if urlsplit(api_base).hostname in LOOPBACK:
        if f"{parts.scheme}://{parts.netloc}" == api_base:
            return api_base, target
    elif plain and parts.scheme in {"http", "https"} and _ours(parts.hostname or "") and port in {None, 80, 443}:
        return f"https://{parts.hostname}", target
    raise ContentRefused("video_address", "视频地址不在微信域名下，没有下载")


def _ours(host: str) -> bool:
    return any(host == each or host.endswith(f".{each}") for each in HOSTS)


def _first(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Enough to tell the type."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD:
            break
    return head, chunks


def _all(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


def _json(head: bytes, rest: Iterator[bytes]) -> Mapping[str, Any]:
    raw = head
    for chunk in rest:
        raw += chunk
        if len(raw) > LONGEST_ANSWER:
            break
    try:
        body = json.loads(raw[: LONGEST_ANSWER + 1])
    except ValueError:
        raise NoAnswer("not JSON") from None
    if not isinstance(body, dict) or not ({"errcode", "video_url"} & body.keys()):
        raise NoAnswer("not an answer of WeChat's")
    return body


def _not_kept(body: Download, head: bytes) -> Exception:
    """A page of somebody on the way (a log-in, a proxy) is no answer; anything else is a file we do not keep."""
    if not head:
        return NoAnswer("empty")
    if body.form == "text/html":
        return NoAnswer("HTML")
    return ContentRefused("type", "文件类型不在允许之列，没有保存")


def _again(kind: str) -> TryLater:
    return TryLater("media", f"暂时取不到文件（{kind}）", AGAIN_S)
