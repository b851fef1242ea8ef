"""Yes, no and head-counts. They count only while an invitation or a booking is open (sms.md §7, point 9)."""

import re
from dataclasses import dataclass

from bot.understanding.normalise import bare
from bot.understanding.score_words import NUMERALS, ONE

PARTICLE = "(?:的|吧|啊|呀|哦|了|哈|呢|啦|滴|哒|嘛|的话|[,!。~\\s])*"
YES_WHOLE = re.compile(
    f"(?:(?:好|好嘞|好呀|好滴|行|可以|是|对|嗯|ok+(?:ay|ie|ey)?|yes|y|yep|sure|确认|确定|参加|报名|接受|同意|愿意|"
    f"来|去|到|会|要|要得|得|中|成|没问题|必须|一定|必到|准时|欢迎|谢谢|多谢|我|我们|肯定|当然|准|一定来|"
    f"收到|会的|👍|👌|🙋|✅|go|join|coming|来的|冇问题|得闲|算我){PARTICLE})+"
)
ONLY_NOTED = re.compile(f"(?:收到|谢谢|多谢|嗯+|我|我们|是吗|[,!。~\\s]|{PARTICLE})+")
YES = re.compile(
    "(?<![不没别唔])(?:参加(?!过)|报名|会来|会去|会到|要来|要去|想去|想来|想参加|来参加|去参加|一定[来去到]|"
    "肯定[来去到]|准时|必[来到]|算我|算上|预留|(?:安排|报|加(?!.{0,2}微信)|留)(?=[上个位我一两俩二三四五六\\d]|$"
    "|[,。!]|座))(?!不|.{0,4}[吗么?])|(?:^|"
    "[,。!\\s])(?:[来去到]|我来|我去|我们去|我们来|好|可以|行|要)(?:[,。!\\s]|的|$|啊|了$)|(?<![原"
    "本后将从过下上进出回看起])[来去到](?:的|"
    "参加)?$|(?<![下上进出回过看])去$|还是[去来](?:的|吧)*$|带.{1,5}(?:一起|一块|同|去|来)|(?:一起|一块儿?|都|全家)[来去]|就[去来]|"
    "谁说我?(?:们)?不[去来]|没问题|不见不散|^(?:yes|yep|sure)\\b|i'?ll (?:be there|come)|count me in"
)
NO = re.compile(
    "(?:不|唔|没法|没办法|无法|不能|不想|不会|不了|别|冇)(?:再|能|想|打算|会|准备|方便|要)?(?:参加|"
    "[来去到](?![年晚起时点])|报名|给我留|留|了$|凑)|(?:[来去到参过]|参加)不(?:了|成|到|得)|(?:没|冇|"
    "无)(?:有)?(?:时间|空|兴趣|兴致|档期)|(?:不|唔)(?:感)?(?:兴趣|得闲)|不(?:行|可以|(?<![要用]不)"
    "(?:用|必|要|需要)(?=$|[,。!;\\s了啦吧参报来去留]|谢谢|麻烦)|方便|成|"
    "考虑|参加|接受|同意|报)(?!不)|改天|下次|改日|回头再说|以后再|算了|拒绝|放弃|有(?:事|安排|会)(?!吗)|"
    "没意思|没意义|没劲|加班|值班|要上班|要上课|要考试|喝喜酒|住院|发烧|出差|在外地|不在(?:家|本地|杭州|国内|店|市)|赶"
    "不(?:上|回|及)|走不开|来不及|抽不开|抽不出|婉拒|"
    "pass|can'?t|cannot|won'?t|not (?:coming|going|interested)|^(?:n|nope|否|不|不了)$|^no\\b|免了|冲突"
)
CANCEL = re.compile(
    "(?:名额|位子?|位置|座位?)[^,。]{0,3}(?:给|让|留)给?(?:别人|其他|大家|有需要)|(?:取消|退掉?|撤销|撤).{0,3}("
    "?:报名|预约|名额|位子?|座位|参加)|(?:来|去|参加)不(?:了|成|到)|不(?:来|"
    "去|参加)了|去不成|(?:临时|突然)有事|(?:^|[,。!;\\s])(?:替我|帮我|请|麻烦)?(?:你们?)?取消(?:吧|了|掉|谢谢)*$|(?:不|"
    "没法|没办法)(?:能)?(?:来|去|参加)"
)
MAYBE = re.compile(
    "(?:[来去]不了|不[来去])(?:我|的话)?[^,。]{0,2}再(?:跟|给|告诉|通知|说|联系)|看情况|看看(?:吧|再|时间|安排)|再(?:说|看|定|考虑)|到时候(?!.{0,3}[准一肯见到去来]|我|[^。]{0,24}(?:走不开|不[来去](?:了|啦|咯)|[来去]不了)(?:$|[,。!哈啊啦哦]))|考虑|"
    "不一定|不确定|待定|商量|问(?:问|"
    "一下)|可能|也许|或许|大概|说不定|尽量|争取|应该(?!没|可以|能)|maybe|安排一下再|想想|还没定|没想好|"
    "晚点(?:回|告诉|答)"
)
CHANGE = re.compile(
    "(?:改|换|变|调整?|加到|减到|减|增加|加)(?:成|为|到)?.{0,3}(?:[\\d一二两三四五六七八九十]+)(?:个|位|"
    "口|名|人)|多(?:加|来|带)|少(?:来|去|带)|人数|一共|总共|变成"
)
COMING = re.compile(
    f"(?:好的?|行|嗯|那)?[,!。\\s]*(?:我们?|咱们?)?(?:来|去|参加|报名)[,!。\\s]*{ONE}(?:个|位|名)?人?{PARTICLE}"
)
# Of seats that are held: another number of them.
RECOUNT = re.compile(
    f"(?:那么?|就|还是|改|我们?|给我|帮我|请|再|,| )*(?:报|算|来|留|要|占|订|去)了?{ONE}(?:个|位|名)?人?{PARTICLE}"
)
QUESTION = re.compile(
    "[吗么嘛?]$|几点|多少|多大|几岁|年龄|怎么|哪|什么|要钱|收费|能不能|可不可以|可以不去|免费不|有没有|需要带|停车"
)

