"""The texts customers agreed under, every version: what one saw stands for good, so none can be edited here."""

from flask import Blueprint

from store.wordings import Shown, every_text
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.settings.office import Office, keeper, page


def register(pages: Blueprint, desk: Desk, _office: Office) -> None:
    @pages.get("/inbox/settings/consents")
    def settings_consents() -> Answer:
        keeper()
        by_wording: dict[str, list[Shown]] = {}
        for each in desk.read(lambda conn: every_text(conn, desk.now())):
            by_wording.setdefault(each.wording, []).append(each)
        return page("consents", texts=by_wording, file="config/consents.yaml")
