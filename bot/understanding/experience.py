"""How it was: a score, a verdict, a grievance, and what they come to beside one another.

A number said as the score is the score. Words take it away only where they truly contradict it: a fault or a claim
beside the best one, nothing but praise beside the lowest. A small remark beside a good score is its reason.
"""

import re
from dataclasses import replace

from bot.turn import Prompt
from bot.understanding import labels, sending, wishes
from bot.understanding.amended import without_talk
from bot.understanding.blame import OURS, SCORED
from bot.understanding.grievances import DENIED, Grievance, graveness, grievance, only_small
from bot.understanding.meaning import IN_WORDS, OPPOSED, UNCLEAR, WILLINGLY, Understanding
from bot.understanding.normalise import bare
from bot.understanding.ratings import NO_SCORE, Score, bounds, score
from bot.understanding.recommending import recommends
from bot.understanding.scales import DISSATISFIED, NEUTRAL, SATISFIED, Scale, satisfaction, scale_of
from bot.understanding.score_words import LEAD, ONE, TAIL, UNIT
from bot.understanding.slots.people import staff
from bot.understanding.slots.symptoms import gone, symptom
from bot.understanding.verdicts import OVERALL, TURNS, WORDS, Verdict, clauses, grade, verdict

NO_NUMBER = re.compile("不(?:想|用|愿意?|再)?[打评给]分")  # 修得挺好, 就不打分了
NOT_WORTH_ONE = re.compile("[\\d一二两三四五六七八九十](?:分|颗?星)[^,。]{0,3}(?:嫌多|都多|不配|不值|都不想给|都不给)")
ABOUT_THE_SCALE = re.compile(
    "(?:哪|那)(?:头|边|个数)(?:算|是|才算)?(?:最|更)?[好高大]|几(?:分)?(?:最|才算?|算)(?:好|高|满)|"
    "[打评]分[^,。!]{0,6}(?:会不会|影响|给谁看|匿名|算不算数?)|[打评]完?分[^。]{0,14}(?:影响|扣)[^,。]{0,10}(?:吗|么|吧|不|没|[?])(?=$|[,。!?])|"
    "怎么(?:评|打分|打)|\\d分?(?:是)?(?:最|非常|很)?(?:满意|好)(?:吧|吗|么|\\?)|[123450]分?是(?:非"
    "常)?(?:满意|最好|好)|哪个是|评[价分]在哪|在哪(?:里)?(?:评|"
    "打分)|满意还是|怎么选|选哪个|几分(?:是|算)|(?:最[好差高低]|满意)还是\\d?|\\d分?(?:是|代表)[^,。]{0,4}[吧吗么?]|"
    "[打评]给[^,。]{1,10}还是"
)
# 5分, 就是没拧紧: who says "but" knows that the number stands.
CONCEDED = re.compile(
    "但|不过|可(?=[我你您他她它这那咱是惜])|就是(?!说|好|棒|快|[\\d一二三四五])|只是|只不过|[归是]归?(?:\\d|十)|"
    "归|有一说一|"
    "一码归一码|虽然?|尽管|另外|对了|还有|除了|美中不足|唯一|倒是|建议|希望|下[次回]|有个(?:问题|事|小)|提一?[个句点]"
)
LEFT_OUT = re.compile(f"(?:扣|少|差|减|留)(?:了|掉|的|那|这|你们)*{ONE}[分颗星]")
LACKS = re.compile(
    "不(?!错|赖|差|愧|用|客气|少|仅|但|光|[响抖漏亮]了)|没(?!得|话|说|毛病|问题|啥|什么|再)|太(?!好|棒|满意|赞|"
    "太)|难|缺|该换|应该|最好(?!的)"
)
# 洗得真好, 泥点子一颗没少: praise that goes on to a fault.
DENIES = re.compile("没|不(?!错|少|愧|赖|差|仅|但|光|只)|又|白|才|再也|辈子|差点|反而|居然|竟然")
KIND_WORDS = re.compile("谢|辛苦|下次|再来|还来|推荐|加油|祝|没(?:有)?(?:啥|什么)?(?:毛病|问题|得说|话说|说的|的说)")