ASKS_PRICE = re.compile("多少钱|几[多]?钱|什么价|价[格钱位]|收费|费用|要钱|收钱|花钱|贵不贵|免费[吗么不]")
# 可能去, 到时候看: neither yes nor no, and nothing else is said.
_UNSURE = (
    "看情况|看看|再(?:说|看|定|考虑|商量)|到时候?|考虑|不一定|不确定|待定|商量|问(?:问|一下|下|过)|可能|也许|或许|说不定|尽量|争取|"
    "安排一下|想想|还?没(?:定|想好)|晚点|定(?:不)?下来"
)
_BESIDE_IT = (
    "一下|我们?|咱们?|先|那|再|还|也|会|就|的|得|要|跟|和|家里?人?|老[婆公]|媳妇|爱人|孩子|那天|周末|有|没|空|时间|忙|[来去到看说]|参加|不了?|了|"
    "不好说|时候|回(?:复|你们?|您)?|告诉(?:你们?|您)|决定|给|你们?|您|定|吧|哈|啊|呢|嘛|哦|谢谢|[,。!~ ]"
)
ABOUT = re.compile(f"(?:大概|应该|估计|差不多|可能)(?=(?:是|来|去|有|就)?{ONE}(?:个|位|人|大|口))")
AFTER_ALL = re.compile("算了[,。 ]*(?=(?:我|我们|那)?还是[去来参报])")
UNDECIDED = re.compile(f"(?=.*(?:{_UNSURE}))(?:{_UNSURE}|{_BESIDE_IT})+")
UNABLE = re.compile(
    "遗憾|可惜|[排值倒]班|夜班|补课|回不来|有约|约了|另有|忙|生病|不舒服|太[远热冷]|不|没|别|下回|玩得?开心"
)
MAY_I = re.compile(
    "(?:还|能|可以|可不可以|能不能|是否)[^,。!;\\s]{0,6}(?:报|加|来|参加|去|位|名额)[^,。!;\\s]{0,3}[吗么不没][?]?(?=$|[,。!;?\\s])"
)
ASKS_HOW_MANY = re.compile("人数|几个人|几位|多少人")
BARE_COUNT = re.compile(f"(?:就)?(?P<n>{ONE})(?:个|位|人)?{PARTICLE}")
TWICE_DENIED = re.compile("谁说我?(?:们)?不[去来]|没说(?:过)?不[去来参]|不能不[去来参]|不[去来]不行|非[去来]不可")
RHETORIC = re.compile("有(?:啥|什么)[好可][去来参看]|谁(?:要|想|会|爱|稀罕|乐意)[去来参]|[去来]个(?:锤子|鬼|屁|头|毛)")
NOT_I = re.compile(
    "(?:老大|老二|大的|小的|老头|老伴|婆婆|公公|老公|老婆|爱人|媳妇|先生|太太|他|她|孩子|小孩|儿子|女儿|爸|妈|朋友|同事|爸妈|家里人|父母|老人)(?:们|子)?(?:就|都|临时|那天|(?:说|讲|嫌|"
    "怕)[^,。]{0,5}?)"
    "?(?:不(?:能|想)?[去来](?:了)?|[去来]不(?:了|成)了?)(?=$|[,。! ]|那|就|我们)"
    "(?<!我不[去来])"
)
OTHERS_COME = re.compile(
    "(?:老公|老婆|爱人|媳妇|先生|太太|他|她|孩子|小孩|爸妈?|妈|朋友|家里人|儿子|女儿)(?:们)?(?:会|替我|可以|带.{1,4}|"
    "和.{1,4})?(?:[去来]|参加)"
)
ASKS = re.compile(
    "(?<=[^那])还是(?!去|来|要)[^,。]{1,8}(?:$|[,。 ?])|[管带有包算要][^,。 不]{0,3}不$|"
    "[行可好能会]不[行可好能会]|[吗么][?]?$|[?]$"
)
LEAVE = re.compile("(?:可以|行|好|成|方便|ok)(?:不可以|不行|不好)?(?:吗|么|嘛|不)?$")
SMALL = "(?:小孩儿?|孩子|小朋友|宝宝|宝贝|儿童|娃[娃儿]?|小?囡囡?|儿子|女儿|闺女)"
RELATIVE = re.compile(
    f"(?:再|多)?(?:加|多|添)(?:来|带)?(?:(?P<n>{ONE})(?:个|位|名)?|(?P<one>个|位))(?:大?人|老人|{SMALL})?$|(?:少|减)(?:来|去|掉)?(?P<n2>{ONE})(?:个|位|名|人)"
)
COUNT = f"(?P<n>{ONE}|[十]?[一二三四五六七八九]|[几])"
PEOPLE = re.compile(
    f"{COUNT}(?:个|位|名|口)?(?:大)?(?:人|位|口|名)(?!数)|(?:报|来|去|就|是|加|留|要|占|算|订|定|预留|"
    f"带上?我?)了?(?P<n2>{ONE})(?:个|位|名|张)(?!小|孩|娃|宝|儿童|问题|月|月份|星期|小时)|"
    f"^(?:我们|咱们?|我家)?(?:一共|总共|就)?(?P<n3>{ONE})(?:个|位|名)$|(?:^|[,。!\\s])(?P<n4>{ONE})(?:个|位|名)(?:$|[,。!])|"
    f"(?<!\\d)(?P<n5>{ONE}) ?(?:people|persons?|adults?|guests?|pax|of us)"
)
TOTAL = re.compile(
    f"(?:一共|总共|共|总计|合计|改成|改为|换成|变成|变|改到|改|加到|减到|调成|就|合起来|加起来|全部)(?:是|"
    f"了|成)?(?P<n>{ONE})(?:个|位|口|名|人)"
)
HOUSEHOLD = re.compile(f"一?家(?P<n>{ONE})口")
BIG_SMALL = re.compile(
    f"(?P<big>{ONE})(?:个|位)?大(?:人|的)?[,、 和加带]?(?P<small>{ONE})(?:个|位)?(?:小(?:孩|朋友)?|孩子?|娃)|"
    f"(?P<big2>{ONE})(?:个|位)?(?:大人|成人)[^\\d]{{0,3}}?(?P<small2>{ONE})(?:个|位|名)?(?:小孩|孩子?|"
    f"儿童|小朋友|宝宝|娃)"
)
CHILDREN = re.compile(
    f"(?P<n>{ONE})?(?:个|位|名)?(?:小孩儿?|孩子|小朋友|宝宝|宝贝|儿童|娃[娃儿]?|小?囡囡?|细路仔?|幺[儿妹]|儿子|女儿|闺女|崽|小?外?孙[子女]?|(?<=[两俩二三四五\\d]个)小的|"
    f"上(?:小学|幼儿园|初中|学前班)的|小(?=$|[,。]))"
)
JUST_TWO = re.compile(
    "我?[跟和]我?[^,。]{1,4}俩(?=$|[,。!~ 来去])|(?:就|只有?|一共|总共)(?:我们?|咱们?|他们)?(?:俩|两个?人?)(?=人?(?:$|"
    "[,。!~ 来去]))"
)
JUST_WE = re.compile("(?:就|只有?|只剩|剩|光)(?:下)?(?:我|咱)们?[跟和带同与]?")
ELDEST = re.compile("老大[^,。]{0,2}老二(?P<third>[^,。]{0,2}老三)?")
ANOTHERS = re.compile(
    "(?:[娃孩][子儿]?他?[妈爸]|老公|老婆|爱人|媳妇|先生|太太|他|她|对象)[^,。]{0,3}(?:出差|加班|值班|上班|有事|"
    "没空|忙)(?=[,。 ]|$)"
)
NO_CHILDREN = re.compile("(?:不|没|没有|无|别)(?:带|有)?(?:小孩|孩子|娃|小?囡|宝宝|儿童|小朋友)")
LEAD = "(?:那|我们?|再|还|也|会|要|想|就|到时候?|,| )*"
WITH_CHILDREN = re.compile(f"{LEAD}(?:带|加|多带)(?:上|了)?(?:{ONE}(?:个|位|名)?)?{SMALL}{PARTICLE}")
WITHOUT_CHILDREN = re.compile(f"{LEAD}(?:不带{SMALL}|{SMALL}(?:们)?(?:就)?不(?:去|来|带)){PARTICLE}")
QUEUE = re.compile(
    "候补|排(?:个)?队(?!伍)|(?:等|有)(?:了|到)?(?:空位|空座|位子|座位|名额)(?:了)?(?:再|就|请)?(?:叫|告诉|通知|"
    "喊|联系)我"
)
NO_QUEUE = re.compile(
    "(?:取消|退出|不要?|不用|别)(?:再|给我|帮我)?(?:排)?(?:候补|排队|等候?)(?:了|吧|$)|^不(?:等|排)了"
)
COMPANION = re.compile(
    "老婆|老公|爱人|媳妇|妻子|[他她][爸妈](?!妈|爸)|先生|太太|对象|女朋友|男朋友|朋友|同事|妈妈?|爸爸?|父亲|母亲|我爸|我妈|"
    "家人|夫人|闺蜜|兄弟|姐姐?|妹妹?|哥哥?|弟弟?|一个人(?=$)"
)
PARENTS = re.compile(
    "我俩|咱俩|爸妈|父母|爸爸妈妈|爷爷奶奶|外公外婆|老两口|老人家俩|公婆|岳父岳母|我们俩|我们两|俩人?|夫妻|两口子|夫妇"
)
ALONE = re.compile("我?(?:就|只有|只)?(?:我)?(?:一个人|1个人|自己|一人|1人)|算我一个|加我一个|带我一个|就我")


