"""What leans on a fault told before: whether the car may be driven on, and what else is wrong with it."""

from datetime import datetime

from bot.effects import PromptKind
from bot.ports import Read
from bot.turn import Turn
from bot.understanding import may_drive
from bot.understanding.blame import BY_WHOM
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from bot.understanding.understand import Understanding
from handlers.of_a_case import BLAMED, GRAVER, STANDS
from handlers.subject import case_open

OF_THE_CAR = frozenset({"quality", ""})


def of_a_fault(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """None: it leans on none."""
    return _drives_on(understood, turn) or _tells_more(understood, turn)


def _drives_on(understood: Understanding, turn: Turn) -> Understanding | None:
    """停车位上一滩油, 还能开吗: what must stand is fetched, a lamp has its answer."""
    plain, before = normalise(turn.inbound.text), normalise(turn.before.text)
    if understood.intent in STANDS or turn.before.intent == "emergency" or not may_drive.ASKS.search(plain):
        return None
    told = f"{before} {plain}"
    if may_drive.must_stand(told):
        return Understanding("roadside_assist", slots={"_stays": True}, signals=frozenset({"stranded"}))
    if not may_drive.LIGHT.search(told):
        return None
    blames = ("complaint",) if case_open(turn) and turn.before.intent in BLAMED else ()
    return Understanding("faq", blames, {"topic": "warning_light"})


def _tells_more(understood: Understanding, turn: Turn) -> Understanding | None:
    """没有冒烟 就是少了, to who asks when the car shall be looked at: more of the fault, and nobody's blame."""
    asked = turn.prompt
    if asked is None or asked.kind is not PromptKind.BOOKING or not asked.known.get("symptom"):
        return None
    plain = normalise(turn.inbound.text)
    blames = understood.slots.get("category", "") not in OF_THE_CAR or understood.signals & (GRAVER - {"safety"})
    if understood.intent != "complaint" or blames or BY_WHOM.search(plain):
        return None
    return Understanding("service_book", slots={"symptom": f"{asked.known['symptom']}，{turn.inbound.text.strip()}"})
