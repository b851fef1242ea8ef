"""嗯嗯, 好的, 收到: a nod. Answering nods makes conversations that never end."""

import re

from bot.understanding.normalise import bare, normalise

NOD = re.compile(
    "(?:嗯+|哦+|噢|喔|好+的?|好吧|行+|对+的?|是的|可以|ok+(?:ay)?|收到|知道了?|明白了?|了解了?|晓得了?|没事|哈+|呵+|"
    "(?:那?我)?等(?:着|你们?|您|你们?的|您的)*(?:电话|消息|通知|回复|回话|信儿?)|[吧啦呀啊哈呢了的]|[,。!~\\s👌👍😊🙏😄😂])+"
)


def only_acknowledges(text: str) -> bool:
    plain = normalise(text)
    return NOD.fullmatch(bare(plain) or plain) is not None
