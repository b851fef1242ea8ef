"""Following and leaving. Who leaves loses the WeChat data (wechat.md §4); the dealer's own file and cases stay.

docs/privacy.md says what goes, what stays and why.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, delete, exists, false, null, select, update

from bot.messages import InboundKind
from bot.shown import SHOWN
from store import media, reviews
from store.tables.cases import cases
from store.tables.contact import message, prompt, subscription, thread, wechat_window
from store.tables.people import customer, fact, identity

DELETED = "[已删除]"


def mark(conn: Connection, account: str, openid: str, following: bool, now: datetime) -> None:
    """What WeChat told of a following ends with it, and is asked anew for the next."""
    changed = {"following": following, "changed_at": now} | ({"rejects": False} if following else {})
    stays = identity.c.following if following else false()
    told = {"subscribe_scene": "", "qr_scene": "", "unionid": "", "info_at": null()}
    kept = {name: case((stays, identity.c[name]), else_=nothing) for name, nothing in told.items()}
    conn.execute(update(identity).where(*_tie(account, openid)).values(**changed, **kept))


def file_of(conn: Connection, account: str, openid: str) -> tuple[int, int] | None:
    """(customer, store) the openid belongs to; None when nobody is known there."""
    mine = select(customer.c.id, customer.c.store_id).join(identity, identity.c.customer_id == customer.c.id)
    row = conn.execute(mine.where(*_tie(account, openid))).first()
    return (row.id, row.store_id) if row else None


class Openid(NamedTuple):
    account: str
    openid: str


def openid_of(conn: Connection, customer_id: int) -> Openid | None:
    """Where this customer follows now, the newest first; None when nowhere."""
    followed = (identity.c.customer_id == customer_id, identity.c.channel == "wechat", identity.c.following)
    newest = select(identity.c.account, identity.c.address).where(*followed).order_by(identity.c.id.desc()).limit(1)
    row = conn.execute(newest).first()
    return Openid(row.account, row.address) if row else None


def forget(conn: Connection, account: str, openid: str, customer_id: int) -> None:
    """What we have from WeChat alone: window, consents to notifications, questions open there, places, files."""
    for table in (wechat_window, subscription):
        conn.execute(delete(table).where(table.c.account == account, table.c.openid == openid))
    told = {"subscribe_scene": "", "qr_scene": "", "unionid": ""}
    conn.execute(update(identity).where(*_tie(account, openid)).values(**told))
    asked = (prompt.c.customer_id == customer_id, prompt.c.state == "open")
    here = prompt.c.ref["channel"].as_string() == "wechat"
    conn.execute(update(prompt).where(*asked, here).values(state="replaced"))
    forget_media(conn, account, openid, customer_id)
    forget_places(conn, account, customer_id)
    if not _rests_on_more(conn, customer_id):
        _forget_words(conn, account, customer_id)


def forget_media(conn: Connection, account: str, openid: str, customer_id: int) -> None:
    """Files, sent in or sent out, the provider's id and address of them, and with them coordinates and links."""
    media.forget_of(conn, account, openid)
    held = (*_sent_in(account, customer_id), message.c.data.is_not(None))
    conn.execute(update(message).where(*held).values(data=null()))


def forget_places(conn: Connection, account: str, customer_id: int) -> None:
    """Where somebody stood, in words; the coordinates went with `data`."""
    place = (*_sent_in(account, customer_id), message.c.kind == InboundKind.LOCATION.value)
    conn.execute(update(message).where(*place).values(text=SHOWN[InboundKind.LOCATION]))


def _rests_on_more(conn: Connection, customer_id: int) -> bool:
    """The dealer's own file (contract, repair) or a case: the conversation documents it."""
    known = select(customer.c.id).where(customer.c.id == customer_id, customer.c.known)
    has_case = select(cases.c.id).where(cases.c.customer_id == customer_id)
    return bool(conn.execute(select(exists(known) | exists(has_case))).scalar_one())


def _forget_words(conn: Connection, account: str, customer_id: int) -> None:
    """A passer-by's words rest on nothing once they leave. The rows stay: their keys stop a late retry."""
    words = (message.c.customer_id == customer_id, message.c.channel == "wechat")
    told = message.c.kind != InboundKind.UNFOLLOW.value
    conn.execute(update(message).where(*words, told).values(text=DELETED, reply={}))
    conn.execute(update(thread).where(thread.c.customer_id == customer_id).values(last_text=DELETED))
    conn.execute(delete(fact).where(fact.c.customer_id == customer_id))
    reviews.forget(conn, customer_id)


def _sent_in(account: str, customer_id: int) -> tuple[ColumnElement[bool], ...]:
    """Inbound messages of this account; the key begins with it (store/turns.py: stored_key)."""
    ours = message.c.provider_key.startswith(f"wechat:{account}:", autoescape=True)
    return (message.c.customer_id == customer_id, message.c.direction == "in", ours)


def _tie(account: str, openid: str) -> tuple[ColumnElement[bool], ...]:
    return (identity.c.channel == "wechat", identity.c.account == account, identity.c.address == openid)
