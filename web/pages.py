"""Customer pages behind signed links: `/s/` a question, `/e/` an event, `/u/` unsubscribe. Looking changes nothing.

No session and no CSRF token: the link itself is the proof, and a foreign site does not have it. A submission made
twice is one, by the number the form carries.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import Connection, Engine
from werkzeug.exceptions import HTTPException, TooManyRequests

from bot.effects import PromptKind
from bot.errors import BadInbound
from bot.links import BadLink, ForgedLink, Link, Links, LinkTarget
from bot.messages import Channel, Inbound, InboundKind
from bot.ports import Bucket, Clock
from bot.understanding.scales import scale_of
from store import page_facts
from store.engine import reading
from store.page_facts import House, Invitation, Question
from store.writer import Writer
from web.subscribing import Offers
from web.turn import TurnFailed, TurnTaker

SCORED = (PromptKind.SURVEY, PromptKind.RECONTACT)
WORDS = {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "非常不满意"}
LONGEST = 500  # characters of a reason; a form field says so too
SEATS = 9
MAX_BODY = 16 * 1024
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
    chance: Callable[[], str] = lambda: secrets.token_urlsafe(12)


def pages(needs: PageNeeds) -> Blueprint:
    blueprint = Blueprint("pages", __name__)
    blueprint.register_error_handler(BadLink, _gone)
    blueprint.register_error_handler(BadInbound, lambda _error: _gone(ForgedLink("no such question")))
    blueprint.register_error_handler(TurnFailed, lambda _error: _trouble(503))
    blueprint.register_error_handler(HTTPException, lambda error: _trouble(error.code or 500))
    for link, views in _views(needs).items():
        for method, view in views.items():
            blueprint.add_url_rule(
                f"/{link.value}/<token>", f"{link.name.lower()}_{method.lower()}", view, methods=[method]
            )
    return blueprint


def _views(needs: PageNeeds) -> dict[Link, dict[str, Callable[[str], Response]]]:
    return {
        Link.SURVEY: {
            "GET": lambda token: _ask(needs, _question(needs, token)),
            "POST": lambda token: _answered(needs, _question(needs, token)),
        },
        Link.EVENT: {
            "GET": lambda token: _invite(needs, _invitation(needs, token)),
            "POST": lambda token: _replied(needs, _invitation(needs, token)),
        },
        Link.UNSUBSCRIBE: {
            "GET": lambda token: _mailing(needs, token),
            "POST": lambda token: _unsubscribed(needs, token),
        },
    }


# The question


def _question(needs: PageNeeds, token: str) -> Question:
    (prompt_id,) = _target(needs, Link.SURVEY, token).ids
    with reading(needs.engine) as conn:
        found = page_facts.question(conn, prompt_id)
    if found is None:
        raise ForgedLink("no such question")
    return found


def _ask(needs: PageNeeds, question: Question, status: int = 200, missing: bool = False) -> Response:
    page = "survey" if question.kind in SCORED else "membership" if _joins(question) else "words"
    return _page(
        page,
        question.house,
        status,
        question=question,
        choices=choices(question.scale),
        submission=needs.chance(),
        missing=missing,
        longest=LONGEST,
    )


def choices(scale: str) -> list[tuple[int, str]]:
    """What may be chosen, best first, each with its word: the scale's own, else those of 1 to 5."""
    spelled = [(int(number), word) for number, word in re.findall(r"(\d+)=([^,，]+)", scale)]
    if spelled:
        return spelled
    known = scale_of(scale) or scale_of("1-5")
    assert known is not None
    numbers = sorted(known.grades, reverse=True)
    return [(number, WORDS[number] if len(numbers) == len(WORDS) else "") for number in numbers]


def _answered(needs: PageNeeds, question: Question) -> Response:
    rating = _chosen(question)
    text = request.form.get("text", "").strip()[:LONGEST]
    if rating is None and not (text or _joins(question)):
        return _ask(needs, question, 422, missing=True)
    kind = InboundKind.ANSWER if question.kind in SCORED or _joins(question) else InboundKind.TEXT
    return _turn(needs, question.house, question.prompt_id, kind, text, rating, offers=question.kind in SCORED)


def _chosen(question: Question) -> int | None:
    """The number chosen, if it is one of the scale."""
    given = request.form.get("rating", "")
    if question.kind not in SCORED or not given.isdecimal() or len(given) > 3:
        return None
    return int(given) if int(given) in dict(choices(question.scale)) else None


def _joins(question: Question) -> bool:
    return question.kind is PromptKind.MEMBERSHIP


# The event


