"""Every subject the rules leave open: the classifier says which, clause by clause, `particulars` what exactly."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import intents, invitations, neighbours, strangers
from bot.understanding.classifier import Guess
from bot.understanding.neighbours import ASKS_PRICE, OTHER_MAKE, STRAYS, WANTS_TO_KNOW
from bot.understanding.normalise import bare
from bot.understanding.particulars import particulars
from bot.understanding.plain_facts import blames_nobody, done_by_others
from bot.understanding.setting import Setting
from bot.understanding.slots import contact, dates, offered, plates, quote, reasons, services
from bot.understanding.slots.symptoms import symptom
from bot.understanding.wishes import NOT_HUMAN, asks, needs_help

CUTS = re.compile("[,。!?;~…\\s]+|(?:另外|还有(?!吗|没|别|名额)|对了|顺[便带](?:问一?下)?|再问一?下|还想|同时|以及)")
NUMBERED = re.compile("\\d|[一二三四五六七八九十]分")
SHORTEST = 4  # signs; a clause shorter than this wants nothing of its own
ALSO_FROM = 0.6
NEVER_BESIDE = frozenset(
    {"unclear", "greet", "thanks", "off_topic", "survey_reply", "complaint", "event_rsvp", "emergency",
     "appt_confirm", "quote_reply", "churn_reply"}
)  # fmt: skip
# Wishes that are one wish in two words: the clause adds to the first, it wants nothing else.
ONE_WISH = (
    frozenset({"appt_change", "appt_cancel", "appt_confirm", "service_book"}),
    frozenset({"appt_change", "appt_cancel", "test_drive_book"}),
    frozenset({"delivery_query", "repair_status"}),
    frozenset({"wrong_person", "info_update"}),
    frozenset({"quote_reply", "appt_cancel"}),
    frozenset({"test_drive_book", "service_book"}),
    frozenset({"event_rsvp", "event_query", "appt_change", "appt_cancel"}),
)
BARGAINS = re.compile(
    "便宜|优惠|抹(?:个|掉)?零|靓价|打?[一二三四五六七八九\\d]?折|底价|最低(?!配)|(?<!人)少(?:点|一?些|[一二两三五\\d])|"
    "再?让(?:点|[一二两三五\\d])|送.{0,6}就|申请.{0,4}价"
)
ANSWERS_TO = {
    intents.QUOTE_REPLY: {"quote"},
    intents.CHURN_REPLY: {"churn"},
    intents.APPT_CONFIRM: {"appointment", "options", "booking", "test_drive"},
    intents.EVENT_RSVP: {"event"},
    intents.EVENT_QUERY: {"event"},
    intents.SURVEY_REPLY: {"survey", "recontact"},
}
# 座椅上的烟味能除掉吗: work for the shop, whatever else the words are like.
CLEANS = re.compile(
    "(?:味(?!着|精)|臭|馊|霉|吐了|洒[了在得到]|打翻|尿了|老鼠|油渍|污渍)(?=.*(?:能|可以|可否|想|约|帮|[行成]不|"
    "[吗不]$))"
    "(?=.*(?:处理|弄|洗|除|清|去掉|去除|去得|去味|看|做|散|搞|解决|消))"
)
# 尾门关不上了, 啥时候能给看看: a fault told with the wish to have it seen to.
LOOKS = re.compile("(?:什么时候|啥时候|哪天|几点|有空|能不能|可以|能)[^,。]{0,4}(?:看|修|弄|检查|处理|瞧)(?!着|法)")
JAM = re.compile("堵|红灯|限行|修路")
OF_DATA = re.compile("信息|资料|数据|档案|账[号户]|隐私|记录|照片")
REPORTED = frozenset({intents.DELIVERY_QUERY, intents.REPAIR_STATUS})
SAYS_DELETE = frozenset({intents.QUOTE_REPLY, intents.APPT_CANCEL, intents.APPT_CHANGE})
TELLS = frozenset({intents.INFO_UPDATE, intents.FAQ, intents.SALES_TERMS, intents.MEMBERSHIP})
PRICED_TOO = frozenset({intents.COMPLAINT, intents.OFF_TOPIC, intents.UNCLEAR, intents.FAQ, intents.HUMAN_REQUEST})
# 昨天拖你们店了, 看好没; 不会又拖吧, of a car ordered: towed already, put off.
WITH_US = re.compile("拖(?:到|去|来|给|回)?你们|在你们(?:店|那|这)")
DELAYED = re.compile("(?:又|再|还|别|老是?|一直|会不会)[^,。]{0,3}拖(?!车)|拖(?:着|延|到|多久|下去|吧|吗)|延期|推迟")
RESCUE = re.compile("拖|救援|搭[个电]|派|来人|来个|路边(?!店|摊)|现在|马上")
# 邻居搭电弄着了, 现在好好的: nobody stands there any more.
OVER = re.compile(
    "(?:搭|充)(?:了|上)?电?[^,。]{0,4}(?:才|后|就)?(?:走|着|好|开走)了?|[弄打点]着了|"
    "现在[^,。]{0,3}(?:好好的|正常|没事)"
)
HELLO = re.compile("^(?:你好|您好|hi|hello|哈喽|喂|打扰一下|早上好|下午好|晚上好)[啊呀哈]?[,。!~ ]+(?=.{4})")
FETCHES = re.compile("(?:取|提|拿|接|开)(?:车|走|回)|代[取提领]")
SENT = re.compile("(?:[去来]|过[去来])(?:取|提|拿|开)(?=$|[,。!吧了算])")
BOOKS = re.compile("约|预定|排|[天日号周点]|上午|下午|过[来去]")
BOOKS_FIRST = re.compile("^[^,。!? ]{0,6}(?:约|排)[^,。!?钱价]*[,。!? ]")  # 约明天的小保养, 顺便问下多少钱
DONE = re.compile("还是|又|仍|刚[修换做洗]|[修换洗做]完|上[次回]|你们[^,。]{0,3}[修换洗做]的")
# The talk goes on about the same thing, as long as nothing surer is said.
OF_AN_EVENT = (intents.EVENT_QUERY, intents.EVENT_RSVP)
CONTINUES = {intents.EVENT_RSVP: OF_AN_EVENT, intents.EVENT_QUERY: OF_AN_EVENT} | {
    each: (each,)
    for each in (
        intents.INSURANCE_QUERY, intents.ROADSIDE_ASSIST, intents.DELIVERY_QUERY, intents.REPAIR_STATUS,
        intents.MEMBERSHIP, intents.SALES_TERMS, intents.FAQ, intents.SERVICE_PRICE, intents.CHURN_REPLY,
        intents.HUMAN_REQUEST, intents.PRIVACY_REQUEST, intents.COMPLAINT,
    )
}  # fmt: skip
# What is told after these goes on; what is asked is mostly asked of something else: 刚过两万公里; 首保是免费的吧.
TOLD_ON = frozenset(
    {intents.MODEL_ENQUIRY, intents.QUOTE_REPLY, intents.INFO_UPDATE, intents.TEST_DRIVE_BOOK, intents.SERVICE_BOOK}
)
OWN = frozenset({intents.COMPLAINT, intents.APPT_CANCEL, intents.THANKS, intents.PRIVACY_REQUEST})
NOTHING = frozenset({intents.UNCLEAR, intents.OFF_TOPIC, intents.HUMAN_REQUEST})
GOES_ON = 0.56  # enough to act on
STILL_ABOUT = 40  # times as likely to be about the subject of the line before as its words alone are
JUDGED = frozenset(
    {intents.EMERGENCY, intents.OPT_OUT, intents.OPT_IN, intents.PRIVACY_REQUEST}
)  # heard before, or not believed (second_opinion.py)
UNASKED = 0.4
NO_BLAME = 0.2  # a margin, by the sentences of writers no rule had seen
CANDIDATES = 3
HARMLESS = frozenset({"price", "distance", "time", "moved", "sold", "elsewhere"})  # reasons that blame no work of ours
CLEANING = 0.7
SENDS = frozenset({intents.DELIVERY_QUERY, intents.APPT_CANCEL, intents.APPT_CHANGE})  # 叫女婿来开算了
PLATE_ALONE = 24
NEWS_OF_A_PLATE = re.compile("新牌|换牌|改|下来|错")
VAGUELY = re.compile("看着(?:办|弄|整|来)|[^刚]才(?:能)?[做换]")
ANSWER = 8  # signs of an answer to the quote, the options or the appointment; longer ones are weighed
YES_NO = {PromptKind.APPOINTMENT: {"1": intents.APPT_CONFIRM, "2": intents.APPT_CANCEL}}


@dataclass(frozen=True, slots=True)
class Subject:
    """also: further wishes in the same message, each with its own slots merged in where the first had none."""

    intent: str
    confidence: float
    slots: dict[str, object] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    signals: frozenset[str] = frozenset()
    guess: str = ""


def subject(text: str, prompts: Sequence[Prompt], setting: Setting) -> Subject:
    """The likeliest subject of the whole, and what else its clauses want."""
    intent, confidence = _likeliest(text, prompts, setting)
    beside = [each for each in wishes_in(text, setting) if not one_wish(intent, each[0])]
    if intent in (intents.GREET, intents.THANKS):
        beside = [each for each in beside if not _empty(each[0], intent, text, setting)]
        intent, confidence = beside[0] if beside else (intent, confidence)
    if confidence < ALSO_FROM and beside and beside[0][1] > 2 * confidence and intent != intents.COMPLAINT:
        intent, confidence = beside[0]
    wanted = dict.fromkeys(each for each, _ in beside if each != intent)
    also = tuple(each for each in wanted if not _empty(each, intent, text, setting))
    slots = particulars(intent, text, setting, prompts)
    for other in also:
        slots = {**particulars(other, text, setting, prompts), **slots}
    return Subject(intent, confidence, slots, also, _signals(intent, text, slots), intent if confidence < 1 else "")


def _empty(other: str, first: str, text: str, setting: Setting) -> bool:
    """A clause that tells nothing of its subject: 后天我妈生日 changes no file, 周六看看右前轮没气 needs no rescue."""
    if other == intents.ROADSIDE_ASSIST:
        return _no_rescue(first, text, setting)
    if other in (intents.HUMAN_REQUEST, intents.WRONG_PERSON):  # 不用派顾问联系我; 不是你们的车, 大众
        return (NOT_HUMAN if other == intents.HUMAN_REQUEST else OTHER_MAKE).search(text) is not None
    if other == intents.PRIVACY_REQUEST:
        return first in SAYS_DELETE and not OF_DATA.search(text)  # 第二项删掉, 约重了删掉一个
    if other in REPORTED and first in (intents.GREET, intents.THANKS):
        return not asks(text)  # 车到手了, 擦得锃亮
    told = particulars(other, text, setting, ()) if other in TELLS else {}
    if other == intents.INFO_UPDATE:
        return not set(told) - {"date", "model", "mileage"}
    # 可以除掉吗 asks about what the first clause named; 最低配要多少 is no bargain
    of_the_first = (other, first) == (intents.SALES_TERMS, intents.MODEL_ENQUIRY)
    return (other in (intents.FAQ, intents.MEMBERSHIP) or of_the_first) and "topic" not in told


def _no_rescue(first: str, text: str, setting: Setting) -> bool:
    """扎钉子了, 补胎多少钱 and 高架堵得动不了, 往后延一延 call nobody."""
    if OVER.search(text) or (first == intents.REPAIR_STATUS and WITH_US.search(text)):
        return True
    if RESCUE.search(text):
        return False
    if first == intents.SERVICE_PRICE:
        return True
    if first == intents.SERVICE_BOOK and dates.day(text, setting.now.date()) is not None:
        return True
    moved = first in (intents.APPT_CHANGE, intents.APPT_CANCEL) and JAM.search(text)
    return bool(moved) or not needs_help(text)


def wishes_in(text: str, setting: Setting) -> list[tuple[str, float]]:
    """(intent, confidence) of each clause that surely wants something, whatever is open; none of a single clause."""
    clauses = [clause for clause in CUTS.split(text) if clause]
    return wishes_of(clauses, setting) if len(clauses) > 1 else []


def wishes_of(clauses: Sequence[str], setting: Setting) -> list[tuple[str, float]]:
    read = (_first(clause, setting) for clause in clauses if len(clause) >= SHORTEST)
    none = {intents.WRONG_PERSON} if strangers.otherwise_meant(" ".join(clauses)) else set[str]()
    return [
        (each.intent, each.confidence)
        for each in read
        if each.intent not in none and _wants(each.intent, each.confidence)
    ]


def heard(intent: str, text: str, prompts: Sequence[Prompt], setting: Setting) -> float:
    """How sure the classifier is of this one intent, 0 to 1, whatever it thinks first."""
    guesses = setting.classifier.guesses(text, opened(prompts))
    return next((each.confidence for each in guesses if each.intent == intent), 0.0)


def _first(clause: str, setting: Setting) -> Guess:
    return _open(clause, (), setting)[0]


def _open(text: str, kinds: Sequence[str], setting: Setting) -> list[Guess]:
    """What is left when the judged are not meant, the likeliest first; their confidence falls to the others.

    Blame stays only where who says it sounds no content at all.
    """
    found = setting.classifier.guesses(text, kinds)
    content = (setting.classifier.mark(intents.COMPLAINT, intents.CONTENT, text) or 0.0) > NO_BLAME
    content = content or blames_nobody(text) or done_by_others(text)
    left = [each for each in found if each.intent not in JUDGED and not (content and each.intent == intents.COMPLAINT)]
    if strangers.otherwise_meant(text):
        left = [each for each in left if each.intent != intents.WRONG_PERSON]
    whole = sum(each.confidence for each in left)
    return [Guess(each.intent, each.confidence / whole) for each in left]


def opened(prompts: Sequence[Prompt]) -> tuple[str, ...]:
    """Kinds of the questions open, newest first."""
    return tuple(dict.fromkeys(prompt.kind.value for prompt in prompts))


def _likeliest(text: str, prompts: Sequence[Prompt], setting: Setting) -> tuple[str, float]:
    answer = next(_answers(text, prompts, setting), None)
    if answer:
        return answer, 0.95
    text, kinds = HELLO.sub("", text), opened(prompts)
    guesses = _open(text, kinds, setting)
    best = max(guesses[:CANDIDATES], key=lambda each: each.confidence * _expected(each.intent, kinds))
    if (best.intent == intents.COMPLAINT or _tells_a_price(best.intent, text)) and (why := _stays_away(text, prompts)):
        return why
    if moved := _by_its_words(best.intent, text, setting):
        return moved, CLEANING
    if best.intent not in OWN and (on := _goes_on(text, best, guesses, setting)):
        return on.intent, max(on.confidence, GOES_ON)
    if best.intent in STRAYS and (CLEANS.search(text) or (LOOKS.search(text) and symptom(text))):
        return intents.SERVICE_BOOK, CLEANING
    return best.intent, best.confidence


def _tells_a_price(intent: str, text: str) -> bool:
    """工时费忒贵了 names a price and asks none."""
    return intent in (intents.SERVICE_PRICE, intents.SALES_TERMS) and not WANTS_TO_KNOW.search(text)


def _stays_away(text: str, prompts: Sequence[Prompt]) -> tuple[str, float] | None:
    """你们价格比外头高一截: blame that answers why somebody stayed away."""
    asked = bool(prompts) and prompts[0].kind is PromptKind.CHURN
    why = set(reasons.reasons(text)) if asked else set()
    return (intents.CHURN_REPLY, GOES_ON) if why and why <= HARMLESS else None


def _by_its_words(best: str, text: str, setting: Setting) -> str:
    """Neighbours the classifier mixes up, told apart by what is asked; "" when nothing tells."""
    before = setting.before.intent
    if best == intents.ROADSIDE_ASSIST and before in REPORTED and DELAYED.search(text):
        return before
    if other := neighbours.meant(best, setting.classifier.named(text)):
        return other
    if best in (*NOTHING, *SENDS, intents.INFO_UPDATE) and _sends_for_it(best, text, setting):
        return intents.INFO_UPDATE
    if best == intents.REPAIR_STATUS and contact.pickup_person(text) and FETCHES.search(text) and not asks(text):
        return intents.INFO_UPDATE
    if best == intents.SERVICE_PRICE and BOOKS_FIRST.search(text) and dates.day(text, setting.now.date()):
        return intents.SERVICE_BOOK
    nothing_booked = best == intents.SERVICE_BOOK and not BOOKS.search(text)
    priced = (best in PRICED_TOO or nothing_booked) and ASKS_PRICE.search(text) and services.item(text)
    return intents.SERVICE_PRICE if priced and not DONE.search(text) else ""


def _sends_for_it(best: str, text: str, setting: Setting) -> bool:
    """让我对象去提, of a car in the shop; of a new one it is the delivery's."""
    ours = best in NOTHING or setting.before.intent == intents.REPAIR_STATUS
    fetched = FETCHES.search(text) or SENT.search(text)
    return ours and fetched is not None and contact.pickup_person(text) is not None


