"""The tables, by what they hold. SQLAlchemy Core, no ORM: rows become the frozen values of `bot/` at once."""

from store.tables import cases, contact, outbound, people, quotes, runtime, staff, trouble
from store.tables.base import metadata

__all__ = ["cases", "contact", "metadata", "outbound", "people", "quotes", "runtime", "staff", "trouble"]
