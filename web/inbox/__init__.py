"""The staff inbox: list, conversation, file, cases, customers, events. Server-rendered; htmx swaps fragments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import Connection, Engine

from bot.dealer import Sms, WeChatAccount
from bot.errors import NotThere, RuleBroken
from bot.ports import Clock, Foresee, WakeUps
from bot.tone import Guide
from channels.assistant import Assistant
from channels.preview import Previews
from store import feed, outbox
from store.engine import reading
from store.losable import Losable
from store.media_files import MediaFolder
from store.viewers import Viewers
from store.writer import Writer
from web.answers import Answer
from web.inbox import (
    acting,
    alerts,
    answers,
    assisting,
    calls,
    case_pages,
    conversation,
    erasure,
    event_door,
    events,
    files,
    listing,
    marks,
    myself,
    people,
    preview,
    proof,
    reports,
    review,
    roster,
    settings,
    simulate,
    sorting,
    together,
    tone,
    troubles,
    trying,
    understanding,
    visits,
    words,
    writing,
)
from web.inbox.papers import Papers
from web.inbox.settings import Office
from web.inbox.taught import NOTHING_TAUGHT, Taught
from web.inbox.telephone import Telephone

__all__ = ["Desk", "Office", "Papers", "Taught", "Telephone", "inbox_blueprint"]
T = TypeVar("T")
UPLOADS = {
    "inbox.do_image": files.LARGEST_BODY,
    "inbox.case_step": 6 * files.LARGEST_BODY,
    "inbox.settings_import_try": files.LARGEST_BODY,
}


@dataclass(frozen=True)
class Desk:
    """What the inbox works with. papers: the dealer's texts and links for what staff send ready-made. media: where
    files lie. previews: every text of the house, and its tone. telephone: what an answer by telephone needs.
    foresee: whom an event's invitations would reach. simulations: the folder of saved ones. viewers: who has which
    conversation open. taught: what the bot reads with, and from which files. assistant: None where none is set.
    """

    writer: Writer
    clock: Clock
    wakeups: WakeUps
    papers: Papers
    media: MediaFolder
    previews: Previews
    telephone: Telephone
    foresee: Foresee
    simulations: Path = Path("simulations")
    viewers: Viewers = field(default_factory=lambda: Losable(None).viewers)
    taught: Taught = NOTHING_TAUGHT
    assistant: Assistant | None = None

    @property
    def engine(self) -> Engine:
        """For what is read piece by piece, or must be rewritten on disk; all else goes through read and write."""
        return self.writer.engine

    @property
    def guide(self) -> Guide:
        return self.previews.guide

    @property
    def sms(self) -> Sms:
        """The approved templates staff may fill."""
        return self.papers.dealer.sms

    @property
    def accounts(self) -> Mapping[str, WeChatAccount]:
        """Those of dealer.yaml."""
        return self.papers.dealer.accounts

    def now(self) -> datetime:
        return self.clock.business()

    def read(self, fn: Callable[[Connection], T]) -> T:
        with reading(self.writer.engine) as conn:
            return fn(conn)

    def write_quietly(self, fn: Callable[[Connection], T]) -> T:
        """Commits what nobody waits for: a draft, a line that was seen."""
        return self.writer.run(fn)

    def write(self, fn: Callable[[Connection], T]) -> T:
        """Commits, then wakes the worker and every open page."""
        done = self.writer.run(fn)
        self.wakeups.wake(outbox.TOPIC)
        self.wakeups.wake(feed.TOPIC)
        return done


def inbox_blueprint(desk: Desk, office: Office) -> Blueprint:
    """`/inbox` and everything under it, for logged-in staff only (needs `log_ins` as an extension of the site)."""
    pages = Blueprint("inbox", __name__)

    @pages.before_request
    def staff_only() -> Answer | None:
        if current_user.is_authenticated:
            return None
        if "HX-Request" in request.headers:
            return "", 401, {"HX-Redirect": url_for("login.form")}
        return redirect(url_for("login.form", next=request.full_path.rstrip("?")))

    @pages.get("/")
    def home() -> Answer:
        return redirect(url_for("inbox.desk"))

    words.register(pages, desk.now)
    marks.register(pages, desk.now)
    troubles.register(pages, desk)
    alerts.register(pages, desk)
    myself.register(pages, desk)
    listing.register(pages, desk)
    conversation.register(pages, desk)
    sorting.register(pages, desk)
    writing.register(pages, desk)
    together.register(pages, desk)
    acting.register(pages, desk)
    files.register(pages, desk)
    calls.register(pages, desk)
    people.register(pages, desk)
    erasure.register(pages, desk)
    case_pages.register(pages, desk)
    roster.register(pages, desk)
    reports.register(pages, desk)
    events.register(pages, desk)
    event_door.register(pages, desk)
    preview.register(pages, desk)
    trying.register(pages, desk)
    proof.register(pages, desk)
    simulate.register(pages, desk)
    visits.register(pages, desk)
    understanding.register(pages, desk)
    review.register(pages, desk)
    answers.register(pages, desk)
    assisting.register(pages, desk)
    settings.register(pages, desk, office)
    pages.register_error_handler(RuleBroken, acting.refused)
    pages.register_error_handler(NotThere, acting.hidden)
    pages.register_error_handler(tone.Doubtful, tone.warned)
    return pages
