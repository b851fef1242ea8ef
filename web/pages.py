"""Customer pages behind signed links: `/s/` a question, `/q/` a quote, `/r/` a repair file, `/e/` an event,
`/u/` what may be sent, `/a/` an appointment, `/k/` an alert of the staff, `/v/` and `/w/` a visit. Looking changes
nothing.

No session and no CSRF token: the link itself is the proof, and a foreign site does not have it. A submission made
twice is one, by the number the form carries.
"""

import re
from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from bot.effects import PromptKind
from bot.errors import BadInbound
from bot.links import BadLink, ForgedLink, Link
from bot.messages import InboundKind
from bot.surveys import FACTOR_SCALE, Factor, packed
from bot.understanding.scales import scale_of
from store import page_facts
from store.engine import reading
from store.page_facts import Question
from web import alert_page, door_page, event_page, file_page, preference_page, quote_page, visit_page
from web.door_page import Door
from web.page_parts import PageNeeds, gone, page, paragraphs, take_turn, target, trouble
from web.turn import TurnFailed
from web.visit_page import VisitPages

__all__ = ["MAX_BODY", "PageNeeds", "pages"]

SCORED = (PromptKind.SURVEY, PromptKind.RECONTACT)
WORDS = {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "非常不满意"}
LONGEST = 500  # characters of a reason; a form field says so too
MAX_BODY = 16 * 1024


def pages(needs: PageNeeds, door: Door | None = None) -> Blueprint:
    """door: what a visit to the showroom needs; None: no such pages."""
    blueprint = Blueprint("pages", __name__)
    blueprint.register_error_handler(BadLink, gone)
    blueprint.register_error_handler(BadInbound, lambda _error: gone(ForgedLink("no such question")))
    blueprint.register_error_handler(TurnFailed, lambda _error: trouble(503))
    blueprint.register_error_handler(HTTPException, lambda error: trouble(error.code or 500))
    for link, views in (_views(needs) | (_at_the_door(needs, door) if door else {})).items():
        for method, view in views.items():
            blueprint.add_url_rule(
                f"/{link.value}/<token>", f"{link.name.lower()}_{method.lower()}", view, methods=[method]
            )
    return blueprint


def _views(needs: PageNeeds) -> dict[Link, dict[str, Callable[[str], Response]]]:
    visits = needs.visits
    return {
        Link.SURVEY: {
            "GET": lambda token: _ask(needs, _question(needs, token)),
            "POST": lambda token: _answered(needs, _question(needs, token)),
        },
        Link.QUOTE: {
            "GET": lambda token: quote_page.show(needs, token),
            "POST": lambda token: quote_page.answered(needs, token),
        },
        Link.ALERT: {
            "GET": lambda token: alert_page.show(needs, token),
            "POST": lambda token: alert_page.acknowledged(needs, token),
        },
        Link.FILE: {"GET": lambda token: file_page.show(needs, token)},
        Link.EVENT: {
            "GET": lambda token: event_page.show(needs, token),
            "POST": lambda token: event_page.replied(needs, token),
        },
        Link.UNSUBSCRIBE: {
            "GET": lambda token: preference_page.show(needs, token),
            "POST": lambda token: preference_page.chosen(needs, token),
        },
        **({} if visits is None else {Link.VISIT: _of_visits(needs, visits)}),
    }


def _of_visits(needs: PageNeeds, visits: VisitPages) -> dict[str, Callable[[str], Response]]:
    return {
        "GET": lambda token: visit_page.show(needs, visits, token),
        "POST": lambda token: visit_page.answered(needs, visits, token),
    }


def _at_the_door(needs: PageNeeds, door: Door) -> dict[Link, dict[str, Callable[[str], Response]]]:
    return {
        Link.SPOT: {
            "GET": lambda token: door_page.arrive(needs, door, token),
            "POST": lambda token: door_page.arrived(needs, door, token),
        },
        Link.HERE: {
            "GET": lambda token: door_page.show(needs, token),
            "POST": lambda token: door_page.wished(needs, door, token),
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
        factors=_factors(needs, question),
        factor_scale=[(number, WORDS[number]) for number in FACTOR_SCALE],
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
    answer = take_turn(needs, question.prompt_id, kind, text, rating=rating, option=_scored(needs, question))
    offer = needs.offers.here(question.prompt_id) if question.kind in SCORED and needs.offers else None
    return page("reply", question.house, paragraphs=paragraphs(answer), offer=offer)


def _chosen(question: Question) -> int | None:
    """The number chosen, if it is one of the scale."""
    given = request.form.get("rating", "")
    if question.kind not in SCORED or not given.isdecimal() or len(given) > 3:
        return None
    return int(given) if int(given) in dict(choices(question.scale)) else None


def _factors(needs: PageNeeds, question: Question) -> list[Factor]:
    """Only the periodic survey asks more than its question."""
    return needs.surveys.asked_with(question.scale) if question.kind is PromptKind.SURVEY else []


def _scored(needs: PageNeeds, question: Question) -> str:
    """The factors that were scored, as an option of the turn; each may be left out."""
    given = {each.id: request.form.get(f"factor-{each.id}", "") for each in _factors(needs, question)}
    return packed({name: int(score) for name, score in given.items() if score in {str(each) for each in FACTOR_SCALE}})


def _joins(question: Question) -> bool:
    return question.kind is PromptKind.MEMBERSHIP
