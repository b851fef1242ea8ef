"""What leans on a booking: the day and hour that stand, one just made, or none that could be changed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.booking import Visit
from bot.effects import PromptKind
from bot.ports import Read
from bot.turn import Turn
from bot.understanding import invitations
from bot.understanding.intents import ACTS_FROM
from bot.understanding.leaning import CORRECTS
from bot.understanding.normalise import bare, normalise
from bot.understanding.particulars import particulars
from bot.understanding.setting import Setting
from bot.understanding.slots.dates import shifted
from bot.understanding.slots.offered import by_number, chosen
from bot.understanding.slots.times import SAME
from bot.understanding.slots.times import shifted as delayed
from bot.understanding.understand import UNCLEAR, Understanding, understand
from bot.understanding.wishes import thanks
from handlers.dialogue import VISITS, WEEKDAY, WHEN, arranging
from handlers.subject import case_open, prompt_of

WORK = re.compile("保养|修|检|换")
FROM_WEEK = re.compile("[改换挪推调][^,。]{0,3}(?:周|星期|礼拜)[一二三四五六日天1-6]")
CHANGES = re.compile(
    "[改换挪推调延退]|提前|取消|原[来先定本]|约(?:好|过|了|的)|已经约|之前约|晚[一半点\\d]|早[一半点]|迟"
)
NAMES_A_TIME = re.compile("[点号周]|星期|礼拜|[今明后][天儿早晚日]|上午|下午|早上|中午|傍晚|\\d:\\d")
NAMES_A_VISIT = re.compile("约|保养|修|换|洗车|定位|检|看看|试驾|过[来去]|到店|来店|去店")
WANTED_BEFORE = re.compile("(?:想|要|帮我|给我|约)[^,。]{0,8}(?:做|换|修|保养|检|洗|定位|过[来去])")
_TO_ME = "(?:一下|一声|下|声|我|俺)*"
MOVES = re.compile(
    "(?:[点号天]那个|那[趟次])[^,。]{0,3}(?:换|改|挪|调)(?:一?下|个?时间)?(?=$|[,。!吧了])|"
    "(?:能|可以|想|要|给我|帮我)[^,。]{0,3}(?:换|改|挪|调)[^,。]{0,4}(?:上午|下午|早上|中午|晚|时间|天|点|周|号)"
)
MOVED = re.compile("(?:那|还是|想|要|能|可以|麻烦|帮我)*[改换挪](?:成|到|为|一?下)?(?!.*(?:牧野|[款台辆]))")
ONLY_WHEN = VISITS | {"unclear", "churn_reply", "faq"}  # what a bare day may be taken for
CHOOSES = ONLY_WHEN | {"model_enquiry", "appt_confirm", "human_request"}
THAT_ONE = re.compile("那个|那一?[趟场]|的那")
GOES = re.compile("(?:[来去]|过[来去]|到店|去店里)(?:吧|了|一趟|哈|啊)*$")
REMINDS = re.compile(
    f"(?:记得|麻烦|到时候?|来之前|提前|前一天|当天|[,!。 ])*再?(?:提醒|叫|通知|喊){_TO_ME}[哈啊呀哦吧]*"
)


def of_a_booking(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """None: it leans on none."""
    if case_open(turn) and _only_says_when(understood, turn):
        return UNCLEAR
    if read.appointments(now):
        return _of_the_one_that_stands(understood, turn, read, now, setting)
    moves = understood.intent == "appt_change"
    return _comes_then(understood, turn, setting) or (_nothing_to_change(understood, turn, setting) if moves else None)


def _of_the_one_that_stands(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    text = turn.inbound.text
    if (another := _another_of_them(understood, turn, read, now, setting)) is not None:
        return another
    moves = MOVES.search(normalise(text)) or (understood.intent == "test_drive_book" and MOVED.match(normalise(text)))
    if understood.intent in ("service_book", "test_drive_book") and moves:
        kept = {name: value for name, value in understood.slots.items() if name in WHEN}
        return replace(understood, intent="appt_change", slots=kept) if kept else None
    if understood.intent != "appt_change":
        return _just_booked(understood, turn, setting)
    standing = _standing(text, read, setting, now)
    if not _leans_on_what_stands(text, turn, understood):
        return _at_the_same_hour(understood, turn, standing)
    meant = understand(text, turn.prompts, setting=replace(setting, standing=standing))
    if _puts_the_day_right(text, turn):
        meant = _at_the_same_hour(meant, turn, standing) or meant
    drives = "试驾" in _clause_of_it(normalise(text), setting) and meant.intent == "appt_change"
    return replace(meant, slots={**meant.slots, "service": "test_drive"}) if drives else meant


def _at_the_same_hour(understood: Understanding, turn: Turn, standing: Sequence[datetime]) -> Understanding | None:
    """说错了, 是下周三, right after an hour was booked: the hour stays, and is said."""
    day_alone = WHEN & set(understood.slots) == {"date"}
    if turn.before.intent not in VISITS or len(standing) != 1 or not day_alone:
        return None
    return replace(understood, slots={**understood.slots, "time": f"{standing[0]:%H:%M}"})


def _another_of_them(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """还是选第一个好了, 就周四下午那个, right after one of the times we named was booked: another, or that one."""
    plain = bare(normalise(turn.inbound.text))
    goes_on = turn.before.intent in VISITS or THAT_ONE.search(plain)
    if not goes_on or understood.intent not in CHOOSES or prompt_of(turn, PromptKind.OPTIONS):
        return None
    asked = read.last_chosen(now)
    options = asked.known.get("options") if asked else None
    found = by_number(plain, options) if isinstance(options, list) else None
    if found is None and isinstance(options, list) and THAT_ONE.search(plain):
        found = chosen(plain, options, setting.now, setting.opening)
    if found is None:
        return None
    at = datetime.fromisoformat(f"{found['date']}T{found['time']}").replace(tzinfo=setting.now.tzinfo)
    stands = any(each.starts_at == at for each in read.appointments(now))
    slots = {"date": found["date"], "time": found["time"]}
    return Understanding("appt_confirm" if stands else "appt_change", slots=slots)


def _only_says_when(understood: Understanding, turn: Turn) -> bool:
    """下午三点后都行, to who was told that somebody calls: no visit is wanted."""
    arranges = understood.intent in VISITS and set(understood.slots) <= WHEN and not arranging(turn)
    wanted = WANTED_BEFORE.search(normalise(turn.before.text)) or NAMES_A_VISIT.search(normalise(turn.inbound.text))
    return arranges and not wanted


def _comes_then(understood: Understanding, turn: Turn, setting: Setting) -> Understanding | None:
    """下周吧, after a visit was called off or why none came; 那明天早上去, after a price: a visit is arranged."""
    plain = bare(normalise(turn.inbound.text))
    cancelled, goes = turn.before.intent in ("appt_cancel", "churn_reply"), GOES.search(plain) is not None
    again = cancelled and understood.intent in ONLY_WHEN and set(understood.slots) <= WHEN
    if not again and not (goes and understood.intent == "unclear"):
        return None
    slots = understood.slots or particulars("service_book", plain, setting, turn.prompts)
    if not WHEN & set(slots) or CHANGES.search(plain):
        return None
    return Understanding("test_drive_book" if cancelled and "试驾" in turn.told else "service_book", slots=slots)


def _just_booked(understood: Understanding, turn: Turn, setting: Setting) -> Understanding | None:
    """那四点, 到时候提醒我: said right after a time was booked, it is about that one."""
    plain = bare(normalise(turn.inbound.text))
    if understood.intent != "unclear" or turn.before.intent not in VISITS:
        return None
    if REMINDS.fullmatch(plain):
        return Understanding("appt_confirm")
    slots = particulars("appt_change", plain, setting, turn.prompts)
    return Understanding("appt_change", slots=slots) if slots and set(slots) <= WHEN else None


def _nothing_to_change(understood: Understanding, turn: Turn, setting: Setting) -> Understanding | None:
    """能提前吗, 要不给我约周日: nothing is booked that could be moved; what was spoken of last goes on."""
    if turn.before.intent == "delivery_query":
        return replace(understood, intent="delivery_query", slots={"topic": "delivery"})
    plain = normalise(turn.inbound.text)
    return None if _of_a_change(plain, turn) else _booked_anew(plain, understood, turn, setting)


def _of_a_change(plain: str, turn: Turn) -> bool:
    """A time was booked, or so the customer thinks: no new visit."""
    asked = prompt_of(turn, PromptKind.APPOINTMENT)
    named = [each for each in re.split("[,。!; ]", plain) if NAMES_A_TIME.search(each)]
    return asked is not None or not named or any(CHANGES.search(each) for each in named)


def _booked_anew(plain: str, understood: Understanding, turn: Turn, setting: Setting) -> Understanding:
    drives = "试驾" in plain or (turn.before.intent == "test_drive_book" and not WORK.search(plain))
    meant = "test_drive_book" if drives else "service_book"
    slots = particulars(meant, plain, setting, turn.prompts)
    others = particulars("info_update", plain, setting, ()) if understood.wants("info_update") else {}
    return replace(
        understood, intent=meant, slots={**others, **slots}, confidence=max(understood.confidence, ACTS_FROM)
    )


def _leans_on_what_stands(text: str, turn: Turn, understood: Understanding) -> bool:
    hour_alone = {"time", "period"} & set(understood.slots) and not {"date", "date_from"} & set(understood.slots)
    follows = turn.before.intent in VISITS and bool(hour_alone) and prompt_of(turn, PromptKind.BOOKING) is None
    weekday = _only_a_weekday(text, turn) or _puts_the_day_right(text, turn)
    return follows or _of_what_stands(normalise(text)) or weekday


def _puts_the_day_right(text: str, turn: Turn) -> bool:
    """讲错 是周四, right after a visit was booked: of the week that was spoken of."""
    plain = normalise(text)
    return turn.before.intent in VISITS and CORRECTS.match(plain) is not None and WEEKDAY.search(plain) is not None


def _only_a_weekday(text: str, turn: Turn) -> bool:
    """周四, to the question which day a visit shall be moved to: of the week of what stands."""
    asked = prompt_of(turn, PromptKind.BOOKING)
    moves = asked is not None and asked.known.get("intent") == "appt_change"
    return moves and WEEKDAY.search(normalise(text)) is not None


def _of_what_stands(plain: str) -> bool:
    """往后推一天, 晚一个小时, 同一时间: said of the day and hour that stand."""
    return any((shifted(plain) is not None, delayed(plain) is not None, SAME.search(plain), FROM_WEEK.search(plain)))


def _standing(text: str, read: Read, setting: Setting, now: datetime) -> tuple[datetime, ...]:
    """When appointments begin, local; of the kind that is moved (保养别动, 试驾往后推)."""
    standing = read.appointments(now)
    plain = normalise(text)
    clause = _clause_of_it(plain, setting)
    drives = "试驾" in clause
    fitting = [each for each in standing if (each.kind is Visit.TEST_DRIVE) == drives]
    kept = fitting if drives or WORK.search(clause) else standing
    return tuple(each.starts_at.astimezone(setting.now.tzinfo) for each in kept or standing)


def _clause_of_it(plain: str, setting: Setting) -> str:
    """保养别动, 试驾往后推: the clause that moves something; 还是10点半 goes on about what was moved before it."""
    said = [plain, normalise(setting.before.text)] if setting.before.intent in VISITS else [plain]
    clauses = [next((each for each in re.split("[,。!;]", line) if _of_what_stands(each)), line) for line in said]
    return next((each for each in clauses if "试驾" in each or WORK.search(each)), clauses[0])


def agrees_to_booking(turn: Turn, read: Read, now: datetime) -> bool:
    """好的, right after a time was booked, is a yes to it."""
    body = bare(normalise(turn.inbound.text))
    if turn.before.intent not in VISITS or turn.prompts or not invitations.YES_WHOLE.fullmatch(body):
        return False
    return not thanks(body) and bool(read.appointments(now))
