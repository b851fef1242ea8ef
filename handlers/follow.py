"""Following, scanning, leaving. Only a one-time code ties an openid to a file (design §4, Binding)."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Bind, Effect, Follow, Say
from bot.messages import InboundKind
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding

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
    found = read.binding(scene.removeprefix(CODE), now) if scene.startswith(CODE) else None
    if found is not None:
        known = Say("welcome.bound", {"name": found.customer_name, "plate": found.plate})
        return (Bind(scene.removeprefix(CODE), found.customer_id, otherwise=(Say("welcome.unknown"),)), known)
    if turn.customer.bound:
        return (Say("welcome.bound", {"name": turn.customer.name, "plate": ""}),)
    return (Say("welcome.unknown"),)
