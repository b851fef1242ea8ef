"""The staff inbox: list, conversation, file, cases, customers, events. Server-rendered; htmx swaps fragments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import Connection

from bot.dealer import Sms, WeChatAccount
from bot.errors import RuleBroken
from bot.ports import Clock, WakeUps
from bot.tone import Guide
from channels.preview import Previews
from store import feed, outbox
from store.engine import reading
from store.media_files import MediaFolder
from store.writer import Writer
from web.answers import Answer
from web.inbox import acting, conversation, events, files, people, preview, tone, troubles, words
from web.inbox.papers import Papers

__all__ = ["Desk", "Papers", "inbox_blueprint"]
T = TypeVar("T")
UPLOADS = {"inbox.do_image": files.LARGEST_BODY}


@dataclass(frozen=True)
class Desk:
    """What the inbox works with. papers: the dealer's texts and links for what staff send ready-made. media: where
    files lie. previews: every text of the house, and its tone.
    """

    writer: Writer
    clock: Clock
    wakeups: WakeUps
    papers: Papers
    media: MediaFolder
    previews: Previews

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

    def write(self, fn: Callable[[Connection], T]) -> T:
        """Commits, then wakes the worker and every open page."""
        done = self.writer.run(fn)
        self.wakeups.wake(outbox.TOPIC)
        self.wakeups.wake(feed.TOPIC)
        return done


def inbox_blueprint(desk: Desk) -> Blueprint:
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
    troubles.register(pages, desk)
    conversation.register(pages, desk)
    acting.register(pages, desk)
    files.register(pages, desk)
    people.register(pages, desk)
    events.register(pages, desk)
    preview.register(pages, desk)
    pages.register_error_handler(RuleBroken, acting.refused)
    pages.register_error_handler(tone.Doubtful, tone.warned)
    return pages
