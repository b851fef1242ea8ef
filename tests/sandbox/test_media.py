"""Files in the fake WeChat's keeping: fetched, uploaded, sent, expired after three days; what customers send."""

from base64 import b64encode
from typing import Any

import pytest
import requests

from bot.media import LARGEST, MediaKind
from tests.media_samples import AMR, BMP, GIF, HTML, JPEG, MP3, MP4, PNG, WEBP
from tests.sandbox.conftest import Running, Webhook

SENT = [("image", PNG, "image/png"), ("image", JPEG, "image/jpeg"), ("voice", AMR, "audio/amr")]


def get(box: Running, media_id: str, token: str = "") -> requests.Response:
    asked = {"access_token": token or box.token(), "media_id": media_id}
    return requests.get(f"{box.base}/cgi-bin/media/get", params=asked, timeout=10)


def upload(box: Running, content: bytes | None, kind: str = "image", field: str = "media", token: str = "") -> Any:
    asked = {"access_token": token or box.token(), "type": kind}
    files = {field: ("a.png", content, "image/png")} if content is not None else {"other": ("a", b"x")}
    return requests.post(f"{box.base}/cgi-bin/media/upload", params=asked, files=files, timeout=20).json()


def custom(box: Running, media_id: object) -> int:
    body = {"touser": "o1", "msgtype": "image", "image": {"media_id": media_id}}
    return int(box.weixin("message/custom/send", body)["errcode"])


def pushed_id(webhook: Webhook) -> str:
    return str(webhook.heard[-1].plain["MediaId"])


@pytest.mark.parametrize(("kind", "content", "mime"), SENT)
def test_what_a_customer_sends_is_pushed_and_can_be_fetched(
    box: Running, webhook: Webhook, kind: str, content: bytes, mime: str
) -> None:
    box.control(f"wechat/o1/{kind}", {"base64": b64encode(content).decode()})
    plain = webhook.heard[-1].plain
    assert (plain["MsgType"], plain["FromUserName"]) == (kind, "o1")
    assert plain["MsgId"].isdecimal()
    answer = get(box, plain["MediaId"])
    assert (answer.content, answer.headers["Content-Type"]) == (content, mime)
    assert "errcode" not in answer.headers["Content-Disposition"]
    assert box.control("wechat/o1/messages")[0] | {"id": 0, "at": ""} == {
        "id": 0, "at": "", "dir": "in", "kind": "text", "text": {"image": "[图片]", "voice": "[语音]"}[kind],
        "template": None, "data": {kind: plain["MediaId"]}, "url": None,
    }  # fmt: skip


def test_each_push_has_the_fields_of_its_kind(box: Running, webhook: Webhook) -> None:
    box.control("wechat/o1/image", {})
    box.control("wechat/o1/voice", {"recognition": "空调不凉"})
    box.control("wechat/o1/voice", {})
    box.control("wechat/o1/video", {})
    image, heard, unheard, video = (each.plain for each in webhook.heard)
    assert image["PicUrl"] is None
    assert (heard["Format"], heard["Recognition"]) == ("amr", "空调不凉")
    assert "Recognition" not in unheard
    assert video["ThumbMediaId"]
    assert get(box, image["MediaId"]).content == PNG, "a small picture when none is given"


