"""What the bot did not read, looked at by a manager: masked, labelled by a click, downloaded as files to commit."""

import io
import zipfile

import pytest
from sqlalchemy import Engine

from config.nlu import load_examples
from store import reviews
from store.engine import reading, writing
from tests.conftest import StillClock
from tests.learnt import CONFIG
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day, line

PAGE = "/inbox/understanding/review"


@pytest.fixture
def said(engine: Engine, clock: StillClock, cast: Cast, day: Day) -> int:
    with writing(engine) as conn:
        return line(conn, cast, cast.zhang, clock.now, "张伟的车浙A12345雨刷多钱")


def row_of(engine: Engine, cast: Cast) -> reviews.Doubt:
    with reading(engine) as conn:
        (row,) = reviews.waiting(conn, cast.lilei)
    return row


@pytest.mark.parametrize(("who", "status"), [("lilei", 200), ("admin", 200), ("hanmeimei", 403)])
def test_for_managers_only(enter: Enter, cast: Cast, who: str, status: int) -> None:
    browser = enter(getattr(cast, who))
    assert browser.get(PAGE).status_code == status
    assert browser.get("/inbox/understanding/examples.zip").status_code == status
    if status == 403:
        assert browser.post(f"{PAGE}/1", data={"label": "faq"}).status_code == 403


def test_a_colleague_marks_and_a_manager_labels(enter: Enter, cast: Cast, engine: Engine, said: int) -> None:
    colleague, manager = enter(cast.hanmeimei), enter(cast.lilei)
    assert "读错了？" in colleague.get(f"/inbox/c/{cast.zhang}").text
    marked = colleague.post(f"/inbox/c/{cast.zhang}/misread", data={"message": said}, headers={"HX-Request": "true"})
    assert "已记下" in marked.text
    row = row_of(engine, cast)
    page = manager.get(PAGE).text
    assert 'value="某的车浙A00000雨刷多钱"' in page
    assert "12345" not in page
    assert "同事说读错了" in page
    answer = manager.post(
        f"{PAGE}/{row.id}", data={"label": "service_price", "text": row.text}, headers={"HX-Request": "true"}
    )
    assert "撤销" in answer.text
    assert "已成例句 1 条" in manager.get(PAGE).text


def test_the_files_hold_what_was_there_and_the_new_sentence(
    enter: Enter, cast: Cast, engine: Engine, said: int
) -> None:
    manager = enter(cast.lilei)
    manager.post(f"/inbox/c/{cast.zhang}/misread", data={"message": said})
    manager.post(f"{PAGE}/{row_of(engine, cast).id}", data={"other": "service_price", "text": "雨刷多钱一付"})
    packed = zipfile.ZipFile(io.BytesIO(manager.get("/inbox/understanding/examples.zip").data))
    assert packed.namelist() == ["nlu/service_price.yaml"]
    before = (CONFIG / "nlu" / "service_price.yaml").read_text("utf-8")
    after = packed.read("nlu/service_price.yaml").decode()
    assert set(after.splitlines()) - set(before.splitlines()) == {"  雨刷多钱一付"}
    assert len(load_examples(CONFIG)) > 3000


def test_what_cannot_be_learnt_is_no_label(enter: Enter, cast: Cast, engine: Engine, said: int) -> None:
    manager = enter(cast.lilei)
    manager.post(f"/inbox/c/{cast.zhang}/misread", data={"message": said})
    for label in ("emergency", "opt_out", "nonsense"):
        assert manager.post(f"{PAGE}/{row_of(engine, cast).id}", data={"label": label, "text": "x"}).status_code == 400
    empty = manager.post(f"{PAGE}/{row_of(engine, cast).id}", data={"label": "faq", "text": " "})
    assert (empty.status_code, "例句不能是空的" in empty.text) == (409, True)


def test_another_store_finds_nothing(enter: Enter, cast: Cast, engine: Engine, said: int) -> None:
    enter(cast.lilei).post(f"/inbox/c/{cast.zhang}/misread", data={"message": said})
    stranger = enter(cast.wanglei)
    assert "没有待看的话" in stranger.get(PAGE).text
    assert stranger.post(f"/inbox/c/{cast.zhang}/misread", data={"message": said}).status_code == 404
    assert stranger.post(f"{PAGE}/{row_of(engine, cast).id}", data={"label": "faq", "text": "x"}).status_code == 404
