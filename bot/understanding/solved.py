"""Yes or no, in a word, to our question whether it is solved now: 没有, 好了, 结了吧.

What is told in a sentence is read as any account of how it was.
"""

import re

from bot.understanding.normalise import bare
from bot.understanding.scales import DISSATISFIED, SATISFIED

_DONE = "(?:解决|修好|弄好|处理好|搞定|排除|消失|改善|恢复正常|恢复|正常|好)"
_ASKED_DONE = re.compile(
    f"{_DONE}(?:了)?(?:吗|么|没有?(?=[?,。]|$))|是否(?:已经?|都)?{_DONE}|有没有{_DONE}|{_DONE}了?没"
)
_ASKED_STILL = re.compile(
    "(?:还|有没有再|又)[^,。?]{0,6}(?:响|抖|漏|亮|黑|卡|偏|热|味|报警|出现|犯|异常)[^,。?]{0,3}(?:吗|么)"
)
_ASKED_TO_CLOSE = re.compile(
    "(?:结案|结掉|了结|办结|关(?:闭|掉|单)|销单|划掉)[^。]{0,6}(?:可以|行|好|没问题)?[^。]{0,2}(?:吗|么|[?])"
)
_END = "(?:啊|呀|呢|哦|噢|嘛|的|了|啦|吧|哈|谢谢|多谢|辛苦了?|[,。!~ ])*"
_NO = re.compile(
    f"(?:[哎唉嗯]|还|还是|并|都|根本|完全|压根|依旧|仍|也|目前|暂时)*(?:没(?:有|得)?(?:{_DONE}|变化|用|效果)?|未{_DONE}|不行|不好|老样子|一样){_END}"
)
_YES = re.compile(
    f"(?:[嗯哦噢]+|是的?|对的?|[,。 ]|都|已经|全|确实|完全|彻底)*(?:{_DONE}|可以|行|ok|没问题|没事)(?:了|啦|的|咧|"
    f"喽|哒)(?:{_DONE}了|没问题了?|"
    f"[,。! ])*{_END}|"
    f"(?:嗯+|是的|对的|是)(?:{_DONE}了?)?{_END}"
)
_STILL = re.compile(f"(?:[嗯哎唉]|有时候?|偶尔)*(?:还|还是|照样)?(?:有|会|在|响|抖|漏|亮|黑|卡|偏)(?:点|的)?{_END}")
_GONE = re.compile(f"(?:都|再|也|完全)*(?:没有?|不|不会)(?:再)?(?:了|响|抖|漏|亮|黑|卡|偏|出现)*过?{_END}")
_CLOSE = re.compile(
    f"(?:[嗯哦]+|行|好|可以|中|成|同意|没问题|ok|[,。! ]|那|就)*(?:(?:结|关|了结|结案|结掉|销|划掉)[了掉]?|行|好|"
    f"可以|成|同意|没问题|ok|嗯){_END}"
)


def asked(told: str) -> bool:
    """Whether our last line, normalised, asks if it is solved, comes back, or may be closed."""
    return any(each.search(told) for each in (_ASKED_DONE, _ASKED_STILL, _ASKED_TO_CLOSE))


def answer(text: str, told: str) -> str:
    """satisfied or dissatisfied for a bare yes or no to our last line; "" for anything else. Both normalised."""
    body = bare(text)
    for question, good, bad in (
        (_ASKED_TO_CLOSE, _CLOSE, None),
        (_ASKED_STILL, _GONE, _STILL),
        (_ASKED_DONE, _YES, _NO),
    ):
        if not question.search(told):
            continue
        if bad is not None and bad.fullmatch(body):
            return DISSATISFIED
        if good.fullmatch(body):
            return SATISFIED
    return ""
