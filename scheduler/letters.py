"""Writing the message of a touchpoint: the question it opens, its text on the way chosen, its outbox row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.dealer import Dealer
from bot.effects import Ask, PromptKind, Say
from bot.errors import RenderError
from bot.events import AFTER_DOORS
from bot.journeys import Step
from bot.links import Links, halves
from bot.messages import Category, Priority, Way
from bot.parts import TEXT_BYTES, as_messages
from bot.ports import Renderer
from bot.quotes import SHOWN_AFTER
from bot.routing import BOT_KEEPS, PROMOTION, Route
from channels.email_text import email_payload
from channels.email_text import letter as letter_of
from channels.sms_text import sms_payload
from channels.wechat.template import subscription_payload, template_payload
from handlers.menu import scale_options
from handlers.service_book import work_of
from handlers.times import shown
from store import messages, outbox, prompts
from store.recipients import Facts
from store.touchpoints import Due

PART_GAP = timedelta(seconds=1)  # between the parts of one text, so that they arrive in order
OPTIONS = "---"  # in a menu's template: where the choices stand
# 互联网电子邮件服务管理办法 art. 14 asks for 30 days; mail is opened late.
LEAVES_FOR = timedelta(days=180)
ENDS_WITH_IT = (PromptKind.EVENT, PromptKind.APPOINTMENT)  # nobody answers once it has begun
PRIORITY = {Category.SAFETY: Priority.SAFETY, Category.SERVICE: Priority.SERVICE}


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything needed to write one touchpoint's message."""

    due: Due
    step: Step
    facts: Facts
    route: Route


