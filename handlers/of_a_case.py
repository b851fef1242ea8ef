"""What leans on a matter somebody already looks after: a case that is open, a person who was called.

什么时候给我答复, 谁负责的, 道歉呢 and 不用打了 are answered by what the house knows of it (case_dialogue.py); the rest
of the talk about it is added to it, whatever else its words are like.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.effects import PromptKind
from bot.ports import Read
from bot.turn import Turn
from bot.understanding import about_a_case, under_way
from bot.understanding.call_times import part_of_day
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from bot.understanding.subjects import OF_DATA
from bot.understanding.understand import Understanding
from handlers.acknowledged import only_acknowledges
from handlers.case_making import AT_ONCE, knows_of_it
from handlers.dialogue import VISITS, WHEN, arranging, open_question
from handlers.of_a_booking import NAMES_A_VISIT
from handlers.of_a_repair import in_the_workshop
from handlers.subject import case_open, prompt_of

OF_IT = "_of_it"  # slot: what is said of the matter
CALL_AT, MORE = "call_at", "more"
BLAMED = frozenset({"complaint", "survey_reply"})
# Said of danger, of messages, of who somebody is or of an event it is that, whatever lies open.
STANDS = frozenset({"emergency", "opt_out", "opt_in", "wrong_person", "event_rsvp", "event_query", "quote_reply"})
GRAVER = frozenset({"threat", "anger", "injury", "safety", "repeat", "ignored_refusal", "injection", "ordered"})
OF_INSURANCE = ("保险", "理赔", "定损", "出险", "三者")
SAYS_WHEN = ("打", "联系", "回", "接电话", "call")
SOMEBODY = "同事"
ASKS_WHEN = frozenset(
    {"unclear", "faq", "off_topic", "human_request", "complaint", "survey_reply", "info_update", "repair_status",
     "delivery_query", "greet", "churn_reply", "privacy_request"}
)  # fmt: skip
PASSED_ON = "转告"  # human.call_at, human.named, human.noted
SAYS_MORE = 2  # signs
SHORT = 16  # signs that tell when to call and nothing else


def of_a_case(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """None: it leans on none. 打着了, 别来了 is of the rescue that is under way, whatever case lies open."""
    plain = normalise(turn.inbound.text)
    if understood.intent == "roadside_assist" and under_way.standing(setting):
        return None
    if _refuses_the_call(understood, plain, turn):
        return _of(about_a_case.WITHDRAWN, understood, turn)
    if understood.intent in STANDS or understood.rating is not None or GRAVER & understood.signals:
        return None
    if case_open(turn) or turn.waiting:
        return _of_what_runs(understood, plain, turn, read, now)
    return _of(about_a_case.WITHDRAWN, understood, turn) if about_a_case.lets_that_be(plain) else None


def _of_what_runs(understood: Understanding, plain: str, turn: Turn, read: Read, now: datetime) -> Understanding | None:
    if case_open(turn) and about_a_case.settled(plain):
        return Understanding("thanks")
    said = about_a_case.said_of_it(plain)
    if said and _holds(said, understood, turn, read, now):
        return _of(said, understood, turn)
    if _when_to_call(understood, plain, turn):
        meant = understood if understood.intent == "info_update" else replace(understood, intent="unclear")
        return replace(meant, also=(), slots={OF_IT: CALL_AT})
    if turn.before.intent == "human_request" and about_a_case.waited(plain):
        return Understanding("human_request")
    return _of(MORE, understood, turn) if _belongs_to_it(understood, plain, turn, read, now) else None


def _refuses_the_call(understood: Understanding, plain: str, turn: Turn) -> bool:
    """不用打了, to who was just told that somebody calls: the call is refused, and no message is."""
    if understood.intent != "opt_out" or understood.also or GRAVER & understood.signals:
        return False
    told = _talks_of_it(turn) and (case_open(turn) or turn.waiting)
    grave = turn.case is not None and turn.case.level in AT_ONCE
    return told and not grave and about_a_case.lets_be(plain) and about_a_case.only_of_calls(plain)


def _holds(said: str, understood: Understanding, turn: Turn, read: Read, now: datetime) -> bool:
    """Whether it is said of this matter, and not of a car, a visit or a question that lies open beside it."""
    if said == about_a_case.WITHDRAWN:
        return _is_let_be(understood, turn, read, now)
    if said in (about_a_case.WHO, about_a_case.SORRY):
        return case_open(turn)
    if said == about_a_case.REDRESS:
        return case_open(turn) and _talks_of_it(turn)
    asks_of_it = _talks_of_it(turn) and understood.intent in ASKS_WHEN and not _in_the_shop(understood, read)
    asks_of_it = asks_of_it and not (understood.intent == "privacy_request" and OF_DATA.search(turn.inbound.text))
    return said != about_a_case.WHEN or asks_of_it


def _is_let_be(understood: Understanding, turn: Turn, read: Read, now: datetime) -> bool:
    """A danger or a threat is looked after whatever is said; a visit that stands is called off, not a call."""
    grave = turn.case is not None and case_open(turn) and turn.case.level in AT_ONCE
    if grave or understood.slots.get("no_call") or (understood.intent == "appt_cancel" and read.appointments(now)):
        return False
    named = about_a_case.names_the_matter(normalise(turn.inbound.text))
    return named or (open_question(turn) is None and _talks_of_it(turn))


def _of(said: str, understood: Understanding, turn: Turn) -> Understanding:
    blames = understood.intent if understood.intent in BLAMED else "complaint"
    intent = blames if case_open(turn) else "human_request"
    kept: Mapping[str, object] = understood.slots if understood.intent == intent else {}
    return replace(understood, intent=intent, also=(), slots={**kept, OF_IT: said}, satisfaction="", confidence=0.9)


def _talks_of_it(turn: Turn) -> bool:
    """The line before, half an hour ago at most, was about it, or our last line named who looks after it."""
    if not turn.before.text or turn.before.intent in ("roadside_assist", "emergency"):
        return False
    if turn.before.intent == "privacy_request" and not case_open(turn):
        return False  # 要几天, of one's data
    named = turn.case.owner.name if turn.case and case_open(turn) else SOMEBODY
    return named in turn.told or turn.before.intent in BLAMED | {"human_request"}


def _in_the_shop(understood: Understanding, read: Read) -> bool:
    """Then 还要多久 asks about the car."""
    return understood.intent == "repair_status" and in_the_workshop(read)


def _when_to_call(understood: Understanding, plain: str, turn: Turn) -> bool:
    """晚上7点以后打, 别太晚: when who looks after it shall call; no visit is wanted."""
    if len(plain) > SHORT or arranging(turn) or NAMES_A_VISIT.search(plain):
        return False
    called = not case_open(turn) and (turn.before.intent == "human_request" or PASSED_ON in turn.told)
    if understood.intent in VISITS:
        return bool(understood.slots) and set(understood.slots) <= WHEN and (called or knows_of_it(turn))
    rings = understood.intent == "info_update" and (part_of_day(plain) or any(each in plain for each in SAYS_WHEN))
    return bool(rings) and not understood.slots and _talks_of_it(turn)


def _belongs_to_it(understood: Understanding, plain: str, turn: Turn, read: Read, now: datetime) -> bool:
    """别家才200, right after the matter was spoken of: whatever else it is like, it names nothing of that."""
    if not _talks_of_it(turn):
        return False
    if not case_open(turn):  # 黑色的, after what was lost: whoever was called reads it
        says_more = len(plain) >= SAYS_MORE and not only_acknowledges(plain)
        return understood.intent == "unclear" and says_more and open_question(turn) is None
    slots = {name for name in understood.slots if not name.startswith("_")}
    nothing_of_that: Mapping[str, bool] = {
        "off_topic": True,
        **dict.fromkeys(("faq", "sales_terms", "service_price", "model_enquiry"), not slots),
        **dict.fromkeys(("repair_status", "delivery_query"), not in_the_workshop(read) and read.car_on_order() is None),
        "insurance_query": not any(each in plain for each in OF_INSURANCE),
        "churn_reply": prompt_of(turn, PromptKind.CHURN) is None,
        **dict.fromkeys(("appt_cancel", "appt_change"), not read.appointments(now)),
    }
    return nothing_of_that.get(understood.intent, False)