def _goes_on(text: str, best: Guess, guesses: Sequence[Guess], setting: Setting) -> Guess | None:
    """能便宜吗 right after the insurance was spoken of asks about the insurance."""
    before = setting.before.intent
    of = (before,) if before in TOLD_ON and not asks(text) else CONTINUES.get(before, ())
    least = best.confidence / STILL_ABOUT
    return next((each for each in guesses if each.intent in of and each.confidence >= least), None)


def _expected(intent: str, kinds: Sequence[str]) -> float:
    """What answers a question is seldom said when nobody asked it."""
    return UNASKED if intent in ANSWERS_TO and not {*kinds} & ANSWERS_TO[intent] else 1.0


def _answers(text: str, prompts: Sequence[Prompt], setting: Setting) -> Iterator[str]:
    """A short answer to the newest question that takes one."""
    body = bare(text)
    for prompt in prompts:
        if prompt.kind is PromptKind.OPTIONS and _picks(body, prompt, setting):
            yield str(prompt.known.get("intent") or intents.SERVICE_BOOK)
        if prompt.kind is PromptKind.APPOINTMENT:
            if body in YES_NO[prompt.kind]:
                yield YES_NO[prompt.kind][body]
            elif invitations.YES_WHOLE.fullmatch(body):
                yield intents.APPT_CONFIRM
        if prompt.kind is PromptKind.BOOKING and _names_the_car(text):
            yield intents.SERVICE_BOOK
        if prompt.kind is PromptKind.CHURN and reasons.listed(body, setting.told):
            yield intents.CHURN_REPLY
        if prompt.kind is PromptKind.QUOTE and _settles(body, setting):
            yield intents.QUOTE_REPLY


