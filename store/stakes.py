"""What a WeChat message costs: a slot of the window, a consent, one of four copies a month; back when it was refused.

Taken when the call begins, in the transaction that says so; a call without an answer keeps what it took.
"""

from datetime import datetime

from sqlalchemy import Connection

from bot.consent import Source
from bot.errors import ChannelStopped, SendError, TryLater, Uncertain
from bot.messages import Channel, Outgoing, Way
from store import consents, mass_quota, subscriptions, windows
from store.consents import Act

NO_CONSENT = "43101"
NO_QUOTA = "45028"


def take_consent(conn: Connection, out: Outgoing, now: datetime) -> bool:
    """False: another message was faster, or the customer turned it off."""
    return subscriptions.take(conn, out.account, out.address, str(out.payload["template_id"]), now)


def count_copies(conn: Connection, outbox_id: int, out: Outgoing, now: datetime) -> None:
    """Of a mass send by openids; who stands behind a tag WeChat does not tell."""
    openids = out.payload.get("openids")
    mass_quota.count(conn, outbox_id, out.account, openids if isinstance(openids, list | tuple) else (), now)


def settle(conn: Connection, outbox_id: int, out: Outgoing, error: SendError, now: datetime) -> None:
    """After a refusal. 43101: WeChat's count stands, ours is void."""
    if out.way is Way.CUSTOM and not isinstance(error, Uncertain):
        windows.give_slot_back(conn, out.account, out.address)
    if out.way is Way.SUBSCRIPTION and not isinstance(error, Uncertain):
        settled = subscriptions.withdraw if error.code == NO_CONSENT else subscriptions.give
        template_id = str(out.payload["template_id"])
        settled(conn, out.account, out.address, template_id, now)
        if error.code == NO_CONSENT:
            proof = f"code:{error.code} · template:{template_id}"
            act = Act(Source.PROVIDER_CODE, now, Channel.WECHAT.value, out.address, proof)
            consents.of_one_channel(conn, out.address, False, act)
    if out.way is Way.MASS and error.code == NO_QUOTA:
        mass_quota.spent(conn, outbox_id)
    elif out.way is Way.MASS and not isinstance(error, Uncertain | TryLater | ChannelStopped):
        mass_quota.uncount(conn, outbox_id)
