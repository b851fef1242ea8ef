"""Kilometres on the clock."""

import re
from collections.abc import Iterator

from bot.understanding.slots.numerals import NUMBER, value

READ = re.compile(f"(?P<n>{NUMBER})(?:[多来几]|左右)?(?:\\s*(?:公里|km|千米|公理))")
TOLD = re.compile(
    f"(?:跑了?|开了?|里程|行驶|表上|表显|公里数|码表|一看表?|(?:看|仪)表)(?:现在|已经|是|有|大概|大约|差不多|快"
    f"|了|都|整|才|刚|"
    f"到|:|\\s)*(?P<n>{NUMBER})"
)
# 五万二了, 都一万一了: a sum of kilometres with nothing beside it.
ALREADY = re.compile(
    f"(?:^|[,。!; 车])(?:都|已经|现在|也|快|刚|才|有|是|它)*(?P<n>{NUMBER})(?:多|出头|不到)?(?:公里)?了(?=$|[,。!; 才])"
)
NONE = re.compile("(?:每|超(?:了|过)?|还差|差|还有|隔|不到|续航|时速|一年|每天|一天|离|距离|满|往返|来回)[^,。 ]{0,4}$")
SINCE = re.compile(
    "(?:[之以]?后|以来|最近|这[几两半]?[个天周次]月?|个月|星期|礼拜|天)[,，]?(?:又|再|才|就|也|只|刚|跑|开|走|了|过)*$"
)
EACH = re.compile(
    "(?:公里|km|千米|里)?(?:左右|不到|上下)?[,]?(?:(?:就|便)|(?:得|要|会|能)?(?:添|加|补|烧|耗|吃|喝|掉|费|下|亮|报|响|"
    "停)|[一两半几][瓶桶升箱格次斤壶])"
)
# 八万六, beside a stretch.
LONE = re.compile(
    f"(?:^|[,。!; 车])(?:都|已经|现在|快|总共|一共)*(?P<n>{NUMBER})(?:多|出头|不到)?(?:公里|了|左右)*(?=$|[,。!; ])"
)
DONE_THEN = re.compile("(?:的时候|时)?(?:做|换|保养?|修)(?:的|了?过?)")
NOW = re.compile("(?:现在|目前|如今|表上|码表)[^,。]{0,6}$")
NOT_READ = re.compile("天|小时|年|个月|分钟|趟|次|圈|回|家|店|点|号|万块|块|元|人")
LEAD = "(?:大概|差不多|快|有|现在|[哦噢啊呃嗯, ]|不对|不是|我?(?:看|说|记|弄)错了?|应该|是|更正)*"
SAYS_ON = 6
SHORTEST, LONGEST = 100, 1_000_000


def mileage(text: str, *, asked: bool = False) -> int | None:
    """asked: a visit is being arranged, where a bare 一万六 is the mileage."""
    told = list(_told(text))
    if told and told[0][0]:
        told += [(False, kilometres) for found in LONE.finditer(text) if (kilometres := _kilometres(found["n"]))]
    if told:
        return min(told, key=lambda each: each[0])[1]
    for found in re.finditer(NUMBER, text):
        if NOW.search(text[: found.start()]) and not NOT_READ.match(text[found.end() :]):
            return _kilometres(found[0])
    bare = re.fullmatch(f"{LEAD}(?P<n>{NUMBER})[多来]?(?:左右|了|吧)*", text.strip()) if asked else None
    return _kilometres(bare["n"]) if bare else None


def _told(text: str) -> Iterator[tuple[bool, int]]:
    """Sums of kilometres, the surer patterns first, each with whether it is only a stretch of the way."""
    for pattern in (READ, TOLD, ALREADY):
        for found in pattern.finditer(text):
            if DONE_THEN.match(text, found.end()) and len(text) > found.end() + SAYS_ON:
                continue  # 上次保养是一万三做的, 现在两万零九百
            if NONE.search(text[: found.start()]) or (pattern is not READ and NOT_READ.match(text[found.end() :])):
                continue
            if (kilometres := _kilometres(found["n"])) is not None:
                yield _stretch(text, found), kilometres


def _stretch(text: str, found: re.Match[str]) -> bool:
    """两千公里就得添一瓶, 上次保养后跑了五千公里: how far between, not what the car has run."""
    start, end = found.span("n")
    return SINCE.search(text[:start]) is not None or EACH.match(text, end) is not None


def _kilometres(number: str) -> int | None:
    said = value(number)
    return int(said) if said is not None and SHORTEST <= said < LONGEST else None
