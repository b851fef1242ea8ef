"""Teaching the bot in a real browser: a sentence tried, a line labelled, an answer edited, a draft taken over."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from channels.assistant import Assistant
from store import reviews
from store.engine import reading, writing
from store.losable import Losable
from store.media_files import MediaFolder
from tests.conftest import StillClock
from tests.e2e.running import until
from tests.learnt import classifier
from tests.provider import PATIENT, Provider, says
from tests.staff_cast import Cast
from tests.web.inbox.browser.opening import Enter, without_complaint
from tests.web.inbox.conftest import build
from tests.web.inbox.day import Day, line, morning
from tests.web.screens import fits

PATH = "/v1/chat/completions"
WIDTHS = (1440, 390)


@pytest.fixture
def day(engine: Engine, clock: StillClock, cast: Cast) -> Day:
    with writing(engine) as conn:
        made = morning(conn, cast, clock.now)
        line(conn, cast, cast.zhang, clock.now, "雨刷多钱一付哦")
    return made


@pytest.fixture
def site(
    engine: Engine, clock: StillClock, losable: Losable, folder: MediaFolder, stopping: Event, endpoint: Provider
) -> Flask:
    classifier()  # learnt before a page waits for it
    one = Assistant(f"{endpoint.base}/v1", "", "m-1", timeouts=PATIENT)
    return build(engine, clock, losable, stopping.is_set, folder=folder, assistant=one)


@pytest.fixture
def page(enter: Enter) -> Iterator[Any]:
    """李雷, manager; the page may not complain once."""
    with without_complaint(enter("lilei")) as page:
        yield page


def test_a_sentence_is_tried_at_both_widths(page: Any, base: str, tmp_path: Path) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{base}/inbox/understanding")
        page.fill("[name=said]", "3分吧，等太久了")
        page.check("[name=open][value=survey]")
        page.click("text=看看怎么理解")
        page.wait_for_selector("text=会这样回")
        assert page.inner_text(".verdict .intent") == "答复回访"
        assert page.locator(".scores progress").count() == 5
        assert fits(page), width
        page.screenshot(path=tmp_path / f"trial-{width}.png", full_page=True)


def test_a_line_is_marked_labelled_and_taken_back(
    page: Any, base: str, cast: Cast, engine: Engine, tmp_path: Path
) -> None:
    page.goto(f"{base}/inbox/c/{cast.zhang}")
    page.locator(".bubble.customer").last.hover()
    page.locator(".misread").last.click()
    page.wait_for_selector("text=已记下，等经理看")
    page.reload()
    page.wait_for_selector("text=已记下，等经理看")  # said by the line itself, whenever the thread is drawn anew
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{base}/inbox/understanding/review")
        assert fits(page), width
        page.screenshot(path=tmp_path / f"review-{width}.png", full_page=True)
    page.select_option(".turn select[name=other]", "service_price")
    page.click("text=就是它")
    page.wait_for_selector("text=撤销")
    with reading(engine) as conn:
        assert reviews.labelled(conn) == [reviews.Labelled("雨刷多钱一付哦", "", "service_price")]
    page.click("text=撤销")
    page.wait_for_selector("text=就是它")
    with reading(engine) as conn:
        assert reviews.labelled(conn) == []


def test_an_answer_is_reworded_proposed_and_shown_as_waiting(
    page: Any, base: str, endpoint: Provider, tmp_path: Path
) -> None:
    endpoint.script(PATH, says({"choices": [{"message": {"content": "您放心，召回都是免费的，把车架号发来就行。"}}]}))
    page.goto(f"{base}/inbox/understanding/answers/faq/recall")
    page.click("text=换个说法")
    until(lambda: page.input_value("[name=answer]").startswith("您放心"), 30)
    page.click("text=交另一位经理批准")
    page.wait_for_selector("text=等另一位经理批准")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{base}/inbox/understanding/answers")
        assert page.locator("article.known").first.is_visible()
        assert fits(page), width
        page.screenshot(path=tmp_path / f"answers-{width}.png")


def test_a_draft_comes_into_the_field_and_a_failure_leaves_it(
    page: Any, base: str, cast: Cast, endpoint: Provider, tmp_path: Path
) -> None:
    good = says({"choices": [{"message": {"content": "您好，雨刮的价格同事核实后告诉您。"}}]})
    endpoint.script(PATH, good, says({"choices": [{"message": {"content": "给您打八折。"}}]}))
    page.goto(f"{base}/inbox/c/{cast.zhang}")
    field = "#way-reply textarea"
    page.click("#way-reply [data-assist]")
    until(lambda: "同事核实" in page.input_value(field), 30)
    page.click("#way-reply [data-assist]")
    page.wait_for_selector("text=不能答应的话")
    assert page.input_value(field) == "您好，雨刮的价格同事核实后告诉您。"
    page.screenshot(path=tmp_path / "draft-1440.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=tmp_path / "draft-390.png")
    assert fits(page)