OWN_SLIPS = re.compile(
    "(?:(?<=^)|(?<=[,。!?~ 我刚才啊呀哎]))[打点按选发写弄搞看回讲说填][错反岔](?:了|啦|题)*|"
    "不对(?=[,。 啊]*(?:打|给|是|选|应该|[\\d一二三四五六七八九十]))"
)
# 过两天试了再给你们打, 打分就免了吧: no score today, and no wish to be left alone for good.
LATER = re.compile(
    "(?:过(?:几|两|些|一)?[天日阵]|回头|晚点|改天|等(?!得|了|着|到[^,。]*才)[^,。]{1,10}|(?:试|开|用)(?:了|过|"
    "一?试|几天|一?阵子?|两天))"
    "[^,。]{0,6}再(?:来)?(?:说|评|打|给|回|填|告诉)|"
    "再(?:观察|试试?|开开?|看看?|用用?)(?:观察|试|开|看)?(?:几天|两天|[一几]阵子?|一段时间?|再说)?(?=$|[,。!吧])|(?:还|现在|这会儿)?看不出(?:来|好坏|效果)|"
    "(?:上班|开会|开车|开着车|忙|带娃|吃饭)[^,。]{0,3}[,。 ]*(?:等|晚)[^,。]{0,8}(?:回|再|打|评)|"
    "先欠着|(?:这会儿|现在|正)?在(?:开会|开车|忙)[^,。]{0,2}[,。 ]*(?:回头|"
    "晚点|待会)"
)
DECLINES = re.compile(
    "(?:^|[,。!? ])(?:我|这个?|这[分次]|就|还是|先|真|的|都)*不(?:想|愿意?|打算|用|太想|大想)?(?:评|"
    "打|填|参与)(?:分|价|了|个)*"
    "(?:吧|哈|啦|行不行|可以[吗么不]|行[吗么不])*(?=$|[,。!?])|(?:打分|评分|评价|问卷)[^,。!?]{0,3}(?:免了|算了|不了)|"
    "(?:^|[,。!? ])[^,。!?]{0,6}(?:(?:评|打|填)不了(?:分)?|没法(?:儿)?(?:评|打分|打|填)|(?:先|暂时|还)(?:不|"
    "别)(?:评|打|填)(?:分|价|"
    "了)*)(?=$|[,。!?了吧啊呢])|"
    "懒得(?:打|评|填|弄)|没(?:空|时间|功夫)(?:打|评|填)|这分[^,。]{0,3}不打"
)
FOR_GOOD = re.compile("以后|下[次回]|今后|往后|别|不要|甭|莫|每次|次次|天天|总|老是?|烦|再也|一直|停|退订|骚扰|免谈")
SAID_AS_SCORE = re.compile(f"(?:满意度|[我就那给打选评回复填按个])*{ONE}(?:[分份]|颗?星)?[吧呗啊哈]*")
COURTESY = re.compile(
    "非常|特别|十分|很|挺|蛮|比较|还|都|也|太|真|的|了|吧|啊|呀|哈|呢|嘛|哦|我|你们?|谢+|感谢|辛苦|多谢|总体|"
    "整体|觉得|这次|服务|就|是|下次|再来|还来"
)
# 这次可以, 上次不行。4: what was before is no verdict on this visit.
THIS_TIME, BEFORE_THIS = re.compile("这[次回趟]|今[天次回]"), re.compile("上[次回趟一][^,。!;?]*")
LABEL = re.compile("(?<!不)满意|好评|很好|非常好")
NOTHING_ELSE = re.compile(f"{LEAD}{ONE}{UNIT}?{TAIL}")
OFF_THE_SCALE = Understanding("survey_reply", confidence=0.2)  # 8分, of five: an answer, to be asked for again
SAYS_SOMETHING = 3  # signs
NO_SCORE_TODAY = "no_score_today"
ASKED_TWICE = "asked_twice"
TEN = 10  # the best of the scale on which it is asked whether somebody would recommend us


