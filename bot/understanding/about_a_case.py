"""What somebody says of a matter that a person already looks after: when, who, which number, sorry, or let it be."""

import re

from bot.understanding.grievances import graveness, grievance
from bot.understanding.normalise import bare

WITHDRAWN, NUMBER, WHO, SORRY, WHEN, REDRESS = "withdrawn", "number", "who", "sorry", "when", "redress"

_NOT = "(?:不用|不必|不需要|用不着|甭|别|无需|不要)(?:再|给我|为我|专门|特意|麻烦|你们|您|他们|叫|让|找)*"
_DO = (
    "(?:处理|管它?|跟进|打(?:电话|过来|给我|来)?|回(?:电话?|复|我)|联系我?|麻烦|(?:过)?来(?!店|保养|电话)|派人|来人|叫人|查|弄|操心|"
    "转?(?:人工|同事|客服|销售|顾问)(?:来|联系)?|人工|人来|找人|看了?)"
)
_LETS_BE = re.compile(
    f"{_NOT}{_DO}(?:了|啦|咯|吧|哈|的)*(?=$|[,。!~ 谢哈你您])|"
    "^(?:那|哎|唉|嗯|好吧|行吧|没事|[,。! ])*(?:就)?算了(?:吧|啦|哈)?"
    "(?:[,。! ]*(?:不用|不要|不必)(?:了|啦|麻烦了?)?)?$|"
    "^(?:那|哎|唉|好吧|行吧|[,。! ])*(?:不用|没事)了[啦哈吧]?[,。! ]*(?:谢谢?[您你]?们?|麻烦了)?$|"
    "^(?:那|哎|唉|好吧|行吧|[,。! ])*(?:就)?算了[,。! ]*(?:那)?就这样(?:吧|了)?[吧啦]?$|"
    "(?:不(?:想|打算|准备|会)?|懒得)(?:再)?(?:追究|计较|投诉|说|找你们)了(?!算)|(?:这|那)?(?:件)?事(?:就)?(?:到此为止|过去了|就这样吧|算了|翻篇)|"
    "(?:已经|都|自己)(?:自己)?(?:解决|弄好|处理好|搞定)了"
)
# 算了, 直接打官司; 不用解释, 退钱: who goes on to want something has not let it be.
_GOES_ON = re.compile(
    "投诉|12315|起诉|律师|曝光|退[钱款我]|赔(?:我|钱)|直接|换人|经理|店长|老板|微信(?:说|回|联系|发)|发(?:消息|微信|短信)就|短信|消息|广告|推送|"
    "(?:以后|下次|今后)(?![^,。!?]{0,4}(?:注意|小心|改|别这样|认真))|再也|[吗么呢?]$|多少|号码|电话多|[下上]午|晚上|明天|[点号]|预约|保养|试驾|还是|改(?:成|到|天)"
)
_OF_MESSAGES = re.compile("联系|打扰|烦|骚扰|发|短信|消息|信息|微信|广告|推送|通知|退订|拉黑|号码|别打|不要打")
_OF_THAT = re.compile("(?:刚才|刚刚|之前|上次|昨天)?[^,。!? ]{0,3}(?:那|这)(?:个|件)?(?:事情?|投诉|反馈)")
_OVER = re.compile("翻篇|到此为止|(?:这|那)(?:件|个)?事(?:就)?(?:过去|算|了)了")
_REACHED = re.compile("(?:打|联系|来|找|沟通|解释|道歉|谈|说)(?:过|好|清楚)")
_NUMBER = re.compile(
    "(?:号码|(?<!我的)(?<!我)电话)(?:号码)?(?:是)?(?:多少|几号|有[吗没]|呢|给我|发我|给一?个|发一?下)|"
    "(?:给|发|告诉)我?[^,。!?]{0,4}(?:号码|电话)(?!的?人)(?:号码)?(?:吧|呗|啊|一下|$)|(?:打|拨)哪个(?:号码?|电话)"
)
_SOMEBODY_ELSES = re.compile("车主|客户|对方|邻居|老[公婆]|朋友|同事的|前[妻夫]|私人|撞我|那[个台]车|师傅家|快递")
_RINGS_ME = re.compile("(?:给我|跟我)(?:回|打|来)?个?电话|[回来]个?电话|打(?:个)?电话(?:给|过来|来)|打给我")
_WHO = re.compile(
    "(?:谁|哪位|哪个(?:人|同事|部门)?)(?:在|来|会|给我)?(?:负责|处理|管(?!闲)|跟进|对接|联系我|打给我|给我打)|"
    "(?:负责|管事|对接|处理)的?(?:人|同事|那位)?(?:是|叫)(?:谁|哪位|什么)|(?:我)?(?:该|应该|要|得)找谁"
)
_SORRY = re.compile(
    "(?:欠|要|给|该|应该|起码|至少|必须|连|都|一[句个声]|没(?:有)?|不)[^,。!?]{0,4}(?:道(?:个|声)?歉|对不起|抱歉|赔不是|赔礼)|"
    "(?:道歉|对不起)(?:呢|在哪|都没|也没)|^(?:道歉|给我道歉|向我道歉)[!啊吧]*$|"
    "就不能[^,。!?]{0,4}(?:认真|上(?:点|些)?心|用(?:点|些)?心|负责|专业|靠谱|小心|好好)|(?:什么|这)(?:服务)?态度[啊呀吗?]*$|对得起(?:我|谁)|"
    "怎么(?:干活|做事|办事|搞)的[啊呀?]*$"
)
_NO_SORRY = re.compile("(?:不用|不要|不必|不需要|别)[^,。!?]{0,2}(?:道歉|对不起)")
_MONEY = re.compile("赔|退[钱款我]|补偿")
_SOON = "(?:什么时候|啥时候|几时|何时|多久|多会儿|几点|哪天|几天|多长时间)"
_WHEN = re.compile(
    f"{_SOON}[^,。!?]{{0,6}}(?:答复|回复|回话|处理|解决|联系|打(?:给我|电话|过来|来)|回(?:我|电)|有(?:结果|人|消息|说法|回音)|来人|"
    "给我?个?(?:答复|说法|结果|消息|电话|交代|准信)|搞定|弄好|管)|"
    f"^(?:那|我|还|到底|大概|得|要|等|需要)*(?:要|得|还要|等)?(?:等)?(?:{_SOON})(?:啊|呀|呢|到底|[?])*$|"
    "(?:有|出)(?:结果|进展|消息|说法|回音|眉目)(?:了)?(?:吗|没|么|不)|(?:处理|进展|跟进|弄)(?:得|到)?(?:怎么?样|咋样|哪了|哪一?步)|"
    "^[^,。!?]{0,4}(?:答复|回复|消息|结果|说法|电话|人)呢[啊?!]*$|(?:怎么|咋)还(?:没|不)[^,。!?]{0,4}(?:人|打|联系|回|消息|处理|来)"
)
# 怎么赔, 能免费清洗吗: what will be done, which only who looks after it can say.
_REDRESS = re.compile(
    "(?:怎么|咋|如何|准备|打算)[^,。!?]{0,5}(?:赔|处理|解决|补偿|弥补|负责)|"
    "(?:能|可以|会|给|是不是|有没有)[^,。!?]{0,5}(?:免费|赔|补偿|退|重[做新洗喷装])[^,。!?]{0,8}(?:[吗不么?]|$)"
)
# 不用打电话了, 不用人工了: which matter is let be, is said.
_NAMED = re.compile("处理|电话|打|联系|回|人工|同事|客服|来|人|管|跟进|解决|追究|投诉|道歉|事")
# 等了十分钟了: of the person who was called.
WAITED = re.compile(
    "(?:我|都|已经|在这)*等(?:了|你们)?[^,。!?]{0,4}(?:分钟|刻钟|钟头|半天|小时|老半天|好久|很久|这么久)了?(?:[啊呀都吧,。!?]|还没人)*"
)


