"""Opening the inbox in a real browser, and what is asked of every page of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types

from tests.web.inbox.conftest import PASSWORD
from tests.web.screens import WIDE

JIANGNAN = {"location": {"latitude": 30.2, "longitude": 120.21, "label": "江南大道 228 号"}}  # where a customer is

Enter = Callable[..., Any]  # log_in, but for the browser and the address
WriteIn = Callable[[int, str], None]  # the customer and what is said


def log_in(
    chromium: Any,
    base: str,
    username: str,
    size: dict[str, int] = WIDE,
    at: str = "/inbox",
    seen: str = "#list",
    **more: Any,
) -> Any:
    """A page of a browser of its own, once `seen` is there."""
    page = chromium.new_context(viewport=size, **more).new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{base}{at}")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(seen)
    page.wait_for_load_state("domcontentloaded")  # the scripts have run: keys are heard
    return page


@contextmanager
def without_complaint(page: Any) -> Iterator[Any]:
    """It runs into no error of its own and breaks no rule of the policy."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    yield page
    assert complaints == []


def serious(page: Any, where: str) -> list[tuple[str, str, str]]:
    """What axe finds."""
    grave = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
    return [(where, each["id"], node["html"][:160]) for each in grave for node in each["nodes"][:3]]
