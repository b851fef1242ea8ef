"""Why a score was given, told to who asked for it: 5 · 方便说说原因吗 · 小李一样样拍照发我."""

import re
from dataclasses import replace
from datetime import datetime

from bot.effects import PromptKind
from bot.ports import Read
from bot.turn import Prompt, Turn
from bot.understanding.experience import experience, says_why
from bot.understanding.grievances import graveness, grievance, likely_category, only_small
from bot.understanding.meaning import IN_WORDS, WHY_SCORED, Understanding
from bot.understanding.normalise import normalise
from bot.understanding.scales import DISSATISFIED, SATISFIED
from bot.understanding.setting import Setting
from bot.understanding.slots.people import staff
from bot.understanding.slots.symptoms import symptom
from bot.understanding.understand import understand
from bot.understanding.wishes import thanks, wants_human
from handlers.acknowledged import only_acknowledges
from handlers.dialogue import WHEN
from handlers.subject import prompt_of, scored

ASKS_WHY = re.compile(
    "(?:说说|讲讲|聊聊|告诉)[^。]{0,10}(?:原因|为什么|为啥|哪)|原因(?:吗|是)|为什么(?:给|打)|"
    "哪[里些儿](?:没做好|不满意|做得不|让您|还?可以|需要)|"
    "还有哪[里些]"
)
# What a reason sounds like to who does not know that one was asked for.
MAYBE_WHY = frozenset(
    {"unclear", "faq", "off_topic", "thanks", "membership", "repair_status", "churn_reply", "model_enquiry",
     "delivery_query", "sales_terms", "service_price", "survey_reply", "complaint", "event_query", "roadside_assist"}
)  # fmt: skip
REMARKS = re.compile("(?:就是|不过|但是?|只是|唯一|美中不足|要说|除了)(?!这样|说)")
SENDS_THANKS = re.compile("不(?:用)?(?:客气|谢)|[替帮代]我(?:谢|跟)")  # 不客气, 替我谢谢师傅
UPSETS = re.compile("骂|吼|气得|气死|气哭|推搡|甩脸|翻白眼|赶(?:我|出)")  # 保安骂骂咧咧的, beside a good score
ASKS_BACK = re.compile("[吗么?]$|多少钱|几点|什么时候|啥时候|怎么(?:约|预约|办|走|处理|解决|赔)|能不能|可不可以|有没有")


def of_score(turn: Turn, read: Read, now: datetime) -> Prompt | None:
    """The question about a score just given, where we asked why."""
    asked = prompt_of(turn, PromptKind.REASON) or ASKS_WHY.search(normalise(turn.told)) or _remarks(turn)
    if turn.before.intent != "survey_reply" or not asked or scored(turn) is not None:
        return None
    return read.last_answered(now)


def _remarks(turn: Turn) -> bool:
    """就是等的时间有点长, right after a good score: its reason, asked for or not, and nobody's business."""
    text = normalise(turn.inbound.text)
    return REMARKS.match(text) is not None and _harmless(text) and not graveness(text)


def told(understood: Understanding, turn: Turn, before: Prompt, setting: Setting | None) -> Understanding | None:
    """None: it tells no reason, but puts the score right, nods, asks or wants something else."""
    text = normalise(turn.inbound.text)
    remarks = understood.intent == "service_book" and not WHEN & set(understood.slots) and _remarks(turn)
    maybe = remarks or understood.intent in MAYBE_WHY or "question" in understood.signals
    if not maybe or only_acknowledges(text) or ASKS_BACK.search(text) or wants_human(text):
        return None
    if (thanks(text) and not says_why(text)) or SENDS_THANKS.match(text):
        return None
    given = experience(normalise(turn.before.text), (before,))
    anew = understand(turn.inbound.text, (before,), setting=setting)
    if given is None or not given.satisfaction or (anew.rating is not None and IN_WORDS not in anew.signals):
        return None
    return _with_reason(turn.inbound.text.strip(), text, given, anew)


def _with_reason(said: str, text: str, given: Understanding, anew: Understanding) -> Understanding:
    blamed = grievance(text)
    if given.satisfaction == SATISFIED and _harmless(text) and (blamed or anew.intent != "survey_reply"):
        anew = Understanding("survey_reply", satisfaction=SATISFIED)
    elif anew.intent not in ("survey_reply", "complaint"):
        anew = Understanding("survey_reply", satisfaction=given.satisfaction)
    good = anew.satisfaction or given.satisfaction
    upset = UPSETS.search(text) is not None
    complains = anew.wants("complaint") or upset or DISSATISFIED in (good, given.satisfaction)
    about = {"category": likely_category(text), "symptom": symptom(text)} if complains else {}
    slots = {name: each for name, each in {**about, "staff": staff(text)}.items() if each}
    return replace(
        anew,
        intent="survey_reply",
        also=tuple(dict.fromkeys((*anew.also, "complaint"))) if complains else anew.also,
        slots={**slots, **anew.slots, "satisfaction": good, "reason": said, "_rating": given.rating},
        rating=None,
        satisfaction=good,
        signals=(anew.signals - {IN_WORDS}) | {WHY_SCORED},
        confidence=1.0,
    )


def _harmless(text: str) -> bool:
    blamed = grievance(text)
    return not UPSETS.search(text) and (blamed is None or blamed.soft or only_small(text))
