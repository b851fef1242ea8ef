"""What is said of times on offer, and takes none of them: 第三个太晚, 要做多久, 最早几点, 别的时间呢; or any: 你定."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.effects import PromptKind
from bot.ports import Read
from bot.turn import Prompt, Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.particulars import when
from bot.understanding.setting import Setting
from bot.understanding.slots import offered
from bot.understanding.understand import Understanding
from handlers.dialogue import ANY, ARRANGES, FREE, VISITS, agrees, topic_of
from handlers.subject import is_words

LONGEST = 24  # signs
HOW_LONG = re.compile("多久|多长时间|几个?(?:小时|钟头)")
ENDS = re.compile("算了|不[约来去试]了|取消|再说吧?$|以后")
OF_THE_HOUSE = re.compile("关门|开门|打烊|营业|下班(?!吗|么)|地址|电话")
# Kind → words, the more particular first.
ABOUT: Mapping[str, re.Pattern[str]] = {
    "long": re.compile(
        "(?:第.个?|[点半刻\\d]|^)[^,。]{0,6}多(?:久|长时间?)(?!.{0,3}(?:一次|保养))|几个?(?:小时|钟头)|来不?来?得及|赶得[上及回]|做不?做?得完|"
        "(?:几点|什么时候|啥时候)(?:钟)?(?:能|可以)?(?:结束|好|完|弄好|做完|做好|取|拿)|"
        "(?:能|可以|会)[^,。]{0,6}(?:[做弄搞]完|搞定|结束|弄好|做好)|会不会|要等"
    ),
    "span": re.compile(
        "最[早晚快](?:的)?(?:是|能|可以|到|有)*(?:[几多]点|几时|什么时候|啥时候|多[早晚])|[几多]点(?:钟)?(?:还)?(?:有|可以|能|空|行)(?!人)|"
        "(?:还|都)?有(?:什么|哪些|啥)(?:时间|时段)|(?:什么|哪些|哪个)时间[^,。]{0,2}(?:有|可以|空|行)"
    ),
    "other": re.compile("(?:别的|其[他它]|另外的?)(?:时间|时段|日子|钟?点)|还有别的|有没有别的|别的(?:呢|有吗|有没有)"),
    "later": re.compile(
        "(?:太|有一?点儿?|偏)[早急赶]|早了|(?:有(?:没有)?|能|可以)[^,。]{0,4}[晚迟](?:一?点|一?些)|[晚迟](?:一?点|一?些)的?(?:呢|吗|有|可以|行)|再晚"
    ),
    "earlier": re.compile(
        "(?:太|有一?点儿?|偏)[晚迟]|晚了|(?:有(?:没有)?|能|可以)[^,。]{0,4}早(?:一?点|一?些)|早(?:一?点|一?些)的?(?:呢|吗|有|可以|行)|再早"
    ),
}
CLAUSES = re.compile("[,。!?;~ ]+")
MAY_BE_ANY = re.compile(
    "(?:我?(?:也|都)?(?:不知道|不清楚|没想好|不挑))|(?:那|就)?(?:随便|[几哪]点都|哪个都|啥时候都|什么时候都)(?:行|可以|好|成)?"
    "(?:几点|哪个|哪天|什么时候)?(?:都?(?:行|可以|好|成))?(?:吧|的|啊|了)*|"
    "(?:那|就|都)*(?:听)?(?:你|您)们?(?:来|看着|帮我|给我)*(?:定|安排|选|挑|的)(?:一?个)?(?:时间)?(?:吧|就行|就好|呗)*"
)
ASKS_US = re.compile(
    "(?:你|您)们?(?:看|说|觉得|店里)?(?:哪天|什么时候|几点|啥时候|哪个时间)(?:有空|空|合适|方便|行|可以|有位|不忙|人少|比较空)"
)
# What such words are taken for by those who do not know that times are on offer.
OPEN_TO_IT = FREE | VISITS | {"faq", "model_enquiry", "churn_reply", "complaint", "repair_status", "delivery_query"}
GRAVE = frozenset({"human", "robot", "injection", "threat", "anger", "safety"})
Options = Sequence[Mapping[str, object]]


def of_an_offer(
    understood: Understanding, turn: Turn, _read: Read, _now: datetime, setting: Setting
) -> Understanding | None:
    """None: a time is chosen, or something else is spoken of. 不行 要接孩子 gives a reason, and looks for no car."""
    asked, plain = turn.prompt, bare(normalise(turn.inbound.text))
    if asked is None or not _may_be(understood, asked, turn, plain):
        return None
    topic, listed = topic_of(asked), _listed(turn)
    if _any(plain):
        return Understanding(topic, slots=_whichever(asked, listed))
    if not listed or offered.chosen(plain, listed, setting.now, setting.opening):
        return None
    about = _about(plain, asked)
    if about == "long" and HOW_LONG.search(plain) and not offered.POINTED.search(plain):
        return None  # 大概多久能做完 has an approved answer
    reason = not about and understood.wants("model_enquiry") and agrees(plain) is False
    if not about and not reason:
        return None
    said = _told(about, plain, listed, setting) if about else when(plain, setting)
    return Understanding(topic, slots={name: each for name, each in said.items() if each})


def _may_be(understood: Understanding, asked: Prompt, turn: Turn, plain: str) -> bool:
    """A time is being looked for, and nothing graver or final is said."""
    arranges = asked.kind in ARRANGES and asked.kind is not PromptKind.READ_BACK and topic_of(asked) in VISITS
    short = is_words(turn) and len(plain) <= LONGEST and not ENDS.search(plain)
    return arranges and short and understood.intent in OPEN_TO_IT and not GRAVE & understood.signals


def _listed(turn: Turn) -> Options:
    """The times named last."""
    found = next((each.known.get("options") for each in turn.prompts if each.known.get("options")), None)
    return [each for each in found if "time" in each] if isinstance(found, list) else []


def _any(plain: str) -> bool:
    """都可以 你定; 不知道 你看哪天有空."""
    clauses = [each for each in CLAUSES.split(plain) if each]
    whole = [ANY.fullmatch(each) or MAY_BE_ANY.fullmatch(each) or ASKS_US.fullmatch(each) for each in clauses]
    only_unsure = all(each.startswith(("不", "我不", "没")) for each in clauses)
    return all(whole) and not only_unsure


def _whichever(asked: Prompt, listed: Options) -> dict[str, object]:
    """The first of those on offer; where none are, some are offered."""
    if asked.kind is not PromptKind.OPTIONS or not listed:
        return {"_about": "any"}
    return {"date": listed[0]["date"], "time": listed[0]["time"]}


def _about(plain: str, asked: Prompt) -> str:
    if OF_THE_HOUSE.search(plain):
        return ""
    found = next((kind for kind, words in ABOUT.items() if words.search(plain)), "")
    if found:
        return found if asked.kind is PromptKind.OPTIONS or found in ("span", "other") else ""
    named = offered.POINTED.search(plain) and offered.REFUSED.search(plain) and not offered.decided(plain)
    return "other" if named and asked.kind is PromptKind.OPTIONS else ""


def _told(about: str, plain: str, listed: Options, setting: Setting) -> dict[str, object]:
    said = when(plain, setting)
    named = offered.by_number(offered.REFUSED.sub(" ", plain), listed)
    at = named["time"] if named else said["time"]
    kept = {
        name: said[name] for name in ("date", "date_from", "period") if said[name] and about not in ("later", "earlier")
    }
    return {**kept, "_about": about, "_listed": list(listed), "_of": at, "_elsewhere": bool(kept)}