def test_a_file_opens_the_window_as_words_do(box: Running) -> None:
    box.control("wechat/o1/image", {})
    assert [box.custom("o1") for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


def test_a_video_lies_at_an_address_of_its_own(box: Running, webhook: Webhook) -> None:
    box.control("wechat/o1/video", {"base64": b64encode(MP4).decode()})
    url = get(box, pushed_id(webhook)).json()["video_url"]
    assert url.startswith(f"{box.base}/")
    assert requests.get(url, timeout=5).content == MP4
    box.control("clock", {"advance": "3d"})
    assert requests.get(url, timeout=5).status_code == 404


def test_after_three_days_of_business_time_it_is_gone(box: Running, webhook: Webhook) -> None:
    box.control("wechat/o1/image", {})
    box.control("clock", {"advance": "2d23h"})
    assert get(box, pushed_id(webhook)).content == PNG
    box.control("clock", {"advance": "1h"})
    answer = get(box, pushed_id(webhook))
    assert (answer.status_code, answer.json()["errcode"]) == (200, 40007)


@pytest.mark.parametrize(("media_id", "token", "code"), [("nonsense", "", 40007), ("", "", 40007), ("x", "bad", 40001)])
def test_media_get_refuses_with_http_200(box: Running, media_id: str, token: str, code: int) -> None:
    answer = get(box, media_id, token)
    assert (answer.status_code, answer.json()["errcode"]) == (200, code)
    assert "rid" in answer.json()["errmsg"]


@pytest.mark.parametrize(
    ("kind", "content"),
    [("image", PNG), ("image", GIF), ("voice", MP3), ("voice", AMR), ("video", MP4), ("thumb", JPEG)],
)
def test_an_upload_gives_an_id_that_can_be_fetched(box: Running, kind: str, content: bytes) -> None:
    answer = upload(box, content, kind)
    assert (answer["type"], "errcode" in answer) == (kind, False)
    assert isinstance(answer["created_at"], int)
    found = get(box, answer["media_id"])
    assert found.content == content or "video_url" in found.json()


REFUSED = [
    ("image", PNG, "media", "bad", 40001), ("picture", PNG, "media", "", 40004), ("", PNG, "media", "", 40004),
    ("image", None, "media", "", 41005), ("image", PNG, "file", "", 41005), ("image", b"", "media", "", 44001),
    ("image", HTML, "media", "", 40005), ("image", BMP, "media", "", 40005), ("image", WEBP, "media", "", 40005),
    ("voice", PNG, "media", "", 40005), ("thumb", PNG, "media", "", 40005),
    ("image", JPEG + bytes(LARGEST[MediaKind.IMAGE]), "media", "", 40009),
    ("voice", AMR + bytes(LARGEST[MediaKind.VOICE]), "media", "", 40006),
    ("thumb", JPEG + bytes(65536), "media", "", 40006),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "content", "field", "token", "code"), REFUSED, ids=[str(each[4]) for each in REFUSED])
def test_an_upload_is_refused_by_code(
    box: Running, kind: str, content: bytes | None, field: str, token: str, code: int
) -> None:
    assert upload(box, content, kind, field, token)["errcode"] == code


def test_a_picture_is_sent_by_its_id_and_counts_in_the_window(box: Running) -> None:
    media_id = upload(box, PNG)["media_id"]
    assert custom(box, media_id) == 40003, "nobody's openid yet"
    box.control("wechat/o1/text", {"content": "你好"})
    assert [custom(box, media_id) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    shown = box.control("wechat/o1/messages")[-1]
    assert (shown["kind"], shown["text"], shown["data"]) == ("custom", "[图片]", {"image": media_id})


@pytest.mark.parametrize("media_id", ["nonsense", "", None, 5])
def test_a_picture_needs_an_id_wechat_knows(box: Running, media_id: object) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    assert custom(box, media_id) == 40007


def test_an_id_of_another_kind_or_an_old_one_is_none(box: Running) -> None:
    voice, picture = upload(box, AMR, "voice")["media_id"], upload(box, PNG)["media_id"]
    box.control("clock", {"advance": "2d23h"})
    box.control("wechat/o1/text", {"content": "你好"})
    assert [custom(box, each) for each in (voice, picture)] == [40007, 0]
    box.control("clock", {"advance": "2h"})
    assert custom(box, picture) == 40007


@pytest.mark.parametrize("api", ["media/get", "media/upload"])
def test_both_calls_can_be_made_to_fail(box: Running, api: str) -> None:
    box.control("faults", {"api": f"cgi-bin/{api}", "code": 40009})
    call = get(box, "x").json() if api == "media/get" else upload(box, PNG)
    assert call["errcode"] == 40009
    box.control("faults", {"api": api, "code": "http500"})
    way = requests.get if api == "media/get" else requests.post
    assert way(f"{box.base}/cgi-bin/{api}", params={"access_token": box.token()}, timeout=5).status_code == 500


@pytest.mark.parametrize(
    ("body", "words"),
    [({"base64": "***"}, "not base64"), ({"base64": 5}, "type str"), ({"content": "x"}, "unknown key")],
)
def test_a_wrong_body_is_refused(box: Running, body: Any, words: str) -> None:
    status, said = box.refused("wechat/o1/image", body)
    assert (status, words in said) == (400, True)


def test_the_same_msg_id_is_the_same_message(box: Running, webhook: Webhook) -> None:
    for _ in range(2):
        box.control("wechat/o1/image", {"msg_id": "one"})
    first, second = (each.plain for each in webhook.heard)
    assert (first["MsgId"], first["CreateTime"]) == (second["MsgId"], second["CreateTime"])
    assert len(box.control("wechat/o1/messages")) == 1


def test_the_page_shows_the_file_while_wechat_keeps_it(box: Running) -> None:
    media_id = upload(box, PNG)["media_id"]
    assert requests.get(f"{box.base}/phones/files/{media_id}", timeout=5).content == PNG
    assert requests.get(f"{box.base}/phones/files/other", timeout=5).status_code == 404
