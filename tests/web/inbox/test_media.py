"""Files in the conversation: what the thread shows of each state, who gets the bytes and how, and sending a picture."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from urllib3.filepost import encode_multipart_formdata

from bot.media import ENDINGS, LARGEST, MediaKind, MediaState
from bot.messages import Channel, Inbound, InboundKind, Media
from store import media
from store.engine import reading, writing
from store.media import Stored
from store.media_files import MediaFolder
from store.tables.contact import media as media_table
from store.tables.contact import message, thread
from store.tables.outbound import outbox
from store.windows import close_window
from tests.conftest import StillClock
from tests.media_samples import AMR, GIF, HTML, JPEG, MP3, MP4, PNG, SVG, WEBP
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter, build, key_in
from tests.web.inbox.day import Day, line
from web.inbox.files import LARGEST_BODY

KEY = "k" * 24
POLICY = "sandbox; default-src 'none'"


@pytest.fixture
def house(engine: Engine, clock: StillClock, cast: Cast, day: Day, folder: MediaFolder) -> "House":
    return House(engine, clock, cast, folder)


def got(browser: FlaskClient, number: int, **headers: str) -> Any:
    """The answer of the file's address, read and closed."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with browser.get(f"/inbox/media/{number}", headers=named) as answer:
        answer.get_data()
        return answer


class House:
    def __init__(self, engine: Engine, clock: StillClock, cast: Cast, folder: MediaFolder) -> None:
        self.engine, self.clock, self.cast, self.folder = engine, clock, cast, folder

    def wanted(self, kind: str = "image", text: str = "") -> int:
        """A customer's file as it arrives: the row of the file."""
        data = {"media": {"id": "M-1", "url": "", "form": ""}}
        with writing(self.engine) as conn:
            said = line(conn, self.cast, self.cast.zhang, self.clock.now, text, kind=kind, data=data)
            found = Inbound(
                Channel.WECHAT, "main", "o-zhang", InboundKind(kind), "k", self.clock.now, media=Media("M-1")
            )
            media.want(conn, said, found, self.clock.now)
            return int(conn.execute(select(media_table.c.id).where(media_table.c.message_id == said)).scalar_one())

    def kept(self, kind: str, content: bytes, mime: str, text: str = "") -> int:
        wanted = self.wanted(kind, text)
        self.keep(wanted, content, mime)
        return wanted

    def keep(self, wanted: int, content: bytes, mime: str) -> None:
        name = self.folder.write(lambda file: file.write(content))
        with writing(self.engine) as conn:
            errands = media.claim(conn, 99, "w1", self.clock.now, media.WANT_FOR)
            (errand,) = (each for each in errands if each.id == wanted)
            media.keep(conn, errand, Stored(name, mime, len(content)), self.clock.now)

    def ended(self, state: MediaState, reason: str) -> None:
        wanted = self.wanted()
        with writing(self.engine) as conn:
            (errand,) = media.claim(conn, 1, "w1", self.clock.now, media.WANT_FOR)
            assert errand.id == wanted
            media.give_up(conn, errand, state, reason, self.clock.now)

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as conn:
            return list(conn.execute(select(table).order_by(table.c.id)))

    def files(self) -> list[Path]:
        return list(self.folder.root.glob("*/*"))


SHOWN = [
    ("image", PNG, "image/png", "<img "), ("image", JPEG, "image/jpeg", "<img "), ("image", GIF, "image/gif", "<img "),
    ("image", WEBP, "image/webp", "<img "), ("voice", MP3, "audio/mpeg", "<audio "),
    ("voice", AMR, "audio/amr", "下载语音"), ("video", MP4, "video/mp4", "<video "),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "content", "mime", "shown"), SHOWN, ids=[each[2] for each in SHOWN])
def test_a_kept_file_is_shown_and_served_by_its_checked_type(
    house: House, enter: Enter, kind: str, content: bytes, mime: str, shown: str
) -> None:
    number = house.kept(kind, content, mime)
    browser = enter(house.cast.hanmeimei)
    page = browser.get(f"/inbox/c/{house.cast.zhang}").text
    assert shown in page
    assert f"/inbox/media/{number}" in page
    assert page.count(f"/inbox/media/{number}") == (2 if kind == "image" else 1)
    answer = got(browser, number)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, content, mime)
    assert answer.headers["Content-Security-Policy"].replace(" ;", ";") == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    way = "attachment" if mime == "audio/amr" else "inline"
    assert answer.headers["Content-Disposition"] == f"{way}; filename={number}.{ENDINGS[mime]}"