JOINS = re.compile("报名|参加|报[上个]|算[我上]|给我们?留")


@dataclass(frozen=True, slots=True)
class Rsvp:
    """decision: accept or decline. party_size: all who come, children too; None when not said.

    more: seats added to a booking, or taken off. wait: a place on the waiting list is wanted.
    """

    decision: str
    party_size: int | None = None
    children: int | None = None
    cancel: bool = False
    more: int = 0
    wait: bool = False


def rsvp(text: str, *, invited: bool) -> Rsvp | None:
    """What a normalised reply says to an invitation (`invited`) or about a booking made before."""
    text = AFTER_ALL.sub("", ABOUT.sub("", text))
    body = bare(text)
    if invited and (rest := _before_question(body) or _may_we(body)):
        return rsvp(rest, invited=True)
    if (said := of_party(body, invited)) is not None:
        return said
    if MAYBE.search(body) or ASKS.search(text) or (not body and not re.search("👌|👍|✅|🙋", text)):
        return None
    return _coming(text, body, invited)


def _coming(text: str, body: str, invited: bool) -> Rsvp | None:
    """Yes or no, with how many; 老婆去不了了, 就我和孩子 and 老婆不来了 are said of seats held, too."""
    more = _relative(body)
    stays = NOT_I.search(body) is not None
    body = NOT_I.sub(" ", body)
    party, children = head_count(RELATIVE.sub(" ", body) if more else body)
    if more and party is not None:  # 我们三个人, 再加一个小孩: said in one breath
        party, children, more = max(1, party + more), _of_both(body, children), 0
    elif more:
        children = None
    counted = stays and party is not None
    if stays and not counted and not invited and not _declines(body):
        return Rsvp("accept", more=-1)
    if counted or TWICE_DENIED.search(body):
        return Rsvp("accept", party, children) if invited or counted else None
    if invited and (sent := _others_come(body)):
        return Rsvp("accept", *head_count(sent))
    return _decided(text, body, Rsvp("accept", party, children, more=more), invited)


