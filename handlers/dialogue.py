"""A subject that still misses something asks for it, and goes on with the answer: slots are carried from turn to turn.

The open question holds what is `known`; its kind stands for the intent that goes on. Slots whose names begin with _ are
the house's own and never printed.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.effects import Answer, Ask, Effect, PromptKind, Say
from bot.turn import Prompt, Turn
from bot.understanding.invitations import NO, YES_WHOLE
from bot.understanding.normalise import bare, normalise
from bot.understanding.particulars import particulars
from bot.understanding.setting import Setting
from bot.understanding.slots import dates, offered
from bot.understanding.understand import Understanding
from bot.understanding.wishes import thanks
from handlers.subject import is_words, prompt_of

WHEN = {"date", "date_from", "time", "period"}
OF_THIS_TURN = frozenset({"_agreed", "_about", "_listed", "_of", "_elsewhere"})  # slots that no question keeps
LINES = {"approved", "rejected"}  # of a quote
GOES_ON = timedelta(hours=24)
SHORT = 6  # signs of a yes or no to what was only offered; a longer message says more than that
TOPICS: Mapping[PromptKind, str] = {
    PromptKind.BOOKING: "service_book",
    PromptKind.TEST_DRIVE: "test_drive_book",
    PromptKind.NEEDS: "model_enquiry",
    PromptKind.PRICE: "service_price",
    PromptKind.OPTIONS: "service_book",
    PromptKind.READ_BACK: "service_book",
    PromptKind.CHURN: "churn_reply",
    PromptKind.DETAILS: "info_update",
}
VISITS = frozenset({"service_book", "test_drive_book", "appt_change"})
NAMES_WORK = re.compile("保养|修|[换洗检喷]|试[驾车]|[大小首]保|年检|取消|原来|已经约")
NEW_DAY = re.compile("(?:日子|时间|日期|钟点)[^,。]{0,4}换|换[^,。]{0,3}(?:时间|日子|一天|天|日期|到|成)")
WEEKDAY = re.compile("(?<!下)(?<!下个)(?:周|星期|礼拜)[一二三四五六日天]")
ARRANGES = (PromptKind.BOOKING, PromptKind.TEST_DRIVE, PromptKind.OPTIONS, PromptKind.READ_BACK)
LISTENS = frozenset({PromptKind.BOOKING, PromptKind.TEST_DRIVE, PromptKind.NEEDS, PromptKind.PRICE, PromptKind.OPTIONS})
# What a bare answer may be taken for when it is read alone.
FREE = frozenset(
    {"unclear", "thanks", "greet", "event_rsvp", "membership", "human_request", "appt_confirm", "off_topic"}
)
NO_MORE = re.compile("不(?:要|用|约|订|行|对|可以|合适|需要|考虑|去|来)|算了|取消|先不|再说|错了|没空|改天")
EITHER = re.compile("([行好成中对])不\\1|可不可以|能不能|方不方便")  # asked, not refused
AGREED = re.compile("(?:就这样|没错|对的?|是的?|约吧|定吧|就它|没问题|确认)+")
OFFERS = re.compile('同事|顾问|回复[“"：:]好的')  # what every offer of a colleague says
YES_WORD = re.compile("好|行|可以|嗯|要|麻烦|ok")
ANY = re.compile(
    "(?:哪个|[两三几]个|这几个)?(?:都|全)(?:可以|行|好|成|没问题|ok)(?:的|啊|呀|吧)*|随便(?:吧|哪个)?(?:都行)?|"
    "你们?(?:看着)?(?:定|安排)(?:吧|就行)?"
)
YES_FIRST = re.compile("[好行对是嗯]|可以|没问题|ok|没错")
PICKED = re.compile(
    "我?(?:选|要|约|定|就|换成|改成|那)*(?:第)?(?P<n>[1-9一二三四五])(?:个|项|条|(?<=[选要定第].)号)?(?:吧|的|嘛|呗|好了|可以|就行|时间)*"
)
ORDINAL = re.compile("第(?P<n>[1-9一二三四五])(?:个|项|条|种|辆|款|台)")
NUMERAL = {sign: number for number, sign in enumerate("一二三四五", 1)}


def carried(understood: Understanding, turn: Turn, setting: Setting | None = None) -> Understanding:
    """What was meant, with what this conversation already knows. A new subject leaves the old question standing.

    What nobody understood, but names a day, an amount or a car that was just asked for, is the answer.
    """
    asked = open_question(turn)
    if asked is None or not is_words(turn) or _long_passed(asked, turn):
        return understood
    topic = topic_of(asked)
    answer = answer_to(asked, turn.inbound.text, understood.slots.get("option"))
    if _about_the_same_time(understood, asked, turn):
        understood = replace(understood, intent=topic, slots={**understood.slots, **_moved(asked, turn, setting)})
    if understood.intent == "thanks" and asked.kind is PromptKind.NEEDS and not thanks(normalise(turn.inbound.text)):
        understood = replace(understood, intent=topic)  # 最好大一点: about the car
    if understood.intent == topic:
        return _from_then_on(_merged(understood, asked, answer), asked, turn)
    if answer.get("_agreed") is False and asked is turn.prompt and _only_puts_it_off(understood, asked, turn):
        understood = replace(understood, intent="unclear", slots={})  # 算了先不换, to the offer of a colleague
    if understood.intent == "unclear" and not answer and asked is turn.prompt and asked.kind in LISTENS and setting:
        answer = particulars(topic, normalise(turn.inbound.text), setting, turn.prompts)
    plain_yes = answer.get("_agreed") is True and asked is turn.prompt and not understood.slots
    if (
        not answer
        or (understood.intent not in FREE | VISITS if plain_yes else understood.intent not in FREE)
        or {"human", "robot", "injection"} & understood.signals
    ):
        return _resumed(_seen_at_the_showroom(understood, asked, turn), turn)
    return _merged(replace(understood, intent=topic, confidence=0.9, signals=frozenset()), asked, answer)


def _only_puts_it_off(understood: Understanding, asked: Prompt, turn: Turn) -> bool:
    """No line is named and no quote lies open; a colleague was offered."""
    of_a_quote = prompt_of(turn, PromptKind.QUOTE) is not None or bool(LINES & set(understood.slots))
    return "_wish" in asked.known and understood.slots.get("decision") == "reject" and not of_a_quote


def _long_passed(asked: Prompt, turn: Turn) -> bool:
    """A colleague was offered, and something else was spoken of since: 好的 and 谢谢 are said to that."""
    if "_wish" not in asked.known:
        return False
    plain = normalise(turn.inbound.text)
    only_thanks = thanks(plain) and YES_WORD.search(plain) is None
    return only_thanks or bool(turn.told and OFFERS.search(turn.told) is None)


def _resumed(understood: Understanding, turn: Turn) -> Understanding:
    """Back to a subject that was left for a question in between: what was said in it still holds."""
    older = next((each for each in turn.prompts if each.kind in TOPICS and topic_of(each) == understood.intent), None)
    return understood if older is None else _merged(understood, older, {})


def _seen_at_the_showroom(understood: Understanding, asked: Prompt, turn: Turn) -> Understanding:
    """周六想过去看看, while a car is being chosen: it is looked at and driven, nothing is repaired."""
    work = {"service", "symptom", "mileage", "plate"} & set(understood.slots)
    if understood.intent != "service_book" or asked.kind is not PromptKind.NEEDS or asked is not turn.prompt or work:
        return understood
    shown = asked.known.get("_models")
    model = {"model": shown[0]} if isinstance(shown, list) and len(shown) == 1 else {}
    return replace(understood, intent="test_drive_book", slots={**model, **understood.slots})


def _about_the_same_time(understood: Understanding, asked: Prompt, turn: Turn) -> bool:
    """往后顺一天, 周六上午好了: of the visit or drive a time is being looked for, whichever it sounds like."""
    one = {understood.intent, topic_of(asked)} <= VISITS and asked.kind in ARRANGES
    return one and asked is turn.prompt and not NAMES_WORK.search(NEW_DAY.sub(" ", normalise(turn.inbound.text)))


def _moved(asked: Prompt, turn: Turn, setting: Setting | None) -> Mapping[str, object]:
    """The day some days from the one we named last, or from the one being spoken of."""
    days = dates.shifted(normalise(turn.inbound.text))
    if days is None or setting is None:
        return {}
    named = dates.day(normalise(turn.told), setting.now.date())
    on = named.on.isoformat() if named and named.on else str(asked.known.get("date", ""))
    return {"date": (date.fromisoformat(on) + timedelta(days=days)).isoformat()} if on else {}


def open_question(turn: Turn) -> Prompt | None:
    """The newest question of a subject that goes on."""
    return prompt_of(turn, *TOPICS)


def topic_of(asked: Prompt) -> str:
    return str(asked.known.get("intent") or TOPICS.get(asked.kind, ""))


def answer_to(asked: Prompt, text: str, option: object = None) -> Mapping[str, object]:
    """Slots the words give as an answer to this very question; empty when they are none. option: its number as read."""
    words, listed = bare(normalise(text)), asked.known.get("options")
    if thanks(normalise(text)) and (asked.kind is PromptKind.OPTIONS or not YES_FIRST.match(words)):
        return {}  # a mere 谢谢 is no yes
    options = listed if isinstance(listed, list) else []
    choice = bare(offered.decided(words)) if asked.kind is PromptKind.OPTIONS else words
    chosen = picked(choice, options) or next((_without_number(o) for o in options if o.get("n") == option), None)
    if chosen is None and options and ANY.fullmatch(words):
        chosen = _without_number(options[0])
    if chosen is not None:
        return {**chosen, "_agreed": True}
    only_offered = bool({"_hint", "_wish"} & set(asked.known))
    awaits = only_offered or asked.kind in (PromptKind.READ_BACK, PromptKind.OPTIONS)
    agreed = agrees(words) if awaits and (not only_offered or len(words) <= SHORT) else None
    if agreed and len(options) > 1 and all("time" in each for each in options):
        return {"_about": "which", "_listed": options}
    return {} if agreed is None else {"_agreed": agreed}


def agrees(words: str) -> bool | None:
    """Yes, no, or neither; words as `bare(normalise(text))` gives them."""
    words = EITHER.sub(" ", words)
    if NO_MORE.search(words) or NO.search(words):
        return False
    return True if YES_WHOLE.fullmatch(words) or AGREED.fullmatch(words) else None


def picked(words: str, options: Sequence[Mapping[str, object]]) -> Mapping[str, object] | None:
    """The option named by its number; the only one by a yes. Its keys other than n are the answer."""
    found = PICKED.fullmatch(words) or (None if dates.MENTIONS.search(words) else ORDINAL.search(words))
    if found:
        number = NUMERAL.get(found["n"]) or int(found["n"])
        chosen = next((each for each in options if each.get("n") == number), None)
        return None if chosen is None else _without_number(chosen)
    return _without_number(options[0]) if len(options) == 1 and agrees(words) else None


def ask_for(kind: PromptKind, say: Say, known: Mapping[str, object], now: datetime, *, priority: int = 3) -> Ask:
    """The question for what is missing; known: slots said so far, kept for the answer."""
    kept = {name: list(value) if isinstance(value, tuple) else value for name, value in known.items()}
    kept = {name: value for name, value in kept.items() if name not in OF_THIS_TURN and value is not None}
    return Ask(say, kind, now + GOES_ON, priority=priority, known=kept)


def settled(turn: Turn) -> Sequence[Effect]:
    """Every question about a time, and what was read back, has its answer: nothing more is asked."""
    return tuple(Answer(each.id, None, "", turn.inbound.text) for each in turn.prompts if each.kind in ARRANGES)


def arranging(turn: Turn) -> bool:
    """A time is being looked for, and none is booked yet."""
    return prompt_of(turn, *ARRANGES) is not None


def _merged(understood: Understanding, asked: Prompt, answer: Mapping[str, object]) -> Understanding:
    known = {name: value for name, value in asked.known.items() if name not in ("options", "intent")}
    if answer.get("_agreed") is False and WHEN & set(understood.slots):
        answer, known = {}, {name: value for name, value in known.items() if name not in _anew(understood.slots)}
    said = dict(understood.slots)
    if answer.get("_agreed") is True and said.get("decision") == "unclear":
        del said["decision"]  # 对 decides what was read back
    return replace(understood, slots={**_not_said_anew(known, said), **said, **answer})


def _anew(slots: Mapping[str, object]) -> Collection[str]:
    """都不行, 周一呢 leaves nothing of the time before; 太早起不来, 下午三点吧 leaves the day."""
    return WHEN if {"date", "date_from"} & set(slots) else {"time", "period"}


def _from_then_on(understood: Understanding, asked: Prompt, turn: Turn) -> Understanding:
    """下周三之后, then 周四: the first Thursday from then on; 20号 is the 20th."""
    first, named = asked.known.get("date_from"), understood.slots.get("date")
    if not isinstance(first, str) or not isinstance(named, str) or named >= first:
        return understood
    if not WEEKDAY.search(normalise(turn.inbound.text)):
        return understood
    weeks = -(-(date.fromisoformat(first) - date.fromisoformat(named)).days // 7)
    later = date.fromisoformat(named) + timedelta(weeks=weeks)
    return replace(understood, slots={**understood.slots, "date": later.isoformat()})


def _not_said_anew(known: Mapping[str, object], slots: Mapping[str, object]) -> Mapping[str, object]:
    """Of a quote's lines, those spoken of again are as they are said now: 说反了, 是1和3做."""
    anew = {number for name in LINES for number in numbers(slots.get(name))}
    if not anew:
        return known
    kept = {name: [each for each in numbers(known.get(name)) if each not in anew] for name in LINES & set(known)}
    return {**known, **kept}


def numbers(given: object) -> Sequence[int]:
    """Of a slot that lists lines."""
    return [each for each in given if isinstance(each, int)] if isinstance(given, list | tuple) else []


def _without_number(option: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in option.items() if name != "n"}
