"""A page as a person sees it: the widths of a desk and of a telephone, whether it fits, a picture of it."""

import os
from pathlib import Path
from typing import Any

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SHOTS = os.environ.get("HUIFANG_SCREENSHOTS", "")  # a folder, to look at what was drawn


def fits(page: Any) -> bool:
    """Nothing hangs over the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
