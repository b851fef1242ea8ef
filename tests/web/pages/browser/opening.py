"""A page on a customer's phone."""

from typing import Any

from tests.web import screens
from tests.web.screens import NARROW


def screen(chromium: Any, **options: Any) -> Any:
    return chromium.new_context(viewport=NARROW, locale="zh-CN", **options).new_page()


def fits(page: Any) -> bool:
    """Nothing hangs over the side, and what is pressed is big enough for a thumb."""
    small = page.evaluate(
        "[...document.querySelectorAll('button, .pair label')]"
        ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 40).length"
    )
    return screens.fits(page) and small == 0