def plainly_comes(text: str) -> bool:
    """两大一小报名, 不过要自己带帐篷吗: a clause of its own says yes."""
    clauses = re.split("[,。!?;、\\s]+", text)
    return any(JOINS.search(each) and not QUESTION.search(each) and not NO.search(each) for each in clauses)


def undecided(text: str) -> bool:
    """到时候再看吧, 可能没空: nothing is said yet; a head-count or a question says more."""
    body = bare(text)
    return UNDECIDED.fullmatch(body) is not None and not QUESTION.search(body) and not ASKS.search(text)


def bare_count(text: str, told: str) -> Rsvp | None:
    """2, to a line of ours that asks how many will come."""
    said = BARE_COUNT.fullmatch(bare(text)) if ASKS_HOW_MANY.search(told) else None
    return Rsvp("accept", _number(said["n"])) if said else None


def heard(text: str) -> Rsvp | None:
    """What who surely answers an invitation says, in words no family knows: 那天排班 declines, 凑个热闹 accepts."""
    body = bare(MAY_I.sub(" ", text))
    if said := rsvp(body, invited=True):
        return said
    if not body or any(each.search(body) for each in (MAYBE, ASKS, QUESTION)) or ONLY_NOTED.fullmatch(body):
        return None
    return Rsvp("decline") if UNABLE.search(body) else Rsvp("accept", *head_count(body))


