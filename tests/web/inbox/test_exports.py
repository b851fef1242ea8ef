"""Taking data away from the pages: tables of one's own store, one person's whole file, each download in the audit."""

import csv
import io
import json

from sqlalchemy import Engine, select

from store import extracts
from store.engine import reading
from store.tables.staff import audit
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day

EXPORTS = "/inbox/settings/exports"


def deeds(engine: Engine) -> list[tuple[str, dict[str, object]]]:
    with reading(engine) as conn:
        rows = conn.execute(
            select(audit.c.action, audit.c.ref).where(audit.c.staff_id.is_not(None)).order_by(audit.c.id)
        )
        return [(row.action, row.ref) for row in rows]


def test_the_page_offers_every_table_in_both_forms(enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.lilei)
    page = browser.get(EXPORTS, query_string={"since": "2026-01-01"}).text
    for table in extracts.KINDS:
        for form in ("csv", "json"):
            assert f"{EXPORTS}/{table}.{form}?since=2026-01-01" in page
            answer = browser.get(f"{EXPORTS}/{table}.{form}")
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
            assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{table}-')
    assert browser.get(f"{EXPORTS}/customers.xlsx").status_code == 404
    assert browser.get(f"{EXPORTS}/staff.csv").status_code == 404


def test_a_manager_gets_the_own_store_and_an_administrator_all(enter: Enter, cast: Cast, day: Day) -> None:
    def names(browser: object) -> set[str]:
        text = browser.get(f"{EXPORTS}/customers.csv").text  # type: ignore[attr-defined]  # a test client
        assert text.startswith("\ufeff")
        return {row["name"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}

    ours, theirs, everybodys = names(enter(cast.lilei)), names(enter(cast.wanglei)), names(enter(cast.admin))
    assert theirs == {"赵敏"}
    assert {"张伟", "陈静"} <= ours
    assert "赵敏" not in ours
    assert everybodys == ours | theirs


def test_each_download_is_in_the_audit(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.lilei)
    browser.get(f"{EXPORTS}/cases.json", query_string={"since": "2026-09-01"})
    browser.get(f"/inbox/customers/{cast.zhang}/file.json")
    (first, table), second = deeds(engine)
    assert (first, table["kind"], table["format"], table["since"]) == ("table_exported", "cases", "json", "2026-09-01")
    assert second == ("person_exported", {"customer_id": cast.zhang})
    page = browser.get("/inbox/settings/audit").text
    assert "导出资料" in page
    assert "下载一位客户的全部资料" in page


def test_a_persons_whole_file_is_for_managers_of_the_store(enter: Enter, cast: Cast, day: Day) -> None:
    address = f"/inbox/customers/{cast.zhang}/file.json"
    page = enter(cast.lilei).get(f"/inbox/customers/{cast.zhang}").text
    assert address in page
    assert "下载全部资料" in page
    copy = json.loads(enter(cast.lilei).get(address).text)
    assert copy["tables"]["vehicle"]["rows"][0]["plate"] == "浙A·D62K8"
    assert "陈静" not in json.dumps(copy, ensure_ascii=False)
    assert address not in enter(cast.hanmeimei).get(f"/inbox/customers/{cast.zhang}").text
    assert enter(cast.hanmeimei).get(address).status_code == 403
    assert enter(cast.wanglei).get(address).status_code == 404
