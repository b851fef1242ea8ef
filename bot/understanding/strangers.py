"""Somebody else answers at this number: said by themselves, and what they say to our one question about it.

Only what denies being the person counts; a slip of one's own finger, a misprinted bill and a wrong part do not.
"""

import re

from bot.understanding.normalise import bare

WRONG, REMOVE, KEEP, MINE = "wrong", "remove", "keep", "mine"

_DENIES = re.compile(
    "(?:发|打|找|拨|联系|加)错(?:了|人|号|电话|对象)|(?:号码?|电话)(?:是不是)?(?:搞|弄|记|拨)错了?(?:吧|了)?(?=$|[,。!?])|(?<!的)(?<!是)不是(?:车主|本人|机主)(?!吗|么)|"
    "不是(?:[他她]本?人?$|这个?人|你们?要?找的|你们?的?(?:客户|车主))|"
    "没(?:有)?(?:在)?(?:你们?)?(?:家|店|那里?|这里?)?(?:买过|修过|保养过)(?:你们?的?)?(?:什么|任何)?车|"
    "没(?:有)?[去来到](?:过)?(?:你们?)?(?:家|店里?|那里?|这里?)?(?:买|修|保养|做)过(?:车|保养)?(?=$|[,。!~ ])|"
    "没(?:有)?买过(?:你们?的?)?车|我(?:都|也|压根|根本|从来)?没(?:有)?车(?=$|[,。!~\\s])|"
    "不认识(?:你们?|[他她]|这个?人)(?!路)|"
    "(?:号码?|手机号?)(?:是)?(?:我)?(?:刚|新|才)?(?:换|办|买)(?:的|了|过?主)|(?:换|新)(?:了)?(?:号主|机主)|"
    "wrong (?:number|person)|not the (?:owner|right person)"
)
# A new number given is its owner's: 手机换了, 以后打13612345678.
_NEW_NUMBER = re.compile("1[3-9]\\d{9}|以后.{0,4}(?:联系|打)")
_SLIP = re.compile(
    "(?:我|刚才?|手滑|不好意思).{0,3}(?:打|发|按|写|填|点|选|输)错|(?:打|发|写|输)错字|"
    "(?:打|发|按|写|选)错了?[,。!~ ]*(?:应该|要|我)?(?:是|选|给|打|改|要)?[\\d一二三四五六七八九十两]|"
    "不是(?:要|想)?退订|应该是|改成|改为|重新(?:打|发|评)|"
    "(?:单|票|价格?|钱|账|字|牌|名字?|地址|时间|日期|配件|零件|东西|型号|报告|图)(?:也|都|又|给|被|"
    "是)?.{0,3}(?:发|打|找|写)错|"
    "(?:发|打|找|写)错(?:了)?(?:单|票|价|钱|账|牌|名|地址|时间|配件|零件|东西|型号|师傅|图)"
)
# Who speaks for the owner is no stranger: 我不是车主, 车是我老公的.
_FAMILY = re.compile(
    "(?:我|他|她)?(?:老公|老婆|先生|太太|爱人|爸|妈|父|母|儿子|女儿|哥|姐|弟|妹|家[人里]|朋友|老板|公司|同事)"
)
_MINE = re.compile(
    "(?<!不)是我(?!.{0,2}(?:朋友|爸|妈|父|母|哥|姐|弟|妹|儿|女|同事|老公|老婆|先生|太太|前))|我(?:就)?是(?:车主|"
    "本人|机主)|就是本人|"
    "没(?:有)?(?:打|发|找)错|(?:看|认|弄|搞|说|打)错了.{0,4}(?:是我|我就?是)"
)
_KEEP = re.compile("不(?:用|需要|必|了)|没关系|没事|算了|无所谓")
_REMOVE = re.compile("移除|移掉|删|去掉|清除|注销|拿掉|remove|delete")
_YES = frozenset({"是", "是的", "要", "需要", "好", "好的", "可以", "嗯", "行", "对", "麻烦了", "请", "yes", "y"})


def says_wrong_person(text: str) -> bool:
    """text: normalised."""
    if _DENIES.search(text) is None:
        return False
    return not any(pattern.search(text) for pattern in (_SLIP, _FAMILY, _MINE, _NEW_NUMBER))


def may_be_a_slip(text: str) -> bool:
    """打错了 and nothing else: of one who just gave a score it is the score that was wrong."""
    return re.fullmatch("(?:打|发|搞|弄)错了?", bare(text)) is not None


def claims_to_be_them(text: str) -> bool:
    return _MINE.search(text) is not None


def answer(text: str) -> str:
    """To the question whether the number shall be removed; "" for what is no answer to it."""
    if claims_to_be_them(text):
        return MINE
    if _REMOVE.search(text) and not re.search("(?:别|不(?:用|要|必)).{0,2}(?:移|删|去|清)", text):
        return REMOVE
    if _KEEP.search(text):
        return KEEP
    return REMOVE if bare(text) in _YES else ""
