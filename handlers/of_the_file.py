"""What belongs to the file and to who speaks: a death, who fetches the car, a wish about data taken back, who we are.

Read again after the words alone, since it leans on what was said before. A danger, a refusal, a grievance or an answer
to a survey is never read so. Slot `_news` says to handlers/file_news.py which it is.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.effects import PromptKind
from bot.ports import Read
from bot.turn import Turn
from bot.understanding import bereavement, file_words, strangers
from bot.understanding.invitations import CANCEL
from bot.understanding.normalise import bare, normalise
from bot.understanding.particulars import particulars, when
from bot.understanding.personal import SURNAME
from bot.understanding.setting import Setting
from bot.understanding.slots import who_comes
from bot.understanding.slots.contact import vehicle_sold
from bot.understanding.slots.phones import phone
from bot.understanding.slots.plates import plate
from bot.understanding.understand import Understanding
from bot.understanding.wishes import asks
from handlers.dialogue import AGREED, ARRANGES, VISITS, arranging, topic_of
from handlers.file_news import AVAILABLE
from handlers.handover import summary
from handlers.of_a_case import MORE, OF_IT
from handlers.of_a_repair import in_the_workshop
from handlers.subject import case_open, prompt_of

FILE, RIGHTS = "info_update", "privacy_request"
COMES_WITHIN = timedelta(hours=2)  # after somebody was named to come, their name and number are still told
STANDS = timedelta(days=14)  # a wish about data that nobody may have settled yet
SHORT = 14  # signs that can hold a name, a number or an hour and nothing else
# Never read anew: these were heard by rules of their own.
GRAVE = frozenset({"emergency", "complaint", "opt_out"})
OWN = frozenset(
    {"emergency", "opt_in", "complaint", "survey_reply", "roadside_assist", "quote_reply", "event_rsvp",
     "churn_reply"}
)  # fmt: skip
LITTLE = frozenset(
    {"unclear", "thanks", "greet", "off_topic", "faq", "human_request", FILE, "repair_status", "wrong_person",
     "service_book", "test_drive_book", "appt_change", "appt_cancel", "appt_confirm", "delivery_query", "model_enquiry"}
)  # fmt: skip
MAY_BE_HOURS = frozenset({"service_book", "appt_change", "unclear", "faq", "thanks", FILE, "off_topic"})
DENIES_THE_KEY = re.compile(
    "(?:点|按|输|打|发|回|选)错|手滑|不是(?:要|想)?取消|(?:不|没)(?:要|想|说)?取消|别取消|误[点触按]"
)
NOON = 12
MY_NUMBER = re.compile("我(?:自己|本人)?的?(?:新)?(?:手机|电话|号)|(?:换|改|变更?)(?:了|成)?(?:手机|电话|号)")
TALKS_OF_ELSE = frozenset(
    {"roadside_assist", "emergency", "event_query", "event_rsvp", "model_enquiry", "test_drive_book"}
)
NO_PLATE_YET = re.compile("(?:没|还没|没有|未)(?:有|上)?(?:车)?牌(?:照|子|号)?(?=$|[,。! 呢啊的])")
NO_MATTER = re.compile(
    "不是(?:故意|有意|成心)|(?:[发打点按]错|手滑)[^,。]{0,2}[,。! ]*(?:不好意思|抱歉|对不起)|(?:不好意思|"
    "抱歉)[,。! ]*[发点按]错了?"
)
NOTHING_WANTED = frozenset({"unclear", "thanks", "faq", "off_topic", "delivery_query", FILE})
CHANGES_A_VISIT = re.compile("改|换(?:到|成|个)|推迟|提前|取消|延")
READY_YET = re.compile("(?:好|完|妥)了?(?:伐|没|吗|么|不|哇)")
Slots = Mapping[str, object]


def of_the_file(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """None: the words stand as they were read."""
    plain = normalise(turn.inbound.text)
    if understood.intent in OWN or (understood.satisfaction and understood.intent != RIGHTS) or turn.customer.stranger:
        return None
    grave = GRAVE & {*understood.also} or understood.satisfaction or understood.intent == "opt_out"
    for lean in BESIDE_A_GRAVE_WORD if grave else LEANINGS:
        if (said := lean(understood, plain, turn, read, now, setting)) is not None:
            return said
    return None


def _news(name: str, slots: Slots | None = None) -> Understanding:
    return Understanding(FILE, slots={**(slots or {}), "_news": name})


def _death(
    understood: Understanding, plain: str, turn: Turn, _read: Read, _now: datetime, _setting: Setting
) -> Understanding | None:
    name = turn.customer.name
    surname = name[0] if name and re.match(SURNAME, name) else ""
    if bereavement.MOURNED.search(turn.told):
        return _mourns(understood, plain)
    erases = understood.intent == RIGHTS and understood.slots.get("action") == "delete"  # 他的资料麻烦删除
    if erases or not bereavement.died(plain, surname) or understood.intent not in LITTLE | {"opt_out", RIGHTS}:
        return None
    theirs = bereavement.of_the_owner(plain, surname)
    if understood.wants("opt_out") and not theirs:
        return replace(understood, slots={**understood.slots, "_mourns": True})
    if understood.intent in VISITS | {"appt_cancel"}:
        return replace(understood, also=())  # 外婆去世了, 周六的保养取消: no car for a family is chosen
    told = theirs or understood.intent in ("unclear", FILE, "wrong_person", "thanks", "off_topic", "greet")
    return _news("death", {"_owner": theirs}) if told else None


def _mourns(understood: Understanding, plain: str) -> Understanding | None:
    """上个月走的, 以后别发给他了: right after a death was told."""
    if understood.wants("opt_out"):
        return Understanding("opt_out", slots={"scope": "all", "_mourns": True})
    return _news("mourns") if understood.intent in LITTLE and len(plain) <= SHORT else None


def _rights(
    understood: Understanding, plain: str, turn: Turn, read: Read, now: datetime, _setting: Setting
) -> Understanding | None:
    """算了先别删, 删完我保修还有吗: of the wish that stands."""
    if file_words.LEAVES_NONE.search(plain) and understood.intent in LITTLE | {RIGHTS}:
        return _news("no_number")
    if file_words.LEAKS.search(plain) and "车" not in plain and understood.intent in LITTLE | {RIGHTS}:
        asked = understood.intent == RIGHTS  # 会不会卖给别人, of a number, has no ready answer
        return Understanding(RIGHTS, slots={"action": "export", "_asks": True}) if asked else Understanding("faq")
    lately = RIGHTS in read.facts_since(now - STANDS)
    erases = lately and read.facts().get(RIGHTS) == "delete"
    if (erases or understood.intent == RIGHTS) and file_words.keeps_data(plain):
        kept: Slots = {"action": "withdraw", "_stood": erases}
        if understood.intent == "opt_out":  # 先别删了, 短信也别发了
            return replace(understood, also=(*understood.also, RIGHTS), slots={**understood.slots, **kept})
        return Understanding(RIGHTS, slots=kept)
    going_on = erases and turn.before.intent == RIGHTS
    if going_on and understood.intent in LITTLE | {RIGHTS} and file_words.asks_if_erased(plain):
        return Understanding(RIGHTS, slots={"action": "delete", "_asks": True})
    return None


def _papers(
    understood: Understanding, plain: str, turn: Turn, read: Read, _now: datetime, _setting: Setting
) -> Understanding | None:
    """身份证复印件我要拿回来, then 上次买车留的; 要几天, of the data asked for."""
    if file_words.PAPERS_BACK.search(plain) and understood.intent in LITTLE | {RIGHTS}:
        wish = summary("要拿回交给店里的证件或复印件", turn, {}, "说已转给同事")
        return Understanding("human_request", slots={"_wish": wish})
    back = turn.before.intent == "human_request" and file_words.PAPERS_BACK.search(normalise(turn.before.text))
    if back and file_words.LEFT.fullmatch(bare(plain)) and understood.intent in LITTLE | {RIGHTS}:
        return Understanding("human_request", slots={OF_IT: MORE})
    if turn.before.intent == RIGHTS and file_words.HOW_SOON.fullmatch(bare(plain)):
        return Understanding(RIGHTS, slots={"action": read.facts().get(RIGHTS, "export"), "_asks": True})
    return None


def _who_we_are(
    understood: Understanding, plain: str, _turn: Turn, _read: Read, _now: datetime, _setting: Setting
) -> Understanding | None:
    return Understanding("off_topic", slots={"_who": True}) if file_words.asks_who(plain) else None


def _no_matter(
    understood: Understanding, plain: str, turn: Turn, _read: Read, _now: datetime, _setting: Setting
) -> Understanding | None:
    """没有车牌, 新车, while a visit is arranged: it goes on. 发错了不好意思, 我帮我爸问: heard, nothing stops."""
    asked = next((each for each in turn.prompts if each.kind in ARRANGES), None)
    if asked and NO_PLATE_YET.search(plain) and understood.intent in LITTLE:
        return Understanding(topic_of(asked))
    if turn.prompts or case_open(turn) or asks(plain) or understood.intent not in NOTHING_WANTED or len(plain) > SHORT:
        return None
    small = NO_MATTER.search(plain) or NO_PLATE_YET.search(plain) or strangers.speaks_for_the_owner(plain)
    return _news("no_matter") if small else None


def _key_slipped(
    understood: Understanding, plain: str, turn: Turn, _read: Read, _now: datetime, _setting: Setting
) -> Understanding | None:
    """不是, 点错了, right after a visit was called off: a colleague puts it back."""
    if turn.before.intent != "appt_cancel" or "取消" not in turn.told or not DENIES_THE_KEY.search(plain):
        return None
    return Understanding("human_request", slots={"_wish": summary("说刚才取消错了，请恢复预约", turn, {}, turn.told)})


def _comes(
    understood: Understanding, plain: str, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """她姓刘; 电话138…; 六点才能到: told of who was named to fetch or bring the car."""
    if understood.intent not in LITTLE | {RIGHTS} or not _somebody_comes(turn, read, now):
        return None
    name, number = who_comes.name_told(plain), phone(plain)
    tells_when = turn.before.intent == FILE and who_comes.says_when(plain)
    at = _hour(plain, read, setting).get("time") if tells_when else None
    of_another = number and (file_words.contact_person(plain) or MY_NUMBER.search(plain))
    if of_another or not (name or number or at):
        return None
    told = {"pickup_person": name or None, "phone": number, "time": at}
    return _news("comes", {slot: each for slot, each in told.items() if each})


def _somebody_comes(turn: Turn, read: Read, now: datetime) -> bool:
    before = normalise(turn.before.text)
    named = who_comes.brings(before) or who_comes.fetches(before)
    return bool(named) or "pickup" in read.facts_since(now - COMES_WITHIN)


def _first_told(
    understood: Understanding, plain: str, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """让我同事帮我开回来, 周六让我老公送车: who comes is no drive, no booking and no visit called off."""
    if understood.intent not in LITTLE or vehicle_sold(setting.classifier.named(plain)):
        return None
    who = who_comes.fetches(plain) if in_the_workshop(read) else None
    if who and READY_YET.search(plain):  # 好了伐, 我叫儿子来开: asked first
        return Understanding("repair_status", also=(FILE,), slots={"pickup_person": who})
    brought = None if who else who_comes.brings(plain)
    if brought and (
        CHANGES_A_VISIT.search(plain) or (understood.intent == "service_book" and not read.appointments(now))
    ):
        return None  # 明天三点保养, 我媳妇开过去: the visit is booked
    if brought and turn.before.intent in TALKS_OF_ELSE:
        return None
    if (not who and not brought) or (who and CANCEL.search(plain) and read.appointments(now)):
        return None
    told = particulars(FILE, plain, setting, turn.prompts)
    return _news(
        "comes", {**told, "pickup_person": told.get("pickup_person") or who or brought, **_hour(plain, read, setting)}
    )


def _hour(plain: str, read: Read, setting: Setting) -> Slots:
    """七点, of who fetches a car in the afternoon, is 19:00: before opening nobody comes."""
    at = str(when(plain, setting).get("time") or "")
    if at and at < f"{read.house().opening.start:%H:%M}" and not re.search("早|上午|凌晨", plain):
        at = f"{int(at[:2]) + NOON}{at[2:]}"
    return {"time": at} if at else {}


def _put_right(
    understood: Understanding, plain: str, turn: Turn, _read: Read, _now: datetime, setting: Setting
) -> Understanding | None:
    """A name, an end of a plate or an address as it should stand."""
    if understood.intent not in LITTLE | {RIGHTS, "membership"}:
        return None
    name, tail = strangers.name_put_right(plain), file_words.PLATE_TAIL.search(plain)
    to = file_words.address(plain) if understood.intent in ("unclear", FILE, "thanks") else ""
    right = (
        f"姓名是{name}" if name
        else f"车牌尾号是{tail['right'].upper()}" if tail
        else f"地址是{to}" if to
        else ""
    )  # fmt: skip
    return _news("right", {"_right": right}) if right else None


def _the_sold_one(
    understood: Understanding, plain: str, turn: Turn, _read: Read, _now: datetime, setting: Setting
) -> Understanding | None:
    """牧野, to the question which of the cars is sold."""
    asked = prompt_of(turn, PromptKind.READ_BACK)
    if asked is None or not asked.known.get("_which") or understood.intent not in LITTLE or len(plain) > SHORT:
        return None
    told = particulars(FILE, plain, setting, turn.prompts)
    which = {name: told[name] for name in ("model", "plate") if told.get(name)}
    return Understanding(FILE, slots=which) if which else None


def _after_news(
    understood: Understanding, plain: str, turn: Turn, _read: Read, _now: datetime, setting: Setting
) -> Understanding | None:
    """改好了吗, 能重开吗, or a plate alone, right after something was noted."""
    if turn.before.intent not in (FILE, RIGHTS) or understood.intent not in LITTLE:
        return None
    body = bare(plain)
    agrees = "收到新号码" in turn.told and AGREED.fullmatch(body)
    if agrees or file_words.DONE_YET.fullmatch(body):
        return _news("in_hand")
    if "发票" in turn.told and understood.intent in ("faq", "unclear", FILE):
        return _news("invoice")
    alone = plate(body) is not None and len(body) <= SHORT and understood.intent in ("thanks", "unclear", "off_topic")
    return Understanding(FILE, slots=particulars(FILE, plain, setting, turn.prompts)) if alone else None


def _reached(
    understood: Understanding, plain: str, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """Whom to call, and at what hours: 晚上9点以后才有空, 其他时间都行; no visit is looked for then."""
    if case_open(turn):
        return None  # we asked them when to call
    if understood.intent == FILE and file_words.only_at_some_hours(plain):
        return _news("hours", {"quiet_after": understood.slots.get("quiet_after")})
    number = phone(plain)
    if number and turn.before.intent == FILE and file_words.contact_person(normalise(turn.before.text)):
        return _news("contact", {"phone": number})
    if arranging(turn) or understood.intent not in MAY_BE_HOURS:
        return None
    if AVAILABLE in turn.told or "联系习惯" in turn.told or "不打电话" in turn.told:
        on_hours = file_words.TIMES_TO_CALL.search(plain) and len(plain) <= SHORT
        return _news("hours") if on_hours else None
    hour = str(when(plain, setting).get("time") or "")
    late = hour >= f"{read.house().opening.end:%H:%M}" if hour else False
    return _news("hours") if late and file_words.FREE_AT.search(plain) else None


BESIDE_A_GRAVE_WORD = (_death, _rights)
LEANINGS = (
    _death, _papers, _rights, _who_we_are, _no_matter, _key_slipped, _comes, _first_told, _put_right, _the_sold_one,
    _after_news, _reached,
)  # fmt: skip
