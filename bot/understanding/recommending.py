"""Whether somebody would recommend us, or has: 早推荐过了, 不推荐, 愿意."""

import re

from bot.understanding.normalise import bare
from bot.understanding.scales import DISSATISFIED, SATISFIED
from bot.understanding.verdicts import clauses
from bot.understanding.wishes import asks

_FRIENDS = (
    "(?:朋友|同事|亲戚|邻居|哥们儿?|兄弟|姐妹|闺蜜|老乡|同学|战友|熟人|客户|身边(?:的?人)?|人|[我他]?(?:表|"
    "堂)?[弟哥姐妹爸妈舅叔]{1,2}|"
    "小舅子|老丈人|岳父|家里?人)"
)
_BRINGS = "(?:推荐|介绍|安利|带|拉|叫|喊|领)"
_HAS = re.compile(
    f"(?:早|已经|都|也|刚)就?(?:给?[^,。]{{0,4}})?(?:推荐|介绍|安利)(?:过|了|给|好几)|"
    f"{_BRINGS}(?:过|了)?(?:我)?(?:好?几|[两俩三仨四五六七八九十\\d])+(?:个|位|家)?[^,。]{{0,2}}{_FRIENDS}|"
    f"{_FRIENDS}[^,。]{{0,10}}(?:我[^,。]{{0,4}}{_BRINGS}|(?:推荐|介绍|带)过?[来去]的)|{_BRINGS}(?:了|"
    f"过)?{_FRIENDS}[^,。]{{0,3}}来|"
    "逢人就(?:夸|说|推荐)|第一个(?:推荐|介绍|想到)"
)
_WONT = re.compile(
    "不(?:会|敢|想|打算|愿意?|太想|太会|太愿意|可能|能|大会)?(?:再|去)?(?:给|向|跟|把|往|和)?"
    "(?:朋友|别人|人|亲友|亲戚|同事|任何人|谁|身边人?|你们)?(?:们)?推荐(?=$|[,。!?~ 了的吧啊你给呢任])|"
    "谁(?:敢|会|还|能)[^,。]{0,3}推荐|推荐个(?:鬼|屁)|还推荐(?=$|[呢什啥?])|推荐[^,。]{0,5}(?:怕|挨骂|害人|坑人)|"
    "怎么(?:敢|好意思|能|会|可能)?(?:去|给[^,。]{0,3})?推荐|没(?:什么|啥)?(?:好|可)?推荐的|推荐不(?:了|出手|出口)"
)
_WILLING = re.compile(
    "(?:我|很|非常|特别|挺|蛮|肯定|当然|绝对|一定|必须|十分|百分百|是|都|也|还是|那|就)*"
    "(?:(?P<no>(?:不|没法|没)(?:太|怎么|大|是很)?)?(?:愿意?|乐意|会)|(?P<never>没(?:门儿?|可能)|免谈|不可能|"
    "想都别想|休想)|必须)"
    "(?:的|啊|呀|哈|吧|呢|哦|推荐|介绍)*"
)


def recommends(text: str, *, asked: bool) -> str:
    """The satisfaction it shows, "" for none; asked: a bare 愿意, 不会, 没门 answers just this question."""
    if _WONT.search(text):
        return DISSATISFIED
    if asked and _HAS.search(text) and not asks(text):
        return SATISFIED
    told = [found for each in clauses(text) if (found := _WILLING.fullmatch(bare(each.text)))] if asked else []
    return "" if not told else DISSATISFIED if told[0]["no"] or told[0]["never"] else SATISFIED
