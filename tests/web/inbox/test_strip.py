"""The case strip of a conversation: what the customer gave last stands in it."""

from typing import Any

import pytest
from sqlalchemy import Engine

from store.engine import writing
from store.tables.contact import prompt
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day, add


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ([{"scale": "1-5", "rating": 4, "satisfaction": "satisfied"}], '<span class="chip ">评分 4/5</span>'),
        (
            [
                {"scale": "1-5", "rating": 4, "satisfaction": "satisfied"},
                {"scale": "0-10", "rating": 3, "satisfaction": "dissatisfied"},
            ],
            '<span class="chip bad">评分 3/10</span>',
        ),
        ([{"scale": "1=满意,2=一般,3=不满意", "rating": 3, "satisfaction": "dissatisfied"}], "评分 3</span>"),
    ],
)
def test_the_last_score_stands_in_the_strip(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock, given: list[dict[str, Any]], shown: str
) -> None:
    browser, where = enter(cast.hanmeimei), f"/inbox/c/{cast.zhang}"
    assert "评分" not in browser.get(where).text.split('id="strip"')[1].split("</section>")[0]
    asked = {"customer_id": cast.zhang, "kind": "survey", "ref": {}, "asked_at": clock.now, "expires_at": clock.now}
    with writing(engine) as conn:
        for each in given:
            add(conn, prompt, **asked, **each, state="answered", answered_at=clock.now)
        add(conn, prompt, **asked, scale="1-5")  # asked again, not answered
    assert shown in browser.get(where).text.split('id="strip"')[1].split("</section>")[0]
