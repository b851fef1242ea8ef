"""Needs behind a need: one question, offered once, not again within 90 days whatever was answered (H1.3.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.effects import Effect, Remember
from bot.needs import Needs
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from handlers.dialogue import agrees, open_question

RESTS = timedelta(days=90)
ONE_A_DAY = timedelta(days=1)
PREFIX = "hint."


@dataclass(frozen=True, slots=True)
class Hint:
    key: str
    question: str


CHARGING = Hint(f"{PREFIX}charging", "家里或单位能装充电桩吗？能的话，插混平时可以用电。")
QUESTIONS: Mapping[str, Hint] = {
    "camping": Hint(f"{PREFIX}camping", "露营会用到对外放电或者拖挂吗？需要的话我请顾问一起准备资料。"),
    "family": Hint(f"{PREFIX}child_seat", "家里有小朋友要装安全座椅吗？有的话试驾时可以带来试装。"),
    "first_car": Hint(f"{PREFIX}new_driver", "是新手上路吗？需要的话试驾时请顾问多讲讲泊车和影像。"),
}


def hint_for(needs: Needs, turn: Turn, read: Read, now: datetime) -> Hint | None:
    """At most one, of what the purposes suggest; none while one was offered within a day."""
    lately, today = read.facts_since(now - RESTS), read.facts_since(now - ONE_A_DAY)
    if any(key.startswith(PREFIX) for key in today):
        return None
    fitting = [QUESTIONS[each] for each in needs.purpose if each in QUESTIONS]
    if needs.home_charger is None and not needs.energy and "commute" in needs.purpose:
        fitting.append(CHARGING)
    return next((each for each in fitting if each.key not in lately), None)


def hint_settled(turn: Turn) -> Sequence[Effect]:
    """Yes or no to the question the last message ended with."""
    asked = open_question(turn)
    key = asked.known.get("_hint") if asked else None
    said = agrees(bare(normalise(turn.inbound.text)))
    if not isinstance(key, str) or said is None:
        return ()
    return (Remember(key, "accepted" if said else "declined"),)