def puts_off(text: str, prompts: tuple[Prompt, ...]) -> bool:
    """Who was asked for a score and gives none, today or at all, without refusing further messages."""
    if not any(each.kind in SCORED for each in prompts) or FOR_GOOD.search(text):
        return False
    return sending.asked_before(text) or LATER.search(text) is not None or DECLINES.search(text) is not None


def experience(text: str, prompts: tuple[Prompt, ...]) -> Understanding | None:
    """What a normalised message says of how it was; None when it says nothing."""
    told = _told(text, prompts)
    if told is None or told.intent != "survey_reply" or "reason" in told.slots or not says_why(text):
        return told
    return replace(told, slots={**told.slots, "reason": text})


def says_why(text: str) -> bool:
    """五分, 师傅讲得仔细: more than a score, a verdict and courtesy."""
    rest = COURTESY.sub("", WORDS.sub("", SAID_AS_SCORE.sub("", text)))
    return len(re.findall("[\u4e00-\u9fff]|[a-z]+", rest)) >= SAYS_SOMETHING


def _told(text: str, prompts: tuple[Prompt, ...]) -> Understanding | None:
    prompt = next((prompt for prompt in prompts if prompt.kind in SCORED), None)
    scale = scale_of(prompt.scale) if prompt else None
    if scale is None:
        return _unrated(text, prompts, *_words(text))
    given = score(text, scale)
    if given.number is not None:
        beside = BEFORE_THIS.sub(" ", text) if THIS_TIME.search(text) else text
        return _scored(text, given.number, scale, *_words(OWN_SLIPS.sub(" ", without_talk(beside))))
    said, complained = _words(text)
    if sending.groans(text) or (not complained and (said.grade or 0) >= 0 and puts_off(text, prompts)):
        return _put_off(said, text)
    if ABOUT_THE_SCALE.search(text):
        return UNCLEAR
    if given == NO_SCORE and not said.mocked and (named := labels.given(text, scale)) is not None:
        return _scored(text, named, scale, said, complained)
    return _sided(text, scale, said, complained) or _in_words(text, prompts, scale, given, said, complained)


def _sided(text: str, scale: Scale, said: Verdict, complained: Grievance | None) -> Understanding | None:
    """一分都嫌多, 3分往下, 不推荐: which side of the scale is told, and no number of it."""
    good = DISSATISFIED if NOT_WORTH_ONE.search(text) else bounds(text, scale)
    if good:
        return _with_complaint(text, _reply(text, good), complained)
    willing = "" if said.mocked else recommends(text, asked=scale.best == TEN)
    if not willing:
        return None
    return replace(_with_complaint(text, _reply(text, willing), complained), signals=frozenset({WILLINGLY}))


def _reply(text: str, good: str) -> Understanding:
    return Understanding("survey_reply", slots={"satisfaction": good} | _staff(text), satisfaction=good)


def _put_off(said: Verdict, text: str) -> Understanding:
    """修得挺好, 就不打分了 is still praise."""
    good = satisfaction(said.grade) if said.grade is not None else ""
    slots: dict[str, object] = {"satisfaction": good} if good else {}
    signals = {NO_SCORE_TODAY, ASKED_TWICE} if sending.asked_before(text) else {NO_SCORE_TODAY}
    return Understanding("survey_reply", (), slots, None, good, signals=frozenset(signals))


def _words(text: str) -> tuple[Verdict, Grievance | None]:
    said, complained = verdict(text), grievance(text)
    if complained and complained.soft and not said.mocked and said.grade is not None and said.grade > 0:
        return said, None
    return said, complained