def said_of_it(text: str) -> str:
    """WITHDRAWN, NUMBER, WHO, SORRY, WHEN, REDRESS or "". text: normalised, of who has a person to answer them."""
    if lets_be(text):
        return WITHDRAWN
    if _WHO.search(text):
        return WHO
    if asks_a_number(text):
        return NUMBER
    if _SORRY.search(_NO_SORRY.sub(" ", text)) and not _MONEY.search(text):
        return SORRY
    if _WHEN.search(text):
        return WHEN
    return REDRESS if _REDRESS.search(text) else ""


def lets_be(text: str) -> bool:
    """没事不用处理; 算了不用了: nobody shall call about it any more. A claim, a threat, a condition is none."""
    rest = _LETS_BE.sub(" ", text)
    if rest == text or _GOES_ON.search(rest) or text.endswith(("?", "吗", "么")) or graveness(rest):
        return False
    said = grievance(rest)
    return said is None or not said.hard


def settled(text: str) -> bool:
    """你们经理刚打过电话, 这事翻篇: somebody called, and it is over."""
    return _OVER.search(text) is not None and _REACHED.search(text) is not None


def only_of_calls(text: str) -> bool:
    """不用打了, 我不想再追究了: to who was told that somebody calls; 不用联系我了 refuses more than that."""
    return _OF_MESSAGES.search(text) is None


def lets_that_be(text: str) -> bool:
    """刚才那个事不用处理了: the matter is named, so that it stands alone."""
    return _OF_THAT.search(text) is not None and lets_be(text)


def names_the_matter(text: str) -> bool:
    """不用打了 says of what it speaks; a bare 算了 speaks of the line before."""
    return _NAMED.search(text) is not None


def asks_a_number(text: str) -> bool:
    """The number of the house, or of who looks after it; somebody else's is refused as ever."""
    if _SOMEBODY_ELSES.search(text) or _RINGS_ME.search(text):
        return False
    return _NUMBER.search(text) is not None


def waited(text: str) -> bool:
    return WAITED.fullmatch(bare(text)) is not None
