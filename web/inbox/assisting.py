"""The buttons of the optional assistant: a draft beside the composer, other words for an approved answer.

Both answer JSON: {"draft"} or, with 409, {"said"}, one sentence. Nothing is stored, nothing is sent.
"""

from collections.abc import Callable
from typing import Any, get_args
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, jsonify, request
from flask_babel import gettext
from sqlalchemy import Connection

from bot.assistant import DraftRefused, Spoken, checked, checked_rephrasing, draft_messages, rephrase_messages
from bot.faq import Subject
from bot.understanding import intents
from bot.understanding.personal import Hidden
from store import answers, conversation
from store.conversation import Head
from store.people_names import names_of
from web.answers import Answer
from web.inbox.conversation import PREFIX, Desk, head
from web.inbox.trial import House, Sentence, tried
from web.inbox.understanding import managers_only
from web.login import me

WRITTEN = ("text", "voice")


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.context_processor
    def assisted() -> dict[str, Any]:
        return {"assistant": desk.assistant is not None}

    @pages.post(f"{PREFIX}/assist")
    def assist(customer_id: int) -> Answer:
        """Read first, then asked without any connection held: the answer may take seconds."""

        def gather(conn: Connection) -> tuple[list[Spoken], list[str], Hidden, str]:
            who = head(conn, desk, customer_id)
            lines = _lines(conn, customer_id)
            hidden = Hidden(names_of(conn, customer_id))
            hidden.hide(who.name)  # the customer is the first name there is
            return lines, _facts(conn, desk, who, lines), hidden, who.store_name

        lines, facts, hidden, store = desk.read(gather)

        def ask() -> str:
            if not lines:
                raise DraftRefused("还没有可以回复的话")
            assert desk.assistant is not None
            written = desk.assistant.write(draft_messages(lines, facts, store, hidden))
            return checked(written, facts, desk.guide, hidden)

        return _answered(desk, ask)

    @pages.post("/inbox/understanding/answers/<about>/<topic>/rephrase")
    def rephrase(about: Subject, topic: str) -> Answer:
        """Other words for what stands in the form; whoever likes them still needs another manager's approval."""
        managers_only()
        if about not in get_args(Subject):
            abort(404)
        fact, hidden = request.form.get("answer", "").strip()[:600], Hidden()

        def ask() -> str:
            if not fact:
                raise DraftRefused("还没有可以改写的话")
            assert desk.assistant is not None
            return checked_rephrasing(desk.assistant.write(rephrase_messages(fact, hidden)), fact, desk.guide, hidden)

        return _answered(desk, ask)


def _answered(desk: Desk, ask: Callable[[], str]) -> Answer:
    if desk.assistant is None:
        return _refused(gettext("没有设置助手"))
    try:
        return jsonify(draft=ask())
    except DraftRefused as error:
        sentence, colon, detail = str(error).partition("：")
        return _refused(f"{gettext(sentence)}{colon}{detail}")


def _refused(sentence: str) -> Answer:
    answer = jsonify(said=sentence)
    answer.status_code = 409
    return answer


def _lines(conn: Connection, customer_id: int) -> list[Spoken]:
    """What was said both ways; notes of colleagues and what only they see stay in the house."""
    return [
        Spoken("customer" if line.direction == "in" else "staff" if line.author == "staff" else "bot", line.text)
        for line in conversation.lines_of(conn, customer_id)
        if line.direction in ("in", "out") and line.text and (line.direction == "out" or line.kind in WRITTEN)
    ]


def _facts(conn: Connection, desk: Desk, who: Head, lines: list[Spoken]) -> list[str]:
    """The approved answer to the customer's last line, and the price of the list, as the bot would give them."""
    asked = next((each.text for each in reversed(lines) if each.who == "customer"), "")
    if not asked:
        return []
    papers = desk.papers
    house = House(papers.dealer, desk.telephone.calendar, desk.taught.classifier(), papers.renderer, papers.links)
    read = tried(conn, house, who.store_id, Sentence(asked), desk.now())
    today = desk.now().astimezone(ZoneInfo(me().time_zone)).date()
    topic, intent = str(read.decision.slots.get("topic", "")), read.decision.intent
    about = next((each for each in get_args(Subject) if each == intent), None)
    entry = answers.answer(conn, papers.dealer.content.faq, topic, today, about) if about and topic else None
    prices = list(read.replies) if intent == intents.SERVICE_PRICE else []
    return [*([entry.answer] if entry else []), *prices]
