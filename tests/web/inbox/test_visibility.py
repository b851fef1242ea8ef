"""What each sees of another store: 王磊 nothing by any door. Every route and role: test_route_matrix.py."""

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from bot.customer import StaffMember
from store import feed
from store.engine import reading
from store.tables.contact import message, thread
from store.tables.outbound import outbox
from store.tables.people import event
from store.tables.runtime import feed as feed_table
from store.visibility import visible_to
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day, add

OURS = ("张伟", "陈静", "空调还是不凉", "浙A·D62K8", "RO#8812")
PAGES = ("/inbox", "/inbox/list", "/inbox/cases", "/inbox/customers", "/inbox/events", "/inbox/events/new",
         "/inbox/troubles", "/inbox/calls", "/inbox/visits", "/inbox/visits/queue",
         "/inbox/pages", "/inbox/me", "/inbox/narrow", "/inbox/bulk", "/inbox/snippets")  # fmt: skip
ONE = ("/inbox/c/{c}", "/inbox/c/{c}/live", "/inbox/c/{c}/older?before=99", "/inbox/c/{c}/context",
       "/inbox/c/{c}/wishes", "/inbox/c/{c}/ledger", "/inbox/c/{c}/around?m=3", "/inbox/c/{c}/snippets",
       "/inbox/c/{c}/sheet/labels",
       "/inbox/c/{c}/sheet/transfer", "/inbox/c/{c}/sheet/later", "/inbox/c/{c}/sheet/merge", "/inbox/customers/{c}",
       "/inbox/customers/{c}/why", "/inbox/touchpoints/{t}", "/inbox/events/{e}",
       "/inbox/events/{e}/edit")  # fmt: skip
EVENT_DEEDS = {f"/inbox/events/{{e}}/{deed}" for deed in ("publish", "call-off", "photos", "door", "door/back")}
DEEDS = ("claim", "release", "plan", "start", "fix", "close", "reply", "sms", "call", "note", "image", "file", "phone",
         "done", "label", "transfer", "later", "back", "again", "template", "here", "gone", "draft", "reveal",
         "merge")  # fmt: skip


@pytest.fixture
def event_id(engine: Engine, cast: Cast, day: Day) -> int:
    from store.engine import writing

    with writing(engine) as conn:
        row = {"name": "养护讲座", "starts_at": conn.execute(select(func.max(message.c.at))).scalar(), "capacity": 9}
        return add(conn, event, store_id=cast.store_id, audience={}, **row)


def insider(cast: Cast, who: str) -> StaffMember:
    member: StaffMember = getattr(cast, who)
    return member


@pytest.mark.parametrize("who", ["hanmeimei", "lilei", "admin"])
def test_the_stores_own_staff_sees_it(enter: Enter, cast: Cast, day: Day, event_id: int, who: str) -> None:
    browser = enter(insider(cast, who))
    for path in (*PAGES, *ONE):
        answer = browser.get(path.format(c=cast.zhang, t=day.touchpoint_id, e=event_id))
        assert answer.status_code == 200, path
    assert "张伟" in browser.get("/inbox").text
    assert "张伟" in browser.get("/inbox/cases").text


def test_another_stores_manager_sees_nothing(enter: Enter, cast: Cast, day: Day, event_id: int) -> None:
    browser = enter(cast.wanglei)
    for path in PAGES:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert not [word for word in OURS if word in answer.text], path
    for path in ONE:
        assert browser.get(path.format(c=cast.zhang, t=day.touchpoint_id, e=event_id)).status_code == 404, path


def test_a_search_does_not_reach_into_another_store(enter: Enter, cast: Cast, day: Day) -> None:
    for word in OURS:
        found = enter(cast.wanglei).get("/inbox/list", query_string={"q": word, "tab": "all"}).text
        assert 'class="row"' not in found
    assert 'class="row"' in enter(cast.hanmeimei).get("/inbox/list", query_string={"q": "热风", "tab": "all"}).text


def test_another_stores_manager_can_do_nothing(
    engine: Engine, enter: Enter, cast: Cast, day: Day, event_id: int
) -> None:
    def counted() -> tuple[int, ...]:
        with reading(engine) as conn:
            rows = (message, outbox, feed_table)
            return tuple(conn.execute(select(func.count()).select_from(each)).scalar_one() for each in rows)

    before, browser = counted(), enter(cast.wanglei)
    form = {"text": "你好", "key": "k" * 12, "version": "1", "template": "staff_contact", "subject": "x"}
    for deed in DEEDS:
        assert browser.post(f"/inbox/c/{cast.zhang}/{deed}", data=form).status_code == 404, deed
    assert browser.post(f"/inbox/events/{event_id}/publish").status_code == 404
    assert counted() == before


def test_without_a_log_in_every_door_leads_to_it(site: Flask, cast: Cast, day: Day, event_id: int) -> None:
    stranger = site.test_client()
    for path in (*PAGES, *ONE):
        answer = stranger.get(path.format(c=cast.zhang, t=day.touchpoint_id, e=event_id))
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login"), path
    for deed in DEEDS:
        assert stranger.post(f"/inbox/c/{cast.zhang}/{deed}").status_code == 302
    assert stranger.get("/events").status_code == 401
    fragment = stranger.get("/inbox/list", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (401, "/login")


def test_the_predicate_is_the_same_for_the_feed(engine: Engine, cast: Cast, day: Day) -> None:
    with reading(engine) as conn:
        assert feed.after(conn, 0, visible_to(cast.wanglei, feed_table)) == []
        ours = feed.after(conn, 0, visible_to(cast.hanmeimei, feed_table))
        everything = feed.after(conn, 0, visible_to(cast.admin, feed_table))
        assert len(ours) == len(everything) > 0
        mine = select(func.count()).select_from(thread).where(visible_to(cast.wanglei, thread))
        assert conn.execute(mine).scalar_one() == 0
