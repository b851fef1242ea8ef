"""What `media/get` may answer, and what each comes to: over real HTTP, from a script."""

import io
import logging
import tracemalloc

import pytest
from structlog.testing import capture_logs

from bot.errors import ContentRefused, SendError, TryLater
from bot.media import LARGEST, MB, MediaKind, mime_of
from channels.http import Http
from channels.wechat import media
from channels.wechat.media import WeChatMedia, allowed
from tests.channels.wechat.conftest import TOKEN_PATH, Account
from tests.conftest import StillClock
from tests.databases import free_port
from tests.media_samples import AMR, HTML, JPEG, KEPT, KEPT_NAMES, MP4, NOT_KEPT, NOT_KEPT_NAMES, PDF, PNG, SVG
from tests.provider import EMPTY500, LIST, PORTAL, REDIRECT, RESET, SILENCE, Provider, Step, says

PATH = "/cgi-bin/media/get"
OK = says({"errcode": 0, "errmsg": "ok"})
PAGE = Step(raw=HTML, content_type="text/html")


def file(content: bytes, form: str = "image/jpeg") -> Step:
    return Step(raw=content, content_type=form)


@pytest.fixture
def source(wechat: Provider, one: Account, clock: StillClock) -> WeChatMedia:
    return WeChatMedia(one.tokens, wechat.http(), Http, clock.machine, clock.monotonic)


def fetched(source: WeChatMedia, kind: str = "image", media_id: str = "M-1") -> tuple[str, bytes]:
    into = io.BytesIO()
    return source.fetch(media_id, MediaKind(kind), into), into.getvalue()


@pytest.mark.parametrize(("kind", "content", "mime"), KEPT, ids=KEPT_NAMES)
def test_a_file_is_kept_whole_by_its_checked_type(
    wechat: Provider, source: WeChatMedia, kind: str, content: bytes, mime: str
) -> None:
    wechat.script(PATH, file(content, "application/octet-stream"))
    assert fetched(source, kind) == (mime, content)
    (asked,) = wechat.to(PATH)
    assert asked.query == {"access_token": "TOKEN-1", "media_id": "M-1"}


def test_an_id_cannot_add_to_the_question(wechat: Provider, source: WeChatMedia) -> None:
    wechat.script(PATH, file(JPEG))
    fetched(source, media_id="M&access_token=other#/..")
    assert wechat.to(PATH)[0].query == {"access_token": "TOKEN-1", "media_id": "M&access_token=other#/.."}


@pytest.mark.parametrize(("kind", "content"), NOT_KEPT, ids=NOT_KEPT_NAMES)
@pytest.mark.parametrize("form", ["image/jpeg", "image/svg+xml"])
def test_what_is_no_allowed_type_is_refused_and_nothing_is_written(
    wechat: Provider, source: WeChatMedia, kind: str, content: bytes, form: str
) -> None:
    wechat.script(PATH, file(content, form))
    into = io.BytesIO()
    with pytest.raises(ContentRefused) as caught:
        source.fetch("M-1", MediaKind(kind), into)
    assert (caught.value.code, into.getvalue()) == ("type", b"")


@pytest.mark.parametrize("kind", list(MediaKind))
@pytest.mark.parametrize("length", [None, -1], ids=["length_said", "length_unsaid"])
def test_a_body_larger_than_wechats_own_limit_is_cut_off(
    wechat: Provider, source: WeChatMedia, kind: MediaKind, length: int | None
) -> None:
    start = {"image": JPEG, "voice": AMR, "video": MP4}[kind.value]
    whole = start + bytes(LARGEST[kind] - len(start))
    wechat.script(PATH, file(whole), Step(raw=whole + b"x", length=length))
    assert fetched(source, kind.value)[1] == whole, "the largest still goes"
    into = io.BytesIO()
    with pytest.raises(ContentRefused) as caught:
        source.fetch("M-1", kind, into)
    assert caught.value.code == "too_large"
    assert len(into.getvalue()) <= LARGEST[kind]


AGAIN = [RESET, SILENCE, EMPTY500, Step(status=500, raw=JPEG), PAGE, PORTAL, REDIRECT, Step(raw=b""),
         Step(raw=b'{"errcode": "\xff'), says({"hello": 1}),
         Step(raw=JPEG, length=len(JPEG) + 5), file(b"", "image/png")]  # fmt: skip
NAMES = ["reset", "timeout_after", "empty502", "http500", "html", "portal", "redirect", "empty",
         "broken_json", "other_json", "cut_off", "no_bytes"]  # fmt: skip


@pytest.mark.parametrize("step", AGAIN, ids=NAMES)
def test_no_answer_is_asked_for_again_later(wechat: Provider, source: WeChatMedia, step: Step) -> None:
    wechat.script(PATH, step)
    with pytest.raises(TryLater):
        fetched(source)
    assert len(wechat.to(PATH)) == 1


def test_without_a_connection_it_is_asked_for_later(one: Account, clock: StillClock) -> None:
    away = Http(f"http://127.0.0.1:{free_port()}")
    source = WeChatMedia(one.tokens, away, Http, clock.machine, clock.monotonic)
    with pytest.raises(TryLater):
        fetched(source)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(40007, ContentRefused), (40004, ContentRefused), (-1, TryLater), (45009, TryLater), (45011, TryLater)],
)
def test_http_200_with_an_error_code_is_an_error(
    wechat: Provider, source: WeChatMedia, code: int, kind: type[SendError]
) -> None:
    raw = says({"errcode": code, "errmsg": "invalid media_id rid: r-1"}).raw
    wechat.script(PATH, Step(raw=raw, content_type="text/plain"))
    with pytest.raises(kind) as caught:
        fetched(source)
    assert caught.value.code == str(code)


