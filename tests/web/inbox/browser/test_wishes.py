"""What a customer wants and thinks of us, beside the conversation, on a desk's screen and a phone's."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from store import survey_results
from store.engine import writing
from store.tables.contact import prompt
from store.tables.people import fact, vehicle
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.browser.opening import Enter
from tests.web.screens import NARROW, fits, shot


@pytest.fixture
def told(engine: Engine, cast: Cast, clock: StillClock) -> int:
    """张伟 was angry, wants quiet evenings, scored the hand-over low and lives too far away."""
    now = clock.now
    with writing(engine) as conn:
        for key, value in (("quiet_after", "20:00"), ("emotion", "anger"), ("churn_reason", "distance")):
            conn.execute(insert(fact).values(customer_id=cast.zhang, key=key, value=value, at=now))
        row = {"key": "need.budget", "value": "max:180000", "confidence": 0.8, "at": now}
        conn.execute(insert(fact).values(customer_id=cast.zhang, **row))
        asked = {"kind": "survey", "scale": "0-10", "ref": {}, "asked_at": now, "expires_at": now + timedelta(days=9)}
        said = {"state": "answered", "rating": 7, "text": "等得久了点", "answered_at": now}
        put = insert(prompt).values(customer_id=cast.zhang, **asked, **said)
        made = conn.execute(put.returning(prompt.c.id)).scalar_one()
        survey_results.keep(conn, made, {"start": 5, "advisor": 4, "facility": 4, "handover": 2, "quality": 5})
        conn.execute(update(vehicle).where(vehicle.c.customer_id == cast.zhang).values(lifecycle="warning"))
    return cast.zhang


@pytest.mark.handbook("H1.5.4", "H1.6.5", "H1.7.5")
def test_it_is_all_beside_the_conversation(enter: Enter, base: str, day: Any, told: int) -> None:
    page = enter("hanmeimei")
    page.goto(f"{base}/inbox/customers/{told}")
    for words in ("20:00 以后不要联系", "前不推销", "愿意推荐", "交车", "不来的原因", "把握 80%"):
        page.get_by_text(words).first.wait_for()
    shot(page, "wishes-1440")
    page.set_viewport_size(NARROW)
    assert fits(page)
    shot(page, "wishes-390")
