"""The numbers a score is told in, and the small words around them: 我给四分吧, 打个5, 三颗星."""

import re

NUMERALS = {
    numeral: value for row in ("零一二三四五六七八九十", "〇壹贰叁肆伍陆柒捌玖拾") for value, numeral in enumerate(row)
}
NUMERALS |= {"两": 2, "俩": 2, "仨": 3}
WORDS = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
ONE = f"(?:\\d+|[{''.join(NUMERALS)}]|{'|'.join(WORDS)})"
STARS, EMPTY_STARS = "⭐★🌟✨", "☆"
UNIT = f"(?:分|星|颗星|个星|[{STARS}]+|points?|stars?)"
LEAD = (
    "(?:(?:我的?|分数|这次|总体|整体|就|那|那就|的话|选项|选择|选|打分|评分|评价|打个|打|给个|给你们|给|评|回复|"
    "回|满意度|满意程度|答案|答|算|必须的?|肯定|绝对|当然|妥妥的?|要|真要打分|真要|推荐(?:指数|度|值|分)?|非要打分|非得打分|非要|"
    "rating|score|my answer is)[是为:,= ]*)*"
)
TAIL = "(?:吧|嘛|啊|呀|哈|哦|喔|了|的|呗|嘛|咯|啦|哟|滴|\\+|ba)*"
# What a voice message or a thumb makes of a score: 打武分, 给个事分, 5粉.
SOUNDS = {
    sound: numeral
    for numeral, sounds in (
        ("一", "衣医"), ("二", "而儿尔耳"), ("三", "山散伞"), ("四", "事似寺"), ("五", "武舞午吴务"), ("六", "溜刘"),
        ("七", "期棋"), ("八", "巴拔"), ("九", "久酒"), ("十", "时实石"),
    )
    for sound in sounds
}  # fmt: skip
_HEARD = re.compile(f"(?:(?<=^)|(?<=[打给评个]))[{''.join(SOUNDS)}](?=分(?![钟手别开享析店]))")
_THUMBED = re.compile(f"(?<![\\d])({ONE})[粉份芬](?=$|[吧啊呀哈了,。!~ ])")


def as_meant(body: str) -> str:
    """A reply with the numerals of a score as they were meant: 打武分 → 打五分, 5粉 → 5分."""
    return _THUMBED.sub("\\1分", _HEARD.sub(lambda found: SOUNDS[found[0]], body))


def value(numeral: str) -> int:
    """ "5", "五", "five" → 5. Raises KeyError for anything else."""
    if numeral.isdecimal():
        return int(numeral[:9])
    return WORDS[numeral] if numeral in WORDS else NUMERALS[numeral]
