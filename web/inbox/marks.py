"""Small words of the desk: who is called in a note, how old something is."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint
from flask_babel import gettext

from web.inbox.words import span_in_words

HOUR = timedelta(hours=1)
CALLED = re.compile(r"(@[^\s@，。；：,.;:]{1,12})")


def register(pages: Blueprint, now: Callable[[], datetime]) -> None:
    @pages.context_processor
    def marks() -> dict[str, Any]:
        return {"called_in": called_in, "age": lambda at: age(now() - at)}


def called_in(text: str) -> list[tuple[str, bool]]:
    """A note cut where somebody is called: (words, whether it is a name)."""
    return [(words, bool(at % 2)) for at, words in enumerate(CALLED.split(text)) if words]


def age(span: timedelta) -> str:
    """18 分钟, 2小时5分: an age needs no seconds."""
    return str(gettext("%(n)s 分钟", n=int(span.total_seconds() // 60))) if span < HOUR else span_in_words(span)
