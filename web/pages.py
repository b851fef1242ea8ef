"""Customer pages behind signed links: `/s/` a question, `/q/` a quote, `/r/` a repair file, `/e/` an event,
`/u/` unsubscribe. Looking changes nothing.

No session and no CSRF token: the link itself is the proof, and a foreign site does not have it. A submission made
twice is one, by the number the form carries.
"""

import re
from collections.abc import Callable

from flask import Blueprint, Response, request
from sqlalchemy import Connection
from werkzeug.exceptions import HTTPException

from bot.effects import PromptKind
from bot.errors import BadInbound
from bot.links import BadLink, ForgedLink, Link
from bot.messages import InboundKind
from bot.understanding.scales import scale_of
from store import page_facts
from store.engine import reading
from store.page_facts import House, Invitation, Question
from web import file_page, quote_page
from web.page_parts import PageNeeds, gone, page, paragraphs, take_turn, target, trouble
from web.turn import TurnFailed

__all__ = ["MAX_BODY", "PageNeeds", "pages"]

SCORED = (PromptKind.SURVEY, PromptKind.RECONTACT)
WORDS = {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "非常不满意"}
LONGEST = 500  # characters of a reason; a form field says so too
SEATS = 9
MAX_BODY = 16 * 1024


def pages(needs: PageNeeds) -> Blueprint:
    blueprint = Blueprint("pages", __name__)
    blueprint.register_error_handler(BadLink, gone)
    blueprint.register_error_handler(BadInbound, lambda _error: gone(ForgedLink("no such question")))
    blueprint.register_error_handler(TurnFailed, lambda _error: trouble(503))
    blueprint.register_error_handler(HTTPException, lambda error: trouble(error.code or 500))
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
        Link.QUOTE: {
            "GET": lambda token: quote_page.show(needs, token),
            "POST": lambda token: quote_page.answered(needs, token),
        },
        Link.FILE: {"GET": lambda token: file_page.show(needs, token)},
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
    (prompt_id,) = target(needs, Link.SURVEY, token).ids
    with reading(needs.engine) as conn:
        found = page_facts.question(conn, prompt_id)
    if found is None:
        raise ForgedLink("no such question")
    return found


def _ask(needs: PageNeeds, question: Question, status: int = 200, missing: bool = False) -> Response:
    name = "survey" if question.kind in SCORED else "membership" if _joins(question) else "words"
    return page(
        name,
        question.house,
        status,
        question=question,
        choices=choices(question.scale),
        submission=needs.chance(),
        missing=missing,
        longest=LONGEST,
        file=_file(needs, question),
    )


def _file(needs: PageNeeds, question: Question) -> str:
    """The address of the repair file, "" where there is none."""
    return needs.links.file(*question.file, needs.clock.business()) if question.file else ""


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
    answer = take_turn(needs, question.prompt_id, kind, text, rating=rating)
    offer = needs.offers.here(question.prompt_id) if question.kind in SCORED and needs.offers else None
    return page("reply", question.house, paragraphs=paragraphs(answer), offer=offer)


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
    event_id, customer_id = target(needs, Link.EVENT, token).ids
    with reading(needs.engine) as conn:
        found = page_facts.invitation(conn, event_id, customer_id, needs.clock.business())
    if found is None:
        raise ForgedLink("no such event")
    return found


def _invite(needs: PageNeeds, invited: Invitation, status: int = 200) -> Response:
    most = min(SEATS, max(invited.left, 1))
    return page("event", invited.house, status, event=invited, most=most, submission=needs.chance())


def _replied(needs: PageNeeds, invited: Invitation) -> Response:
    """What was pressed becomes the sentence a customer would have typed, and takes the same way."""
    given = request.form.get("seats", "")
    coming = request.form.get("reply") == "come"
    if not invited.open or (coming and (not given.isdecimal() or not 1 <= int(given[:3]) <= SEATS)):
        return _invite(needs, invited, 422)
    text = f"来，{int(given)}个人" if coming else "来不了了"
    prompt_id = needs.writer.run(lambda conn: page_facts.invitation_prompt(conn, invited, needs.clock.business()))
    answer = take_turn(needs, prompt_id, InboundKind.TEXT, text)
    return page("reply", invited.house, paragraphs=paragraphs(answer))


# Unsubscribe


def _mailing(needs: PageNeeds, token: str) -> Response:
    customer_id = target(needs, Link.UNSUBSCRIBE, token).ids[0]
    with reading(needs.engine) as conn:
        house, refused = _known(conn, customer_id)
    return page("unsubscribe", house, refused=refused, done=False)


def _unsubscribed(needs: PageNeeds, token: str) -> Response:
    """One click is enough (RFC 8058): whatever the form holds."""
    customer_id = target(needs, Link.UNSUBSCRIBE, token).ids[0]

    def refuse(conn: Connection) -> House:
        house, _ = _known(conn, customer_id)
        page_facts.unsubscribe(conn, customer_id, needs.clock.business())
        return house

    return page("unsubscribe", needs.writer.run(refuse), refused=True, done=True)


def _known(conn: Connection, customer_id: int) -> tuple[House, bool]:
    found = page_facts.mailing(conn, customer_id)
    if found is None:
        raise ForgedLink("no such customer")
    return found
