"""Short messages that lean on what was said before: 雨刮呢, 不对，是周三, 三点吧; and keys of a menu.

The subject is the one of the customer's line before, or of the question that lies open; what is new is read from
the words.
"""

import re
from collections.abc import Sequence

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import intents, menus, reminders, sending, solved, wishes
from bot.understanding.blame import SCORED
from bot.understanding.grievances import grievance
from bot.understanding.intents import ACTS_FROM
from bot.understanding.invitations import CANCEL, NO
from bot.understanding.meaning import Understanding
from bot.understanding.normalise import bare, normalise
from bot.understanding.particulars import particulars, when
from bot.understanding.plain_facts import EMPTY
from bot.understanding.ratings import scored
from bot.understanding.scales import DISSATISFIED
from bot.understanding.setting import Setting
from bot.understanding.slots import alternatives, models, services
from bot.understanding.slots.mileage import mileage
from bot.understanding.slots.people import staff
from bot.understanding.slots.places import named_place
from bot.understanding.slots.plates import plate

ARRANGED = {intents.SERVICE_BOOK, intents.TEST_DRIVE_BOOK, intents.APPT_CHANGE}
ARRANGES = {
    PromptKind.BOOKING: intents.SERVICE_BOOK,
    PromptKind.TEST_DRIVE: intents.TEST_DRIVE_BOOK,
    PromptKind.OPTIONS: intents.SERVICE_BOOK,
}
OF_A_VISIT = {
    menus.CANCEL: intents.APPT_CANCEL, menus.CHANGE: intents.APPT_CHANGE, menus.CONFIRM: intents.APPT_CONFIRM,
}  # fmt: skip
SIGH = "(?:[哦噢啊哎呀诶唉欸嗯哈]|不好意思|抱歉|那个|等等|等下|[,。! ~])*"
CORRECTS = re.compile(
    f"{SIGH}(?:我)?(?:不对|不是|[说弄搞记打写看讲]?错了?|口误|更正|应该是|我(?:是说|说的是|意思是)|是(?=周|星期|下)|"
    "不(?=[ ,]{0,2}(?:[\\d一二三四五六七八九十]|[上下早晚明后周]))|(?:算了)?[ ,]?还是(?![没有老])|改(?:成|到))"
)
GOES_ON = re.compile(
    "(?:那么?|还有|然后|另外|再加上?|要是)?"
    "(?:[换做洗修]一?[个条块副对]|换成?)?(?P<about>[^,。!?]{1,9}?)(?P<ends>[呢嘞咧哩]|的话呢?)?[?]?"
)
SUPPOSING = re.compile("^(?:那?要是|如果|万一)[^,。]{1,8}[,。 ]+(?=.{2})")
LEADS = re.compile("^(?:那么?|还有)")
NOT_ABOUT = re.compile("人|你|我|客服|回复|呢呢|吗|吧|谢|好|行|算|对|不|怎么|先|就|没|可以|同意|什么|等|再|这样|个|是")
SLOT_OF = {
    intents.SERVICE_PRICE: ("service",),
    intents.SALES_TERMS: ("model", "topic"),
    intents.MODEL_ENQUIRY: ("model", "budget", "body", "energy", "seats_min"),
    intents.INSURANCE_QUERY: ("third_party", "topic"),
    intents.DELIVERY_QUERY: ("topic",),
}
KEEPS_TOPIC = (intents.FAQ, intents.SALES_TERMS)
OF_A_CAR = re.compile("预算|买车|落地|裸车|价位|公里|保养")
NAMES_WORK = re.compile("保养|修|[换洗检喷]|试[驾车]|[大小首]保|年检")
NEW_DAY = re.compile("(?:日子|时间|日期)[^,。]{0,4}换|换[^,。]{0,3}(?:时间|日子|天|日期|到|成)")
WISHES = re.compile("试|约|[去来]|做|修|换|看看")
WHICH = {PromptKind.TEST_DRIVE: intents.TEST_DRIVE_BOOK, PromptKind.PRICE: intents.SERVICE_PRICE}
TOLD_NEEDS = frozenset({"budget", "energy", "seats_min", "body", "home_charger"})
SURELY_ELSE = 0.7  # beside a day or an hour that was asked for
NO_NEW_WISH = frozenset({intents.UNCLEAR, intents.APPT_CONFIRM, intents.EVENT_RSVP, intents.HUMAN_REQUEST})
ASKS_A_DAY = re.compile("回复?(?:一?个)?(?:日期|时间|哪天|方便的)")
SHORTEST_DAY = 8
DRIVES_IT = re.compile("开开|试试|坐坐|[试开坐]一?(?:下|圈|把)|试[驾乘开坐]|去开|来开")
SWAPS = re.compile("[换改](?:成|为|到|试|看|开)?|还是(?:想|要)?(?:试|看|开)|想试|不试")
OF_THE_CAR = re.compile("[吗么呢?]|多少|几|怎么|哪|优惠")
ANY_HOUR = re.compile("(?:几点|啥时候|什么时候|多会儿|哪[天个](?:时间)?)都(?:行|可以|中|成|好|没问题|ok)")
COMES_AT = re.compile("(?<=[点半刻钟\\d])(?:左右|来?钟)?(?:能|就|我)?(?:到店?|过[来去]|[来去])(?=$|[,。!吧])")
LONGEST = 18  # signs of an answer that gives a day or an hour
LONGEST_TOLD = 40  # of one that gives both, with a reason
GIVES_UP = re.compile("不(?:去|来|约|做|试|弄|修|考虑)了|下次再|改天(?!吧?[,。 ]*[^,。 ])|再(?:说|联系)吧?$|取消")
LET_ME_NOT = re.compile("(?:别|不要|不想|甭)(?:再)?(?:让|叫)我[^,。]{0,3}(?:等|排|跑)|别(?:再)?(?:迟到|拖|放我鸽子)")
TRIES_AGAIN = re.compile("^(?:那|[哎唉啊])?算了(?=就|还是|改|那|太|换)|[行好成中]不[行好成中]|(?:可|方)不(?:可以|方便)")
OWN_WISH = frozenset(
    {intents.APPT_CANCEL, intents.APPT_CHANGE, intents.ROADSIDE_ASSIST, intents.INFO_UPDATE, intents.REPAIR_STATUS,
     intents.QUOTE_REPLY, intents.COMPLAINT, intents.PRIVACY_REQUEST}
)  # fmt: skip


