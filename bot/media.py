"""What a picture, a voice and a video may be: largest size and the types we keep, told by their first bytes.

Sizes are WeChat's own (wechat.md §3.7). What a provider or a browser says a file is, is not believed. Nothing that a
browser would run is in the table: no SVG, no HTML.
"""

from collections.abc import Mapping
from enum import StrEnum

MB = 1024 * 1024
HEAD = 32  # bytes of a file that tell its type


class MediaKind(StrEnum):
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"


class MediaState(StrEnum):
    """wanted → kept, or refused (wrong type, too large), or gone (WeChat has it no more)."""

    WANTED = "wanted"
    KEPT = "kept"
    REFUSED = "refused"
    GONE = "gone"


LARGEST: Mapping[MediaKind, int] = {
    MediaKind.IMAGE: 10 * MB,
    MediaKind.VOICE: 2 * MB,
    MediaKind.VIDEO: 10 * MB,
}
ENDINGS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "audio/amr": "amr",
    "audio/amr-wb": "awb",
    "audio/mpeg": "mp3",
    "video/mp4": "mp4",
}
SENDABLE = frozenset({"image/jpeg", "image/png"})  # what staff may send; WeChat shows both everywhere
MP4_BRANDS = (b"iso", b"mp4", b"avc1", b"M4V", b"3gp", b"mmp4")  # not `qt  `, which browsers do not play


def mime_of(kind: MediaKind, head: bytes) -> str | None:
    """The type of a file that begins with `head`; None when it is none we keep for this kind."""
    return _READERS[kind](head)


def _image(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _voice(head: bytes) -> str | None:
    if head.startswith(b"#!AMR-WB\n"):
        return "audio/amr-wb"
    if head.startswith(b"#!AMR\n"):
        return "audio/amr"
    return "audio/mpeg" if head.startswith(b"ID3") or _mp3_frame(head) else None


def _mp3_frame(head: bytes) -> bool:
    """Eleven set bits, MPEG 1, 2 or 2.5, layer III."""
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x18 != 0x08 and head[1] & 6 == 2


def _video(head: bytes) -> str | None:
    return "video/mp4" if head[4:8] == b"ftyp" and head[8:12].startswith(MP4_BRANDS) else None


_READERS = {MediaKind.IMAGE: _image, MediaKind.VOICE: _voice, MediaKind.VIDEO: _video}