def slots(said: Rsvp) -> dict[str, object]:
    """decision; party_size, children, party_change and wait where they were said."""
    found: dict[str, object] = {"decision": said.decision}
    if said.party_size is not None:
        found["party_size"] = said.party_size
    if said.wait:
        found["wait"] = True
    if said.more:
        found["party_change"] = said.more
    if said.children is not None:
        found["children"] = said.children
    return found


def of_party(body: str, invited: bool) -> Rsvp | None:
    """排候补, 带两个孩子, 不带孩子了; 不等了 and 排队 only to an invitation: who waits for a car says them too."""
    listed = invited or "候补" in body
    if listed and NO_QUEUE.search(body):
        return Rsvp("decline", cancel=True)
    if listed and QUEUE.search(body) and not QUESTION.search(body):
        return Rsvp("accept", head_count(body)[0], head_count(body)[1], wait=True)
    if WITHOUT_CHILDREN.fullmatch(body):
        return Rsvp("accept", children=0)
    with_them = WITH_CHILDREN.fullmatch(body) is not None and not _relative(body)  # 再加一个小孩: one more
    return Rsvp("accept", *head_count(body)) if with_them else None


def _decided(text: str, body: str, coming: Rsvp, invited: bool) -> Rsvp | None:
    """`coming` if the words say yes, a refusal if they say no."""
    declined = _declines(ANOTHERS.sub(" ", body) if coming.party_size else body)
    if declined and (invited or CANCEL.search(body)):
        return Rsvp("decline", cancel=CANCEL.search(body) is not None)
    if declined or (QUESTION.search(body) and (not coming.party_size or ASKS_PRICE.search(body))):
        return None
    if coming.more or (
        coming.party_size and (invited or CHANGE.search(body) or COMING.fullmatch(body) or RECOUNT.fullmatch(body))
    ):
        return coming
    return coming if invited and _accepts(text, body) else None


def _before_question(body: str) -> str:
    """来, 3个人, 问下停车方便吗: what stands before a question that ends the message, if it says yes by itself."""
    *before, last = [part for part in re.split("[,。!;\\s]+", body) if part] or [""]
    said = ",".join(before)
    asked = said and (ASKS.search(last) or QUESTION.search(last)) and not QUESTION.search(said)
    counted = head_count(said)[0] and not ASKS_PRICE.search(last)  # 两大一小, 多少钱 only asks
    return said if asked and (_accepts(said, said) or counted) and not _declines(body) else ""


def _may_we(body: str) -> str:
    """两大一小可以吗: a head-count that asks leave, without its question."""
    said = LEAVE.sub("", body)
    return said if said != body and head_count(said)[0] else ""