REDRESS = re.compile(
    "(?:退|还|赔|补)(?:给|偿)?我|退(?:钱|款|了?就行)|赔(?:钱|偿|个|一)|道(?:个|声)?歉|(?:给|要)(?:我|个|我个)?(?:说法|交代)|免单|"
    "退(?:回来?|还|掉)|原路退|赔(?:就|了|$)|照价|折现|免(?:了|掉|一半)|找回来|(?:说|讲)[一句声]*对不起|赔不是|赔礼|代步车|返工|"
    "重(?!新|点|要|量|启)[做喷修洗装贴弄补打]|减(?:半|一半|掉|免)|补(?:上|回来|差价)|差价|扣(?:他|她|那人)|(?:按|照)(?:合同|规定)|"
    "换(?:一?[条台个块副])?(?:新的?|全新|好的|原厂)|(?:重新|再给我|免费(?:给我)?)(?:做|弄|修|喷|装|补|洗|检查)|给我(?:补|装|修|弄)好"
)
NO_REDRESS = re.compile(
    "明[天早]|后天|[上下]午|开过[来去]|退订|资料|信息|数据|多少钱|什么价|几点|周[一二三四五六日天]|经理|主管|人工|电话|预约|保养|[吗?]$"
)
HURRIES = re.compile("(?:搞?快[点些来]*|赶紧|马上)(?:[派来]个?人)?|[派来]个?人|麻烦|谢谢")
REDRESS_WITHIN = 30  # signs
# 让人来看看, 快点: said to who is coming.
SENDS = re.compile(
    "(?:那|你们?|麻烦|能不能|可以|可不可以|快|赶紧|尽快|请)*(?:让|叫|派|安排|找)个?(?:人|师傅|车)(?:过)?来(?:看看|看一下|一下|一趟|拖|修)?[吧吗啊呀]?|"
    "(?:那|你们?|麻烦|能不能|可以|请|[你您])*(?:快点|快些|快一点|赶紧|抓紧|尽快|搞快点)(?:来|过来|吧|啊|吗|的|呀|行吗)*"
)
# 有啥事打这个, right after another number was given.
THERE = re.compile(
    "(?:以后|今后|有[啥什]么?事儿?|有事|保养|年检|到期|通知|提醒|短信|消息|也|都|就|直接|[,。 ])*(?:打|发|用|联系|"
    "找|通知|走|存|记)(?:到|给|我|的|在)*"
    "(?:这个|新号码?|新的|这边|这儿)(?:号码?|电话|手机|微信|就行|就好|就可以|吧|了|上|哈|[,。! ])*"
)
COMES_WHEN = re.compile("(?:多久|好久|多长时间|几分钟|几点|什么时候|啥时候|还要)[^,。]{0,6}(?:到|来|过来)(?!店|你们)")


