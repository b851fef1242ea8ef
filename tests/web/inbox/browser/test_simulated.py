"""The page of a simulated year in a real browser."""

from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import Engine

from store.losable import Losable
from tests.conftest import StillClock
from tests.web.inbox.browser.opening import Enter, without_complaint
from tests.web.inbox.conftest import build
from tests.web.inbox.test_simulate import keep_a_year
from tests.web.screens import fits


@pytest.fixture
def site(engine: Engine, clock: StillClock, losable: Losable, stopping: Event, tmp_path: Path) -> Flask:
    return build(engine, clock, losable, stopping.is_set, simulations=keep_a_year(tmp_path / "simulations"))


def test_a_marked_day_leads_to_its_line(enter: Enter, base: str) -> None:
    with without_complaint(enter("lilei")) as page:
        page.goto(f"{base}/inbox/simulate")
        page.fill("[name=customer]", "3")
        page.keyboard.press("Enter")
        page.click("a.greeting")
        assert page.url.endswith("#d2026-02-17")
        assert page.locator("tr:target").inner_text().startswith("2026-02-17 10:30")
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert fits(page)
