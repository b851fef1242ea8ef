"""`/f/<topic>.<store>`: an approved answer, or the models with their prices, to read.

A question asked by SMS is answered with this link, since SMS carries no free text; nothing of a customer stands on it,
so the link is no secret. The store says whose hotline stands there; without one it is every store's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response
from sqlalchemy import Connection, Engine
from werkzeug.exceptions import HTTPException, NotFound

from bot.advice import compared
from bot.dealer import Dealer
from bot.faq import Entry
from bot.ports import Clock
from store import answers
from store.engine import reading
from store.garage import house_of
from store.page_facts import House
from web.page_parts import page, trouble

MODELS = "models"


@dataclass(frozen=True, slots=True)
class AnswerNeeds:
    engine: Engine
    clock: Clock
    dealer: Dealer


def answer_pages(needs: AnswerNeeds) -> Blueprint:
    blueprint = Blueprint("answer_pages", __name__)
    blueprint.register_error_handler(HTTPException, lambda error: trouble(error.code or 500))
    blueprint.add_url_rule("/f/<address>", "answer", lambda address: _show(needs, *address.partition(".")[::2]))
    return blueprint


def _show(needs: AnswerNeeds, topic: str, code: str) -> Response:
    """Raises NotFound (a plain page) for an answer that is not approved, or is no longer."""
    with reading(needs.engine) as conn:
        houses = _houses(conn, needs.dealer, code)
        entry = _entry(conn, needs, topic, houses[0].zone) if houses else None
    models = needs.dealer.content.catalogue.models if topic == MODELS else ()
    if not houses or (entry is None and not models):
        raise NotFound
    rows = [(each.name, [(name, values[0]) for name, values in compared([each])]) for each in models]
    title = entry.title if entry else "在售车型"
    phones = [each for each in houses if each.hotline] if len(houses) > 1 else []  # of one, the foot of the page has it
    return page("answer", _one(needs.dealer, houses), title=title, entry=entry, models=rows, phones=phones)


def _houses(conn: Connection, dealer: Dealer, code: str) -> list[House]:
    """The store the address names; every one where it names none, or one that is gone."""
    known = [each.code for each in dealer.stores]
    found = (house_of(conn, each) for each in ([code] if code in known else known))
    return [each for each in found if each is not None]


def _one(dealer: Dealer, houses: Sequence[House]) -> House:
    """Whose page it is: of several stores the dealer's, without a hotline."""
    return houses[0] if len(houses) == 1 else House(dealer.content.catalogue.brand, "", houses[0].zone)


def _entry(conn: Connection, needs: AnswerNeeds, topic: str, zone: str) -> Entry | None:
    faq, today = needs.dealer.content.faq, needs.clock.business().astimezone(ZoneInfo(zone)).date()
    abouts = dict.fromkeys(each.about for each in faq.entries if each.id == topic)
    found = (answers.answer(conn, faq, topic, today, about) for about in abouts)
    return next((each for each in found if each), None)