def leaning(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """None: the words stand by themselves."""
    if said := _not_wanted(text, prompts, setting) or _of_the_rescue_or_blame(text, prompts, setting):
        return said
    return (
        _correction(text, prompts, setting)
        or _invited_day(text, prompts, setting)
        or _other_car(text, prompts, setting)
        or _tries_it(text, prompts, setting)
        or _chosen(text, prompts, setting)
        or _answer(text, prompts, setting)
        or _again(text, prompts, setting)
        or _cover(text, prompts, setting)
        or _next(text, prompts, setting)
    )


def _not_wanted(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """A call or a reminder that is not wanted, and where all that comes shall go; no messages are refused."""
    if off := sending.called_off(text, prompts, setting):
        of_it = {"_matter": True} if off == "matter" else {}
        return Understanding(intents.INFO_UPDATE, slots={"no_call": True, **of_it})
    if reminders.insured(text, setting):
        return Understanding(intents.INSURANCE_QUERY, slots={"_insured": True})
    if kind := reminders.declined(text, setting):
        return Understanding(intents.INFO_UPDATE, slots={"_reminder": kind})
    there = setting.before.intent == intents.INFO_UPDATE and THERE.fullmatch(bare(text))
    return Understanding(intents.INFO_UPDATE) if there else None


def _of_the_rescue_or_blame(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    if setting.before.intent == intents.ROADSIDE_ASSIST and COMES_WHEN.search(text) and len(text) <= LONGEST:
        return _read(intents.ROADSIDE_ASSIST, text, prompts, setting)
    if setting.before.intent == intents.ROADSIDE_ASSIST and _tells_the_rescue(text):
        return _read(intents.ROADSIDE_ASSIST, text, prompts, setting)
    if (said := _solved(text, prompts, setting)) is not None:
        return said
    blamed = _blamed_before(setting) and not scored(text)
    if blamed and len(text) <= LONGEST and (who := staff(text)):
        return Understanding(intents.COMPLAINT, slots={"reason": text, "staff": who})
    if blamed and len(text) <= REDRESS_WITHIN and _wants_redress(text):
        return Understanding(intents.COMPLAINT, slots={"reason": text})
    return None


def _solved(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """没有, 好了, to our question whether it is solved now; labels of a scale are read as those."""
    good = solved.answer(text, setting.told)
    rated = [each for each in prompts if each.kind in SCORED]
    if not good or any(each.kind not in SCORED for each in prompts) or any("=" in each.scale for each in rated):
        return None
    slots: dict[str, object] = {"satisfaction": good}
    if good == DISSATISFIED:
        return Understanding(intents.COMPLAINT, slots=slots, satisfaction=good)
    return (
        Understanding(intents.SURVEY_REPLY, slots=slots, satisfaction=good) if rated else Understanding(intents.THANKS)
    )


def _blamed_before(setting: Setting) -> bool:
    """接待我的姓林 adds to what was complained of, also beside a score."""
    intent, text = setting.before.intent, normalise(setting.before.text)
    return intent == intents.COMPLAINT or (intent == intents.SURVEY_REPLY and grievance(text) is not None)


def _tells_the_rescue(text: str) -> bool:
    """Where the car stands, also put right (不对, 这边是印象城), or which one it is (浙X6R13K 白色的)."""
    put_right = CORRECTS.match(text) is not None and named_place(text) != ""
    if SENDS.fullmatch(bare(text)) or EMPTY.fullmatch(bare(text)):
        return True
    return put_right or tells_the_place(text) or (plate(text) is not None and len(text) <= LONGEST)


def _wants_redress(text: str) -> bool:
    """多的那份退给我, 让他给我道个歉就行: what shall be done about what was complained of."""
    return REDRESS.search(text) is not None and NO_REDRESS.search(text) is None and grievance(text) is None


def tells_the_place(text: str) -> bool:
    """在环城北路加油站对面: where somebody stands, and nothing else."""
    return 2 * len(named_place(text)) >= len(bare(HURRIES.sub("", text))) > 0


def key(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """A key of the menu we wrote last; it counts before every other reading but danger."""
    action = menus.answered(text, setting.told)
    if action is None:
        return None
    if any(prompt.kind is PromptKind.EVENT for prompt in prompts) and action != menus.CHANGE:
        return Understanding(intents.EVENT_RSVP, slots={"decision": "decline" if action == menus.CANCEL else "accept"})
    return Understanding(OF_A_VISIT[action])


def _correction(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """Another day or hour for what was just arranged: what is booked already is changed."""
    if setting.before.intent not in ARRANGED or not CORRECTS.match(text) or len(text) > LONGEST:
        return None
    intent = _arranged(prompts) or intents.APPT_CHANGE
    told = when_said(text, setting, asked=bool(_arranged(prompts))) or mileage(text, asked=True) is not None
    return _read(intent, text, prompts, setting) if told else None


def _invited_day(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """9.26, to a line of ours that says a day in reply books a visit."""
    if prompts or len(text) > SHORTEST_DAY or not ASKS_A_DAY.search(setting.told):
        return None
    told = {name: each for name, each in when(text, setting, asked=True).items() if each}
    return Understanding(intents.SERVICE_BOOK, slots=told) if told else None


def _other_car(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """还是想看牧野, 换成牧野, while a time for a drive is looked for: in that car, at the time spoken of."""
    drives = _arranged(prompts[:1]) == intents.TEST_DRIVE_BOOK
    if not drives or not SWAPS.search(text) or OF_THE_CAR.search(text) or not models.model(text, setting.names):
        return None
    return _read(intents.TEST_DRIVE_BOOK, text, prompts, setting)


def _tries_it(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """能先开开看不, 这周六, while a car is being chosen."""
    choosing = bool(prompts) and prompts[0].kind is PromptKind.NEEDS
    if not choosing or not DRIVES_IT.search(text) or not when_said(text, setting):
        return None
    return _read(intents.TEST_DRIVE_BOOK, text, prompts, setting)


def _chosen(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """后面那个, 大的: of the two our last line named, while it was asked which."""
    topic = next((WHICH[prompt.kind] for prompt in prompts[:1] if prompt.kind in WHICH), None)
    named = alternatives.chosen(text, setting.told) if topic else None
    return _read(topic, named, prompts, setting) if topic and named else None


def _answer(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """A day, an hour or a sum, while it was asked for, in words that want nothing else."""
    told = _needs(text, prompts, setting)
    if told and _surely_told(told) and len(text) <= LONGEST:
        return told  # 老婆说不行, 顶天十四万
    if _too_long(text, setting) or wishes.wants_human(text) or _declines(text, setting):
        return None
    guess = setting.classifier.guesses(text, tuple(prompt.kind.value for prompt in prompts))[0]
    about_a_visit_open = bool(_arranged(prompts[:1]))
    about_a_visit = about_a_visit_open and _same_visit(guess.intent, text)
    asked_price = guess.intent == intents.FAQ and [each.kind for each in prompts[:1]] == [PromptKind.PRICE]
    open_to_it = about_a_visit or asked_price or guess.intent == intents.MODEL_ENQUIRY
    timed = about_a_visit_open and when_said(text, setting, asked=True) and not _asks(text)
    sure = guess.confidence >= (SURELY_ELSE if timed else ACTS_FROM) and not open_to_it
    own = guess.intent in OWN_WISH and not (timed and _tells_nothing_else(guess.intent, text, setting))
    sure = sure and not (about_a_visit_open and _kilometres_told(text, guess.intent))
    another = own or (sure and guess.intent not in (intents.HUMAN_REQUEST, intents.INFO_UPDATE))
    if another and not (told and _surely_told(told)):
        return None
    intent = _arranged(prompts[:1])
    if intent and (when_said(text, setting, asked=True) or _kilometres_told(text, guess.intent)):
        return _read(intent, text, prompts, setting)
    if prompts and prompts[0].kind is PromptKind.PRICE and services.item(text):
        return _read(intents.SERVICE_PRICE, text, prompts, setting)
    return told


def _too_long(text: str, setting: Setting) -> bool:
    return len(text) > (LONGEST_TOLD if _says_day_and_hour(text, setting) else LONGEST)


def _asks(text: str) -> bool:
    """上午11点到, 下午几点都行 ask nothing."""
    return wishes.asks(COMES_AT.sub(" ", ANY_HOUR.sub(" ", text)))


def _declines(text: str, setting: Setting) -> bool:
    """下午三点吧, 太早起不来: beside a day or an hour a no is a reason; 算了不去了 is none."""
    if CANCEL.search(text) or GIVES_UP.search(text):
        return True
    clauses = [each for each in re.split("[,。!?;~ ]+", text) if each]
    timed = [TRIES_AGAIN.sub("", each) for each in clauses if when_said(each, setting)]
    return any(NO.search(each) for each in timed or [text])


def _says_day_and_hour(text: str, setting: Setting) -> bool:
    named = when(text, setting)
    return bool((named["date"] or named["date_from"]) and (named["time"] or named["period"]))


def _tells_nothing_else(intent: str, text: str, setting: Setting) -> bool:
    """九点来钟我就到门口了 sounds like news for the file, and holds none."""
    if intent == intents.COMPLAINT:
        return LET_ME_NOT.search(text) is not None
    told = particulars(intent, text, setting, ())
    return intent == intents.INFO_UPDATE and not set(told) - {"date", "model", "mileage"}


def _kilometres_told(text: str, sounds: str) -> bool:
    """刚过两万公里, 之前都在别处做的: what we asked for, though it sounds like why somebody stayed away."""
    return sounds in (intents.CHURN_REPLY, intents.UNCLEAR, intents.FAQ) and mileage(text, asked=True) is not None


def _needs(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """What a car should be, while it was asked for."""
    if not prompts or prompts[0].kind is not PromptKind.NEEDS:
        return None
    needs = particulars(intents.MODEL_ENQUIRY, text, setting, prompts)
    return Understanding(intents.MODEL_ENQUIRY, slots=needs) if TOLD_NEEDS & needs.keys() else None


def _surely_told(needs: Understanding) -> bool:
    """物业不让装, 卡死十八万: nothing else can be meant, whatever the words are like."""
    budget = needs.slots.get("budget")
    return "home_charger" in needs.slots or (isinstance(budget, dict) and "max" in budget)


def _again(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """下午四点, right after a day was booked: the hour of it."""
    if setting.before.intent not in ARRANGED or _arranged(prompts) or len(text) > LONGEST or _asks(text):
        return None
    guess = setting.classifier.guesses(text)[0]
    bare_time = guess.intent in {*ARRANGED, *NO_NEW_WISH} or guess.confidence < ACTS_FROM
    named = when(text, setting, asked=True)
    bare_time = bare_time or ANY_HOUR.search(text) is not None
    if not bare_time or not (named["time"] or named["date"] or named["period"]) or NAMES_WORK.search(text):
        return None
    return _read(intents.APPT_CHANGE, text, prompts, setting)


def _cover(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """还是300万踏实, right after the insurance was spoken of: the sum of it."""
    if setting.before.intent != intents.INSURANCE_QUERY or len(text) > LONGEST or OF_A_CAR.search(text):
        return None
    told = particulars(intents.INSURANCE_QUERY, text, setting, prompts)
    return Understanding(intents.INSURANCE_QUERY, slots=told) if "third_party" in told else None


def _same_visit(intent: str, text: str) -> bool:
    """周日下午行 is like any booking: which one it is says the question."""
    return intent in ARRANGED and not NAMES_WORK.search(NEW_DAY.sub(" ", text))


def _next(text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding | None:
    """雨刮呢: the same question about something else."""
    before, found = setting.before, GOES_ON.fullmatch(SUPPOSING.sub("", bare(text)))
    if not found or not (found["ends"] or LEADS.match(text)) or NOT_ABOUT.search(found["about"]):
        return None
    slots = particulars(before.intent, text, setting, prompts)
    if before.intent == intents.FAQ and not WISHES.search(text):
        return Understanding(intents.FAQ, slots={**_topic(setting), **slots}) if _topic(setting) else None
    if not any(name in slots for name in SLOT_OF.get(before.intent, ())):
        return None
    if before.intent in KEEPS_TOPIC:
        slots = {**_topic(setting), **slots}
    return Understanding(before.intent, slots=slots)


def _topic(setting: Setting) -> dict[str, object]:
    said = particulars(setting.before.intent, normalise(setting.before.text), setting, ())
    return {"topic": said["topic"]} if "topic" in said else {}


def _arranged(prompts: Sequence[Prompt]) -> str:
    """What the newest question about a time is for; "" when none is open."""
    asked = next((prompt for prompt in prompts if prompt.kind in ARRANGES), None)
    return str(asked.known.get("intent") or ARRANGES[asked.kind]) if asked else ""


def when_said(text: str, setting: Setting, *, asked: bool = False) -> bool:
    return any(when(text, setting, asked=asked).values())


def _read(intent: str, text: str, prompts: Sequence[Prompt], setting: Setting) -> Understanding:
    return Understanding(intent, slots=particulars(intent, text, setting, prompts))
