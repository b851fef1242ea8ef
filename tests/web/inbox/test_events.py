"""An event: made, its audience counted, published once, its guests shown."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from store import events
from store.engine import reading, writing
from store.tables.people import consent, event, identity, refusal, rsvp
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
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


def test_the_audience_is_who_agreed_and_can_be_reached(engine: Engine, cast: Cast, clock: StillClock) -> None:
    def counted() -> tuple[int, int]:
        with reading(engine) as conn:
            audience = events.audience_of(conn, cast.hanmeimei)
        return audience.followers, audience.by_sms

    assert counted() == (0, 0)
    agree(engine, clock, cast.zhang)
    agree(engine, clock, cast.chen)
    agree(engine, clock, cast.stranger)
    assert counted() == (0, 2)
    with writing(engine) as conn:
        follow(conn, cast.zhang, "o-zhang", clock.now)
    assert counted() == (1, 1)
    agree(engine, clock, cast.chen, given=False)
    assert counted() == (1, 0)
    with writing(engine) as conn:
        row = {"address": "o-zhang", "purpose": "marketing", "source": "退订", "at": clock.now}
        conn.execute(insert(refusal).values(row))
    assert counted() == (0, 0)


def test_the_refusal_of_one_silences_nobody_else(engine: Engine, cast: Cast, clock: StillClock) -> None:
    agree(engine, clock, cast.zhang)
    with writing(engine) as conn:
        follow(conn, cast.chen, "o-chen", clock.now)
        row = {"address": "o-chen", "purpose": "all", "source": "退订", "at": clock.now}
        conn.execute(insert(refusal).values(row))
        audience = events.audience_of(conn, cast.hanmeimei)
        assert conn.execute(select(identity.c.id)).all()
    assert (audience.followers, audience.by_sms) == (0, 1)


def test_guests_are_shown(engine: Engine, enter: Enter, cast: Cast, clock: StillClock) -> None:
    browser = enter(cast.hanmeimei)
    browser.post("/inbox/events/new", data=FORM)
    draft = made(engine).id
    with writing(engine) as conn:
        row = {"event_id": draft, "customer_id": cast.zhang, "seats": 2, "state": "going", "at": clock.now}
        conn.execute(insert(rsvp).values(row))
    page = browser.get(f"/inbox/events/{draft}").text
    assert "张伟" in page
    assert "<td>2</td>" in page
    assert "爱车养护讲座" in browser.get("/inbox/events").text
