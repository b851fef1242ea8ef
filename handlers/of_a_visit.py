"""What is said of an appointment that stands and changes nothing of it: late, early, asked again, more, who comes."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.booking import Appointment, Visit
from bot.effects import PromptKind
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.particulars import particulars, when
from bot.understanding.setting import Setting
from bot.understanding.slots import models, offered, services
from bot.understanding.slots.numerals import value
from bot.understanding.slots.symptoms import symptom
from bot.understanding.slots.times import shifted
from bot.understanding.understand import Understanding
from bot.understanding.wishes import thanks
from handlers.dialogue import ARRANGES, FREE, VISITS
from handlers.of_a_booking import agrees_to_booking
from handlers.subject import case_open, prompt_of

TOLD = "_told"  # slot: late | who; what colleagues are told of the visit
ARRIVES = "_arrives"  # slot: the hour they come, HH:MM
LONGEST = 30  # signs
EARLY, LATE_BY = timedelta(minutes=30), timedelta(minutes=60)
MOVES = re.compile("[改换挪推延](?!个人)|取消|提前(?!.{0,8}到)|不[去来]|[去来]不|约(?!的|好|了)|取车|提车")
LATE = re.compile(
    "[晚迟](?:个|一?点儿?|一?会儿?|一?些|(?:大[概约])?[\\d一二两三四五半十]+个?半?(?:多)?(?:分钟|小时|刻钟|钟头))?[^,。]{0,2}(?:到|过[去来]|去(?!取)|来)|"
    "迟到|(?:要|会|得|可能)[晚迟](?:个|一?点|一?会儿?|一?些|[\\d一二两三四五半十]+个?半?(?:分钟|小时|刻钟|钟头))(?=$|[,。!了])|睡过头|起晚了|(?:堵|卡)(?:在|死|住|着)[^,。]{0,4}路?|堵车|路上.{0,3}堵|"
    "现在(?:过[去来]|赶过[去来]|去|来)[^,。]{0,3}(?:还)?(?:行|来得及|可以|赶得上)"
)
COMES_AT = re.compile(
    "(?:[点半刻分钟\\d]|左右|来钟)[^,。]{0,4}(?:能|就|会|再|才)?(?:到(?!店里?[换修做])|过[来去]|赶到)(?=$|[,。!吧了哈啊]|店|你)"
)
_SPAN = "(?P<n>\\d+|[一二三四五]?十[一二三四五]?|[半一两二三四五])(?P<unit>来?分钟?|个?(?:小时|钟头)|刻钟?)"
MINUTES = re.compile(f"^(?:大[概约]|可能|差不多|估计|也就|最多)*(?:晚|迟)?{_SPAN}(?:左右|吧|的样子)*$")
DELAY = re.compile(f"[晚迟]到?(?:大[概约]|个)?{_SPAN}")
FORGOT = re.compile(
    "(?:约|预约|保养|试驾|时间|几点|哪天)[^,。]{0,8}(?<!没)忘(?:了|记)|(?:忘|记不清|不记得|想不起)[^,。]{0,6}(?:几点|哪天|什么时候|周几|几号|时间)|"
    "(?:几点|哪天|周几|礼拜几|几号|什么时候)来着|我?(?:是)?约的?(?:是)?(?:几点|哪天|周几|什么时候|几号)"
)
STANDS = re.compile(
    "没忘(?:吧|吗)|记得(?:吧|吗)|[约改]?(?:好|上|回去|过来)了(?:是吧|吧|吗|没(?:有)?|对吧)$|约好了(?:是吧|吧|吗|对吧)|还?算数|(?:都)?(?:定|约)(?:好|上)了(?:是吧|吧|吗|对吧)|照常吧|对[吧吗]$|是吧$|没变吧"
)
SETTLES = re.compile(
    "(?:好|行|可以|嗯|ok|那)*[, ]*(?:就|那就)?(?:这样|这么定|这个时间|那个时间|定了|说定了|按这个)(?:吧|了|定|来)*"
)
KEEPS = re.compile(
    "(?:好|行|嗯|那|就|[, ])*(?:这样|这个|这么定)[,吧 ]*"
    "(?:别|不|不用)(?:再)?[改变换动挪]了?[吧啦哈啊]*[^\u4e00-\u9fff]*"
)
MORE = re.compile(
    "顺[便带道]|一[起并]|一块儿?|再[加做换洗看]|[多加]+[个做一]|加[上做个]|另外|还[要想]|也[做换洗看]|把.{1,10}(?:也|都|给)?(?:换|做|洗|检查|看)"
)
WORK = re.compile("洗[个下]?车|[换洗修检查看装贴]|定位|保养|滤|胎|蜡")
OTHER_WORK = re.compile("[换洗修装贴]|定位|检查|滤|蜡")
PRICE = re.compile("钱|价|收费|贵不贵|费用")
PUT_RIGHT = re.compile("不对|[说弄搞看]?错了?|不是(?![吗么吧])|还是(?=.*[,吧])")
BOTH = re.compile("也|一起|一块|一并|同时|顺便|再[约排]|另外")
WHICH = re.compile("^(?:车牌|车)?(?:号)?(?:就?是)?[^,。改换错新]{0,4}(?:尾号|车牌)[^,。改换错新]{1,12}$")
WHO = re.compile(
    "换个?人(?:送|来|去|开)|(?:我?(?:爱人|老婆|老公|媳妇|先生|太太|儿子|女儿|爸|妈|弟|哥|姐|妹|同事|朋友|司机)|别人|家里人)[^,。]{0,4}(?:送|来|去|开|过[去来])|"
    "(?:老婆|老公|媳妇|爱人|儿子|女儿|爸|妈|朋友|家里?人)[^,。]{0,4}也[^,。]{0,4}(?:开|试|坐|看)|[两二三四五俩2-5]个?人(?:一起|一块)?[来去过]|带(?:着)?(?:我?(?:爸|妈|老婆|老公|孩子|娃|宝宝|儿子|女儿|朋友))"
)
COMES = re.compile("送|来|去|开|过[去来]|带|也")
OPEN_TO_IT = FREE | VISITS | {
    "faq", "info_update", "repair_status", "service_price", "roadside_assist", "model_enquiry", "delivery_query",
    "complaint",
}  # fmt: skip
GRAVE = frozenset({"human", "robot", "injection", "threat", "anger", "safety", "stranded"})
NEAR = VISITS | {"appt_confirm"}


def of_a_visit(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """None: none stands, a time is being looked for, or something else is spoken of."""
    standing = read.appointments(now)
    plain = bare(normalise(turn.inbound.text))
    if not standing or case_open(turn) or len(plain) > LONGEST or thanks(plain):
        return None
    if understood.intent not in OPEN_TO_IT or GRAVE & understood.signals:
        return None
    if turn.prompt is not None and turn.prompt.kind in ARRANGES:
        return None
    if agrees_to_booking(turn, read, now) or (len(read.vehicles()) == 1 and WHICH.search(plain) and _near(turn)):
        return Understanding("appt_confirm")
    visit = standing[0]
    return (
        _other_car(plain, understood, turn, read, standing, setting)
        or _arrives(plain, understood, turn, visit, setting)
        or _asked(plain, understood, turn, standing, setting)
        or _who(plain, understood, turn)
        or _more_work(plain, understood, turn, visit, setting)
    )


def _near(turn: Turn) -> bool:
    return turn.before.intent in NEAR


def _other_car(
    plain: str, understood: Understanding, turn: Turn, read: Read, standing: Sequence[Appointment], setting: Setting
) -> Understanding | None:
    """知行也一起行吗, 那知行十点, where the other car of the house is booked: a visit of its own, on that day."""
    cars = read.vehicles()
    visit = next((each for each in standing if each.kind is Visit.SERVICE and each.vehicle_id), None)
    model = models.model(plain, setting.names)
    named = [each for each in cars if model and model in each.model]
    if visit is None or len(cars) < 2 or len(named) != 1 or any(each.vehicle_id == named[0].id for each in standing):
        return None
    said = {name: each for name, each in when(plain, setting).items() if each}
    if MOVES.search(plain) or not _near(turn) or not (said or BOTH.search(plain)):
        return None
    day = {} if {"date", "date_from"} & set(said) else {"date": visit.starts_at.astimezone(setting.now.tzinfo).date()}
    on = {name: each.isoformat() for name, each in day.items()}
    work = services.visit(plain) or visit.service
    return Understanding("service_book", slots={**on, **said, "model": model, "service": work})


def _arrives(
    plain: str, understood: Understanding, turn: Turn, visit: Appointment, setting: Setting
) -> Understanding | None:
    """我可能会晚到一会, then 大概二十分钟; 我大概九点五十到."""
    stands = visit.starts_at.astimezone(setting.now.tzinfo)
    by = DELAY.search(plain)
    said = when(DELAY.sub("晚", plain), setting)  # 二十分钟到 is not counted from now
    if MOVES.search(plain) or said["date"] not in (None, stands.date().isoformat()):
        return None
    told_late = LATE.search(normalise(turn.before.text)) is not None and turn.before.intent == "appt_change"
    if by is None and told_late:
        by = MINUTES.match(plain)
    at = stands + _counted(by["n"], by["unit"]) if by else _at(said["time"], stands)
    late = LATE.search(plain) is not None
    if not late and at is None:
        return None
    if at is not None and not stands - EARLY <= at <= stands + LATE_BY:
        return None
    if not late and not told_late and not COMES_AT.search(plain):
        return None
    behind = late or told_late or (at is not None and at > stands)
    hour = {ARRIVES: f"{at:%H:%M}", "time": f"{at:%H:%M}"} if at else {}
    kept = {name: each for name, each in said.items() if name == "date" and each}
    return Understanding("appt_change" if behind else "appt_confirm", slots={**kept, **hour, TOLD: "late"})


def _at(said: object, stands: datetime) -> datetime | None:
    return datetime.combine(stands.date(), time.fromisoformat(str(said)), stands.tzinfo) if said else None


def _counted(number: str, unit: str) -> timedelta:
    """二十 分钟, 半 个小时, 一 刻钟."""
    many = 0.5 if number == "半" else float(value(number) or 0)
    minutes = 60 if "小时" in unit or "钟头" in unit else 15 if "刻" in unit else 1
    return timedelta(minutes=many * minutes)


def _asked(
    plain: str, understood: Understanding, turn: Turn, standing: Sequence[Appointment], setting: Setting
) -> Understanding | None:
    """约的时间我忘了; 周六十点没忘吧; 周六10点嘛: the day and hour that stand, and no other."""
    if FORGOT.search(plain) and not MOVES.search(plain.replace("换", "")):
        return Understanding("appt_confirm", slots={"_asks": True})
    said = {name: each for name, each in when(plain, setting).items() if each}
    fits = any(_fits(said, each.starts_at.astimezone(setting.now.tzinfo)) for each in standing)
    after = turn.before.intent in NEAR
    if KEEPS.fullmatch(plain) and after:
        return Understanding("appt_confirm")
    if (
        MOVES.search(plain)
        or shifted(plain)
        or PUT_RIGHT.search(plain)
        or offered.ASKED.search(plain)
        or (said and not fits)
    ):
        return None
    if (SETTLES.fullmatch(plain) and after) or (STANDS.search(plain) and (said or after or "约" in plain)):
        return Understanding("appt_confirm", slots=said)
    if fits and said.get("time") and said.get("date") and not MORE.search(plain) and not OTHER_WORK.search(plain):
        return Understanding("appt_confirm", slots=said)
    return None


def _fits(said: dict[str, object], stands: datetime) -> bool:
    named = {"date": stands.date().isoformat(), "time": f"{stands:%H:%M}"}
    return bool(said) and all(named.get(name, each) == each for name, each in said.items())


def _who(plain: str, understood: Understanding, turn: Turn) -> Understanding | None:
    """换个人送车可以吧, 我和我爸两个人来: who brings the car is for colleagues to know."""
    asked_who = WHO.search(normalise(turn.before.text)) is not None and turn.before.intent in NEAR
    alone = asked_who and WHO.search(plain + "来") is not None and len(plain) <= 6
    if not alone and not (WHO.search(plain) and COMES.search(plain)):
        return None
    if MOVES.search(plain) or understood.intent not in (*FREE, *VISITS, "info_update", "repair_status", "faq"):
        return None
    return Understanding("appt_confirm", slots={**_party(understood), TOLD: "who"})


def _party(understood: Understanding) -> dict[str, object]:
    return {name: each for name, each in understood.slots.items() if name in ("party_size", "pickup_person")}


def _more_work(
    plain: str, understood: Understanding, turn: Turn, visit: Appointment, setting: Setting
) -> Understanding | None:
    """顺便把空调滤芯换了, 能不能多加个四轮定位: one thing more at the visit that stands."""
    if visit.kind is not Visit.SERVICE or not MORE.search(plain) or MOVES.search(plain.replace("换", "")):
        return None
    slots = particulars("service_book", plain, setting, turn.prompts)
    named = services.item(plain) or symptom(plain) or WORK.search(plain)
    if (
        not named
        or PRICE.search(plain)
        or prompt_of(turn, PromptKind.QUOTE)
        or {"date", "date_from", "time"} & set(slots)
    ):
        return None
    also = tuple(each for each in understood.also if each not in VISITS)
    return Understanding("service_book", also=also, slots={**slots, "_more": True})
