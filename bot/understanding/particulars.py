"""The slots of a subject (bot/understanding/intents.py: SLOTS), read from the words. Only what was said."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import intents, invitations, wishes
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from bot.understanding.slots import contact, dates, models, offered, quote, reasons, services, times, topics
from bot.understanding.slots.mileage import mileage
from bot.understanding.slots.money import THIRD, third_party
from bot.understanding.slots.phones import phone
from bot.understanding.slots.places import named_place
from bot.understanding.slots.plates import plate, vin
from bot.understanding.slots.quote_focus import Asked, agrees_to_it, leaned, read_back
from bot.understanding.slots.symptoms import symptom

Slots = dict[str, object]
Reader = Callable[[str, Setting, Sequence[Prompt]], Slots]
CHANGED_TO = re.compile("(?:换成|改成|改到|改为|挪到|推到|换到|调到|延到|改)((?!期|约|时间|天|日|一下).+)$")
LOOKS_FOR_A_TIME = frozenset({PromptKind.BOOKING, PromptKind.TEST_DRIVE, PromptKind.OPTIONS, PromptKind.READ_BACK})
TO_DRIVE = re.compile("驾照|驾龄|证件|身份证|带(?:点|些)?(?:什么|啥|哪些|咩)|本子|让开|[拿考]本")
DECLINES = re.compile(
    "不(?:用(?![钱花交掏费])|需要|了|要(?:了|办|$|吧)|要办|感|办|入|加|参加|想|搞|弄|考虑|稀罕)|没(?:兴趣|必要|需要|"
    "意思)|就?算[了啦]|免了|"
    "暂时|拉倒|懒得|(?:别|甭)(?:给我)?办"
)
JOINS = re.compile(
    "加入|申请|入(?:会|一?[个份张]|吧|呗|嘛)|办|加一?下|开(?:一?个|通)|升(?:级|吧)|^要|想要|来一?个|[搞弄]一?个|"
    "参加|好的?|可以|行|"
    "同意|ok|没问题|中(?:$|,)"
)

TAKES_ONE = re.compile(
    "^(?:[来好行中成]?嘛?[,。! ]*)?(?:(?:给|帮|替)我|我(?:要|想)?)?(?:入|办|加|开|弄|整|搞|来)(?:了?一?[个张份]|"
    "一下|吧|呗|嘛)(?:$|[吧呗嘛,。! ])"
)


def particulars(intent: str, text: str, setting: Setting, prompts: Sequence[Prompt]) -> Slots:
    read = READERS.get(intent)
    found = read(text, setting, prompts) if read else {}
    return {name: each for name, each in found.items() if each not in (None, (), "", {})}


def when(text: str, setting: Setting, *, asked: bool = False) -> Slots:
    """date, date_from, time, period. asked: a day was the question, so that 29 and 9.26 are days."""
    today = setting.now.date()
    day = dates.day(text, today) or (dates.alone(text, today) if asked else None)
    clock = times.clock(text, setting.now, setting.opening)
    on = clock.day.date() if clock.day else day.on if day else None
    return {
        "date": on.isoformat() if on else None,
        "date_from": day.from_.isoformat() if day and day.from_ and not on else None,
        "time": f"{clock.at:%H:%M}" if clock.at else None,
        "period": clock.period,
    }


def _visit(text: str, setting: Setting, prompts: Sequence[Prompt]) -> Slots:
    asked = _open(prompts, {PromptKind.BOOKING})
    return {
        **_at_the_same_hour(when(text, setting, asked=_open(prompts, LOOKS_FOR_A_TIME)), text, setting),
        **_chosen(text, setting, prompts),
        "model": models.model(text, setting.names),
        "plate": plate(text),
        "mileage": mileage(text, asked=asked),
        "service": services.visit(text) or _kept_up(setting, prompts),
        "item": services.item(text),
        "symptom": symptom(text),
        "party_size": invitations.head_count(text)[0],
    }


def _kept_up(setting: Setting, prompts: Sequence[Prompt]) -> str | None:
    """那明天上午过去做掉, right after the upkeep was asked about, and no question keeps what is wanted."""
    before = setting.before
    if before.intent not in (intents.FAQ, intents.SERVICE_PRICE) or _open(prompts, LOOKS_FOR_A_TIME):
        return None
    asked = normalise(before.text)
    about = topics.topic(intents.FAQ, asked) or ""
    return "maintenance" if about.startswith("maintenance") else services.visit(asked)


def _drive(text: str, setting: Setting, prompts: Sequence[Prompt]) -> Slots:
    return {
        **_of_the_drive_before(when(text, setting, asked=_open(prompts, LOOKS_FOR_A_TIME)), setting, prompts),
        **_chosen(text, setting, prompts),
        "model": models.model(text, setting.names) or _driven_before(setting, prompts),
        "party_size": invitations.head_count(text)[0],
    }


def _driven_before(setting: Setting, prompts: Sequence[Prompt]) -> str | None:
    """明天下午四点吧, right after 想开一圈知行试试: of that car, unless a question keeps it."""
    before = normalise(setting.before.text)
    return models.model(before, setting.names) if _goes_on_about_a_drive(setting, prompts) else None


def _of_the_drive_before(said: Slots, setting: Setting, prompts: Sequence[Prompt]) -> Slots:
    """10点半, right after 周日想试下知行: of that day, where no car was free and so no question keeps it."""
    hour_alone = (said["time"] or said["period"]) and not (said["date"] or said["date_from"])
    if not hour_alone or not _goes_on_about_a_drive(setting, prompts):
        return said
    before = when(normalise(setting.before.text), setting)
    return {**said, "date": before["date"], "date_from": before["date_from"]}


def _goes_on_about_a_drive(setting: Setting, prompts: Sequence[Prompt]) -> bool:
    kept = _open(prompts, {PromptKind.TEST_DRIVE, PromptKind.OPTIONS})
    return setting.before.intent == intents.TEST_DRIVE_BOOK and not kept


def _chosen(text: str, setting: Setting, prompts: Sequence[Prompt]) -> Slots:
    """The offered time meant, with its day and hour."""
    offer = next((prompt.known.get("options") for prompt in prompts if prompt.known.get("options")), None)
    found = offered.chosen(text, offer, setting.now, setting.opening) if isinstance(offer, list) else None
    return {} if found is None else {"option": found.get("n"), "date": found.get("date"), "time": found.get("time")}


def _change(text: str, setting: Setting, prompts: Sequence[Prompt]) -> Slots:
    found = {name: each for name, each in _visit(text, setting, prompts).items() if name not in ("symptom", "mileage")}
    if (to := CHANGED_TO.search(text)) and (
        moved := {name: each for name, each in when(to[1], setting).items() if each}
    ):
        found |= {"time": None, "period": None} | moved
    days, later = dates.shifted(text), times.shifted(text)
    if days is not None and len(setting.standing) == 1:
        found["date"] = (setting.standing[0] + timedelta(days=days)).date().isoformat()
    if later is not None and len(setting.standing) == 1:
        moved_to = setting.standing[0] + later
        found |= {"date": moved_to.date().isoformat(), "time": f"{moved_to:%H:%M}"}
    found = _at_the_same_hour(found, text, setting)
    if (
        (found["time"] or found["period"])
        and not found["date"]
        and not found["date_from"]
        and len(setting.standing) == 1
    ):
        found["date"] = setting.standing[0].date().isoformat()  # 下午四点: of the day that stands
    found["date"] = dates.in_week_of(found["date"], text, setting.standing)
    return found


def _at_the_same_hour(said: Slots, text: str, setting: Setting) -> Slots:
    again = not said["time"] and times.SAME.search(text) is not None
    return {**said, "time": _hour_before(setting)} if again else said


def _hour_before(setting: Setting) -> str | None:
    """老时间: of the one that stands; of what was just called off, as we named it; or as they named it before."""
    if len(setting.standing) == 1:
        return f"{setting.standing[0]:%H:%M}"
    for line in (setting.told, normalise(setting.before.text)):
        named = {f"{at:%H:%M}" for at in times.named(line, setting.opening)}
        if len(named) == 1:
            return named.pop()
    return None


def _appointment(text: str, setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    said = when(text, setting)
    return {"date": said["date"], "time": said["time"]}


def _price(text: str, setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    return {"service": services.item(text) or _priced_before(text, setting), "model": models.model(text, setting.names)}


def _priced_before(text: str, setting: Setting) -> str | None:
    """先只弄前面的多少, right after the price of the pads was asked, or they were wished for at a visit."""
    before = setting.before
    of_work = before.intent in (intents.SERVICE_PRICE, intents.SERVICE_BOOK)
    asked = services.item(normalise(before.text)) if of_work else None
    return "major_maintenance" if asked == "minor_maintenance" and "大" in text else asked


def _status(text: str, setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    return {
        "plate": plate(text),
        "model": models.model(text, setting.names),
        "pickup_person": contact.pickup_person(text),
    }


def _needs(text: str, setting: Setting, prompts: Sequence[Prompt]) -> Slots:
    asked = _open(prompts, {PromptKind.NEEDS})
    known = models.needs(text, asked=asked, told=setting.told, electric=setting.electric)
    return {**known, "model": models.model(text, setting.names)}


def _terms(text: str, setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    return {"topic": topics.topic(intents.SALES_TERMS, text), "model": models.model(text, setting.names)}


def _quote(text: str, setting: Setting, prompts: Sequence[Prompt]) -> Slots:
    asked = Asked(setting.lines, setting.prices, prompts, setting.before.text, setting.told)
    if agrees_to_it(text, asked):
        return {"approved": read_back(prompts), "_agreed": True}
    said = quote.decided(leaned(text, asked), setting.lines, setting.prices)
    if said is None:
        return {"decision": "unclear"}
    return {"decision": said.decision, "approved": said.approved, "rejected": said.rejected}


def _faq(text: str, setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    return {
        "topic": _of_a_drive(text, setting) or topics.topic(intents.FAQ, text) or _asked_before(setting),
        "model": models.model(text, setting.names),
        "plate": plate(text),
        "mileage": mileage(text),
        "first_reg": dates.registered(text, setting.now.date()),
    }


def _of_a_drive(text: str, setting: Setting) -> str | None:
    """要带驾照不, right after a drive was spoken of."""
    spoken_of = setting.before.intent == intents.TEST_DRIVE_BOOK or "试驾" in setting.told
    return "test_drive_requirement" if spoken_of and TO_DRIVE.search(text) else None


def _asked_before(setting: Setting) -> str | None:
    """只要单子留着就没事对吧: goes on about what was asked in the line before; nobody goes on about an address."""
    before = setting.before
    asked = topics.topic(intents.FAQ, normalise(before.text)) if before.intent == intents.FAQ else None
    return None if asked in topics.OF_THE_HOUSE else asked


def _topic(intent: str) -> Reader:
    return lambda text, _setting, _prompts: {"topic": topics.topic(intent, text)}


def _insurance(text: str, setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    asked = THIRD.search(setting.told + normalise(setting.before.text)) is not None
    return {"topic": topics.topic(intents.INSURANCE_QUERY, text), "third_party": third_party(text, asked=asked)}


def _stranded(text: str, setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    which = {"plate": plate(text), "model": models.model(text, setting.names)}
    return {"symptom": symptom(text), "location": named_place(text), **which}


def _file(text: str, setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    day = dates.day(text, setting.now.date()) or dates.told(text, setting.now.date())
    sold = contact.vehicle_sold(setting.classifier.named(text))
    return {
        "date": day.on.isoformat() if day and day.on else None,
        "pickup_person": None if sold else contact.pickup_person(text),  # 车过户给我儿子了
        "channel_pref": contact.channel_pref(text),
        "no_call": contact.no_call(text),
        "quiet_after": contact.quiet_after(text),
        "vehicle_sold": sold,
        "model": models.model(text, setting.names),
        "plate": plate(text),
        "vin": vin(text),
        "phone": phone(text),
        "mileage": mileage(text),
    }


def _privacy(text: str, setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    """发邮箱就行: of what was asked in the line before."""
    going_on = setting.before.intent == intents.PRIVACY_REQUEST
    asked = normalise(setting.before.text) if going_on and not contact.action(text) else text
    return {"action": contact.action(asked) or setting.classifier.detail(intents.PRIVACY_REQUEST, asked)}


def _churn(text: str, setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    return {"reasons": reasons.listed(text, setting.told) or reasons.reasons(text), "interest": reasons.interest(text)}


def _club(text: str, setting: Setting, prompts: Sequence[Prompt]) -> Slots:
    """Joined is only who says so: 会员有啥好处 asks, 卡多得钱包都合不上 says neither."""
    about = _open(prompts, {PromptKind.MEMBERSHIP}) or setting.before.intent == intents.MEMBERSHIP
    decision = None
    if DECLINES.search(text):
        decision = "decline" if about or JOINS.search(text) else None
    elif JOINS.search(text) and not wishes.asks(text):
        decision = "accept"
    return {"decision": decision, "topic": topics.topic(intents.MEMBERSHIP, text)}


def _symptom(text: str, _setting: Setting, _prompts: Sequence[Prompt]) -> Slots:
    return {"symptom": symptom(text)}


def _open(prompts: Sequence[Prompt], kinds: Collection[PromptKind]) -> bool:
    return any(prompt.kind in kinds for prompt in prompts)


READERS: Mapping[str, Reader] = {
    intents.SERVICE_BOOK: _visit,
    intents.TEST_DRIVE_BOOK: _drive,
    intents.APPT_CHANGE: _change,
    intents.APPT_CANCEL: _appointment,
    intents.APPT_CONFIRM: _appointment,
    intents.SERVICE_PRICE: _price,
    intents.REPAIR_STATUS: _status,
    intents.MODEL_ENQUIRY: _needs,
    intents.SALES_TERMS: _terms,
    intents.QUOTE_REPLY: _quote,
    intents.FAQ: _faq,
    intents.INSURANCE_QUERY: _insurance,
    intents.DELIVERY_QUERY: _topic(intents.DELIVERY_QUERY),
    intents.EVENT_QUERY: _topic(intents.EVENT_QUERY),
    intents.ROADSIDE_ASSIST: _stranded,
    intents.INFO_UPDATE: _file,
    intents.PRIVACY_REQUEST: _privacy,
    intents.CHURN_REPLY: _churn,
    intents.MEMBERSHIP: _club,
    intents.HUMAN_REQUEST: _symptom,
}
