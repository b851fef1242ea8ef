"""What the pages of the entrance ask of the house (doors.py has it)."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from flask_limiter import Limiter
from sqlalchemy import Engine

from store.staff import LogIn
from web.answers import Answer


class Needs(Protocol):
    """machine, business: the two clocks; log-ins count on the first."""

    @property
    def engine(self) -> Engine: ...

    @property
    def limiter(self) -> Limiter: ...

    @property
    def machine(self) -> Callable[[], datetime]: ...

    @property
    def business(self) -> Callable[[], datetime]: ...


class Entering(Needs, Protocol):
    def enter(self, found: LogIn, way: str) -> Answer: ...