def _names_the_car(text: str) -> bool:
    """浙A8K21P, 两万三: told because we asked which car comes; a new plate is news of its own."""
    return plates.plate(text) is not None and len(text) < PLATE_ALONE and not NEWS_OF_A_PLATE.search(text)


def _picks(body: str, prompt: Prompt, setting: Setting) -> bool:
    options = prompt.known.get("options")
    return isinstance(options, list) and offered.chosen(body, options, setting.now, setting.opening) is not None


def _settles(body: str, setting: Setting) -> bool:
    """Short enough to be an answer and nothing else, or clear whatever its length."""
    if len(body) > ANSWER:
        return quote.plainly(body, setting.lines, setting.prices) is not None or VAGUELY.search(body) is not None
    said = quote.decided(body, setting.lines, setting.prices)
    if said is None:
        return False
    return said.decision != "unclear" or quote.undecided(body)


def _wants(intent: str, confidence: float) -> bool:
    return confidence >= ALSO_FROM and intent not in NEVER_BESIDE


def one_wish(first: str, other: str) -> bool:
    return first == other or any(first in pair and other in pair for pair in ONE_WISH)


def _signals(intent: str, text: str, slots: dict[str, object]) -> frozenset[str]:
    found = set()
    if intent in (intents.SALES_TERMS, intents.SERVICE_PRICE, intents.QUOTE_REPLY) and BARGAINS.search(text):
        found.add("bargain")
    if intent == intents.ROADSIDE_ASSIST:
        found.add("stranded")
    if slots.get("vehicle_sold"):
        found.add("sold")
    return frozenset(found)
