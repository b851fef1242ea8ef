"""What a provider's refusal taught us about a person, written down where the next routing looks."""

from datetime import datetime

from sqlalchemy import Connection, update

from bot.customer import Purpose
from bot.errors import Mark
from bot.messages import Way
from store import refusals, windows
from store.tables.people import customer, identity


def remember(conn: Connection, mark: Mark, way: Way, account: str, address: str, now: datetime) -> None:
    """A number belongs to every file that holds it, an openid to one."""
    follower = (identity.c.account == account, identity.c.address == address)
    match mark:
        case Mark.UNFOLLOWED:
            conn.execute(update(identity).where(*follower).values(following=False, changed_at=now))
        case Mark.REJECTS_ACCOUNT:
            conn.execute(update(identity).where(*follower).values(rejects=True, changed_at=now))
        case Mark.WINDOW_CLOSED | Mark.WINDOW_EMPTY:
            windows.close_window(conn, account, address, now)
        case Mark.BAD_ADDRESS if way is Way.SMS:
            conn.execute(update(customer).where(customer.c.phone == address).values(phone_state="dead"))
        case Mark.BAD_ADDRESS:
            conn.execute(update(identity).where(*follower).values(following=False, changed_at=now))
        case Mark.REFUSED_MARKETING:
            refusals.refuse(conn, [address], Purpose.MARKETING, "provider", now)
        case Mark.REFUSED_ALL:
            # The carrier's blacklist bars this number from SMS; the same person may still write on WeChat.
            conn.execute(update(customer).where(customer.c.phone == address).values(phone_state="blocked"))
        case Mark.NONE:
            pass