def test_pictures_are_lazy_and_of_one_size(house: House, enter: Enter) -> None:
    house.kept("image", PNG, "image/png")
    page = enter(house.cast.hanmeimei).get(f"/inbox/c/{house.cast.zhang}").text
    found = re.search(r"<img [^>]*>", page[page.index('class="shot"') :])
    assert found
    assert 'loading="lazy"' in found[0]
    assert 'width="220"' in found[0]


def test_what_was_recognised_stands_beside_the_voice(house: House, enter: Enter) -> None:
    house.kept("voice", AMR, "audio/amr", text="空调又不凉了")
    page = enter(house.cast.hanmeimei).get(f"/inbox/c/{house.cast.zhang}").text
    assert re.search(r"下载语音.*空调又不凉了", page, re.S)


def test_a_video_can_be_asked_for_in_parts(house: House, enter: Enter) -> None:
    number = house.kept("video", MP4 + bytes(1000), "video/mp4")
    browser = enter(house.cast.hanmeimei)
    answer = got(browser, number, Range="bytes=4-7")
    assert (answer.status_code, answer.data) == (206, b"ftyp")
    assert answer.headers["Content-Range"] == f"bytes 4-7/{len(MP4) + 1000}"
    beyond = got(browser, number, Range="bytes=99999-")
    assert beyond.status_code == 416


def test_seen_again_it_is_asked_for_and_not_sent_again(house: House, enter: Enter) -> None:
    number = house.kept("image", PNG, "image/png")
    browser = enter(house.cast.hanmeimei)
    tag = got(browser, number).headers["ETag"]
    again = got(browser, number, If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")
    stranger = got(enter(house.cast.wanglei), number, If_None_Match=tag)
    assert stranger.status_code == 404


def test_another_store_and_who_is_not_logged_in_get_nothing(house: House, enter: Enter, site: Any) -> None:
    number = house.kept("image", PNG, "image/png")
    for member in ("hanmeimei", "lilei", "advisor", "admin"):
        assert got(enter(getattr(house.cast, member)), number).status_code == 200
    assert got(enter(house.cast.wanglei), number).status_code == 404
    assert got(enter(house.cast.wanglei), number + 99).status_code == 404
    answer = got(site.test_client(), number)
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login")


def test_a_row_whose_file_is_away_is_404_and_no_error(house: House, enter: Enter) -> None:
    number = house.kept("image", PNG, "image/png")
    house.files()[0].unlink()
    assert got(enter(house.cast.hanmeimei), number).status_code == 404


@pytest.mark.parametrize("kind", ["image", "voice", "video"])
def test_what_is_not_fetched_yet_says_so_and_has_no_address(house: House, enter: Enter, kind: str) -> None:
    number = house.wanted(kind)
    browser = enter(house.cast.hanmeimei)
    page = browser.get(f"/inbox/c/{house.cast.zhang}").text
    assert "正在获取" + {"image": "图片", "voice": "语音", "video": "视频"}[kind] in page
    assert f"/inbox/media/{number}" not in page
    assert got(browser, number).status_code == 404


@pytest.mark.parametrize("state", [MediaState.REFUSED, MediaState.GONE])
def test_what_is_not_kept_gives_the_reason(house: House, enter: Enter, state: MediaState) -> None:
    house.ended(state, "文件超过 10 MB，没有保存")
    page = enter(house.cast.hanmeimei).get(f"/inbox/c/{house.cast.zhang}").text
    assert "图片没有保存：文件超过 10 MB" in page


def test_what_was_forgotten_says_so(house: House, enter: Enter) -> None:
    house.kept("image", PNG, "image/png")
    with writing(house.engine) as conn:
        media.forget_of(conn, "main", "o-zhang")
    assert "图片已删除" in enter(house.cast.hanmeimei).get(f"/inbox/c/{house.cast.zhang}").text


def say(house: House, **what: Any) -> None:
    with writing(house.engine) as conn:
        line(conn, house.cast, house.cast.zhang, house.clock.now, "", **what)


def test_a_place_is_a_name_and_numbers_to_copy(house: House, enter: Enter) -> None:
    place = {"latitude": 30.208801, "longitude": 120.21201, "label": '滨江区 "江南大道" <b>'}
    say(house, kind="location", data={"location": place})
    page = enter(house.cast.hanmeimei).get(f"/inbox/c/{house.cast.zhang}").text
    assert "30.208801, 120.212010" in page
    assert "滨江区 &#34;江南大道&#34; &lt;b&gt;" in page
    assert "<b>滨江区" in page
    assert "map" not in page.split('class="file place"')[1].split("</article>")[0]


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://mp.weixin.qq.com/s/abc?x=1", "mp.weixin.qq.com"), ("http://example.com", "example.com")],
)
def test_a_link_is_its_title_and_host_and_tells_nobody_where_it_was_tapped(
    house: House, enter: Enter, url: str, host: str
) -> None:
    say(house, kind="link", data={"link": {"title": "空调异响怎么办", "url": url}})
    page = enter(house.cast.hanmeimei).get(f"/inbox/c/{house.cast.zhang}").text
    assert f'<a href="{url}" target="_blank" rel="noopener noreferrer">空调异响怎么办</a>' in page
    assert f"<small>{host}</small>" in page


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "", "http://[x"]
)
def test_what_is_no_web_address_is_no_link(house: House, enter: Enter, url: str) -> None:
    say(house, kind="link", data={"link": {"title": "看看", "url": url}})
    page = enter(house.cast.hanmeimei).get(f"/inbox/c/{house.cast.zhang}").text
    shown = page.split('class="file link"')[1].split("</article>")[0]
    assert "看看" in shown
    assert "href" not in shown