def _others_come(body: str) -> str:
    """我去不了, 我老婆带孩子去: the clauses in which somebody else takes the seats."""
    *_, last = parts = [part for part in re.split("[,。!;\\s]+", body) if part] or [""]
    coming = [part for part in parts if OTHERS_COME.search(part) and not NO.search(part)]
    return ",".join(part for part in (*coming, last) if not NO.search(part)) if coming and NO.search(body) else ""


def _relative(body: str) -> int:
    """再加一个人 +1, 少来一个 -1; 0 when nothing relative, or when the sum is said too."""
    found = RELATIVE.search(body)
    if not found or TOTAL.search(body):
        return 0
    if found["one"]:
        return 1
    return _number(found["n"]) if found["n"] else -_number(found["n2"])


def _of_both(body: str, children: int | None) -> int | None:
    """The children named, and those that are added."""
    added = RELATIVE.search(body)
    more = _children(added[0]) if added and not added["n2"] else None
    return children if more is None else (children or 0) + more


def head_count(body: str) -> tuple[int | None, int | None]:
    """(all who come, of them children); None where nothing was said."""
    pair = BIG_SMALL.search(body)
    if pair:
        big, small = _number(pair["big"] or pair["big2"]), _number(pair["small"] or pair["small2"])
        return big + small, small
    children = _children(body)
    if JUST_TWO.search(body):
        return 2, children
    for pattern in (TOTAL, HOUSEHOLD):
        found = pattern.search(body)
        if found:
            return _number(found["n"]), children
    rest = CHILDREN.sub(" ", body) if children else body
    people = PEOPLE.search(rest)
    if people:
        counted = _number(next(value for value in people.groups() if value))
        beside = re.search("[带和外]|(?<!参)加", body) and not _summed_up(body, people[0])
        return counted + (children or 0 if beside else 0), children
    return _named(rest, children), children


def only_children(text: str) -> bool:
    """带两个孩子: children are counted, and nobody else is."""
    body = bare(text)
    counted = any(pattern.search(body) for pattern in (BIG_SMALL, TOTAL, HOUSEHOLD))
    counted = counted or JUST_WE.search(body) is not None  # 就我跟娃 is all who come
    return _children(body) is not None and not counted and not PEOPLE.search(CHILDREN.sub(" ", body))


def _summed_up(body: str, counted: str) -> bool:
    """带孩子去, 两个人: a number after the children counts them too."""
    small = CHILDREN.search(body)
    return small is not None and small.end() <= body.rfind(counted)


def _named(body: str, children: int | None) -> int | None:
    others = 2 * len(re.findall("爸妈|父母|爸爸妈妈|爷爷奶奶|外公外婆|老两口|公婆|岳父岳母", body))
    if PARENTS.search(body) and not others:
        return 2 + (children or 0)
    if ALONE.search(body):
        return 1 + (children or 0)
    if others or (re.search("[和跟带同]", body) and COMPANION.search(body)):
        return 1 + (others or len(COMPANION.findall(body))) + (children or 0)
    return 1 + children if children and re.search("带|和", body) else None


def _children(body: str) -> int | None:
    if NO_CHILDREN.search(body):
        return 0
    if eldest := ELDEST.search(body):
        return 3 if eldest["third"] else 2
    found = CHILDREN.search(body)
    if not found or re.search("能.{0,3}带|可以带", body):
        return None
    return _number(found["n"]) if found["n"] else 1


def _declines(body: str) -> bool:
    return (NO.search(body) or CANCEL.search(body) or RHETORIC.search(body)) is not None and not re.search(
        "(?:不要|别|不用|没有?|不)(?:给我|帮我)?取消|不见不散|不(?:是)?不(?:想)?(?:来|去)$|不来白不来|不去白不去", body
    )


def _accepts(text: str, body: str) -> bool:
    if re.fullmatch("[👍👌✅🙋🏻🏼🏽🏾🏿\\s♂♀\u200d]+", text):
        return True
    if ONLY_NOTED.fullmatch(body):
        return False
    return YES_WHOLE.fullmatch(body) is not None or YES.search(body) is not None


def _number(numeral: str) -> int:
    if numeral.isdecimal():
        return int(numeral[:4])
    if len(numeral) == 2 and numeral[0] == "十":
        return 10 + NUMERALS[numeral[1]]
    return NUMERALS.get(numeral, 3)
