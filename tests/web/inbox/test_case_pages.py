"""Board and case by plain requests: filters, counts, the course, pictures of a fix, who sees what."""

import io

import pytest
from sqlalchemy import Engine

from store import cases
from store.engine import reading, writing
from store.media_files import MediaFolder
from tests.conftest import StillClock
from tests.media_samples import HTML, JPEG, PNG
from tests.staff_cast import Cast
from tests.web.inbox.complaints import trouble
from tests.web.inbox.conftest import Enter


@pytest.fixture
def made(engine: Engine, clock: StillClock, cast: Cast) -> dict[str, int]:
    with writing(engine) as conn:
        return trouble(conn, cast, clock.now)


def test_the_board_counts_what_is_late_and_puts_it_first(enter: Enter, cast: Cast, made: dict[str, int]) -> None:
    page = enter(cast.lilei).get("/inbox/cases").text.partition("<main")[2]
    assert "未结 7" in page
    assert "超时 2" in page
    assert page.index("吴强") < page.index("周芳") < page.index("高远"), "the longest overdue is on top"


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("level=P1", ["周芳"], ["吴强", "高远"]),
        ("owner={hanmeimei}", ["吴强"], ["周芳"]),
        ("mine=1", ["马超"], ["吴强"]),
        ("store={store}", ["吴强", "周芳"], []),
        ("store={elsewhere}", [], ["吴强", "周芳"]),
        ("level=P9&owner=x&store=y", ["吴强"], []),
    ],
)
def test_filters(enter: Enter, cast: Cast, made: dict[str, int], query: str, there: list[str], gone: list[str]) -> None:
    asked = query.format(hanmeimei=cast.hanmeimei.id, store=cast.store_id, elsewhere=cast.elsewhere_id)
    page = enter(cast.lilei).get(f"/inbox/cases?{asked}").text
    assert [name for name in there if name not in page] == []
    assert [name for name in gone if f"<b>{name}</b>" in page] == []


def test_a_case_tells_its_course(enter: Enter, cast: Cast, made: dict[str, int]) -> None:
    page = enter(cast.hanmeimei).get(f"/inbox/cases/{made['马超']}").text
    for words in ("客户仍不满意，升级重开", "第 2 轮", "刹车片换完还是有声音"):
        assert words in page, words
    fixed = enter(cast.hanmeimei).get(f"/inbox/cases/{made['冯雪']}").text
    for words in ("逐项解释，多收的部分退回", "李雷 · ", "已退回三百元，附明细", "已再次回访", "价格收费"):
        assert words in fixed, words


def test_another_store_and_a_guest_see_no_case(enter: Enter, cast: Cast, made: dict[str, int], site: object) -> None:
    stranger = enter(cast.wanglei)
    for case_id in made.values():
        assert stranger.get(f"/inbox/cases/{case_id}").status_code == 404
    assert "吴强" not in stranger.get("/inbox/cases").text
    assert "高远" not in stranger.get("/inbox").text, "nor does its alarm ring there"


def fix(browser: object, case_id: int, *files: tuple[bytes, str]) -> object:
    data = {"step": "fix", "text": "已处理", "photo": [(io.BytesIO(body), name) for body, name in files]}
    return browser.post(f"/inbox/cases/{case_id}/step", data=data)  # type: ignore[attr-defined]  # a test client


def test_pictures_of_a_fix_are_kept_with_it(
    enter: Enter, cast: Cast, made: dict[str, int], engine: Engine, folder: MediaFolder
) -> None:
    browser = enter(cast.advisor)
    assert fix(browser, made["郑楠"], (JPEG, "a.jpg"), (PNG, "b.png")).status_code == 303  # type: ignore[attr-defined]  # a response
    page = browser.get(f"/inbox/cases/{made['郑楠']}").text
    assert page.count("<img src=") == 2
    for number, mime in ((1, "image/jpeg"), (2, "image/png")):
        with browser.get(f"/inbox/evidence/{number}") as answer:
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, mime)
            assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert enter(cast.wanglei).get(f"/inbox/evidence/{number}").status_code == 404


@pytest.mark.parametrize(
    ("files", "words"),
    [([(HTML, "a.jpg")], "只能发送 JPG 或 PNG 图片"), ([(JPEG, "a.jpg"), (HTML, "b.png")], "只能发送"),
     ([(JPEG, "a.jpg")] * 7, "一次最多六张照片")],
)  # fmt: skip
def test_what_is_no_picture_stops_the_step_and_leaves_no_file(
    enter: Enter, cast: Cast, made: dict[str, int], engine: Engine, folder: MediaFolder, clock: StillClock,
    files: list[tuple[bytes, str]], words: str,
) -> None:  # fmt: skip
    answer = fix(enter(cast.advisor), made["郑楠"], *files)
    assert answer.status_code == 409  # type: ignore[attr-defined]  # a response
    assert words in answer.text  # type: ignore[attr-defined]  # a response
    with reading(engine) as conn:
        assert cases.load(conn, made["郑楠"]).state == "planned"
    assert list(folder.settled(clock.advance(days=2))) == []


def test_a_refused_fix_leaves_no_picture_behind(
    enter: Enter, cast: Cast, made: dict[str, int], folder: MediaFolder, clock: StillClock
) -> None:
    answer = fix(enter(cast.hanmeimei), made["何斌"], (JPEG, "a.jpg"))
    assert answer.status_code == 409  # type: ignore[attr-defined]  # a response
    assert "请先记录处理方案" in answer.text  # type: ignore[attr-defined]  # a response
    assert list(folder.settled(clock.advance(days=2))) == []


def test_the_banner_rings_until_it_is_answered(enter: Enter, cast: Cast, made: dict[str, int]) -> None:
    browser = enter(cast.hanmeimei)
    assert "P0 险情：高远" in browser.get("/inbox/customers").text
    browser.post(f"/inbox/cases/{made['高远']}/step", data={"step": "acknowledge"})
    assert "P0 险情" not in browser.get("/inbox/customers").text
    assert "已应答险情" in browser.get(f"/inbox/cases/{made['高远']}").text