def post(browser: FlaskClient, customer_id: int, content: bytes | None, key: str = KEY, **more: str) -> Any:
    """Encoded here: werkzeug's own client leaves a file open for what is large."""
    form: dict[str, Any] = {"key": key, **more}
    if content is not None:
        form["picture"] = ("报价.png", content, "image/png")
    body, form_type = encode_multipart_formdata(form)
    return browser.post(f"/inbox/c/{customer_id}/image", data=body, content_type=form_type)


@pytest.mark.parametrize(("content", "mime"), [(PNG, "image/png"), (JPEG, "image/jpeg")])
def test_a_picture_is_kept_queued_and_shown(house: House, enter: Enter, content: bytes, mime: str) -> None:
    browser = enter(house.cast.hanmeimei)
    assert post(browser, house.cast.zhang, content).status_code == 303
    row, out = house.rows(media_table)[-1], house.rows(outbox)[-1]
    said = house.rows(message)[-1]
    assert (row.state, row.mime, row.bytes, row.message_id) == ("kept", mime, len(content), said.id)
    assert (row.account, row.openid) == ("main", "o-zhang")
    assert (out.way, out.payload, out.address, out.state) == ("custom", {"image": row.id}, "o-zhang", "queued")
    assert out.expires_at is not None
    assert (said.kind, said.author, said.staff_id, said.text) == ("image", "staff", house.cast.hanmeimei.id, "[图片]")
    assert house.folder.path(row.name).read_bytes() == content
    page = browser.get(f"/inbox/c/{house.cast.zhang}").text
    assert f'src="/inbox/media/{row.id}"' in page
    assert "发送中" in page
    assert {each.customer_id: each.last_text for each in house.rows(thread)}[house.cast.zhang] == "[图片]"


def test_pressed_twice_it_is_one_picture(house: House, enter: Enter) -> None:
    browser = enter(house.cast.hanmeimei)
    before = len(house.rows(outbox))
    for _ in range(2):
        assert post(browser, house.cast.zhang, PNG).status_code == 303
    assert len(house.rows(outbox)) == before + 1
    assert len(house.files()) == len(house.rows(media_table)) == 1