class Writer:
    """Renders and queues, in the caller's transaction."""

    def __init__(self, dealer: Dealer, renderer: Renderer, links: Links) -> None:
        self._dealer, self._renderer, self._links = dealer, renderer, links

    def single(self, conn: Connection, letter: Letter, now: datetime) -> int:
        """The outbox row of one touchpoint. Raises RenderError."""
        way = letter.route.way
        assert way is not None
        asked, link = self._ask(conn, letter, now)
        seal, stub = halves(link)
        told = {"link": link, "seal": seal, "stub": stub, "prompt_id": asked or 0}
        params = {**letter.facts.params, **self._visit(letter), **told}
        payload, text = self._rendered(letter, way, params, now)
        first, *further = _parts(letter, payload, text)
        row = self._queue(conn, [letter], {**payload, **first}, now)
        messages.keep(conn, letter.due, row, way, first.get("text", text), now)
        for number, part in enumerate(further, 1):
            self._follow(conn, letter, part["text"], number, now)
        return row

    def _follow(self, conn: Connection, letter: Letter, text: str, number: int, now: datetime) -> None:
        """A further part of a long text; the touchpoint's outcome is that of its first."""
        due, route = letter.due, letter.route
        row = outbox.enqueue(
            conn,
            store_id=due.store_id,
            customer_id=due.customer_id,
            way=Way.CUSTOM,
            account=route.account,
            address=route.address,
            category=due.category,
            priority=PRIORITY.get(due.category, Priority.BULK),
            payload={"text": text},
            out_id=f"t{due.id}n{letter.facts.copies + 1}p{number}",
            not_before=now + number * PART_GAP,
            expires_at=due.expires_at,
        )
        messages.keep(conn, due, row, Way.CUSTOM, text, now)

    def batch(self, conn: Connection, letters: Sequence[Letter], now: datetime) -> int:
        """One row, one text without personal variables, many touchpoints (design §4). Raises RenderError."""
        first = letters[0]
        shared = {name: first.facts.params[name] for name in ("event", "starts_at", "place", "store", "now", "zone")}
        text = self._renderer.text(first.step.message, "mass", shared)
        if len(as_messages(text)) > 1:
            raise RenderError(f"{first.step.message}.mass: {len(text.encode())} bytes, a mass send takes {TEXT_BYTES}")
        openids = [letter.route.address for letter in letters]
        row = self._queue(conn, letters, {"text": text, "openids": openids}, now)
        for letter in letters:
            self._ask(conn, letter, now)
            messages.keep(conn, letter.due, row, Way.MASS, text, now)
        return row

    def _ask(self, conn: Connection, letter: Letter, now: datetime) -> tuple[int | None, str]:
        """Opens the step's question, if it has one; (prompt id, link to the page)."""
        question, due = letter.step.question, letter.due
        if question is None:
            return None, self._page(letter)
        expires = now + timedelta(days=question.valid_days)
        if question.kind in ENDS_WITH_IT and due.expires_at is not None:
            expires = min(expires, due.expires_at)
        ref = {"touchpoint_id": due.id, **{name: value for name, value in due.ref.items() if value is not None}}
        ask = Ask(Say(letter.step.message), question.kind, expires, question.scale)
        asked = prompts.ask(conn, due.customer_id, ask, ref, now)
        if question.kind in (PromptKind.EVENT, PromptKind.QUOTE):
            return asked, self._page(letter)
        if question.kind is PromptKind.APPOINTMENT:
            return asked, self._links.visit(due.ref["appointment_id"], due.customer_id, expires)
        return asked, self._links.survey(asked, expires)

    def _visit(self, letter: Letter) -> Mapping[str, object]:
        """What a customer booked, in the words the conversation uses: the price list is the dealer's."""
        params, starts_at = letter.facts.params, letter.facts.params.get("starts_at")
        if "visit" not in params or not isinstance(starts_at, datetime):
            return {}
        visit, store = str(params["visit"]), self._dealer.store(letter.facts.store)
        what = f"试驾{visit}" if params["drive"] else work_of(visit, self._dealer.content)[0]
        return {"what": what, "when": shown(starts_at, letter.facts.zone), "address": store.address}

    def _page(self, letter: Letter) -> str:
        """The page of what is told, where it has one. A quote's opens beyond its end, to say so; an event's at the
        door."""
        due, until = letter.due, letter.facts.params.get("until")
        starts = letter.facts.params.get("starts_at")
        if "event_id" in due.ref and isinstance(starts, datetime):
            return self._links.event(due.ref["event_id"], due.customer_id, starts + AFTER_DOORS)
        if "quote_id" not in due.ref or not isinstance(until, datetime):
            return ""
        return self._links.quote(due.ref["quote_id"], due.customer_id, until + SHOWN_AFTER)

    def _rendered(
        self, letter: Letter, way: Way, params: Mapping[str, object], now: datetime
    ) -> tuple[Mapping[str, object], str]:
        """(payload of the way, text for the thread)."""
        message = letter.step.message
        if way is Way.SMS:
            payload = sms_payload(self._dealer.sms, message, params)
            return payload, str(payload["text"])
        if way is Way.EMAIL:
            written = letter_of(message, self._renderer.text(message, "email", params), letter.due.category)
            return email_payload(written, str(params["store"]), self._way_out(letter, now)), str(written)
        if way is Way.TEMPLATE:
            account = self._dealer.accounts[letter.route.account]
            template = template_payload(account, message, params, str(params["link"]))
            return template, _shown(template)
        if way is Way.SUBSCRIPTION:
            account = self._dealer.accounts[letter.route.account]
            notice = subscription_payload(account, message, params, str(params["link"]))
            return notice, _shown(notice)
        text = self._renderer.text(message, "wechat", params)
        if way is Way.CALL:
            return {"why": message, "script": text, "prompt_id": params["prompt_id"]}, text
        return {"text": text, **(self._choice(letter, params) if len(as_messages(text)) == 1 else {})}, text

    def _way_out(self, letter: Letter, now: datetime) -> str:
        """The link to refuse greetings and invitations; "" where the message is neither."""
        due = letter.due
        return self._links.unsubscribe(due.customer_id, now + LEAVES_FOR) if due.category in PROMOTION else ""

    def _choice(self, letter: Letter, params: Mapping[str, object]) -> Mapping[str, object]:
        """A scale to tap, where the message has words for it; `text` goes to accounts without menu messages."""
        question, message = letter.step.question, letter.step.message
        account = self._dealer.accounts.get(letter.route.account)
        if question is None or not question.scale or account is None or not account.menu_messages:
            return {}
        if not self._renderer.has(message, "menu"):
            return {}
        head, _, tail = self._renderer.text(message, "menu", params).partition(OPTIONS)
        chosen = scale_options(int(str(params["prompt_id"])), question.scale)
        return {"menu": {"head": head.strip(), "options": [dict(each) for each in chosen], "tail": tail.strip()}}

    def _queue(self, conn: Connection, letters: Sequence[Letter], payload: Mapping[str, object], now: datetime) -> int:
        first, many = letters[0], len(letters) > 1
        due, route = first.due, first.route
        assert route.way is not None
        return outbox.enqueue(
            conn,
            store_id=due.store_id,
            customer_id=None if many else due.customer_id,
            way=route.way,
            account=route.account,
            address="" if many else route.address,
            category=due.category,
            priority=PRIORITY.get(due.category, Priority.BULK),
            payload=payload,
            out_id=f"t{due.id}n{first.facts.copies + 1}",
            not_before=now,
            touchpoint_ids=[letter.due.id for letter in letters],
            expires_at=min((each.due.expires_at for each in letters if each.due.expires_at), default=None),
        )


def _parts(letter: Letter, payload: Mapping[str, object], text: str) -> list[dict[str, str]]:
    """What each message says; one without a text of its own for what is no free text. Raises RenderError.

    Every part takes a slot of the window, and one slot stays for a person (design §4).
    """
    if letter.route.way is not Way.CUSTOM:
        return [{}]
    parts = as_messages(text)
    window = letter.facts.follower.window if letter.facts.follower else None
    room = window.left - BOT_KEEPS if window else 0
    if len(parts) > max(room, 1):
        raise RenderError(f"{letter.step.message}.wechat: needs {len(parts)} messages, the window has room for {room}")
    return [{"text": part} for part in parts]


def _shown(template: Mapping[str, Any]) -> str:
    """A template message as the thread shows it: its fields in order."""
    return " · ".join(str(field["value"]) for field in template["data"].values())
