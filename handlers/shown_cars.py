"""What is asked of the cars just shown: 续航多少, 第一个吧, 到底哪个好. Nothing is asked back that was said before."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.advice import UNKNOWN, advise, compared
from bot.catalogue import CarModel, Catalogue
from bot.effects import Effect, PromptKind, Say
from bot.needs import in_words, needs_of
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.understand import Understanding
from handlers.dialogue import ask_for, open_question, picked

# What is asked of a car → the row of `bot.advice.compared` that tells it.
ROWS = {
    "续航": "续航", "油耗": "油耗", "费油": "油耗", "省油": "油耗", "价": "指导价", "多少钱": "指导价", "多长": "车长",
    "尺寸": "车长", "车长": "车长", "几座": "座位", "座位": "座位", "烧油": "能源", "充电": "能源", "油车": "能源",
    "混动": "能源", "拖": "拖挂", "四驱": "四驱", "放电": "对外放电",
}  # fmt: skip
WHICH = re.compile(
    "(?:到底|那|你|您|就)*(?:推荐|选|买|觉得|建议)?(?:我)?(?:哪[个款台]|哪一[个款台])(?:更|比较|最)?(?:好|合适|划算|值|推荐|适合)?"
)
LISTED = re.compile("第[一二三123]|[123一二三]号?$")


def shown(turn: Turn, catalogue: Catalogue) -> tuple[CarModel, ...]:
    """The models under discussion, in the order they were shown."""
    asked = open_question(turn)
    names = asked.known.get("_models") if asked and asked.kind is PromptKind.NEEDS else None
    found = [catalogue.find(str(name)) for name in names] if isinstance(names, list) else []
    return tuple(each for each in found if each)


def pick(turn: Turn, models: Sequence[CarModel]) -> CarModel | None:
    """第一个吧, 就第二款, of several that were shown."""
    words = bare(normalise(turn.inbound.text))
    if len(models) < 2 or not LISTED.search(words):
        return None
    found = picked(words, [{"n": number, "at": number - 1} for number in range(1, len(models) + 1)])
    return models[int(str(found["at"]))] if found else None


def row_told(turn: Turn, models: Sequence[CarModel], known: dict[str, object], now: datetime) -> Effect | None:
    """One field of each: 续航多少, 哪个省油. None: no such field is asked, or nobody knows it of any."""
    text = normalise(turn.inbound.text)
    wanted = next((row for word, row in ROWS.items() if word in text), None)
    rows = [(name, values) for name, values in compared(models) if wanted and wanted in name]
    held = [tuple(each.features.get(wanted or "", UNKNOWN) for each in models)]
    rows = rows or [(str(wanted), values) for values in held]
    rows = [(name, values) for name, values in rows if set(values) != {UNKNOWN}]
    if not rows:
        return None
    said = "\n".join(
        f"{name}：{'，'.join(f'{each.name}{value}' for each, value in zip(models, values, strict=True))}"
        for name, values in rows
    )
    return ask_for(PromptKind.NEEDS, Say("model.row", {"rows": said}), known, now, priority=2)


def asks_which(turn: Turn) -> bool:
    """那推荐哪个, 到底哪款好."""
    return WHICH.fullmatch(bare(normalise(turn.inbound.text))) is not None


def better(understood: Understanding, models: Sequence[CarModel], read: Read) -> tuple[str, str]:
    """(牧野, 按您说的（跑长途），牧野更合适：…); both "" where nothing was said, or none of them fits."""
    needs = needs_of(understood.slots, read.facts())
    among = read.content().catalogue.model_copy(update={"models": tuple(models)})
    found = advise(among, needs) if needs.known else ()
    if not found:
        return "", ""
    return found[
        0
    ].model.name, f"按您说的（{in_words(needs)}），{found[0].model.name}更合适：{'；'.join(found[0].reasons)}。"