def test_it_counts_in_the_window_and_answers_who_waits(house: House, enter: Enter) -> None:
    browser = enter(house.cast.hanmeimei)
    assert "还可发 5 条" in browser.get(f"/inbox/c/{house.cast.zhang}").text
    post(browser, house.cast.zhang, PNG)
    page = browser.get(f"/inbox/c/{house.cast.zhang}").text
    assert "还可发 4 条" in page
    held = {each.customer_id: each for each in house.rows(thread)}[house.cast.zhang]
    assert (held.state, held.owner_id) == ("human", house.cast.hanmeimei.id)


@pytest.mark.parametrize(
    ("content", "words"),
    [(SVG, "JPG 或 PNG"), (HTML, "JPG 或 PNG"), (GIF, "JPG 或 PNG"), (WEBP, "JPG 或 PNG"), (b"", "JPG 或 PNG"),
     (None, "请先选择图片"), (JPEG + bytes(LARGEST[MediaKind.IMAGE]), "不能超过 10 MB")],
    ids=["svg", "html", "gif", "webp", "empty", "none", "large"],
)  # fmt: skip
def test_what_may_not_be_sent_is_refused_in_words_and_not_kept(
    house: House, enter: Enter, content: bytes | None, words: str
) -> None:
    before = len(house.rows(outbox))
    answer = post(enter(house.cast.hanmeimei), house.cast.zhang, content)
    assert answer.status_code == 409
    assert words in answer.text
    assert house.files() == []
    assert len(house.rows(outbox)) == before


def test_a_body_beyond_all_measure_is_cut_off_and_other_forms_stay_small(
    engine: Engine, clock: StillClock, losable: Any, house: House, enter: Enter
) -> None:
    browser = enter(house.cast.hanmeimei)
    assert post(browser, house.cast.zhang, JPEG + bytes(LARGEST_BODY)).status_code == 413
    note = browser.post(f"/inbox/c/{house.cast.zhang}/note", data={"text": "x" * 300_000, "key": KEY})
    assert note.status_code == 413
    guarded = build(engine, clock, losable, folder=house.folder).test_client()
    with browser.session_transaction() as mine, guarded.session_transaction() as theirs:
        theirs.update(mine)
    assert post(guarded, house.cast.zhang, JPEG + bytes(1_000_000)).status_code == 400, "the CSRF token is missing"
    page = guarded.get(f"/inbox/c/{house.cast.zhang}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = post(guarded, house.cast.zhang, JPEG + bytes(1_000_000), key_in(page), csrf_token=token[1])
    assert sent.status_code == 303, "read by CSRF before the route, and still within the route's own size"


def test_outside_the_window_no_picture_goes_and_none_stays(house: House, enter: Enter) -> None:
    with writing(house.engine) as conn:
        close_window(conn, "main", "o-zhang", house.clock.now)
    answer = post(enter(house.cast.hanmeimei), house.cast.zhang, PNG)
    assert (answer.status_code, "微信窗口已关闭" in answer.text) == (409, True)
    assert house.files() == house.rows(media_table) == []


def test_the_last_place_in_the_window_goes_to_one_of_two_pictures(house: House, enter: Enter) -> None:
    from store.tables.contact import wechat_window

    with writing(house.engine) as conn:
        conn.execute(update(wechat_window).where(wechat_window.c.openid == "o-zhang").values(used=4))
    browser = enter(house.cast.hanmeimei)
    codes = [post(browser, house.cast.zhang, PNG, key=letter * 24).status_code for letter in "ab"]
    assert codes == [303, 409]
    assert len(house.files()) == 1


def test_a_thread_of_a_colleague_is_not_written_into(house: House, enter: Enter) -> None:
    post(enter(house.cast.hanmeimei), house.cast.zhang, PNG)
    answer = post(enter(replace(house.cast.advisor)), house.cast.zhang, PNG, key="b" * 24)
    assert answer.status_code == 409
    assert "韩梅梅" in answer.text
    assert len(house.files()) == 1


def test_another_store_can_send_nothing(house: House, enter: Enter) -> None:
    assert post(enter(house.cast.wanglei), house.cast.zhang, PNG).status_code == 404
    assert house.files() == house.rows(media_table) == []