def _scored(text: str, number: int, scale: Scale, said: Verdict, complained: Grievance | None) -> Understanding:
    """A number on the scale, with whatever stands beside it."""
    worth, good = scale.grades[number], scale.satisfaction(number)
    reply = Understanding("survey_reply", (), {"satisfaction": good} | _staff(text), number, good)
    if worth > 0 and _belied(text, said, complained, best=number == scale.best):
        told = _complaint(complained) if complained and not complained.soft else UNCLEAR
        return told if said.mocked or complained is None or _displeased(said) else _opposed(told, reply)
    if worth < 0 and _only_praise(text, said, complained) and (not scale.labels or LABEL.search(text)):
        return UNCLEAR  # 3满意, where 3 stands for 不满意; 选四，讲明一个钟搞掂 is no praise where 4 is spelled out
    if worth > 0 and _in_passing(text, complained):
        return replace(reply, slots={**reply.slots, "reason": text})
    return _with_complaint(text, reply, complained)


def _opposed(told: Understanding, reply: Understanding) -> Understanding:
    """Number and words contradict each other (sms.md §7, point 7), unless somebody hears that they do not."""
    aside = {"_rating": reply.rating, "_satisfaction": reply.satisfaction}
    return replace(told, slots={**told.slots, **aside}, signals=told.signals | {OPPOSED})


def _belied(text: str, said: Verdict, complained: Grievance | None, *, best: bool) -> bool:
    """A good number that words take back: mockery, plain displeasure, a fault beside the best one."""
    if said.mocked:
        return True
    if CONCEDED.search(text) or only_small(text):
        return False
    if complained is None or not best:
        return _displeased(said) and complained is None
    return _displeased(said) or complained.hard or _bare_fact(complained)


def _displeased(said: Verdict) -> bool:
    return said.grade is not None and said.grade < 0


def _only_praise(text: str, said: Verdict, complained: Grievance | None) -> bool:
    """1分, 服务特别好, 师傅很专业: who praises without any but meant another number."""
    if said.grade is None or said.grade <= 0 or said.mixed or (complained and not complained.soft):
        return False
    rest = [each.text for each in clauses(text) if grade(each.text) is None and not KIND_WORDS.search(each.text)]
    return not any(DENIES.search(DENIED.sub(" ", each)) for each in rest)


def _in_passing(text: str, complained: Grievance | None) -> bool:
    """A remark about something small beside a good number is its reason and nobody's business."""
    if complained is not None:
        return complained.soft or only_small(text)
    return bool(TURNS.search(text) or LEFT_OUT.search(text) or LACKS.search(text) or only_small(text))


def _in_words(
    text: str, prompts: tuple[Prompt, ...], scale: Scale, given: Score, said: Verdict, complained: Grievance | None
) -> Understanding | None:
    """No number was given: what the words are worth on the scale, if they are worth anything."""
    if given.doubtful and not complained and said.grade is None and NOTHING_ELSE.fullmatch(bare(text)):
        return OFF_THE_SCALE
    if given == NO_SCORE and not complained and said.grade is None and gone(text):
        return _reply(text, SATISFIED)
    good, kept = _worth(said, complained)
    if given.doubtful and good != SATISFIED:
        return _complaint(complained) if complained and not complained.soft else UNCLEAR
    if not good or said.grade is None:
        return UNCLEAR if given.doubtful else _unrated(text, prompts, said, complained)
    number = None if given.doubtful or NO_NUMBER.search(text) else scale.rating(said.grade)
    signals = frozenset() if number is None or labels.named(text, scale) else frozenset({IN_WORDS})
    why = {"reason": text} if _in_passing(text, grievance(text)) else {}
    slots = {"satisfaction": good} | _staff(text) | why
    reply = Understanding("survey_reply", (), slots, number, good, signals=signals)
    return _with_complaint(text, reply, kept)


