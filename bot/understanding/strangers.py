"""Somebody else answers at this number: said by themselves, and what they say to our one question about it.

Only what denies being the person counts; a slip of one's own finger, a misprinted bill and a wrong part do not.
"""

import re

from bot.understanding.normalise import bare
from bot.understanding.personal import SURNAME
from bot.understanding.slots.contact import asks_source

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
# Words a stranger also says, meant otherwise: whom to ask for on the forecourt, no plate yet, no car meanwhile, bought
# elsewhere and looking for a workshop, not sold, another make, a friend's car, no intention.
DOUBLED = re.compile("不是(?:[, ]*不是)+")  # 不是不是, 我不姓刘
_ORDINARY = re.compile(
    "谁是(?:店长|经理|老板|负责人|领导|主管|顾问|师傅|客服)|到(?:了|店|门口|你们?店|楼下)[^。]{0,8}找(?:谁|哪|"
    "什么人)|找谁(?:接|取|拿|修|办|问|开|登记|报|签|领|付|交|"
    "买单|咨询|预约|停)|"
    "没(?:有)?车(?:牌|位|贴|钥匙|险|衣|膜|开|用|坐|使|骑|代步|接|送|上班|出门|回家|怎么|咋|很|太|真|不(?:行|"
    "方便)|的(?:日子|时候|话|"
    "几天))|没(?:有|给)?卖(?:车|掉|出|啊|呢|$|[,。!])|没(?:有)?过户|"
    "不是(?:故意|有意|成心|那个?意思|这个?意思|说|想|很|太|特别|没|不|投诉|催|急|质疑|针对|今天|明天|"
    "周[一二三四五六日天末]|第)|"
    "不是(?:在)?(?:你们?|这|咱们?|贵店)(?:家|店|这|那|里|儿|边)*(?:买|提|保养|修|订)的?.{0,4}(?:可以|能|行|也|"
    "想|还|给|收|[吗么?])|"
    "(?<!开的)不是你们?(?:家|店|品牌|牌子)*的?车[,。 ]{0,2}(?:是|能|可以|修|保养|[吗么?]|大众|丰田|本田|日产|"
    "宝马|奔驰|奥迪|比亚迪|"
    "特斯拉|别的|其他)|"
    "(?:没|不是)(?:有)?(?:在)?(?:你们?|这)[^,。]{0,5}买的?[^。]{0,10}(?:能|可以|想|要)[^,。]{0,8}(?:保养|修|检|"
    "洗|来|去|约|看)"
)
# Of another the talk is about, not of who writes: 我朋友没买你们车.
_OF_ANOTHER = re.compile(
    "(?:朋友|同事|邻居|同学|亲戚|[他她]们?)(?!打|发|[是的说]|找)[^,。]{0,3}(?:没|不是)[^,。]{0,4}买"
)
# Who one is, of one's own accord: 你好, 我是王女士.
_INTRODUCES = re.compile("我(?:是|姓|叫)[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐|师傅)?(?=$|[,。! 的])")
_DENIED = re.compile("错|不|没|谁|别|哪")
_NAME = f"{SURNAME}[\u4e00-\u9fff]{{1,3}}"
_PUT_RIGHT = re.compile(
    f"(?:我?(?:名字?)?(?:叫|是)|应该是|正确的?是)(?P<right>{_NAME}?)[, ]*(?:不是|不叫|而不是|"
    f"不是叫)(?P<wrong>{_NAME}?)(?=$|[,。!的了啊哦])"
)
# Nothing else can be meant, whatever stands beside it.
_SURE = re.compile(
    "(?:打|找|拨|联系|搞|弄|认|存|加)错(?:人|号|电话|对象)|(?:^|你们?|您|是不是|都说)(?:打|搞|弄|找|加|"
    "拨)错(?:了|啦|咯)?(?:$|吧|[,。! 弄是]|人)(?!.{0,4}不好意思)|"
    "不认识(?:什么|你们|这个?|[他她]$)|没(?:有)?买过你们|(?:换了?|(?<!不)是新?|新)(?:的)?(?:机主|号主)|号主换|"
    "(?:前|原来的?|以前的?)(?:机主|号主)|不是你们?的?(?:车主|客户)"
)
_OF_THE_FAMILY = re.compile(
    "(?<!不)我是(?:[他她]|车主)的?(?:老公|老婆|爱人|太太|先生|妻子|丈夫|媳妇|儿子|女儿|[爸妈哥姐弟妹]|父亲|母亲|"
    "家[里属人])(?!.{0,10}(?:已故|"
    "去世|没这车|不在|不用这|岁))|不是(?:车主|本人)[^。]{0,4}(?:[帮替代]|车是(?:我|他))"
)
# 不好意思发错了, 点错了: one's own finger; 不好意思你打错了 is said to us.
_OWN_SLIP = re.compile(
    "^(?!.*(?:你|您|打错(?:电话|号)|[找人号]))(?:.*不好意思[^,。]{0,2}[,。! ]*(?:我|刚才?|手滑)?.{0,2}(?:发|打|"
    "点|按|输|回)错|.*(?:发|打|点|按|输|"
    "回)错了?[,。! ]*(?:不好意思|抱歉|对不起|sorry))|(?:点|按|手)(?:错|滑)了?|[说写]错了|[我刚].{0,3}发错(?!人)"
)
_KEEP = re.compile("不(?:用|需要|必|了)|没关系|没事|算了|无所谓")
_REMOVE = re.compile("移除|移掉|删|去掉|清除|注销|拿掉|remove|delete")
_YES = frozenset({"是", "是的", "要", "需要", "好", "好的", "可以", "嗯", "行", "对", "麻烦了", "请", "yes", "y"})


def says_wrong_person(text: str) -> bool:
    """text: normalised."""
    if _DENIES.search(text) is None or otherwise_meant(text):
        return False
    return not any(pattern.search(text) for pattern in (_SLIP, _FAMILY, _MINE, _NEW_NUMBER))


def otherwise_meant(text: str) -> bool:
    """Words like a stranger's in an ordinary message of the customer: 没有车牌, 新车; 我不是车主, 帮我爸问."""
    text = DOUBLED.sub("", text)
    if name_put_right(text) or _OF_ANOTHER.search(text):
        return True
    if _SURE.search(text):
        return False
    if asks_source(text):
        return True  # 你是谁啊, 怎么有我电话
    introduces = _INTRODUCES.search(text) is not None and not _DENIED.search(text)
    return introduces or speaks_for_the_owner(text) or any(each.search(text) for each in (_ORDINARY, _OWN_SLIP))


def speaks_for_the_owner(text: str) -> bool:
    """我不是周先生, 我是他老婆: of the family, or asking for one of it; 是我爸以前的号 is neither."""
    return _OF_THE_FAMILY.search(text) is not None


def name_put_right(text: str) -> str:
    """我叫陈晓芸不是陈小云 → 陈晓芸; "" unless the names are hardly different: 我叫李强不是周先生 is a stranger's."""
    found = _PUT_RIGHT.search(text)
    if found is None or len(found["right"]) != len(found["wrong"]) or found["right"] == found["wrong"]:
        return ""
    same = sum(one == other for one, other in zip(found["right"], found["wrong"], strict=True))
    return found["right"] if same * 3 >= len(found["right"]) else ""


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
