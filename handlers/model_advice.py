"""Which car: at most three questions, then up to three that fit, with reasons; a named car's facts; two compared.

Nothing is asked that was said before, here or in an earlier conversation (H1.2.3, H1.3.1, H2.1.2, H2.1.3).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.advice import UNKNOWN, Advice, advise, compared, nearest
from bot.catalogue import BODY_NAMES, ENERGY_NAMES, CarModel, Catalogue
from bot.effects import Ask, Effect, Note, Param, PromptKind, Remember, Say
from bot.messages import Channel
from bot.needs import PREFIX, Needs, facts_of, in_words, needs_of, wan
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.understand import Understanding
from handlers.dialogue import agrees, ask_for, open_question, settled
from handlers.handover import NAMES, WORDS, summary, to_person
from handlers.latent import hint_for, hint_settled
from handlers.of_a_car import LOOKS, RANGE
from handlers.shown_cars import asks_which, better, pick, row_told, shown
from handlers.times import day_shown

INTENT = "model_enquiry"
QUESTIONS = 3
ADVISED = "您觉得哪款更合适"  # model.advice
ENOUGH = 3  # things known that make up for a missing budget
COMPARES = re.compile("比|区别|差别|差在|哪个|哪款|还是|对比|pk|vs", re.IGNORECASE)
WHOLE_RANGE = re.compile(
    "最便宜|最贵|起步价|价格表|(?:有|都是?)(?:哪些|什么|哪几款|几款)(?:车|款)|车型(?:有|都)|全部车"
)
NOT_HELD = re.compile(
    "颜色|色|后备箱|加速|马力|功率|轴距|天窗|气囊|辅助驾驶|智驾|音响|座椅|内饰|大灯|底盘|落地|现车|库存|月供|贷款|首付|优惠"
)

TAKES_BACK = re.compile("不是|不用|不要|改成|换成|变了|改主意")
OF_THE_CAR_ORDERED = re.compile("颜色|车漆|漆|换色|选装|加装|轮毂|内饰|配置|升级|改配|贴膜|脚垫")


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    understood = _with_purposes_before(understood, turn, read)
    if not read.content().catalogue.models:
        return to_person(understood, turn, read, now, "model", wish="想了解车型")
    if turn.inbound.channel is Channel.SMS:
        return (*_noted(understood, read), Say("model.page"))
    if understood.slots.get(LOOKS):
        return _looks(understood, turn, read)
    if OF_THE_CAR_ORDERED.search(turn.inbound.text) and not facts_of(understood.slots) and read.car_on_order():
        wish = f"订了新车，想问：{turn.inbound.text[:WORDS]}"
        return to_person(understood, turn, read, now, "model", wish=wish, says=Say("order.asked", {"model": ""}))
    noted = (*_noted(understood, read), *hint_settled(turn))
    told = _asked_for(understood, turn, read, now) or _led(understood, turn, read, now)
    return (*noted, *told)


def _with_purposes_before(understood: Understanding, turn: Turn, read: Read) -> Understanding:
    """家里用, then 主要跑高速: both, unless the first is taken back."""
    said = understood.slots.get("purpose")
    asked = open_question(turn)
    before = (*needs_of({}, read.facts()).purpose, *needs_of(asked.known if asked else {}, {}).purpose)
    if not isinstance(said, list | tuple) or not before or TAKES_BACK.search(turn.inbound.text):
        return understood
    return replace(understood, slots={**understood.slots, "purpose": tuple(dict.fromkeys((*before, *said)))})


def _looks(understood: Understanding, turn: Turn, read: Read) -> Sequence[Effect]:
    """我想过去看看车: welcome, with the hours; a consultant is told when."""
    opening, at = read.house().opening, str(understood.slots.get("date") or "")
    hours: dict[str, Param] = {"opens": f"{opening.start:%H:%M}", "closes": f"{opening.end:%H:%M}"}
    shut = bool(at) and not read.opens_on(date.fromisoformat(at))
    on = day_shown(date.fromisoformat(at)) if at else ""
    note = Note(summary("想到展厅看车", turn, understood.slots, "说欢迎，说了营业时间"))
    return (note, Say("model.visit", {**hours, "on": on, "shut": shut}))


def _asked_for(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """Models named, two compared, the whole range: told at once; empty when none of it was asked for."""
    catalogue, text = read.content().catalogue, turn.inbound.text
    named = catalogue.named_in(text) or tuple(filter(None, [_named(understood, read)]))
    if len(named) > 1 and COMPARES.search(text):
        return (_compared(named[:3], understood, read, now),)
    if len(named) == 1 and COMPARES.search(text) and (before := shown(turn, catalogue)[:1]) not in ((), named):
        return (_compared([*before, *named], understood, read, now),)
    if named:
        return (_card(named[0], understood, turn, now),)
    if about_shown := _of_the_shown(understood, turn, read, now):
        return (about_shown,)
    whole = not facts_of(understood.slots) and (WHOLE_RANGE.search(text) or RANGE.search(bare(normalise(text))))
    return (_range(catalogue, now),) if whole else ()


def _of_the_shown(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Effect | None:
    """A field of the cars under discussion, one of them, or which is the better. None: the talk goes on."""
    models = shown(turn, read.content().catalogue)
    if not models or _fresh(understood, read):
        return None
    if one := pick(turn, models):
        return _card(one, understood, turn, now)
    known = {**_needs_only(understood), "_asked": QUESTIONS, "_models": [each.name for each in models]}
    name, best = better(understood, models, read) if len(models) > 1 and asks_which(turn) else ("", "")
    if best:
        return ask_for(
            PromptKind.NEEDS, Say("model.pick", {"best": best}), {**known, "_models": [name]}, now, priority=2
        )
    if told := row_told(turn, models, known, now):
        return told
    asked = NOT_HELD.search(turn.inbound.text) if len(models) == 1 else None
    return asked and ask_for(
        PromptKind.NEEDS, Say("model.unheld", {"model": models[0].name, "unknown": asked[0]}), known, now, priority=2
    )


def _led(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """The next question, or the advice."""
    if "_agreed" in understood.slots and not _fresh(understood, read):
        return (*settled(turn), Say("model.noted"))
    needs, asked = needs_of(understood.slots, read.facts()), _times_asked(turn)
    if ADVISED in turn.told and not _fresh(understood, read):
        return (Note(summary("选车时还说", turn, {}, "说记下了")), Say("model.noted"))
    if asked and agrees(bare(normalise(turn.inbound.text))):
        return (*settled(turn), Say("smalltalk.no_hurry"))  # 好吧, to what it is for: not now
    heard = asked == 0 or _fresh(understood, read) or "_hint" in understood.slots  # nobody is asked the same again
    missing = _missing(needs) if heard and asked < QUESTIONS and advise(read.content().catalogue, needs) else ""
    if missing:
        known = {**understood.slots, "_asked": asked + 1}
        return (ask_for(PromptKind.NEEDS, Say(f"model.ask_{missing}", {"needs": in_words(needs)}), known, now),)
    return _advice(needs, understood, turn, read, now)


def _missing(needs: Needs) -> str:
    """What to ask next: nothing once two things are known, the budget among them or three others."""
    if not needs.known:
        return "both"
    if needs.known == 1 or (not needs.has_budget and needs.known < ENOUGH):
        return "purpose" if needs.has_budget else "budget"
    return ""


def _advice(needs: Needs, understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    catalogue = read.content().catalogue
    found = advise(catalogue, needs)
    if not found:
        said = Say("model.none", {"needs": in_words(needs), **_near(nearest(catalogue, needs))})
        return (ask_for(PromptKind.NEEDS, said, {**_needs_only(understood), "_asked": QUESTIONS}, now, priority=2),)
    hint = hint_for(needs, turn, read, now)
    lines = "\n".join(f"{number}. {each.model.name}：{'；'.join(each.reasons)}" for number, each in enumerate(found, 1))
    told: dict[str, Param] = {"needs": in_words(needs), "cards": lines, "hint": hint.question if hint else ""}
    names = [each.model.name for each in found]
    known = {**understood.slots, "_asked": QUESTIONS, "_models": names, **({"_hint": hint.key} if hint else {})}
    offered = (Remember(hint.key, "offered"),) if hint else ()
    return (*offered, ask_for(PromptKind.NEEDS, Say("model.advice", told), known, now, priority=2))


def _near(near: Advice | None) -> dict[str, Param]:
    if near is None:
        return {"near": "", "price": "", "over": ""}
    return {"near": near.model.name, "price": wan(near.variant.price_from), "over": wan(near.over) if near.over else ""}


def _card(model: CarModel, understood: Understanding, turn: Turn, now: datetime) -> Effect:
    facts = "\n".join(f"{name}：{values[0]}" for name, values in compared([model]))
    more = "\n".join(f"{name}：{value}" for name, value in model.features.items())
    asked = NOT_HELD.search(turn.inbound.text)
    told: dict[str, Param] = {
        "model": model.name,
        "facts": f"{facts}\n{more}".strip(),
        "unknown": asked[0] if asked else "",
    }
    known = {**_needs_only(understood), "_asked": QUESTIONS - 1, "_models": [model.name]}
    return ask_for(PromptKind.NEEDS, Say("model.card", told), known, now, priority=2)


def _range(catalogue: Catalogue, now: datetime) -> Effect:
    """Every model in a line, the cheapest first."""
    models = sorted(catalogue.models, key=lambda each: each.price_from)
    rows = [
        f"{each.name}：{wan(each.price_from)}–{wan(each.price_to)}，{BODY_NAMES[each.body]}，"
        f"{'、'.join(ENERGY_NAMES[kind] for kind in each.energies)}"
        for each in models
    ]
    return ask_for(PromptKind.NEEDS, Say("model.range", {"rows": "\n".join(rows)}), {"_asked": 1}, now, priority=2)


def _compared(models: Sequence[CarModel], understood: Understanding, read: Read, now: datetime) -> Ask:
    """Rows nobody has a figure for are left out; the needs said so far decide which is the better."""
    held = [(name, values) for name, values in compared(models) if set(values) != {UNKNOWN}]
    rows = "\n".join(f"{name}：{' ｜ '.join(values)}" for name, values in held)
    names = " ｜ ".join(each.name for each in models)
    told: dict[str, Param] = {"models": names, "rows": rows, "best": better(understood, models, read)[1]}
    known = {**_needs_only(understood), "_asked": QUESTIONS - 1, "_models": [each.name for each in models]}
    return ask_for(PromptKind.NEEDS, Say("model.compare", told), known, now, priority=2)


def _noted(understood: Understanding, read: Read) -> Sequence[Effect]:
    """New needs go to the file; what changed is pointed out to colleagues, the old value stays in the history."""
    before, fresh = read.facts(), _fresh(understood, read)
    changed = [
        f"{NAMES.get(name, name)} {before[PREFIX + name]} → {text}"
        for name, text in fresh.items()
        if PREFIX + name in before
    ]
    sure = round(min(understood.confidence, 1.0), 2)
    kept: list[Effect] = [Remember(PREFIX + name, text, sure) for name, text in fresh.items()]
    return [*kept, Note(f"购车需求有变：{'；'.join(changed)}")] if changed else kept


def _fresh(understood: Understanding, read: Read) -> dict[str, str]:
    """Needs said now that the file does not hold yet."""
    before = read.facts()
    return {name: text for name, text in facts_of(understood.slots).items() if before.get(PREFIX + name) != text}


def _named(understood: Understanding, read: Read) -> CarModel | None:
    return read.content().catalogue.find(str(understood.slots.get("model", "")))


def _needs_only(understood: Understanding) -> dict[str, object]:
    return {name: value for name, value in understood.slots.items() if name != "model" and not name.startswith("_")}


def _times_asked(turn: Turn) -> int:
    asked = open_question(turn)
    count = asked.known.get("_asked") if asked and asked.kind is PromptKind.NEEDS else 0
    return count if isinstance(count, int) else 0
