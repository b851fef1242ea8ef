"""Somebody has died: told of the customer or of their family. 老周已经不在了; 爸爸上个月去世了."""

import re

_FAMILY = (
    "(?:老公|老婆|爱人|先生|太太|妻子|丈夫|爸妈?|妈妈?|父亲|母亲|老爸|老妈|爷爷|奶奶|外公|外婆|岳父|岳母|公公|"
    "婆婆|儿子|女儿|哥哥?|姐姐?|弟弟?|妹妹?)"
)
_DIED = re.compile("(?<!没)(?:去世|过世|病逝|离世|逝世|辞世|仙逝|过身)(?!的?(?:明星|演员|名人))")
_NOT_HERE = "(?:人)?(?:都|已经|早就?|也)?(?:不在(?:人世|世上|世)?了|没了)"
_WHEN = "(?:上个?月|上周|去年|今年|前年|前几天|年初|月初|\\d+月|走得)"
_GONE = re.compile(
    f"(?:我|他|她)?{_FAMILY}(?:{_NOT_HERE}|{_WHEN}[^,。]{{0,3}}走(?:了|的))(?=$|[,。! ])|"
    f"(?:车主|机主)(?:本人)?{_NOT_HERE}(?=$|[,。! ])"
)
_OTHERS = re.compile("宠物|[狗猫]|明星|新闻|电影|剧|听说有|手机|店|公司|杭州|师傅|经理|顾问|销售|[吗?]$")
_THE_OWNER = re.compile(
    "车主|机主|车[^,。]{0,4}(?:还在|在家|怎么办|怎么处理|过户|归|留给|没人)|发给?[他她]|给[他她]发|"
    "[他她]的?(?:号|手机|微信|车|资料)|名下"
)
_NICKNAMES = "老{0}|{0}(?:先生|女士|小姐|师傅|总|哥|姐)"
MOURNED = re.compile("节哀")  # templates/messages/info/condolence.wechat.txt


def died(text: str, surname: str) -> bool:
    """surname: of the customer in the file, so that 老周 is known; "" when unknown."""
    if _OTHERS.search(text):
        return False
    return _DIED.search(text) is not None or _GONE.search(text) is not None or _named(text, surname)


def of_the_owner(text: str, surname: str) -> bool:
    """Whether it is whom we write to, or whose car it is; 爷爷去世了, 周六来不了 is somebody else."""
    return _THE_OWNER.search(text) is not None or _named(text, surname)


def _named(text: str, surname: str) -> bool:
    who = _NICKNAMES.format(surname)
    gone = f"(?:{who})(?:{_NOT_HERE}|{_WHEN}[^,。]{{0,3}}走(?:了|的)|[^,。]{{0,4}}(?:去世|过世|病逝|离世))"
    return bool(surname) and re.search(gone, text) is not None
