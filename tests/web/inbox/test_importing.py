"""A table taken in on a page: tried first, each bad row named with its line, then taken, as the command would."""

import io
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from store.engine import reading
from store.media_files import MediaFolder
from store.tables.people import customer
from store.tables.staff import audit
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter

WHERE = "/inbox/settings/import"
GOOD = "客户编号,姓名,手机\nN-1,林涛,13911110001\nN-2,何静,13911110002\n"
BAD = "客户编号,姓名,手机,生日\nN-1,林涛,13911110001,\nN-2,何静,12,\nN-1,谁,13911110003,\nN-4,余光,13911110004,昨天\n"


def tried(browser: FlaskClient, text: str, name: str = "customers.csv", **form: str) -> Any:
    given = {"file": (io.BytesIO(text.encode("gb18030")), name), **form}
    return browser.post(WHERE, data=given, content_type="multipart/form-data")


def form_of(page: str) -> dict[str, str]:
    """The hidden fields with which the page goes on to taking."""
    taking = page[page.index(f'action="{WHERE}/take"') :].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', taking))


def customers(engine: Engine) -> int:
    with reading(engine) as conn:
        return conn.execute(select(func.count()).select_from(customer)).scalar_one()


def test_a_good_table_is_tried_then_taken(engine: Engine, enter: Enter, cast: Cast, folder: MediaFolder) -> None:
    browser, before = enter(cast.lilei), customers(engine)
    page = tried(browser, GOOD)
    assert page.status_code == 200
    assert "现在什么都还没有写入" in page.text
    assert customers(engine) == before
    form = form_of(page.text)
    assert folder.path(form["kept"]).exists()
    answer = browser.post(f"{WHERE}/take", data=form)
    assert (answer.status_code, answer.location) == (303, WHERE)
    assert "已导入：新增 2，更新 0，跳过 0" in browser.get(WHERE).text
    assert customers(engine) == before + 2
    assert not folder.path(form["kept"]).exists(), "what was taken does not lie about"
    with reading(engine) as conn:
        row = conn.execute(select(audit)).one()
        store = conn.execute(select(customer.c.store_id).where(customer.c.external_id == "N-1")).scalar_one()
    assert (row.action, row.staff_id, store) == ("customers_imported", cast.lilei.id, cast.store_id)
    assert row.ref["files"] == ["customers.csv"]


def test_each_bad_row_is_named_with_its_line_and_nothing_is_taken(engine: Engine, enter: Enter, cast: Cast) -> None:
    browser, before = enter(cast.lilei), customers(engine)
    page = tried(browser, BAD).text
    rows = re.findall(r"<tr><td><b>(\d+)</b></td><td>([^<]+)</td><td>([^<]+)</td></tr>", page)
    assert [row[:2] for row in rows] == [("3", "手机"), ("4", "客户编号"), ("5", "生日")]
    assert rows[1][2] == "和第 2 行重复"
    assert rows[2][2] == "不是日期，请写成 2026-09-01"
    assert f"{WHERE}/take" not in page, "not to be taken as it is"
    assert customers(engine) == before


def test_bad_rows_may_be_left_out(engine: Engine, enter: Enter, cast: Cast) -> None:
    browser, before = enter(cast.lilei), customers(engine)
    page = tried(browser, BAD, skip_bad="1").text
    assert browser.post(f"{WHERE}/take", data=form_of(page)).status_code == 303
    assert "新增 1，更新 0，跳过 3" in browser.get(WHERE).text
    assert customers(engine) == before + 1


def test_what_is_no_table_is_told_in_words(enter: Enter, cast: Cast) -> None:
    browser = enter(cast.lilei)
    for answer, words in (
        (tried(browser, GOOD, "无题.csv"), "看不出是什么表"),
        (tried(browser, "", "customers.csv"), "文件是空的"),
        (tried(browser, "x", "customers.xlsx"), "不是 CSV 或 XLSX 表格"),
        (browser.post(WHERE, data={}), "请先选择文件"),
        (browser.post(f"{WHERE}/take", data={"kept": "../../etc/passwd", "name": "a.csv"}), "文件已经不在了"),
        (browser.post(f"{WHERE}/take", data={"kept": "0" * 32, "name": "a.csv"}), "文件已经不在了"),
    ):
        assert (answer.status_code, words in answer.text) == (409, True), words
    assert tried(browser, GOOD, "无题.csv", kind="customers").status_code == 200


def test_a_manager_takes_in_for_the_own_store_only(engine: Engine, enter: Enter, cast: Cast) -> None:
    elsewhere = {"store_id": str(cast.elsewhere_id)}
    assert tried(enter(cast.lilei), GOOD, **elsewhere).status_code == 409
    assert tried(enter(cast.admin), GOOD, **elsewhere).status_code == 200
    assert tried(enter(cast.hanmeimei), GOOD).status_code == 403


def test_in_english_too(enter: Enter, cast: Cast) -> None:
    browser = enter(cast.lilei)
    browser.set_cookie("language", "en")
    page = tried(browser, BAD).text
    assert "The same as row 2" in page
    assert "Nothing has been written yet." in page
