"""Signed, expiring links to the customer pages. Expiry is business time, checked by us, never by the signer's clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from itsdangerous import Signer

from bot.errors import HuifangError

SALT: Final = "huifang.links"  # keeps these signatures apart from sessions made with the same secret
TOKEN_MAX: Final = 200
FILE_OPENS: Final = timedelta(days=90)  # a repair file is for reading and printing; the store makes a new link


class Link(StrEnum):
    """What a link opens. The value is the letter in its path: `/s/` a survey, `/k/` an alert of the staff, …"""

    SURVEY = "s"
    QUOTE = "q"
    FILE = "r"
    EVENT = "e"
    UNSUBSCRIBE = "u"
    CARS = "m"
    VISIT = "a"
    ALERT = "k"
    SPOT = "v"
    HERE = "w"


ENDLESS = frozenset({Link.UNSUBSCRIBE, Link.SPOT})


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What a good token stands for: the ids it was made with, in that order.

    SURVEY (prompt_id,) · QUOTE (quote_id, customer_id) · FILE (order_id, customer_id)
    EVENT (event_id, customer_id) · UNSUBSCRIBE (customer_id,)
    CARS (identity_id,) · VISIT (appointment_id, customer_id) · ALERT (alert_id,)
    SPOT (store_id, number of the spot) · HERE (visit_id,)
    """

    link: Link
    ids: tuple[int, ...]
    expires_at: datetime


class BadLink(HuifangError):
    """status: what the page answers with."""

    status = 404


class ForgedLink(BadLink):
    """Not made by us, or made for another page."""


class ExpiredLink(BadLink):
    status = 410


class Links:
    """Makes and reads links. A token is `<signature>.<ids and expiry in base 36>`, about 40 URL-safe characters.

    It ends in a letter or digit, since phones cut a link in an SMS before a trailing sign.
    """

    def __init__(self, secret: str, public_url: str) -> None:
        self._signer = Signer(secret, salt=SALT, key_derivation="hmac")
        self.base = public_url.rstrip("/")

    def survey(self, prompt_id: int, expires_at: datetime) -> str:
        return self._url(Link.SURVEY, (prompt_id,), expires_at)

    def quote(self, quote_id: int, customer_id: int, expires_at: datetime) -> str:
        return self._url(Link.QUOTE, (quote_id, customer_id), expires_at)

    def file(self, order_id: int, customer_id: int, now: datetime) -> str:
        """Ends with a day, so that the same question an hour later has the same answer."""
        last = datetime.combine((now + FILE_OPENS).astimezone(UTC).date(), time(), UTC)
        return self._url(Link.FILE, (order_id, customer_id), last)

    def event(self, event_id: int, customer_id: int, expires_at: datetime) -> str:
        return self._url(Link.EVENT, (event_id, customer_id), expires_at)

    def unsubscribe(self, customer_id: int, expires_at: datetime) -> str:
        return self._url(Link.UNSUBSCRIBE, (customer_id,), expires_at)

    def cars(self, identity_id: int, expires_at: datetime) -> str:
        return self._url(Link.CARS, (identity_id,), expires_at)

    def alert(self, alert_id: int, expires_at: datetime) -> str:
        return self._url(Link.ALERT, (alert_id,), expires_at)

    def spot(self, store_id: int, number: int, printed_at: datetime) -> str:
        """Printed on paper at a door, so it has no end; the instant only makes each print its own."""
        return self._url(Link.SPOT, (store_id, number), printed_at)

    def here(self, visit_id: int, expires_at: datetime) -> str:
        return self._url(Link.HERE, (visit_id,), expires_at)

    def visit(self, appointment_id: int, customer_id: int, expires_at: datetime) -> str:
        return self._url(Link.VISIT, (appointment_id, customer_id), expires_at)

    def read(self, link: Link, token: str, now: datetime) -> LinkTarget:
        """Raises ForgedLink for what we did not make for this page, ExpiredLink from `expires_at` on.

        What hangs printed at a door has no end, nor has a way to say no: an old message may be the only one somebody
        still has (domain.md §1.11).
        """
        if len(token) > TOKEN_MAX:
            raise ForgedLink("the link is too long to be ours")
        signature, _, packed = token.rpartition(".")
        if not self._signer.verify_signature(_signed(link, packed), signature):
            raise ForgedLink("the link was not made by us")
        *ids, seconds = (int(part, 36) for part in packed.split("-"))
        target = LinkTarget(link, tuple(ids), datetime.fromtimestamp(seconds, UTC))
        if now >= target.expires_at and link not in ENDLESS:
            raise ExpiredLink("the link has expired")
        return target

    def _url(self, link: Link, ids: tuple[int, ...], expires_at: datetime) -> str:
        packed = "-".join(_base36(number) for number in (*ids, int(expires_at.timestamp())))
        signature = self._signer.get_signature(_signed(link, packed)).decode("ascii")
        return f"{self.base}/{link.value}/{signature}.{packed}"


def halves(url: str) -> tuple[str, str]:
    """The token's signature and its rest, for an SMS whose approved text holds the address itself.

    A variable of an SMS takes 35 characters and no address (sms.md §1.4), so `…/q/${seal}.${stub}` needs two.
    """
    seal, _, stub = url.rpartition("/")[2].partition(".")
    return seal, stub


def _signed(link: Link, packed: str) -> bytes:
    """The page is signed with the ids, so that a token of one page opens no other."""
    return f"{link.value}:{packed}".encode()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
