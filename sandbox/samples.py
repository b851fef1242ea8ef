"""Small files a customer sends when a test or the page gives none."""

import struct
import zlib

WIDTH, HEIGHT = 160, 120
AMR_FRAME = bytes([0x3C]) + bytes(31)  # 20 ms of 12.2 kbit/s


def picture() -> bytes:
    """A PNG of 160 × 120: evening over a road."""
    rows = b"".join(b"\x00" + _row(y) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = _part(b"IHDR", head) + _part(b"IDAT", zlib.compress(rows, 9)) + _part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def voice() -> bytes:
    """One second of silence as AMR."""
    return b"#!AMR\n" + AMR_FRAME * 50


def video() -> bytes:
    """An MP4's first boxes: its type is right, and there is nothing to play."""
    return struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"isom", 512, b"isom", b"mp41") + struct.pack(">I4s", 8, b"mdat")


def _row(y: int) -> bytes:
    if y < 75:
        return bytes((90 + y, 120 + y, 190 - y // 2)) * WIDTH
    wide = 6 + (y - 75) * 2
    left = max(0, WIDTH // 2 - wide)
    grass, road = bytes((74, 112, 84)), bytes((92, 94, 100))
    return grass * left + road * (WIDTH - 2 * left) + grass * left


def _part(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
