"""The account's own menu, a row a key: 服务评价 offers the scale as links, the rest facts or a person."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.effects import Effect, Say
from bot.menu import MenuKey
from bot.messages import InboundKind
from bot.ports import Read
from bot.turn import Prompt, Turn
from bot.understanding.normalise import normalise
from bot.understanding.scales import scale_of
from bot.understanding.understand import Understanding
from handlers import human
from handlers.subject import scored

Handle = Callable[[Understanding, Turn, Read, datetime], Sequence[Effect]]

INTENT = "click"
NAMES = {2: "非常满意", 1: "满意", 0: "一般", -1: "不满意", -2: "非常不满意"}


def wants(understood: Understanding, turn: Turn) -> bool:
    return turn.inbound.kind is InboundKind.CLICK


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """Phones keep an old menu for minutes, so a key that is gone is answered too."""
    answer = ANSWERS.get(turn.inbound.option)
    return answer(understood, turn, read, now) if answer else (Say("greeting.hello"),)


def _survey(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    prompt = scored(turn) or read.last_answered(now)
    return (offer(prompt),) if prompt else (Say("survey.none"),)


def _hours(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    return (hours(read),)


def hours(read: Read, about: str = "") -> Say:
    """about: what the words asked of a day or festival, said first (`handlers/opening.py`)."""
    house = read.house()
    opens, closes = (moment.strftime("%H:%M") for moment in (house.opening.start, house.opening.end))
    told = {"opens": opens, "closes": closes, "address": house.address, "hotline": house.hotline, "about": about}
    return Say("house.hours", told)


def _rescue(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    house = read.house()
    return (Say("house.rescue", {"rescue": house.rescue, "hotline": house.hotline}),)


ANSWERS: Mapping[str, Handle] = {
    MenuKey.SURVEY: _survey,
    MenuKey.HUMAN: human.handle,
    MenuKey.HOURS: _hours,
    MenuKey.RESCUE: _rescue,
}


def offer(prompt: Prompt) -> Say:
    return Say("survey.scale", {"survey_id": prompt.id, "options": options(prompt), "scale": prompt.scale})


def options(prompt: Prompt) -> tuple[Mapping[str, str], ...]:
    return scale_options(prompt.id, prompt.scale)


def scale_options(prompt_id: int, spelled: str) -> tuple[Mapping[str, str], ...]:
    """Best first: {"id": "survey:<prompt>:<rating>", "text"}; ten-point scales show their numbers."""
    scale = scale_of(spelled) or scale_of("1-5")
    assert scale is not None
    own = _own_names(spelled)
    ordered = sorted(scale.grades, key=lambda number: (-scale.grades[number], -number))
    names = {
        number: own.get(number) or (str(number) if scale.coarse else NAMES[scale.grades[number]]) for number in ordered
    }
    return tuple({"id": f"survey:{prompt_id}:{number}", "text": names[number]} for number in ordered)


def _own_names(scale: str) -> Mapping[int, str]:
    pairs = (part.partition("=") for part in normalise(scale).split(","))
    return {int(number): name for number, _, name in pairs if number.strip().isdecimal() and name}
