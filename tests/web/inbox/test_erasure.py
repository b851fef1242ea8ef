"""A person's data taken away on a page: counted first, only with a reason and the name typed, and on record."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from store.engine import reading, writing
from store.media_files import MediaFolder
from store.tables.cases import cases
from store.tables.contact import message
from store.tables.people import customer
from store.tables.staff import audit
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day


@pytest.fixture
def settled(engine: Engine, clock: StillClock, day: Day) -> None:
    """张伟's case is closed."""
    with writing(engine) as conn:
        conn.execute(update(cases).values(state="closed", closed_at=clock.now))


def words(engine: Engine, customer_id: int) -> list[str]:
    with reading(engine) as conn:
        return list(conn.execute(select(message.c.text).where(message.c.customer_id == customer_id)).scalars())


def press(browser: FlaskClient, customer_id: int, **form: str) -> Any:
    return browser.post(f"/inbox/customers/{customer_id}/erase", data=form)


@pytest.mark.usefixtures("settled")
def test_it_is_counted_then_done_and_on_record(engine: Engine, enter: Enter, cast: Cast) -> None:
    browser, where = enter(cast.lilei), f"/inbox/customers/{cast.zhang}/erase"
    assert where in browser.get(f"/inbox/customers/{cast.zhang}").text
    page = browser.get(where).text
    lines = int(re.search(r"对话 (\d+)", page)[1])  # type: ignore[index]  # None would fail as well
    assert lines > len(words(engine, cast.zhang)), "its lines, the thread and what waits"
    assert "没有姓名的账目" in page
    assert words(engine, cast.zhang), "looking takes nothing away"
    answer = press(browser, cast.zhang, why="requested", confirm=" 张伟 ")
    assert (answer.status_code, answer.location) == (303, "/inbox/customers")
    assert words(engine, cast.zhang) == []
    with reading(engine) as conn:
        assert conn.execute(select(customer.c.name).where(customer.c.id == cast.zhang)).scalar_one() == ""
        row = conn.execute(select(audit)).one()
    assert (row.action, row.staff_id) == ("customer_erased", cast.lilei.id)
    assert (row.ref["customer_id"], row.ref["why"]) == (cast.zhang, "requested")
    assert row.ref["gone"] > 5
    assert words(engine, cast.chen), "another's stays"


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"why": "requested", "confirm": "张"}, "输入的姓名不对"),
        ({"why": "", "confirm": "张伟"}, "请选择原因"),
        ({"why": "because", "confirm": "张伟"}, "请选择原因"),
    ],
)
def test_without_reason_and_name_nothing_goes(
    engine: Engine, enter: Enter, cast: Cast, form: dict[str, str], sentence: str
) -> None:
    answer = press(enter(cast.lilei), cast.zhang, **form)
    assert (answer.status_code, sentence in answer.text) == (409, True)
    assert words(engine, cast.zhang)


def test_an_open_case_comes_first(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.lilei)
    page = browser.get(f"/inbox/customers/{cast.zhang}/erase").text
    assert "请先结案" in page
    assert "永久删除" not in page
    assert press(browser, cast.zhang, why="requested", confirm="张伟").status_code == 409
    assert words(engine, cast.zhang)


@pytest.mark.usefixtures("settled")
def test_pictures_go_from_the_folder_too(
    engine: Engine, enter: Enter, cast: Cast, folder: MediaFolder, clock: StillClock
) -> None:
    from store.tables.contact import media
    from tests.web.inbox.day import add

    name = folder.write(lambda file: file.write(b"\x89PNG"))
    with writing(engine) as conn:
        said = conn.execute(select(message.c.id).where(message.c.customer_id == cast.zhang).limit(1)).scalar_one()
        add(
            conn, media, message_id=said, account="main", openid="o-zhang", kind="image", state="kept", name=name,
            mime="image/png", bytes=4, wanted_at=clock.now, retry_at=clock.now,
        )  # fmt: skip
    assert press(enter(cast.lilei), cast.zhang, why="withdrawn", confirm="张伟").status_code == 303
    assert not folder.path(name).exists()


@pytest.mark.usefixtures("settled")
def test_only_managers_of_the_store_may(engine: Engine, enter: Enter, cast: Cast) -> None:
    whole = {"why": "requested", "confirm": "张伟"}
    assert press(enter(cast.hanmeimei), cast.zhang, **whole).status_code == 403
    assert press(enter(cast.wanglei), cast.zhang, **whole).status_code == 404
    assert "/erase" not in enter(cast.hanmeimei).get(f"/inbox/customers/{cast.zhang}").text
    assert words(engine, cast.zhang)
