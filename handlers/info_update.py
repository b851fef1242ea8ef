"""The customer's file: what costs nothing is noted at once; a sold car, a new plate is read back first (H2.5.1)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.effects import AddToCase, Cancel, Effect, Note, PromptKind, Remember, Say, SellVehicle
from bot.messages import Category, Channel
from bot.ports import Read
from bot.reasons import Reason
from bot.turn import Turn
from bot.understanding import file_words, reminders
from bot.understanding.normalise import normalise
from bot.understanding.slots.contact import vehicle_sold
from bot.understanding.slots.plates import plate
from bot.understanding.understand import Understanding
from handlers.cars import own_car
from handlers.case_making import AT_ONCE
from handlers.case_making import noted as case_noted
from handlers.dialogue import SHORT, ask_for, settled
from handlers.file_news import news, who_told
from handlers.handover import summary
from handlers.of_a_case import OF_IT
from handlers.of_consent import BY_WECHAT
from handlers.subject import case_open, prompt_of

INTENT = "info_update"
ABOUT_A_CAR = frozenset({Category.REMINDER, Category.SURVEY})
CHANGE = "change"
ONCE_IN = timedelta(days=30)
CHANGES = re.compile("搬|换(?:了)?工作|调到|退休|结婚|怀孕|生了|二胎|宝宝|第二辆|又买了")
DENIES = re.compile("没(?:有)?[卖换过转]|不是|不对|错了|还(?:在|是我)|开玩笑|别[停改]|不(?:用|要)[改停]|取消")
PREFERENCES = ("no_call", "channel_pref", "quiet_after")


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT) and OF_IT not in understood.slots


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if understood.slots.get("vehicle_sold") and understood.wants("opt_out"):
        return _sold_and_silent(understood, turn, read)
    if BY_WECHAT in understood.slots:
        return (Remember("channel_pref", "wechat"), Say("info.by_wechat"))
    if understood.slots.get("_matter"):
        return _no_call_back(understood, turn)
    if kind := understood.slots.get("_reminder"):
        return _not_now(str(kind), turn)
    if (told := news(understood, turn, read, now)) is not None:
        return told
    return _told(understood, turn, read, now)


def _not_now(kind: str, turn: Turn) -> Sequence[Effect]:
    """已经做过了, 下次再说: a reminder has its answer, and nobody is asked for a day."""
    done = kind == reminders.DONE
    noted = (Note(summary("说已经做过了，请核对后更新档案", turn, {}, "说已记下")),) if done else ()
    if turn.inbound.channel is Channel.SMS:
        said = Say("info.noted" if done else "booking.later")
        return (*settled(turn), *noted, *(() if "等您方便" in turn.told else (said,)))
    again = turn.before.intent != ""  # then it was spoken of, and nobody urged
    return (*settled(turn), *noted, Say("reminder.declined", {"done": done, "again": again}))


def _no_call_back(understood: Understanding, turn: Turn) -> Sequence[Effect]:
    """A call about one matter is not wanted; all else that is sent goes on. A grave matter is looked after anyway."""
    if turn.case and case_open(turn) and turn.case.level in AT_ONCE:
        return (AddToCase(turn.case.id, turn.inbound.text), *case_noted(turn))
    known = (AddToCase(turn.case.id, turn.inbound.text),) if turn.case and case_open(turn) else ()
    note = Note(summary("这件事不用再打电话联系他", turn, {}, "说这件事不再打电话"))
    return (*known, *settled(turn), note, Say("info.no_call_back"))


def _told(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    slots = understood.slots
    costly = next((name for name in ("vehicle_sold", "phone", "plate") if slots.get(name)), "")
    if costly == "plate" and any(car.plate.replace("·", "") == slots["plate"] for car in read.vehicles()):
        sms = turn.inbound.channel is Channel.SMS
        return (Say("info.noted") if sms else Say("info.plate_known", {"plate": str(slots["plate"])}),)
    if costly == "phone":
        return _to_be_checked(understood, turn)
    return _costly(costly, understood, turn, read, now) if costly else _noted(understood, turn, read, now)


def _costly(costly: str, understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """Read back first: reminders of a car that was not sold would stop."""
    answer = _answer(costly, understood, turn)
    understood = (
        _of_the_car_asked_about(understood, turn) if costly == "vehicle_sold" and answer != "ask" else understood
    )
    slots = understood.slots
    if answer == "ask" and costly == "vehicle_sold" and own_car(understood, read) is None and len(read.vehicles()) > 1:
        return (_which_car(slots, turn, read, now),)
    if answer == "ask":
        return (ask_for(PromptKind.READ_BACK, _question(costly, understood, read), _kept(slots), now),)
    if answer == "no":
        return (*settled(turn), Say("info.unchanged"))
    if answer == "neither":
        return _more_of_it(costly, turn, slots)
    if costly == "vehicle_sold":
        return (*settled(turn), *_sold(understood, turn, read, now))
    note = Note(summary("车牌变了，请更新档案", turn, slots, "说已记下"))
    return (*settled(turn), Remember("plate", str(slots["plate"])), note, Say("info.noted"))


def _kept(slots: Mapping[str, object]) -> Mapping[str, object]:
    return {**{name: each for name, each in slots.items() if name != "_which"}, "intent": INTENT}


def _answer(costly: str, understood: Understanding, turn: Turn) -> Literal["ask", "yes", "no", "neither"]:
    """To what was read back. The same told once more (卖给我表弟了) is a yes, another plate is read back anew,
    不用了他自己会加你们 is neither yes nor no."""
    asked, said, agreed = (
        prompt_of(turn, PromptKind.READ_BACK),
        normalise(turn.inbound.text),
        understood.slots.get("_agreed"),
    )
    if asked is None or asked.known.get("intent") != INTENT or not asked.known.get(costly):
        return "ask" if agreed is None else "no" if agreed is False else "yes"
    if asked.known.get("_which"):
        return "ask"
    if costly == "plate" and plate(said) not in (None, asked.known["plate"]):
        return "ask"
    if agreed is False and (len(said) <= SHORT or DENIES.search(said)):
        return "no"
    again = _sold_again(said) if costly == "vehicle_sold" else plate(said)
    return "yes" if agreed or again else "neither"


def _sold_again(said: str) -> bool:
    """上个月卖的; 现在开长风, of who drives another one now."""
    return bool(vehicle_sold(said) or file_words.SOLD_AGAIN.search(said) or file_words.DRIVES_NOW.search(said))


def _of_the_car_asked_about(understood: Understanding, turn: Turn) -> Understanding:
    """现在开长风 names the new car; the sold one is the one we asked about."""
    asked = prompt_of(turn, PromptKind.READ_BACK)
    named = {"model", "plate"} & set(asked.known) if asked else set()
    slots = {name: each for name, each in understood.slots.items() if name not in ("model", "plate")}
    if not asked or not asked.known.get("vehicle_sold"):
        return understood
    return replace(understood, slots={**slots, **{name: asked.known[name] for name in named}})


def _which_car(slots: Mapping[str, object], turn: Turn, read: Read, now: datetime) -> Effect:
    """Of several cars the one that is sold, before anything ends."""
    cars = "，还是".join(f"{car.model}{car.plate}" for car in read.vehicles())
    say = _question("vehicle_sold", Understanding(INTENT), read) if turn.inbound.channel is Channel.SMS else None
    known = {"vehicle_sold": True, "_which": True, "intent": INTENT}
    return ask_for(PromptKind.READ_BACK, say or Say("info.which_car", {"cars": cars}), known, now)


def _more_of_it(costly: str, turn: Turn, slots: Mapping[str, object]) -> Sequence[Effect]:
    """Nobody is asked the same twice: colleagues read it and ask."""
    wish = "说车已卖掉或过户" if costly == "vehicle_sold" else "说换了车牌"
    note = Note(summary(f"{wish}，没有确认，请核对后更新档案", turn, slots, "说已记下"))
    return (*settled(turn), note, Say("info.noted"))


def _sold_and_silent(understood: Understanding, turn: Turn, read: Read) -> Sequence[Effect]:
    """Who has just asked for silence is neither asked back nor called; colleagues find it in the thread."""
    car = own_car(understood, read)
    note = Note(summary("说车已卖掉或过户，并且不要再发信息，请更新档案", turn, understood.slots, "只确认了退订"))
    return (Remember("vehicle_sold", (car.plate or car.model) if car else "true"), note)


def _question(costly: str, understood: Understanding, read: Read) -> Say:
    car = own_car(understood, read)
    plate, named = str(understood.slots.get("plate", "")), f"{car.model}{car.plate}" if car else ""
    return Say("info.read_back", {"kind": costly, "plate": plate, "car": named})


def _sold(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """Said, and said again when read back: all about that car ends. Where it is not clear which one, colleagues sort
    it out."""
    car, cars = own_car(understood, read), read.vehicles()
    known = Remember("vehicle_sold", (car.plate or car.model) if car else "true")
    note = Note(summary("车已卖掉或过户，请更新档案", turn, understood.slots, "说不再发这辆车的提醒"))
    ended = (Cancel(Reason.VEHICLE_SOLD.value, ABOUT_A_CAR),) if len(cars) <= 1 else ()
    gone = (SellVehicle(car.id, now.astimezone(ZoneInfo(turn.store.time_zone)).date()),) if car else ()
    return (known, *gone, *ended, note, Say("info.sold"))


def _to_be_checked(understood: Understanding, turn: Turn) -> Sequence[Effect]:
    """A new number decides who we talk to: a typed one changes nothing by itself (design §4, Binding). Nobody waits."""
    note = Note(summary("换了号码，请核实是本人后更新档案", turn, understood.slots, "说核实后更新"))
    return (note, Say("info.phone"))


def _changed(turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """A life that changed: kept for the next time we talk, and pointed out to colleagues once (H2.6.2)."""
    kept = Remember(CHANGE, turn.inbound.text)
    if CHANGE in read.facts_since(now - ONCE_IN):
        return (kept, Say("info.noted"))
    return (kept, Note(summary("客户生活有变化，下次联系时用上", turn, {}, "说已记下")), Say("info.noted"))


def _noted(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    slots: Mapping[str, object] = understood.slots
    if slots.get("quiet_after") and not file_words.for_ever(normalise(turn.inbound.text)):
        slots = {name: value for name, value in slots.items() if name != "no_call"}  # from then on, not always
    wishes = [Remember(name, str(slots[name]).lower()) for name in PREFERENCES if slots.get(name)]
    if wishes and not slots.get("pickup_person"):
        return (*wishes, Say("info.preference", {"no_call": bool(slots.get("no_call"))}))
    if not wishes and CHANGES.search(turn.inbound.text):
        return _changed(turn, read, now)
    order = read.latest_order()
    if not (slots.get("pickup_person") or slots.get("date")) or order is None:
        note = Note(summary("信息有变，请核实后更新档案", turn, slots, "说已记下"))
        return (*wishes, note, Say("info.noted"))
    note = Note(summary("取车或到店安排有变，请留意", turn, slots, "说已转告服务顾问"))
    return (
        *wishes,
        Remember("pickup", turn.inbound.text),
        note,
        Say("info.passed_on", {"advisor": order.advisor_name, "who": who_told(slots), "inside": True}),
    )
