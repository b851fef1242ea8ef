"""What a provider's refusal taught us about a person, written down where the next routing looks."""

from datetime import datetime

from sqlalchemy import Connection, update

from bot.consent import Source
from bot.customer import Purpose
from bot.errors import Mark
from bot.messages import Channel, Way
from bot.reasons import Reason
from store import consents, numbers, windows
from store.consents import Act
from store.tables.people import customer, identity


def remember(conn: Connection, mark: Mark, way: Way, account: str, address: str, now: datetime, code: str = "") -> None:
    """A number belongs to every file that holds it, an openid to one. code: the provider's own, the proof."""
    channel = {Way.SMS: Channel.SMS, Way.EMAIL: Channel.EMAIL}.get(way, Channel.WECHAT)
    act = Act(Source.PROVIDER_CODE, now, channel.value, address, f"code:{code}")
    follower = (identity.c.account == account, identity.c.address == address)
    match mark:
        case Mark.UNFOLLOWED:
            conn.execute(update(identity).where(*follower).values(following=False, changed_at=now))
        case Mark.REJECTS_ACCOUNT:
            off = update(identity).where(*follower, identity.c.rejects.is_(False))
            if conn.execute(off.values(rejects=True, changed_at=now)).rowcount:
                consents.of_one_channel(conn, address, False, act)
        case Mark.WINDOW_CLOSED | Mark.WINDOW_EMPTY:
            windows.close_window(conn, account, address, now)
        case Mark.BAD_ADDRESS if way is Way.SMS:
            numbers.mark(conn, address, "dead")
            numbers.ask_to_confirm(conn, numbers.sharing(conn, address), Reason.DEAD_NUMBER.value, now)
        case Mark.BAD_ADDRESS if way is Way.EMAIL:
            conn.execute(update(customer).where(customer.c.email == address).values(email_state="dead"))
        case Mark.BAD_ADDRESS:
            conn.execute(update(identity).where(*follower).values(following=False, changed_at=now))
        case Mark.REFUSED_MARKETING:
            consents.refused_at_provider(conn, act)
        case Mark.REFUSED_ALL:
            # The carrier's blacklist bars this number from SMS; the same person may still write on WeChat.
            barred = update(customer).where(customer.c.phone == address, customer.c.phone_state != "blocked")
            if conn.execute(barred.values(phone_state="blocked")).rowcount:
                consents.of_one_channel(conn, address, False, act, Purpose.ALL)
        case Mark.NONE:
            pass
