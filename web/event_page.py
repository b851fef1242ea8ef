"""The page of an event: seats taken, changed, given back, waited for; the guest's own code for the door.

What was pressed becomes the sentence a customer would have typed, and takes the same way.
"""

import segno
from flask import Response, request

from bot.links import ForgedLink, Link
from bot.messages import InboundKind
from store import page_facts
from store.engine import reading
from store.page_facts import Invitation
from web.page_parts import PageNeeds, page, paragraphs, take_turn, target

SEATS = 9
CHILDREN = 4
QR_BORDER = 2  # modules of white around it; the card is white as well


def show(needs: PageNeeds, token: str) -> Response:
    return _page(needs, _invitation(needs, token))


def replied(needs: PageNeeds, token: str) -> Response:
    invited = _invitation(needs, token)
    coming = request.form.get("reply") == "come"
    party = _party() if coming else (0, 0)
    if not invited.open or party is None:
        return _page(needs, invited, 422, missing=invited.open)
    prompt_id = needs.writer.run(lambda conn: page_facts.invitation_prompt(conn, invited, needs.clock.business()))
    answer = take_turn(needs, prompt_id, InboundKind.TEXT, _sentence(*party) if coming else "来不了了")
    return page("reply", invited.house, paragraphs=paragraphs(answer))


def _invitation(needs: PageNeeds, token: str) -> Invitation:
    event_id, customer_id = target(needs, Link.EVENT, token).ids
    with reading(needs.engine) as conn:
        found = page_facts.invitation(conn, event_id, customer_id, needs.clock.business())
    if found is None:
        raise ForgedLink("no such event")
    return found


def _page(needs: PageNeeds, invited: Invitation, status: int = 200, missing: bool = False) -> Response:
    """Where seats are left no more are offered than there are; the waiting list takes any party."""
    most = min(SEATS, invited.left) if invited.left > 0 else SEATS
    return page(
        "event", invited.house, status, event=invited, most=most, submission=needs.chance(), missing=missing,
        qr=_qr(needs, invited) if invited.code else "",
    )  # fmt: skip


def _qr(needs: PageNeeds, invited: Invitation) -> str:
    """Opens the guest at the door on a colleague's phone; anybody else meets the log-in."""
    address = f"{needs.links.base}/inbox/events/{invited.event_id}/door?code={invited.code}"
    return segno.make(address, error="m").svg_data_uri(border=QR_BORDER, scale=4)


def _party() -> tuple[int, int] | None:
    """(seats, children); a grown-up must be among them. None: not said, or not possible."""
    seats, children = (request.form.get(name, "0") for name in ("seats", "children"))
    if not (seats.isdecimal() and children.isdecimal() and len(seats) < 3 and len(children) < 3):
        return None
    party = int(seats), int(children)
    return party if 1 <= party[0] <= SEATS and party[1] < party[0] and party[1] <= CHILDREN else None


def _sentence(seats: int, children: int) -> str:
    return f"来，{seats - children}大{children}小" if children else f"来，{seats}个人，不带孩子"
