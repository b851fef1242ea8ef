"""A picture of staff's: uploaded, then sent, over real HTTP from a script; what each answer comes to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ContentRefused, SendError, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from channels.wechat.image import BOUNDARY, ImageSender, Picture
from tests.channels.wechat.conftest import CUSTOM_PATH, TOKEN_PATH, Account
from tests.conftest import StillClock
from tests.media_samples import JPEG, PNG
from tests.provider import NO_ANSWER_NAMES, NO_ANSWERS, Provider, says

UPLOAD_PATH = "/cgi-bin/media/upload"
OK = says({"errcode": 0, "errmsg": "ok"})
UPLOADED = says({"type": "image", "media_id": "MEDIA-7", "created_at": 1380000000})
OUT = Outgoing("staff-k1", Way.CUSTOM, "main", "o-zhang", {"image": 7})
Make = Callable[..., ImageSender]


@pytest.fixture
def make(wechat: Provider, one: Account, clock: StillClock, tmp_path: Path) -> Make:
    def build(content: bytes = PNG, mime: str = "image/png", **known: Any) -> ImageSender:
        path = tmp_path / "picture"
        path.write_bytes(content)
        pictures = {7: Picture(path, mime)} | known.get("pictures", {})
        uploads = wechat.http()
        return ImageSender(one.sender, one.api, one.tokens, uploads, pictures.get, clock.machine)

    wechat.script(UPLOAD_PATH, UPLOADED)
    wechat.script(CUSTOM_PATH, OK)
    return build


@pytest.mark.parametrize(("content", "mime", "name"), [(PNG, "image/png", b"png"), (JPEG, "image/jpeg", b"jpg")])
def test_it_is_uploaded_as_one_part_and_sent_by_its_id(
    wechat: Provider, make: Make, content: bytes, mime: str, name: bytes
) -> None:
    assert make(content, mime).send(OUT) == ""
    (upload,), (sent,) = wechat.to(UPLOAD_PATH), wechat.to(CUSTOM_PATH)
    assert upload.query == {"access_token": "TOKEN-1", "type": "image"}
    assert upload.headers["Content-Type"] == f"multipart/form-data; boundary={BOUNDARY}"
    head, _, rest = upload.raw.partition(b"\r\n\r\n")
    assert b'name="media"; filename="picture.' + name + b'"' in head
    assert f"Content-Type: {mime}".encode() in head
    assert rest == content + f"\r\n--{BOUNDARY}--\r\n".encode()
    assert sent.body == {"touser": "o-zhang", "msgtype": "image", "image": {"media_id": "MEDIA-7"}}


def test_a_text_goes_as_before(wechat: Provider, make: Make) -> None:
    make().send(Outgoing("o", Way.CUSTOM, "main", "o-zhang", {"text": "您好"}))
    assert wechat.to(UPLOAD_PATH) == []
    assert wechat.to(CUSTOM_PATH)[0].body["text"] == {"content": "您好"}


@pytest.mark.parametrize("code", [40004, 40005, 40006, 40007, 40009])
@pytest.mark.parametrize("path", [UPLOAD_PATH, CUSTOM_PATH])
def test_http_200_with_an_error_code_of_the_file_fails_the_message(
    wechat: Provider, make: Make, path: str, code: int
) -> None:
    wechat.script(path, says({"errcode": code, "errmsg": "invalid rid: r-1"}))
    with pytest.raises(ContentRefused) as caught:
        make().send(OUT)
    assert caught.value.code == str(code)
    assert len(wechat.to(CUSTOM_PATH)) == (path == CUSTOM_PATH)


@pytest.mark.parametrize(("code", "kind"), [(-1, TryLater), (45009, TryLater)])
def test_a_busy_upload_is_tried_later(wechat: Provider, make: Make, code: int, kind: type[SendError]) -> None:
    wechat.script(UPLOAD_PATH, says({"errcode": code, "errmsg": "busy"}))
    with pytest.raises(kind):
        make().send(OUT)


@pytest.mark.parametrize("step", NO_ANSWERS, ids=NO_ANSWER_NAMES)
def test_an_upload_without_an_answer_is_made_again_later(wechat: Provider, make: Make, step: Any) -> None:
    wechat.script(UPLOAD_PATH, step)
    with pytest.raises(TryLater) as caught:
        make().send(OUT)
    assert caught.value.costs, "else it would be tried for ever"
    assert wechat.to(CUSTOM_PATH) == [], "nothing reached the customer"


@pytest.mark.parametrize("step", NO_ANSWERS, ids=NO_ANSWER_NAMES)
def test_a_message_without_an_answer_is_uncertain(wechat: Provider, make: Make, step: Any) -> None:
    wechat.script(CUSTOM_PATH, step)
    with pytest.raises(Uncertain):
        make().send(OUT)
    assert len(wechat.to(CUSTOM_PATH)) == 1


def test_a_shut_window_is_no_fault_of_the_picture(wechat: Provider, make: Make) -> None:
    wechat.script(CUSTOM_PATH, says({"errcode": 45015, "errmsg": "out of time"}))
    with pytest.raises(Undeliverable):
        make().send(OUT)


def test_a_refused_token_is_replaced_once_and_the_picture_sent_whole(wechat: Provider, make: Make) -> None:
    wechat.script(TOKEN_PATH, *(says({"access_token": f"TOKEN-{n}", "expires_in": 7200}) for n in (1, 2)))
    wechat.script(UPLOAD_PATH, says({"errcode": 42001, "errmsg": "expired"}), UPLOADED)
    make().send(OUT)
    first, second = wechat.to(UPLOAD_PATH)
    assert (first.raw, first.query["access_token"]) == (second.raw, "TOKEN-1")
    assert second.query["access_token"] == "TOKEN-2"


def test_refused_with_a_fresh_token_everyone_waits(wechat: Provider, make: Make) -> None:
    wechat.script(UPLOAD_PATH, says({"errcode": 40001, "errmsg": "invalid"}))
    with pytest.raises(TryLater) as caught:
        make().send(OUT)
    assert caught.value.channel_wide


def test_an_answer_without_an_id_is_none(wechat: Provider, make: Make) -> None:
    wechat.script(UPLOAD_PATH, OK)
    with pytest.raises(TryLater):
        make().send(OUT)


def test_a_forgotten_picture_is_not_sent(wechat: Provider, make: Make, tmp_path: Path) -> None:
    sender = make(pictures={8: Picture(tmp_path / "gone", "image/png")})
    for image in (8, 9):
        with pytest.raises(ContentRefused) as caught:
            sender.send(Outgoing("o", Way.CUSTOM, "main", "o-zhang", {"image": image}))
        assert caught.value.code == "no_picture"
    assert wechat.to(UPLOAD_PATH) == []
