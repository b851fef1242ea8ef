"""Of several days or hours named, the one that is asked for: 这周末要加班, 就30号下午三点吧."""

import re

CUT = re.compile("[,。!?;~ 😂😭🥲😅🤦]")
WISH = re.compile(
    "吧|[行成中好]不[行成中好]?|[行成]吗|可以|能不能|方便|约|预约|安排|过[来去]|[来去]店|到(?=$|行|吧|[,。])|(?"
    ":^|[^成])就|送[来去过]|"
    "来(?:得及|行)|给我|帮我|麻烦|有(?:没有)?空位|排"
)
REASON = re.compile(
    "加班|出差|开会|飞机|高铁|比赛|值班|限[行号]|上[课班]|考试|回来|看了?一?下|一看|低头|发现|昨|刚|没空|有事|"
    "爬不起|赶不|"
    "来不|去不|到不|约的|原来|本来|喜酒|结婚|生日|还在|还得|以前|上次|下雨|体检|手术|孩子|放假|在外|送娃|接娃|"
    "婚礼|聚会|家长会"
)


def wished(text: str, start: int, end: int) -> int:
    """How much the clause around a mention wants it; a reason given in it counts against."""
    before = max((cut.end() for cut in CUT.finditer(text, 0, start)), default=0)
    after = next((cut.start() for cut in CUT.finditer(text, end)), len(text))
    clause = text[before:after]
    return (WISH.search(clause) is not None) - 2 * (REASON.search(clause) is not None)
