"""A word of warning before anything else: with this fault the car is not driven on, or only slowly."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.effects import Ask, Effect, HandOff, Say
from bot.messages import Category, Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding import faults, under_way
from bot.understanding.blame import OURS
from bot.understanding.grievances import graveness
from bot.understanding.normalise import normalise
from bot.understanding.particulars import particulars
from bot.understanding.setting import Setting
from bot.understanding.subjects import RESCUE
from bot.understanding.understand import Understanding
from bot.understanding.wishes import asks
from handlers.dialogue import WHEN
from handlers.handover import summary
from handlers.human import due
from handlers.subject import is_words

WARNED = frozenset({"service_book", "appt_change", "faq", "unclear", "roadside_assist", "complaint", "service_price"})
VISITS = frozenset({"service_book", "appt_change"})
# Read so where only the fault was told: no blame of ours, no question without an answer.
SAYS_LITTLE = frozenset({"complaint", "unclear", "off_topic", "thanks", "human_request"})
NOT_TO_BE_DRIVEN = frozenset({"brake_failure", "overheat", "flood", "ev_battery", "smoke_fire"})
ROADSIDE = re.compile("停[^,。]{0,4}(?:路边|边上|应急|服务区|高速|高架|半路)|靠边停")
EMPTY = frozenset({"human.offer", "clarify", "fallback.person"})  # what is said where nothing better is


def lean(understood: Understanding, turn: Turn, _read: Read, _now: datetime, setting: Setting) -> Understanding | None:
    """机油灯亮红的 blames nobody; 也不是踩不动, 就是比以前软 goes on about the pedal; 还能开吗 asks about the fault."""
    text = normalise(turn.inbound.text)
    new, before = faults.fault(text), _before(turn)
    if new == faults.NAIL and understood.intent == "roadside_assist" and not RESCUE.search(text):
        return _visit(text, turn, setting)
    if before and understood.intent != "emergency" and faults.ASKS_TO_DRIVE.search(text):
        return replace(understood, intent="faq", also=(), slots={}, signals=frozenset())
    lit = new == faults.OIL_LIGHT and understood.intent == "faq"
    if (lit or _stopped(text, before, understood)) and not asks(text):
        return _rescue(turn)
    goes_on = before and faults.GOES_ON.search(text)
    blames = new == faults.WHEEL and understood.intent == "complaint"  # 轮胎螺丝都没给我拧紧
    if blames or not (new or goes_on) or understood.intent not in SAYS_LITTLE or OURS.search(text) or graveness(text):
        return None
    if new == faults.OIL_LIGHT and not asks(text):
        return _rescue(turn)
    return _visit(text, turn, setting, goes_on=not new)


def _stopped(text: str, before: str, understood: Understanding) -> bool:
    """停路边了, of a car just told not to be driven."""
    return before in faults.DRIVEN_NO_MORE and understood.intent != "emergency" and ROADSIDE.search(text) is not None


def _rescue(turn: Turn) -> Understanding:
    return Understanding("roadside_assist", slots={"symptom": turn.inbound.text}, signals=frozenset({"stranded"}))


def _visit(text: str, turn: Turn, setting: Setting, *, goes_on: bool = False) -> Understanding:
    """goes_on: the fault was told in a line before, whose words stand."""
    slots = particulars("service_book", text, setting, turn.prompts)
    slots.pop("symptom", None)
    return Understanding("service_book", slots=slots if goes_on else {"symptom": turn.inbound.text, **slots})


def warned(effects: Sequence[Effect], understood: Understanding, turn: Turn, read: Read, now: datetime) -> list[Effect]:
    """effects, with the warning first; it stands for "no answer" where nothing else was found to say."""
    fault, text = _fault(understood, turn) if is_words(turn) else "", normalise(turn.inbound.text)
    sms = turn.inbound.channel is Channel.SMS
    stays = fault in faults.DRIVEN_NO_MORE
    if not fault or (sms and (not stays or understood.intent == "roadside_assist")):
        return list(effects)
    asks_to = stays and faults.ASKS_TO_DRIVE.search(text) is not None
    note = summary("车不能自己开，要安排拖车", turn, understood.slots, "说了不要再开，可以安排拖车")
    called = (HandOff("stranded", "high", None, due(read, now), note),) if sms or asks_to or fault == "kept" else ()
    return [_warning(fault, understood, turn, read), *(each for each in effects if not _empty(each, fault)), *called]


def _warning(fault: str, understood: Understanding, turn: Turn, read: Read) -> Say:
    rescue = turn.store.rescue or read.house().rescue
    if turn.inbound.channel is Channel.SMS:  # of what is approved there the nearest
        return Say("roadside.help", {"location": "", "unplaced": True, "fast": False, "rescue": rescue, "by": None})
    told = "" if understood.intent == "roadside_assist" else rescue  # said there
    return Say("safety.caution", {"fault": fault, "rescue": told}, Category.SAFETY)


def _fault(understood: Understanding, turn: Turn) -> str:
    """The fault to warn of: told now, asked about, or that of the visit being arranged, where it was not just said."""
    if understood.intent not in WARNED:
        return ""
    text, told = normalise(turn.inbound.text), faults.warned_of(turn.told)
    new = faults.fault(text)
    if understood.intent in VISITS and not new:
        return _of_the_visit(understood, turn, told)
    return new or (_before(turn) if faults.ASKS_TO_DRIVE.search(text) else "")


def _of_the_visit(understood: Understanding, turn: Turn, told: str) -> str:
    """那明天送过来看看, of a car that is not to be driven: said once more as soon as a day is named."""
    fault = faults.fault(normalise(str(understood.slots.get("symptom") or "")))
    stays = fault in faults.DRIVEN_NO_MORE or under_way.told_kind(turn.told) in NOT_TO_BE_DRIVEN
    if stays and WHEN & understood.slots.keys():
        return "" if "option" in understood.slots else "kept"  # one of the times just offered
    return fault if fault != told and not turn.before.text else ""


def _before(turn: Turn) -> str:
    if not turn.before.text:
        return ""
    known = str(turn.prompt.known.get("symptom") or "") if turn.prompt else ""
    told = faults.warned_of(turn.told) or faults.fault(normalise(turn.before.text))
    return told or faults.fault(normalise(known))


def _empty(effect: Effect, fault: str) -> bool:
    """No answer, or the general one about lights, of which the warning is a part."""
    say = effect.say if isinstance(effect, Ask) else effect
    if not isinstance(say, Say):
        return False
    of_lights = fault == faults.OIL_LIGHT and say.params.get("topic") == "warning_light"
    return say.message_id in EMPTY or of_lights
