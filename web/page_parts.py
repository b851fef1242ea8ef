"""What all customer pages do: read the link, slow down who guesses, take a turn, show a page of the house."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request
from sqlalchemy import Engine
from werkzeug.exceptions import TooManyRequests

from bot.links import BadLink, ForgedLink, Link, Links, LinkTarget
from bot.messages import Channel, Inbound, InboundKind
from bot.ports import Bucket, Clock
from bot.surveys import Surveys
from store.page_facts import House
from store.writer import Writer
from web.subscribing import Offers
from web.turn import Answer, TurnTaker

if TYPE_CHECKING:
    from web.visit_page import VisitPages

POSTS, POST_BURST = 0.2, 10  # submissions a second of one link
GUESSES, GUESS_BURST = 1.0, 30  # links that are none, of one address; carriers put many customers behind one
SUBMISSION = re.compile(r"[A-Za-z0-9_-]{8,40}")


@dataclass(frozen=True, slots=True)
class PageNeeds:
    engine: Engine
    writer: Writer
    clock: Clock
    links: Links
    buckets: Bucket
    turns: TurnTaker
    offers: Offers | None = None
    visits: "VisitPages | None" = None
    surveys: Surveys = field(default_factory=Surveys)
    chance: Callable[[], str] = lambda: secrets.token_urlsafe(12)


def target(needs: PageNeeds, link: Link, token: str) -> LinkTarget:
    try:
        found = needs.links.read(link, token, needs.clock.business())
    except ForgedLink:
        _slow_down(needs.buckets.take(f"page:{request.remote_addr}", GUESSES, GUESS_BURST))
        raise
    if request.method == "POST":
        _slow_down(needs.buckets.take(f"page:{link.value}:{found.ids}", POSTS, POST_BURST))
    return found


def _slow_down(wait: float) -> None:
    if wait > 0:
        raise TooManyRequests(retry_after=int(wait) + 1)


def take_turn(
    needs: PageNeeds,
    prompt_id: int,
    kind: InboundKind,
    text: str,
    *,
    rating: int | None = None,
    option: str = "",
) -> Answer:
    """The turn of what was sent in: the same submission again is the same turn."""
    inbound = Inbound(
        channel=Channel.PAGE,
        account="",
        address=str(prompt_id),
        kind=kind,
        provider_key=f"{prompt_id}:{_submission(needs)}",
        sent_at=needs.clock.business(),
        text=text,
        option=option,
        rating=rating,
        prompt_id=prompt_id,
    )
    return needs.turns.take(inbound)


def _submission(needs: PageNeeds) -> str:
    given = request.form.get("submission", "")
    return given if SUBMISSION.fullmatch(given) else needs.chance()


def paragraphs(answer: Answer) -> list[list[tuple[str, str]]]:
    return [linked(text) for text in answer.texts]


def linked(text: str) -> list[tuple[str, str]]:
    """A text in pieces: (words, "") and (address, address)."""
    pieces = re.split(r"(https?://[^\s，。；）]+)", text)
    return [(piece, piece if place % 2 else "") for place, piece in enumerate(pieces) if piece]


def page(name: str, house: House, status: int = 200, **values: Any) -> Response:
    zone = ZoneInfo(house.zone)

    def local(moment: datetime) -> str:
        there = moment.astimezone(zone)
        return f"{there.month}月{there.day}日 {there:%H:%M}"

    def dated(moment: datetime) -> str:
        """With its year, for papers that are kept."""
        return f"{moment.astimezone(zone).year}年{local(moment)}"

    said = {"house": house, "local": local, "dated": dated, "money": money}
    return make_response(render_template(f"pages/customer/{name}.html", **said, **values), status)


def money(fen: int) -> str:
    """128050 → "1,280.50"."""
    return f"{fen // 100:,}.{fen % 100:02}"


def gone(error: BadLink) -> Response:
    return make_response(render_template("pages/customer/gone.html", status=error.status), error.status)


def trouble(status: int) -> Response:
    return make_response(render_template("pages/customer/gone.html", status=status), status)
