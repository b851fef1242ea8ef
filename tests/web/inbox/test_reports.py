"""The figures' page and file: managers only, of their own stores, with n beside each share, in ten questions."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from store.engine import writing
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.statements import asked_of
from tests.web.inbox.complaints import trouble, weeks
from tests.web.inbox.conftest import Enter
from web.inbox.reports import COLUMNS, span


@pytest.fixture
def month(engine: Engine, clock: StillClock, cast: Cast) -> None:
    with writing(engine) as conn:
        weeks(conn, cast, clock.now)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def test_each_figure_stands_with_its_definition_and_its_n(enter: Enter, cast: Cast, month: None) -> None:
    page = enter(cast.lilei).get("/inbox/reports").text
    for words in ("首次响应", "≤ 180", "p90", "平均", "n = 21", "回复率 75%（21 / 28）", "第一条被平台接收的人工回复",
                  "4 分和 5 分占收到的评分", "还在进行的不计", "午休、法定假日不计"):  # fmt: skip
        assert words in page, words
    assert "韩梅梅" in page
    assert "孙丽" in page
    assert "<svg" in page
    assert not re.search(r'(?:src|href)="https?:', page), "nothing from outside"
    assert "style=" not in page, "the policy of the site forbids it"


def test_advisors_and_other_stores_see_none_of_it(enter: Enter, cast: Cast, month: None) -> None:
    for path in ("/inbox/reports", "/inbox/reports.csv"):
        assert enter(cast.hanmeimei).get(path).status_code == 403
        assert "韩梅梅" not in enter(cast.wanglei).get(path).text
    (whole, *others) = rows(enter(cast.wanglei).get("/inbox/reports.csv").text)
    assert (whole["waiting_n"], whole["csat_n"], whole["sla_n"], others) == ("0", "0", "0", [])
    stolen = enter(cast.wanglei).get(f"/inbox/reports.csv?store={cast.store_id}").text
    assert rows(stolen)[0]["waiting_n"] == "0", "a number in the address opens no other store"


def test_the_file_has_a_row_for_the_whole_each_store_person_and_week(enter: Enter, cast: Cast, month: None) -> None:
    answer = enter(cast.admin).get("/inbox/reports.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    found = rows(answer.text)
    assert tuple(found[0]) == COLUMNS
    assert [each["by"] for each in found] == sorted(
        (each["by"] for each in found), key=["all", "store", "person", "week"].index
    )
    whole, weekly = found[0], [each for each in found if each["by"] == "week"]
    for column in ("waiting_n", "csat_n", "asked_n", "sla_n", "sla_kept", "within_180s"):
        assert sum(int(each[column]) for each in weekly) == int(whole[column]), column
    assert {each["name"] for each in found if each["by"] == "person"} == {"韩梅梅", "孙丽"}


def test_a_name_like_a_formula_is_text(enter: Enter, engine: Engine, cast: Cast, month: None) -> None:
    from store.tables.staff import staff

    with writing(engine) as conn:
        conn.execute(staff.update().where(staff.c.id == cast.hanmeimei.id).values(name="=HYPERLINK(1)"))
    assert "'=HYPERLINK(1)" in enter(cast.lilei).get("/inbox/reports.csv").text


def test_only_the_days_asked_for(enter: Enter, cast: Cast, clock: StillClock, month: None) -> None:
    def waiting(query: str) -> int:
        return int(rows(enter(cast.lilei).get(f"/inbox/reports.csv{query}").text)[0]["waiting_n"])

    today = clock.now.date()
    week = waiting(f"?from={today - timedelta(days=6)}&to={today}")
    assert 0 < week < waiting("")
    for nonsense in ("?from=x&to=y", f"?from={today}&to=2020-01-01", f"?from=1900-01-01&to={today}"):
        assert waiting(nonsense) == waiting(""), nonsense


def test_ten_questions_a_view_at_most(enter: Enter, engine: Engine, cast: Cast, clock: StillClock, month: None) -> None:
    with writing(engine) as conn:
        made = trouble(conn, cast, clock.now)
    browser = enter(cast.admin)
    paths = ("/inbox/reports", "/inbox/reports.csv", "/inbox/cases", "/inbox/roster",
             *(f"/inbox/cases/{case_id}" for case_id in made.values()))  # fmt: skip
    for path in paths:
        with asked_of(engine) as asked:
            assert browser.get(path).status_code == 200
        assert len(asked) <= 10, (path, len(asked), asked)


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "–"), (0, "0 秒"), (59.6, "1:00"), (200, "3:20"), (3600, "1小时0分")]
)
def test_a_span_in_words(site: object, seconds: float | None, words: str) -> None:
    from flask import Flask

    assert isinstance(site, Flask)
    with site.test_request_context():
        assert span(seconds) == words
