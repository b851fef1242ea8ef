"""`/q/<token>`: a quote, agreed to line by line; nothing is ticked before the customer ticks it (handbook H1.4.2).

Works without script; with it (static/quote.js) the sum of what is agreed to moves along.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from sqlalchemy import Connection

from bot.links import ForgedLink, Link
from bot.messages import InboundKind
from bot.quotes import SHOWN_AFTER, Line, LineAnswer, Quote, QuoteState, Urgency, total
from store import repair_pages
from store.engine import reading
from store.repair_pages import Offered
from web.page_parts import PageNeeds, page, paragraphs, take_turn, target

WHY = {Urgency.MUST: "必须", Urgency.ADVISED: "建议", Urgency.CAN_WAIT: "可缓"}
CHOICES = {"approve": LineAnswer.APPROVED, "decline": LineAnswer.DECLINED}
TALK = "想先和服务顾问商量报价"
LONGEST = 1000  # characters of what was chosen, as the conversation shows it


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it comes back: what was ticked, by position, and what is to be said about it."""

    chosen: Mapping[int, LineAnswer]
    missing: int = 0
    summed: bool = False


def show(needs: PageNeeds, token: str) -> Response:
    return _shown(needs, _offered(needs, token), Form({}))


def answered(needs: PageNeeds, token: str) -> Response:
    """Every open line needs its own answer; `talk` needs none; `sum` only counts, for phones without script."""
    here = _offered(needs, token)
    reply = request.form.get("reply", "")
    if reply == "talk" and here.quote.state is not QuoteState.REPLACED:
        return _talk(needs, here)
    if not here.quote.open_at(needs.clock.business()):
        return _shown(needs, here, Form({}))
    chosen = _chosen(here.quote)
    missing = len(here.quote.open_lines) - len(chosen)
    if reply == "sum":
        return _shown(needs, here, Form(chosen, summed=True))
    if missing:
        return _shown(needs, here, Form(chosen, missing), 422)
    _take(needs, here.quote, f"approve:{_places(chosen)}", _sentence(here.quote.open_lines, chosen))
    return _shown(needs, _offered(needs, token), Form({}))


def _talk(needs: PageNeeds, here: Offered) -> Response:
    answer = _take(needs, here.quote, "talk", TALK)
    return page("reply", here.house, paragraphs=answer)


def _take(needs: PageNeeds, quote: Quote, option: str, text: str) -> list[list[tuple[str, str]]]:
    """What was pressed takes the same way as what is typed; the page brings its own question."""

    def prompt(conn: Connection) -> int:
        return repair_pages.quote_prompt(conn, quote, needs.clock.business())

    answer = take_turn(needs, needs.writer.run(prompt), InboundKind.ANSWER, text, option=option)
    return paragraphs(answer)


def _offered(needs: PageNeeds, token: str) -> Offered:
    quote_id, customer_id = target(needs, Link.QUOTE, token).ids
    with reading(needs.engine) as conn:
        found = repair_pages.offered(conn, quote_id, customer_id)
    if found is None:
        raise ForgedLink("no such quote")
    return found


def _shown(needs: PageNeeds, here: Offered, form: Form, status: int = 200) -> Response:
    now, quote = needs.clock.business(), here.quote
    agreed = [line for line in quote.lines if form.chosen.get(line.position, line.answer) is LineAnswer.APPROVED]
    kept = quote.answered(LineAnswer.APPROVED)
    return page(
        "quote",
        here.house,
        status,
        here=here,
        quote=quote,
        stage=_stage(quote, now),
        form=form,
        agreed=agreed,
        agreed_fen=total(agreed),
        kept=kept,
        kept_fen=total(kept),
        declined=quote.answered(LineAnswer.DECLINED),
        newer=_newer(needs, here),
        why=WHY,
        submission=needs.chance(),
    )


def _stage(quote: Quote, now: datetime) -> str:
    """open | answered | replaced | ended (its time is over) | withdrawn (or the order is closed)."""
    if quote.open_at(now):
        return "open"
    if quote.state in (QuoteState.ANSWERED, QuoteState.REPLACED):
        return quote.state.value
    return "withdrawn" if quote.order_closed or quote.state is QuoteState.WITHDRAWN else "ended"


def _newer(needs: PageNeeds, here: Offered) -> str:
    """The address of the version that took this one's place."""
    if here.newer is None:
        return ""
    return needs.links.quote(here.newer.id, here.quote.customer_id, here.newer.expires_at + SHOWN_AFTER)


def _chosen(quote: Quote) -> dict[int, LineAnswer]:
    """By position; what is no answer is none."""
    given = {line.position: CHOICES.get(request.form.get(f"line-{line.position}", "")) for line in quote.open_lines}
    return {position: answer for position, answer in given.items() if answer is not None}


def _places(chosen: Mapping[int, LineAnswer]) -> str:
    return ",".join(str(position) for position, answer in chosen.items() if answer is LineAnswer.APPROVED)


def _sentence(lines: tuple[Line, ...], chosen: Mapping[int, LineAnswer]) -> str:
    """What was chosen in words: it stands in the conversation, and beside each line as what was said."""
    parts = []
    for answer, word in ((LineAnswer.APPROVED, "同意"), (LineAnswer.DECLINED, "暂不")):
        names = [f"{line.position} {line.work.name}" for line in lines if chosen[line.position] is answer]
        parts += [f"{word}：{'、'.join(names)}"] if names else []
    return "；".join(parts)[:LONGEST]
