"""Following, scanning, leaving. Only a one-time code ties an openid to a file (design §4, Binding)."""

from collections.abc import Sequence
from datetime import datetime

from bot.customer import StaffMember
from bot.effects import Bind, Effect, Follow, HandOff, Say
from bot.messages import InboundKind
from bot.ports import Binding, Read, Spot
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers import showroom
from handlers.human import due

INTENT = "follow"
CODE = "bind:"


def wants(understood: Understanding, turn: Turn) -> bool:
    return turn.inbound.kind in (InboundKind.FOLLOW, InboundKind.SCAN, InboundKind.UNFOLLOW)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if turn.inbound.kind is InboundKind.UNFOLLOW:
        return (Follow(following=False),)
    return (Follow(following=True), *_welcome(turn, read, now))


def _welcome(turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    scene = turn.inbound.option.removeprefix("qrscene_")
    if scene.startswith(CODE):
        found = read.binding(scene.removeprefix(CODE), now)
        return _bound(scene.removeprefix(CODE), found) if found else _plain(turn)
    match read.scene(scene) if scene else None:
        case Spot() as spot:
            return showroom.arrived(spot, turn, read, now)
        case StaffMember() as consultant:
            return _received(consultant, turn, read, now)
        case _:
            return _plain(turn)


def _bound(token: str, found: Binding) -> Sequence[Effect]:
    known = Say("welcome.bound", {"name": found.customer_name, "plate": found.plate})
    return (Bind(token, found.customer_id, otherwise=(Say("welcome.unknown"),)), known)


def _received(consultant: StaffMember, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """A consultant's own card: who scanned it is theirs to look after."""
    handed = HandOff("consultant", "normal", consultant.id, due(read, now))
    return (handed, Say("welcome.consultant", {"consultant": consultant.name, "known": turn.customer.bound}))


def _plain(turn: Turn) -> Sequence[Effect]:
    if turn.customer.bound:
        return (Say("welcome.bound", {"name": turn.customer.name, "plate": ""}),)
    return (Say("welcome.unknown"),)
