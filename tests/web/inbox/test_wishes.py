"""Beside the conversation: appointments that stand, and what somebody needs, with what was said before."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from bot.booking import AppointmentState, Capacity, Visit, Wanted
from store import appointments, survey_results
from store.appointments import NewBooking
from store.engine import writing
from store.tables.contact import prompt
from store.tables.people import fact, vehicle
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter


@pytest.mark.handbook("H1.2.3", "H2.2.1")
def test_needs_stand_with_their_history_and_how_much_is_known(
    enter: Enter, cast: Cast, engine: Engine, clock: StillClock
) -> None:
    said = [("purpose", "family"), ("budget", "about:150000"), ("budget", "max:180000"), ("home_charger", "false")]
    with writing(engine) as conn:
        for name, value in said:
            row = {"key": f"need.{name}", "value": value, "at": clock.now}
            conn.execute(insert(fact).values(customer_id=cast.zhang, **row))
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}/wishes").text
    assert "已知 60%" in page
    assert "预算：18万以内" in page
    assert "之前说：15万左右" in page
    assert "把握" not in page
    with writing(engine) as conn:
        conn.execute(update(fact).where(fact.c.key == "need.budget").values(confidence=0.7))
    assert "把握 70%" in enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}/wishes").text


@pytest.mark.handbook("H2.2.2")
def test_appointments_stand_with_their_state(enter: Enter, cast: Cast, engine: Engine, clock: StillClock) -> None:
    wanted, capacity = Wanted(Visit.TEST_DRIVE, 60, "长风"), Capacity(consultants=1, drive_cars={"长风": 1})
    new = NewBooking(cast.zhang, wanted, clock.now + timedelta(days=1))
    with writing(engine) as conn:
        made = appointments.book(conn, cast.store_id, new, capacity, clock.now)
        assert made is not None
        appointments.mark(conn, made, AppointmentState.CONFIRMED, clock.now)
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}/wishes").text
    assert "试驾 <small" in page
    assert "客户已确认" in page


@pytest.mark.handbook("H1.6.5")
def test_quiet_evenings_and_a_while_without_offers_stand_on_the_file(
    enter: Enter, cast: Cast, engine: Engine, clock: StillClock
) -> None:
    with writing(engine) as conn:
        for key, value in (("quiet_after", "20:00"), ("emotion", "anger")):
            conn.execute(insert(fact).values(customer_id=cast.zhang, key=key, value=value, at=clock.now))
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}/wishes").text
    assert "20:00 以后不要联系" in page
    assert "前不推销" in page
    clock.advance(days=31)
    later = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}/wishes").text
    assert "20:00 以后不要联系" in later
    assert "前不推销" not in later


@pytest.mark.handbook("H1.7.5")
@pytest.mark.parametrize(
    ("values", "shown"), [({"lifecycle": "lost"}, "流失"), ({"lifecycle": "warning"}, "预警"), ({"lifecycle": ""}, ""),
                          ({"lifecycle": "lost", "sold_on": date(2026, 9, 1)}, "已不在名下")],
)  # fmt: skip
def test_how_a_cars_owner_stands_to_the_workshop_is_on_the_file(
    enter: Enter, cast: Cast, engine: Engine, values: dict[str, Any], shown: str
) -> None:
    row = {"store_id": cast.store_id, "customer_id": cast.zhang, "plate": "浙A99999", "model": "知行", **values}
    with writing(engine) as conn:
        conn.execute(insert(vehicle).values(row))
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}/context").text
    here = page[page.index("浙A99999") :].split("</p>")[0]
    assert (shown in here) if shown else ("chip" not in here)


@pytest.mark.handbook("H1.5.4", "H1.7.5")
def test_scores_of_surveys_and_reasons_to_stay_away_stand_on_the_file(
    enter: Enter, cast: Cast, engine: Engine, clock: StillClock
) -> None:
    with writing(engine) as conn:
        asked = {"kind": "survey", "scale": "0-10", "ref": {}, "asked_at": clock.now, "expires_at": clock.now}
        said = {"state": "answered", "rating": 7, "text": "等得久", "answered_at": clock.now}
        put = insert(prompt).values(customer_id=cast.zhang, **asked, **said)
        made = conn.execute(put.returning(prompt.c.id)).scalar_one()
        survey_results.keep(conn, made, {"handover": 2, "quality": 5})
        conn.execute(insert(fact).values(customer_id=cast.zhang, key="churn_reason", value="distance", at=clock.now))
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}/wishes").text
    for words in ("满意度调查", "愿意推荐 <b>7</b>", "交车", "服务质量", "等得久", "不来的原因", "距离"):
        assert words in page
