"""A sentence and how the bot reads it, for managers: rules, scores, slots, and what would be said. Nothing is kept."""

from flask import Blueprint, abort, render_template, request

from bot.cases import MANAGERS
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.taught_words import DEEDS, OPENED, RULES, STANDS
from web.inbox.trial import OPEN, SCALES, House, Sentence, tried
from web.login import user

LONGEST = 500  # signs of a line; WeChat's own limit lies at 2048 bytes


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.route("/inbox/understanding", methods=["GET", "POST"])
    def understanding_page() -> Answer:
        """A sentence comes as a form's body: an address would keep a customer's words in the browser's history."""
        managers_only()
        asked = _asked()
        done = None
        if asked.said:
            done = desk.read(lambda conn: tried(conn, _house(desk), user().store_id, asked, desk.now()))
        return render_template(
            "pages/inbox/understanding.html",
            asked=asked, done=done, kinds=[(kind, OPENED[kind]) for kind in OPEN], scales=SCALES,
            rules=RULES, stands=STANDS, deeds=DEEDS,
        )  # fmt: skip


def managers_only() -> None:
    if user().role not in MANAGERS:
        abort(403)


def _house(desk: Desk) -> House:
    papers = desk.papers
    return House(papers.dealer, desk.telephone.calendar, desk.taught.classifier(), papers.renderer, papers.links)


def _asked() -> Sentence:
    chosen = request.form.getlist("open")
    scale = request.form.get("scale", SCALES[0])
    return Sentence(
        said=_line("said"),
        opened=tuple(kind for kind in OPEN if kind.value in chosen),
        scale=scale if scale in SCALES else SCALES[0],
        told=_line("told"),
        before=_line("before"),
    )


def _line(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]
