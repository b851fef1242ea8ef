"""嗯嗯, 好的, 收到: a nod. Answering nods makes conversations that never end. 我想反映个事 only begins one."""

import re

from bot.understanding.normalise import bare, normalise

NOD = re.compile(
    "(?:嗯+|哦+|噢|喔|好+的?|好吧|行+|对+的?|是的|可以|ok+(?:ay)?|收到|知道了?|明白了?|了解了?|晓得了?|没事|哈+|呵+|"
    "一?有(?:了)?(?:消息|信儿?|结果|进展|动静)(?:了|就|再|麻烦|请|,)*(?:告诉|通知|联系|跟|回|喊|叫|给)我?(?:说|回复)?(?:一[声下]|哈|就行)?|"
    "(?:那?我)?等(?:着|你们?|您|你们?的|您的)*(?:电话|消息|通知|回复|回话|回音|答复|反馈|准信|信儿?)|[吧啦呀啊哈呢了的]|[,。!~\\s👌👍😊🙏😄😂])+"
)

# 我想反映个事: what it is comes next.
OPENS = re.compile(
    "(?:你好|您好|在吗|hi|[,。!?~ ])*我?(?:想|要)?(?:跟|和|向)?(?:你们?|您)?(?:反映|反馈|说|提|讲|聊|咨询|问)"
    "(?:一下|一?[个点件]|几个|下|些)?"
    "(?:事情?|问题|情况|建议|意见|东西)[吧啊呀哈,。!~]*"
)
WAITS = re.compile("等(?:着|你们?|您|你们?的|您的)*(?:电话|消息|通知|回复|回话|回音|答复|反馈|准信|信儿?)")


def only_acknowledges(text: str) -> bool:
    plain = normalise(text)
    return NOD.fullmatch(bare(plain) or plain) is not None


def waits_for_us(text: str) -> bool:
    """行, 那我等电话: not only a nod, but somebody expects to hear from us."""
    return WAITS.search(normalise(text)) is not None


def opens_an_account(text: str) -> bool:
    """我想反映个事: what it is comes next."""
    return OPENS.fullmatch(normalise(text)) is not None
