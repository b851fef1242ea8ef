"""A cancellation taken back, or another time for what was just called off: 不取消了, 点错了; 下周六吧, 同一时间."""

import re
from dataclasses import replace
from datetime import datetime

from bot.booking import Appointment, Visit
from bot.effects import PromptKind
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.setting import Setting
from bot.understanding.slots.times import SAME
from bot.understanding.understand import Understanding
from handlers.dialogue import FREE, VISITS, WHEN, topic_of

LONGEST = 24  # signs
TAKES_BACK = re.compile(
    "(?<![想要])(?:不|别|先别|不要|不用|没(?:有)?(?:想|要)?)取消|不是(?:要|想)?取消|[点按说发回打摁]错|误[点操按触]|手滑|撤回|恢复|"
    "(?:还是|又|又能|又可以)(?:能)?(?:来|去|过[来去])(?:得了|了|吧|的)?|(?:还是)?(?:就|按|照)?原[来先定]的?(?:时间|那个|预?约)|照旧|不变了?$"
)
MEANT = FREE | VISITS | {"appt_cancel", "wrong_person", "info_update", "complaint", "faq", "opt_in"}


def restored(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """None: nothing was just called off, or it stays so."""
    plain = bare(normalise(turn.inbound.text))
    if turn.before.intent not in VISITS | {"appt_cancel"} or understood.intent not in MEANT or len(plain) > LONGEST:
        return None
    gone = read.called_off(now)
    if gone is None or any(each.kind is gone.kind for each in read.appointments(now)):
        return None
    same = SAME.search(plain) is not None
    options = turn.prompt is not None and turn.prompt.kind is PromptKind.OPTIONS
    if turn.prompt is not None and options and same:
        return _at_its_hour(turn, gone, setting)
    if turn.before.intent == "appt_cancel" and TAKES_BACK.search(plain):
        at = gone.starts_at.astimezone(setting.now.tzinfo)
        return _booked(gone, {"date": at.date().isoformat(), "time": f"{at:%H:%M}"})
    return _at_another(understood, turn, gone, setting)


def _at_its_hour(turn: Turn, gone: Appointment, setting: Setting) -> Understanding:
    """同一时间, of the day whose times are on offer."""
    assert turn.prompt is not None
    listed = turn.prompt.known.get("options")
    day = {"date": listed[0]["date"]} if isinstance(listed, list) and listed else {}
    hour = f"{gone.starts_at.astimezone(setting.now.tzinfo):%H:%M}"
    return Understanding(topic_of(turn.prompt), slots={**day, "time": hour})


def _at_another(understood: Understanding, turn: Turn, gone: Appointment, setting: Setting) -> Understanding | None:
    """下周六吧: the same work at the same hour, unless another is named."""
    said = {name: each for name, each in understood.slots.items() if name in WHEN}
    whole = turn.before.intent == "appt_cancel" and understood.intent in VISITS | {"unclear", "churn_reply"}
    if not whole or not said or "service" in understood.slots or "model" in understood.slots:
        return None
    hour = {} if {"time", "period"} & set(said) else {"time": f"{gone.starts_at.astimezone(setting.now.tzinfo):%H:%M}"}
    meant = _booked(gone, {**said, **hour})
    changes = understood.intent == "appt_change"
    return replace(meant, intent="appt_change" if changes else meant.intent, also=understood.also)


def _booked(gone: Appointment, when: dict[str, object]) -> Understanding:
    if gone.kind is Visit.TEST_DRIVE:
        return Understanding("test_drive_book", slots={**when, "model": gone.model})
    which = {"plate": gone.plate} if gone.plate else {}
    return Understanding("service_book", slots={**when, **which, "service": gone.service})