@pytest.mark.parametrize("step", [OK, LIST], ids=["errcode_0", "list"])
def test_json_that_is_no_error_is_no_file_either(wechat: Provider, source: WeChatMedia, step: Step) -> None:
    wechat.script(PATH, step)
    with pytest.raises(ContentRefused):
        fetched(source)


def test_a_refused_token_is_replaced_once(wechat: Provider, source: WeChatMedia) -> None:
    wechat.script(TOKEN_PATH, *(says({"access_token": f"TOKEN-{n}", "expires_in": 7200}) for n in (1, 2)))
    wechat.script(PATH, says({"errcode": 40001, "errmsg": "invalid credential"}), file(PNG))
    assert fetched(source) == ("image/png", PNG)
    assert [asked.query["access_token"] for asked in wechat.to(PATH)] == ["TOKEN-1", "TOKEN-2"]


def test_refused_twice_it_waits(wechat: Provider, source: WeChatMedia) -> None:
    wechat.script(PATH, says({"errcode": 42001, "errmsg": "expired"}))
    with pytest.raises(TryLater):
        fetched(source)
    assert len(wechat.to(PATH)) == 2


def test_a_video_is_fetched_from_the_address_wechat_names(wechat: Provider, source: WeChatMedia) -> None:
    wechat.script(PATH, says({"video_url": f"{wechat.base}/mp/video/V?x=1"}))
    wechat.script("/mp/video/V", file(MP4, "video/mp4"))
    assert fetched(source, "video") == ("video/mp4", MP4)
    assert wechat.to("/mp/video/V")[0].query == {"x": "1"}, "our token stays with the API"


@pytest.mark.parametrize(
    "step", [says({"video_url": "http://127.0.0.1:1/again"}), says({"errcode": 0})], ids=["address", "code"]
)
def test_an_address_that_gives_no_file_is_asked_later(wechat: Provider, source: WeChatMedia, step: Step) -> None:
    wechat.script(PATH, says({"video_url": f"{wechat.base}/mp/video/V"}))
    wechat.script("/mp/video/V", step)
    with pytest.raises(TryLater):
        fetched(source, "video")


WEIXIN = "https://api.weixin.qq.com"


@pytest.mark.parametrize(
    ("address", "base", "found"),
    [
        ("https://mp.weixin.qq.com/a?b=1", WEIXIN, ("https://mp.weixin.qq.com", "/a?b=1")),
        ("http://vweixinf.tc.qq.com/a", WEIXIN, ("https://vweixinf.tc.qq.com", "/a")),
        ("https://qq.com", WEIXIN, ("https://qq.com", "/")),
        ("http://127.0.0.1:8001/mp/video/V", "http://127.0.0.1:8001", ("http://127.0.0.1:8001", "/mp/video/V")),
    ],
)
def test_which_addresses_are_followed(address: str, base: str, found: tuple[str, str]) -> None:
    assert allowed(address, base) == found


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("", WEIXIN),
        ("https://example.com/a", WEIXIN),
        ("https://evilqq.com/a", WEIXIN),
        ("https://qq.com.example.com/a", WEIXIN),
        ("https://mp.weixin.qq.com@example.com/a", WEIXIN),
        ("https://u:p@mp.weixin.qq.com/a", WEIXIN),
        ("https://mp.weixin.qq.com:8443/a", WEIXIN),
        ("ftp://mp.weixin.qq.com/a", WEIXIN),
        ("file:///etc/passwd", WEIXIN),
        ("http://169.254.169.254/latest", WEIXIN),
        ("http://127.0.0.1:8001/mp", WEIXIN),
        ("https://[broken", WEIXIN),
        ("https://mp.weixin.qq.com/a", "http://127.0.0.1:8001"),
        ("http://127.0.0.1:22/a", "http://127.0.0.1:8001"),
    ],
)
def test_which_are_not(address: str, base: str) -> None:
    with pytest.raises(ContentRefused):
        allowed(address, base)


def test_a_file_that_drips_for_too_long_is_left(
    wechat: Provider, source: WeChatMedia, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wechat.script(PATH, file(JPEG + bytes(MB)))

    def slowly(kind: MediaKind, head: bytes) -> str | None:
        clock.advance(seconds=media.LONGEST_S + 1)
        return mime_of(kind, head)

    monkeypatch.setattr(media, "mime_of", slowly)
    with pytest.raises(TryLater):
        fetched(source)


def test_memory_stays_flat_for_the_largest_file(wechat: Provider, source: WeChatMedia) -> None:
    whole = JPEG + bytes(10 * MB - len(JPEG))
    wechat.script(PATH, file(whole))

    class Counting(io.RawIOBase):
        size = 0

        def write(self, chunk: bytes) -> int:  # type: ignore[override]  # the base takes any buffer
            self.size += len(chunk)
            return len(chunk)

    into = Counting()
    tracemalloc.start()
    source.fetch("M-1", MediaKind.IMAGE, into)  # type: ignore[arg-type]  # all that is asked of it is `write`
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert into.size == len(whole)
    assert peak < 2 * MB, f"{peak} bytes were held at once"


def test_neither_token_nor_id_nor_address_is_logged(
    wechat: Provider, source: WeChatMedia, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for step in (says({"errcode": 40007, "errmsg": "invalid media_id SECRET-ID"}), RESET, file(SVG), file(PDF)):
        wechat.script(PATH, step)
        with capture_logs() as logs, pytest.raises(SendError):
            fetched(source, media_id="SECRET-ID")
        shown = caplog.text + str(logs)
        assert "SECRET-ID" not in shown
        assert "TOKEN-1" not in shown
