"""An event: made, its audience counted, published once, its guests shown."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from bot.ports import Foreseen
from store import seats
from store.engine import reading, writing
from store.event_audience import CONDITION
from store.tables import cases
from store.tables.events import event_arrival
from store.tables.people import consent, customer, event, identity, refusal, rsvp, vehicle
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.store.cast import an_event
from tests.web.inbox.conftest import Enter, foresight
from tests.web.inbox.day import follow

FORM = {"name": "爱车养护讲座", "date": "2026-09-26", "time": "14:00", "place": "远禾滨江店", "capacity": "20"}


def agree(engine: Engine, clock: StillClock, customer_id: int, given: bool = True) -> None:
    with writing(engine) as conn:
        row = {"customer_id": customer_id, "purpose": "marketing", "given": given, "at": clock.now}
        conn.execute(insert(consent).values(row))


def made(engine: Engine) -> Any:
    with reading(engine) as conn:
        return conn.execute(select(event)).one()


def test_a_draft_invites_nobody_until_it_is_published_once(
    engine: Engine, enter: Enter, cast: Cast, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    answer = browser.post("/inbox/events/new", data=FORM)
    draft = made(engine)
    assert (answer.status_code, answer.location) == (303, f"/inbox/events/{draft.id}")
    assert (draft.state, draft.published_at, draft.capacity) == ("draft", None, 20)
    assert draft.starts_at.isoformat() == "2026-09-26T06:00:00+00:00", "two in the afternoon in Hangzhou"
    assert browser.post(f"/inbox/events/{draft.id}/publish").status_code == 303
    assert (made(engine).state, made(engine).published_at) == ("published", clock.now)
    clock.advance(hours=1)
    assert browser.post(f"/inbox/events/{draft.id}/publish").status_code == 409
    assert made(engine).published_at == clock.now - timedelta(hours=1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "请填写活动名称"),
        ({"date": "2026-09-01"}, "活动时间必须在以后"),
        ({"date": ""}, "请填写日期、时间和名额"),
        ({"capacity": "0"}, "名额至少为 1"),
        ({"capacity": "many"}, "请填写日期、时间和名额"),
    ],
)
def test_a_wrong_form_comes_back_with_its_words(
    engine: Engine, enter: Enter, cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    answer = enter(cast.hanmeimei).post("/inbox/events/new", data=FORM | wrong)
    assert (answer.status_code, sentence in answer.text) == (409, True)
    assert 'value="远禾滨江店"' in answer.text
    with reading(engine) as conn:
        assert conn.execute(select(event)).first() is None


def foreseen(engine: Engine, clock: StillClock, cast: Cast, given: Any = None) -> Foreseen:
    condition = CONDITION.validate_python(given) if given else None
    return foresight(engine, clock)(cast.store_id, condition, clock.now)


@pytest.mark.handbook("H1.7.4")
def test_the_audience_is_foreseen_by_way_with_who_not_and_why(engine: Engine, cast: Cast, clock: StillClock) -> None:
    assert foreseen(engine, clock, cast).by_way == {}
    for who in (cast.zhang, cast.chen, cast.stranger):
        agree(engine, clock, who)
    assert foreseen(engine, clock, cast).by_way == {"sms": 2}
    with writing(engine) as conn:
        follow(conn, cast.zhang, "o-zhang", clock.now)
    seen = foreseen(engine, clock, cast)
    assert (seen.by_way, seen.agreed, seen.unasked) == ({"sms": 1, "mass": 1}, 2, seen.matching - 2)
    with writing(engine) as conn:
        at = {"opened_at": clock.now, "owner_id": cast.hanmeimei.id, "level": "P3", "state": "open"}
        conn.execute(insert(cases.cases).values(store_id=cast.store_id, customer_id=cast.chen, **at))
    assert foreseen(engine, clock, cast).later == {"complaint_hold": 1}
    with writing(engine) as conn:
        row = {"address": "o-zhang", "purpose": "marketing", "source": "退订", "at": clock.now}
        conn.execute(insert(refusal).values(row))
    seen = foreseen(engine, clock, cast)
    assert (seen.by_way, seen.refused) == ({}, 1)


@pytest.mark.handbook("H1.7.4")
def test_the_query_of_an_audience_is_the_language_of_journeys(engine: Engine, cast: Cast, clock: StillClock) -> None:
    for who in (cast.zhang, cast.chen):
        agree(engine, clock, who)
    with writing(engine) as conn:
        conn.execute(update(customer).where(customer.c.id == cast.zhang).values(city="杭州", member=True))
        row = {"store_id": cast.store_id, "customer_id": cast.zhang, "model": "长风 1.5T"}
        conn.execute(insert(vehicle).values(row))
    models = {"field": "customer.models", "op": "in", "value": ["长风 1.5T"]}
    for asked in (models, {"field": "customer.city", "op": "in", "value": ["杭州"]}, {"all": [models]}):
        assert foreseen(engine, clock, cast, asked).agreed == 1
    assert foreseen(engine, clock, cast, {"not": models}).agreed == 1
    assert foreseen(engine, clock, cast, {"field": "customer.days_since_visit", "op": "<=", "value": 90}).agreed == 0


def test_the_refusal_of_one_silences_nobody_else(engine: Engine, cast: Cast, clock: StillClock) -> None:
    agree(engine, clock, cast.zhang)
    with writing(engine) as conn:
        follow(conn, cast.chen, "o-chen", clock.now)
        row = {"address": "o-chen", "purpose": "all", "source": "退订", "at": clock.now}
        conn.execute(insert(refusal).values(row))
        assert conn.execute(select(identity.c.id)).all()
    assert foreseen(engine, clock, cast).by_way == {"sms": 1}


def test_the_form_keeps_its_audience_and_gives_it_back(engine: Engine, enter: Enter, cast: Cast) -> None:
    with writing(engine) as conn:
        row = {"store_id": cast.store_id, "customer_id": cast.zhang, "model": "长风 1.5T"}
        conn.execute(insert(vehicle).values(row))
        conn.execute(update(customer).where(customer.c.id == cast.zhang).values(city="杭州"))
    browser = enter(cast.hanmeimei)
    asked = {
        "model": ["长风 1.5T"], "city": ["杭州"], "visit_op": ">", "visit_days": "180", "member": "1",
        "condition": "{not: {field: customer.open_case, value: true}}", "shares": "40 30 30", "wave_hours": "12",
    }  # fmt: skip
    browser.post("/inbox/events/new", data=FORM | asked)
    draft = made(engine)
    assert [each.get("field", "not") for each in draft.audience["all"]] == [
        "customer.models", "customer.city", "customer.days_since_visit", "customer.member", "not",
    ]  # fmt: skip
    assert (draft.shares, draft.wave_hours) == ([40, 30, 30], 12)
    page = browser.get(f"/inbox/events/{draft.id}/edit").text
    for words in ('value="长风 1.5T" checked', 'value="杭州" checked', 'value="180"', "customer.open_case", "40 30 30"):
        assert words in page
    assert "customer.days_since_visit" in browser.get(f"/inbox/events/{draft.id}").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"condition": "{field: customer.nmae, value: x}"}, "no such field: customer.nmae"),
        ({"condition": "{field: vehicle.model, value: x}"}, "vehicle.model 不是客户的条件"),
        ({"condition": "{field: [}"}, "不是合法的 YAML"),
        ({"condition": "drop table customer"}, "邀请条件有误"),
        ({"visit_op": ">", "visit_days": "x"}, "请填写多少天"),
        ({"shares": "40 40"}, "合计 100"),
        ({"confirm_hours": "0"}, "小时数要在"),
        ({"kind": "party"}, "请填写日期、时间和名额"),
    ],
)
def test_a_wrong_audience_says_what_is_wrong(
    engine: Engine, enter: Enter, cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    answer = enter(cast.hanmeimei).post("/inbox/events/new", data=FORM | wrong)
    assert (answer.status_code, sentence in answer.text) == (409, True)
    with reading(engine) as conn:
        assert conn.execute(select(event)).first() is None


def published(engine: Engine, cast: Cast, clock: StillClock, **values: Any) -> int:
    with writing(engine) as conn:
        return an_event(conn, cast.store_id, at=clock.now + timedelta(days=9), now=clock.now, **values)


def book(engine: Engine, event_id: int, who: int, party: int, children: int, clock: StillClock) -> int:
    with writing(engine) as conn:
        return seats.book(conn, event_id, who, party, children, clock.now, "page")


@pytest.mark.handbook("H1.7.4")
def test_another_date_or_place_is_another_version_and_capacity_never_falls_below_the_guests(
    engine: Engine, enter: Enter, cast: Cast, clock: StillClock
) -> None:
    event_id = published(engine, cast, clock, capacity=2)
    book(engine, event_id, cast.zhang, 2, 0, clock)
    with writing(engine) as conn:
        seats.wait(conn, event_id, cast.chen, 1, 0, clock.now)
    browser, where = enter(cast.hanmeimei), f"/inbox/events/{event_id}/edit"
    now = {"name": "爱车讲座", "date": "2026-09-26", "time": "10:00", "place": "二楼", "capacity": "2"}
    answer = browser.post(where, data=now | {"capacity": "1"})
    assert (answer.status_code, "已有 2 个座位有人" in answer.text) == (409, True)
    assert browser.post(where, data=now | {"cost": "免费", "place": "三楼"}).status_code == 303
    assert (made(engine).version, made(engine).place, made(engine).cost) == (2, "三楼", "免费")
    assert "改期后未确认" in browser.get(f"/inbox/events/{event_id}").text
    browser.post(where, data=now | {"cost": "每人80元", "place": "三楼", "capacity": "3"})
    assert (made(engine).version, made(engine).taken) == (2, 3), "one more seat: who waits is offered it"
    clock.advance(days=10)
    again = enter(cast.hanmeimei)  # a session nobody touched for a week is over
    assert again.post(where, data=now | {"date": "2026-10-26"}).status_code == 409


def test_called_off_once(engine: Engine, enter: Enter, cast: Cast, clock: StillClock) -> None:
    event_id = published(engine, cast, clock)
    browser = enter(cast.hanmeimei)
    assert browser.post(f"/inbox/events/{event_id}/call-off").status_code == 303
    assert (made(engine).state, made(engine).cancelled_at) == ("cancelled", clock.now)
    assert browser.post(f"/inbox/events/{event_id}/call-off").status_code == 409
    assert browser.get(f"/inbox/events/{event_id}/door").status_code == 404


def test_photos_have_an_address(engine: Engine, enter: Enter, cast: Cast, clock: StillClock) -> None:
    event_id = published(engine, cast, clock)
    browser = enter(cast.hanmeimei)
    assert browser.post(f"/inbox/events/{event_id}/photos", data={"photos": "javascript:x"}).status_code == 409
    assert browser.post(f"/inbox/events/{event_id}/photos", data={"photos": "https://a.example/1"}).status_code == 303
    assert made(engine).photos == "https://a.example/1"


@pytest.mark.handbook("H1.7.4")
def test_at_the_door_by_code_by_name_and_without_a_word(
    engine: Engine, enter: Enter, cast: Cast, clock: StillClock
) -> None:
    event_id = published(engine, cast, clock)
    code = book(engine, event_id, cast.zhang, 3, 1, clock)
    browser, door = enter(cast.hanmeimei), f"/inbox/events/{event_id}/door"
    page = browser.get(f"{door}?code={code}").text
    assert "张伟" in page
    assert "报名 3 人" in page
    assert "没有这个签到码" in browser.get(f"{door}?code=1").text
    came = {"guest": cast.zhang, "how": "code", "heads": "3", "children": "1"}
    assert browser.post(door, data=came).location == door
    assert browser.post(door, data=came).location == f"{door}?again=1", "scanned twice, here once"
    assert browser.post(door, data={"how": "walk_in", "key": "k1", "name": "王先生", "heads": "2"}).status_code == 303
    assert browser.post(door, data={"how": "walk_in", "key": "k1", "name": "王先生", "heads": "2"}).status_code == 303
    browser.post(door, data={"guest": cast.chen, "how": "walk_in", "heads": "1"})
    rows = arrived(engine)
    assert [(row.customer_id, row.name, row.heads, row.children, row.how) for row in rows] == [
        (cast.zhang, "", 3, 1, "code"), (None, "王先生", 2, 0, "walk_in"), (cast.chen, "", 1, 0, "walk_in"),
    ]  # fmt: skip
    assert "<b>6</b> 人已到" in browser.get(door).text
    browser.post(f"{door}/back", data={"guest": cast.chen})
    browser.post(f"{door}/back", data={"arrival": rows[1].id})
    assert [row.customer_id for row in arrived(engine)] == [cast.zhang]


def arrived(engine: Engine) -> list[Any]:
    with reading(engine) as conn:
        return list(conn.execute(select(event_arrival).order_by(event_arrival.c.id)))


@pytest.mark.parametrize("wrong", [{"heads": "0"}, {"heads": "2", "children": "3"}, {"heads": "99"}, {"heads": "x"}])
def test_a_party_has_heads(engine: Engine, enter: Enter, cast: Cast, clock: StillClock, wrong: dict[str, str]) -> None:
    event_id = published(engine, cast, clock)
    answer = enter(cast.hanmeimei).post(f"/inbox/events/{event_id}/door", data={"guest": str(cast.zhang)} | wrong)
    assert answer.status_code == 409
    assert arrived(engine) == []


def test_another_store_sees_none_of_it(engine: Engine, enter: Enter, cast: Cast, clock: StillClock) -> None:
    event_id = published(engine, cast, clock)
    browser = enter(cast.wanglei)
    for where in ("", "/edit", "/door"):
        assert browser.get(f"/inbox/events/{event_id}{where}").status_code == 404
    for where in ("/publish", "/edit"):
        assert browser.post(f"/inbox/events/{event_id}{where}", data=FORM).status_code == 404
    for where in ("/call-off", "/photos", "/door/back"):
        assert browser.post(f"/inbox/events/{event_id}{where}").status_code == 404
    assert browser.post(f"/inbox/events/{event_id}/door", data={"guest": cast.zhang, "heads": 1}).status_code == 404
    mine = published(engine, cast, clock)
    answer = enter(cast.hanmeimei).post(
        f"/inbox/events/{mine}/door", data={"guest": cast.stranger, "heads": "1", "how": "walk_in"}
    )
    assert answer.status_code == 404, "a customer of another store does not come in by a number"
    assert arrived(engine) == []


def test_guests_are_shown(engine: Engine, enter: Enter, cast: Cast, clock: StillClock) -> None:
    browser = enter(cast.hanmeimei)
    browser.post("/inbox/events/new", data=FORM)
    draft = made(engine).id
    with writing(engine) as conn:
        row = {"event_id": draft, "customer_id": cast.zhang, "seats": 2, "state": "going", "at": clock.now}
        conn.execute(insert(rsvp).values(row))
    page = browser.get(f"/inbox/events/{draft}").text
    assert "张伟" in page
    assert '<td data-label="人数">2</td>' in page
    assert "爱车养护讲座" in browser.get("/inbox/events").text
