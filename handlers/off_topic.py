"""What has nothing to do with cars or the store: friendly, no facts, back to what we can do.

Orders to the bot are neither followed nor argued with: they are pointed out in the thread.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Note, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers import menu
from handlers.acknowledged import only_acknowledges
from handlers.handover import summary

INTENT = "off_topic"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.intent == INTENT


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if understood.slots.get("_who"):
        return (menu.hours(read) if turn.inbound.channel is Channel.SMS else Say("smalltalk.who"),)
    if only_acknowledges(turn.inbound.text):
        return ()
    if "injection" in understood.signals:
        note = Note(summary("有人想让机器人照他的话做，没有照做", turn, {}, "只说能帮什么"))
        return (note, Say("smalltalk.off_topic"))
    return (Say("smalltalk.off_topic"),)