def _worth(said: Verdict, complained: Grievance | None) -> tuple[str, Grievance | None]:
    """(satisfaction, grievance kept beside it); "" where praise and blame leave it open."""
    if said.grade is None or said.mocked or said.mixed:
        return "", complained
    if complained is not None and said.grade >= 0 and not complained.soft and not _conceded(complained):
        return "", complained
    return satisfaction(said.grade), complained


def _bare_fact(complained: Grievance) -> bool:
    """五星好评, 等了五个小时: beside the best score a wait told without any 但是 mocks it."""
    return complained.category == "waiting" and not complained.soft and not TURNS.search(complained.reason)


def _conceded(complained: Grievance) -> bool:
    """满意是满意, 就是太贵: an overall verdict and a remark led to by a word of contrast; both are kept."""
    text = complained.reason
    return not complained.hard and not complained.signals and bool(OVERALL.search(text) and TURNS.search(text))


def _unrated(
    text: str, prompts: tuple[Prompt, ...], said: Verdict, complained: Grievance | None
) -> Understanding | None:
    """No number came of it: a grievance, a plea for help, or praise and blame nobody asked for."""
    asked = any(prompt.kind in SCORED for prompt in prompts)
    blames = said.grade is not None and said.grade < 0
    if complained and not prompts and not blames and _only_a_symptom(text, complained):
        return Understanding(
            "human_request", slots={"symptom": symptom(text) or text}, signals=complained.signals | {"question"}
        )
    if complained or said.mocked or (said.mixed and asked):
        return _complaint(complained)
    if said.grade is None or wishes.asks(text):
        return None
    good = satisfaction(said.grade)
    return _reply(text, good) if asked else _outside(text, said)


def _staff(text: str) -> dict[str, object]:
    return {"staff": named} if (named := staff(text)) else {}


def _only_a_symptom(text: str, complained: Grievance) -> bool:
    """A fault told to nobody's charge, no repair in sight: somebody wants help, not redress."""
    grave = complained.signals - {"safety"}
    return complained.category == "quality" and not grave and not OURS.search(text)


def _outside(text: str, said: Verdict) -> Understanding | None:
    """A verdict nobody asked for: blame is a complaint, praise is thanks."""
    assert said.grade is not None
    if said.grade < 0 and len(bare(text)) > len("不行"):
        return _complaint(None)
    return Understanding("thanks") if said.grade > 0 else None


def _with_complaint(text: str, reply: Understanding, complained: Grievance | None) -> Understanding:
    if complained is None and reply.satisfaction == DISSATISFIED:
        told = {"symptom": found} if (found := symptom(text)) else {}
        return replace(reply, slots={**told, **reply.slots}, signals=reply.signals | graveness(text))
    if complained is None or (complained.soft and reply.satisfaction != DISSATISFIED):
        return reply
    blame = _complaint(complained)
    return Understanding(
        "survey_reply",
        ("complaint",),
        {**blame.slots, **reply.slots},
        reply.rating,
        reply.satisfaction,
        signals=reply.signals | blame.signals,
    )


def _complaint(complained: Grievance | None) -> Understanding:
    slots: dict[str, object] = {"satisfaction": DISSATISFIED}
    if complained is None:
        return Understanding("complaint", slots=slots, satisfaction=DISSATISFIED)
    slots["reason"] = complained.reason
    if complained.category:
        slots["category"] = complained.category
    if "repeat" in complained.signals:
        slots["repeat"] = True
    if complained.threat:
        slots["threat"] = complained.threat
    if told := symptom(complained.reason):
        slots["symptom"] = told
    if complained.staff:
        slots["staff"] = complained.staff
    return Understanding("complaint", slots=slots, satisfaction=DISSATISFIED, signals=complained.signals)


def mild(text: str) -> Understanding:
    """就是等久了点, 别的没啥: the reason that was asked for, told without anger."""
    slots: dict[str, object] = {"satisfaction": NEUTRAL, "reason": text}
    return Understanding("survey_reply", slots=slots, satisfaction=NEUTRAL)
