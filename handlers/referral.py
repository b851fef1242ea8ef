"""The code of somebody who came to an event: given by the friend they sent, or asked for by themselves (H2.5.4)."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Remember, Say
from bot.friends import REFERRED_BY
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding

INTENT = "referral"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    code = str(understood.slots.get("code", ""))
    if not code:
        mine = read.friend_code()
        return (Say("referral.mine", {"code": mine}) if mine else Say("referral.none"),)
    if (recommends := read.recommended_by(code)) is None:
        return (Say("referral.unknown"),)
    if recommends == turn.customer.id:
        return (Say("referral.own"),)
    if REFERRED_BY in read.facts():
        return (Say("referral.again"),)
    return (Remember(REFERRED_BY, code), Say("referral.noted"))
