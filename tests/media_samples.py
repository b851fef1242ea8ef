"""Files of every type we keep, as short as their first bytes allow, and some we do not."""

from sandbox import samples

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64)
PNG = samples.picture()
GIF = b"GIF89a" + bytes(64)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(64)
AMR = samples.voice()
AMR_WB = b"#!AMR-WB\n" + bytes(64)
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(64)
MP3_FRAME = b"\xff\xfb\x90\x64" + bytes(64)
MP4 = samples.video()
QUICKTIME = b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  "
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heic"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n" + bytes(64)
BMP = b"BM" + bytes(64)

KEPT = [
    ("image", JPEG, "image/jpeg"), ("image", PNG, "image/png"), ("image", GIF, "image/gif"),
    ("image", WEBP, "image/webp"), ("voice", AMR, "audio/amr"), ("voice", AMR_WB, "audio/amr-wb"),
    ("voice", MP3, "audio/mpeg"), ("voice", MP3_FRAME, "audio/mpeg"), ("video", MP4, "video/mp4"),
]  # fmt: skip
NOT_KEPT = [
    ("image", SVG), ("image", HTML), ("image", PDF), ("image", BMP), ("image", AMR), ("image", MP4), ("image", b"x"),
    ("voice", PNG), ("voice", JPEG), ("voice", MP4), ("voice", HTML), ("video", QUICKTIME), ("video", HEIC),
    ("video", PNG), ("video", HTML), ("image", HEIC),
]  # fmt: skip
KEPT_NAMES = [f"{kind}-{mime.split('/')[1]}" for kind, _, mime in KEPT]
NOT_KEPT_NAMES = [f"{kind}-{content[:8].hex()}" for kind, content in NOT_KEPT]
