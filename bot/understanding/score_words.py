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
UNIT = f"(?:分|星|[颗粒]星|个星|[个颗]?[{STARS}]+|points?|stars?)"
LEAD = (
    "(?:(?:我的?|分数|这[次回趟]|现在|今天|总体|整体|就|那|那就|的话|选项|选择|选|打分|评分|评价|打个|打|给个|"
    "给你们|给|评|回复|"
    "填|写|按|点|记|勾|觉得|认为|看|只能|最多|顶多|也就|也|还是|回|满意度|满意程度|答案|答|算|必须的?|肯定|绝对|"
    "当然|妥妥的?|要|真要打分|真要|推荐(?:指数|度|值|分)?|非要打分|非得打分|非要|"
    "rating|score|my answer is)[是为了:,= ]*)*"
)
TAIL = "(?:上去|来着|吧|嘛|啊|呀|哈|哦|喔|了|的|呗|嘛|咯|啦|哟|滴|\\+|ba)*"
# What a voice message or a thumb makes of a score: 打武分, 给个事分, 5粉.
SOUNDS = {
    sound: numeral
    for numeral, sounds in (
        ("一", "衣医"), ("二", "而儿尔耳"), ("三", "山散伞"), ("四", "事似寺思司丝"), ("五", "武舞午吴务无"),
        ("六", "溜刘"), ("七", "期棋"), ("八", "巴拔"), ("九", "久酒"), ("十", "时实石"),
    )
    for sound in sounds
}  # fmt: skip
_HEARD = re.compile(f"(?:(?<=^)|(?<=[打给评个们你]))[{''.join(SOUNDS)}](?=分(?![钟手别开享析店]))")
# 两份合同, 三份都没收到: copies.
_COUNTED = (
    "合同|单|礼|早|午|晚|饭|餐|保|文|材|资|发票|报|清|赠|套|协议|快|外卖|心意|钱|工|说明|账|量|之|额|[大小]?[份个]|"
    "都|也|没|全|我(?:要|拿)|在|放|要|刚|已|还没|收|寄|送|给|发|拷|出|带|复印|留"
)
_THUMBED = re.compile(
    f"(?<![\\d])({ONE})[粉芬](?=$|[吧啊呀哈了,。!~ ])|(?:(?<=^)|(?<=[打给个是选评,。 份]))({ONE})份(?!{_COUNTED})"
)
# 五分五分师傅人蛮好: said twice where a voice message has no comma.
_TWICE = re.compile(f"^({ONE}分)(?:[,。 ]*\\1)+[,。! ]*")


def as_meant(body: str) -> str:
    """A reply with the numerals of a score as they were meant: 打武分 → 打五分, 5粉 → 5分."""
    heard = _HEARD.sub(lambda found: SOUNDS[found[0]], body)
    return _TWICE.sub("\\1,", _THUMBED.sub(lambda found: (found[1] or found[2]) + "分", heard)).rstrip(",")


def value(numeral: str) -> int:
    """ "5", "五", "five" → 5. Raises KeyError for anything else."""
    if numeral.isdecimal():
        return int(numeral[:9])
    return WORDS[numeral] if numeral in WORDS else NUMERALS[numeral]
