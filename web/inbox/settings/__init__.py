"""`/inbox/settings` and `/inbox/account`: staff, stores, tokens, journeys, wordings, audit; and one's own account."""

from flask import Blueprint

from web.inbox.conversation import Desk
from web.inbox.settings import (
    api_tokens,
    audit_log,
    exports,
    factor,
    importing,
    journeys,
    mine,
    staff,
    stores,
    wordings,
)
from web.inbox.settings.office import Office

__all__ = ["Office", "register"]


def register(pages: Blueprint, desk: Desk, office: Office) -> None:
    for part in (staff, stores, api_tokens, journeys, wordings, audit_log, exports, importing, mine, factor):
        part.register(pages, desk, office)
