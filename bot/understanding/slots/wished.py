"""Of several days or hours named, the one that is asked for: 这周末要加班, 就30号下午三点吧."""

import re
from collections.abc import Iterable

CUT = re.compile("[,。!?;~ 😂😭🥲😅🤦]")
WISH = re.compile(
    "吧|[行成中好]不[行成中好]?|[行成]吗|可以|能不能|方便|约|预约|安排|过[来去]|[来去]店|到(?=$|行|吧|[,。])|(?"
    ":^|[^成])就|送[来去过]|"
    "来(?:得及|行|你们|店|[做弄修换检看试保取])|先来|好了(?=$|[,。! ])|(?<!没)有空|给[我他她]|帮我|麻烦|"
    "有(?:没有)?空位|排"
)
LEAD = re.compile("(?:那?就|要不|不如|能不能|可以|想|约|[改换调挪](?:成|到)?|还是|或者?)*$")
LINK = re.compile("到|至|-|~|和|跟|、|或者?|还是")
REASON = re.compile(
    "加班|出差|开会|飞机|高铁|比赛|值班|限[行号]|上[课班]|考试|回来|看了?一?下|一看|低头|发现|昨|刚|没空|有事|"
    "爬不起|赶不|走不开|脱不|抽不|没法|没时间|"
    "(?:得|要)(?![约来做试保修换检洗弄过到取提个在是不])[一-龥]|[夜早晚倒轮交接]班|班次|交接|客人|亲戚|酒席|办酒|"
    "开学|典礼|住院|陪|走人户|"
    "疫苗|赶集|[收割插]稻|回(?:老家|娘家|门)|旅游|出门|跑(?:长途|趟)|火车|动车|年会|团建|培训|搬家|装修|面试|相亲|"
    "有雨|台风|停电|"
    "补课|上学|出发|才[回到能]|[约排]?满了|再说|"
    "来不|去不|到不|约的|原来|本来|喜酒|结婚|生日|还在|还得|以前|上次|下雨|体检|手术|孩子|放假|在外|送娃|接娃|"
    "婚礼|聚会|家长会"
)


def wished(text: str, start: int, end: int, others: Iterable[tuple[int, int]] = ()) -> int:
    """How much the words around a mention want it; a reason given in them counts against.

    others: spans of what else is named, where voice puts no comma: 礼拜一要收稻礼拜四.
    """
    beside = [other for other in others if not _together(text, end, other[0]) and not _together(text, other[1], start)]
    before = max((cut.end() for cut in CUT.finditer(text, 0, start)), default=0)
    if any(before < stop <= start for _, stop in beside):
        lead = LEAD.search(text[:start])
        before = lead.start() if lead else start
    after = next((cut.start() for cut in CUT.finditer(text, end)), len(text))
    after = min((first for first, _ in beside if end <= first <= after), default=after)
    words = text[before:after]
    return (WISH.search(words) is not None) - 2 * (REASON.search(words) is not None)


def _together(text: str, end: int, start: int) -> bool:
    """周一到周三, 周六或者周日."""
    return end <= start and LINK.fullmatch(text[end:start]) is not None