def _invitation(needs: PageNeeds, token: str) -> Invitation:
    event_id, customer_id = _target(needs, Link.EVENT, token).ids
    with reading(needs.engine) as conn:
        found = page_facts.invitation(conn, event_id, customer_id, needs.clock.business())
    if found is None:
        raise ForgedLink("no such event")
    return found


def _invite(needs: PageNeeds, invited: Invitation, status: int = 200) -> Response:
    most = min(SEATS, max(invited.left, 1))
    return _page("event", invited.house, status, event=invited, most=most, submission=needs.chance())


def _replied(needs: PageNeeds, invited: Invitation) -> Response:
    """What was pressed becomes the sentence a customer would have typed, and takes the same way."""
    given = request.form.get("seats", "")
    coming = request.form.get("reply") == "come"
    if not invited.open or (coming and (not given.isdecimal() or not 1 <= int(given[:3]) <= SEATS)):
        return _invite(needs, invited, 422)
    text = f"来，{int(given)}个人" if coming else "来不了了"
    prompt_id = needs.writer.run(lambda conn: page_facts.invitation_prompt(conn, invited, needs.clock.business()))
    return _turn(needs, invited.house, prompt_id, InboundKind.TEXT, text, None)


# Unsubscribe


def _mailing(needs: PageNeeds, token: str) -> Response:
    customer_id = _target(needs, Link.UNSUBSCRIBE, token).ids[0]
    with reading(needs.engine) as conn:
        house, refused = _known(conn, customer_id)
    return _page("unsubscribe", house, refused=refused, done=False)


def _unsubscribed(needs: PageNeeds, token: str) -> Response:
    """One click is enough (RFC 8058): whatever the form holds."""
    customer_id = _target(needs, Link.UNSUBSCRIBE, token).ids[0]

    def refuse(conn: Connection) -> House:
        house, _ = _known(conn, customer_id)
        page_facts.unsubscribe(conn, customer_id, needs.clock.business())
        return house

    return _page("unsubscribe", needs.writer.run(refuse), refused=True, done=True)


def _known(conn: Connection, customer_id: int) -> tuple[House, bool]:
    found = page_facts.mailing(conn, customer_id)
    if found is None:
        raise ForgedLink("no such customer")
    return found


# What all of them do


def _target(needs: PageNeeds, link: Link, token: str) -> LinkTarget:
    try:
        target = needs.links.read(link, token, needs.clock.business())
    except ForgedLink:
        _slow_down(needs.buckets.take(f"page:{request.remote_addr}", GUESSES, GUESS_BURST))
        raise
    if request.method == "POST":
        _slow_down(needs.buckets.take(f"page:{link.value}:{target.ids}", POSTS, POST_BURST))
    return target


def _slow_down(wait: float) -> None:
    if wait > 0:
        raise TooManyRequests(retry_after=int(wait) + 1)


def _turn(
    needs: PageNeeds,
    house: House,
    prompt_id: int,
    kind: InboundKind,
    text: str,
    rating: int | None,
    offers: bool = False,
) -> Response:
    """The page returned says what the bot says. offers: it may offer notifications, too."""
    inbound = Inbound(
        channel=Channel.PAGE,
        account="",
        address=str(prompt_id),
        kind=kind,
        provider_key=f"{prompt_id}:{_submission(needs)}",
        sent_at=needs.clock.business(),
        text=text,
        rating=rating,
        prompt_id=prompt_id,
    )
    answer = needs.turns.take(inbound)
    offer = needs.offers.here(prompt_id) if offers and needs.offers else None
    return _page("reply", house, paragraphs=[linked(text) for text in answer.texts], offer=offer)


def _submission(needs: PageNeeds) -> str:
    given = request.form.get("submission", "")
    return given if SUBMISSION.fullmatch(given) else needs.chance()


def linked(text: str) -> list[tuple[str, str]]:
    """A text in pieces: (words, "") and (address, address)."""
    pieces = re.split(r"(https?://[^\s，。；）]+)", text)
    return [(piece, piece if place % 2 else "") for place, piece in enumerate(pieces) if piece]


def _page(name: str, house: House, status: int = 200, **values: Any) -> Response:
    zone = ZoneInfo(house.zone)

    def local(moment: datetime) -> str:
        there = moment.astimezone(zone)
        return f"{there.month}月{there.day}日 {there:%H:%M}"

    return make_response(render_template(f"pages/customer/{name}.html", house=house, local=local, **values), status)


def _gone(error: BadLink) -> Response:
    return make_response(render_template("pages/customer/gone.html", status=error.status), error.status)


def _trouble(status: int) -> Response:
    return make_response(render_template("pages/customer/gone.html", status=status), status)
