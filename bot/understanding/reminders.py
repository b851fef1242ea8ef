"""What a reminder is answered with when nothing is booked: 已经做过了, 下次再说, 最近没空, 还没到公里数呢."""

import re

from bot.understanding import intents, refusals, wishes
from bot.understanding.grievances import grievance
from bot.understanding.particulars import when
from bot.understanding.setting import Setting

DONE, LATER = "done", "later"
_REMINDS = re.compile(
    "(?:保养|年检|年审|续保|保险|质保|换季|检查|复检|首保)[^?]{0,40}(?:到期|时间|回复|预约|方便|安排|提醒|该|建议|快到)|不再催您"
)
# 您9月19日10:00的保养预约: a visit stands, and may be called off.
_BOOKED = re.compile("[\\d点]的[^,。]{0,6}预约|按时到店|预约请确认")
_DONE = re.compile(
    "(?:^|[,。 ]|我|都|已经?|刚刚?|早就?|在[^,。]{1,6}|自己|[上这]个?[周月次]|[前昨]天)(?:才|就|已|都|给|去|在)*"
    "(?:做|保养|检|审|年检|年审|办|弄|续|买|交)(?:好|完)?(?:过|了|过了)(?:[啊呀的哈呢哦,。! ]|谢谢)*$"
)
_LATER = re.compile(
    "(?<!没)(?:再|回头)(?:说|看|约|做|来|去|弄|考虑|联系|过[来去]|安排)(?:看|吧|了|哈|啊|呗|嘛|[,。! ])*$|"
    "^(?:那|还是|先|,)*(?:下[次回]|改天|回头|以后|过(?:几|两)天|过[段阵]时间)(?:吧|了|,)*$|到时候?(?:再|看)|不(?:急|着急)|先放(?:放|着)"
)
_BUSY = re.compile(
    "没空|没时间|没功夫|抽不出|走不开|腾不出|顾不上|"
    "(?:太|很|比较|有点|在|最近|这[阵段几]?)[^,。]{0,3}忙|出差|在外地|不在(?:家|本地)"
)
_NOT_YET = re.compile(
    "(?:还|都)?(?:没|不)(?:有)?(?:到|够|满)(?:公里|里程|时间|日子|时候|数|[\\d一二两三四五六七八九]+[千万k]?|呢|$)|还早|早着|"
    "(?:才|刚|就)(?:跑|开|[\\d一二两三四五六七八九]+[千万k])|(?:跑|开)得?(?:很|比较)?(?:少|不多)|(?:没|不)怎么[开跑]|很少[开跑]"
)
_NO_NEED = re.compile(
    "(?:谢谢|那|我|暂时|先|目前|这次|今年|[,。! ])*(?:不用|不需要|用不着|没必要|不做|不弄|不约|不去|不来|"
    "不保养)(?:保养|做|约|了|吧|哈|啊|谢谢|[,。! ])*"
)
_URGES = re.compile(
    "(?:就|那|[,。 ])*(?:别|不要|不用)(?:再|老|总)*(?:催|提醒|问|跟我说|打)(?:我|保险|了|啦|吧|[,。! ])*"
)
INSURED = re.compile(
    "(?:保险|车险)[^,。?]{0,8}(?:买|续|交|投|办|保|上)(?:过|好|完)?了(?:$|[,。的啊哈 ])|(?:买|续|交|投|办)(?:过|好|"
    "完)?(?:了)?(?:车)?保险?了(?:$|[,。的啊哈 ])|"
    "(?:续|投)(?:过|好|完)?保了(?:$|[,。 ])"
)
_ELSEWHERE = re.compile("(?:我|已经|早|都)*(?:在|找|从)[^,。]{1,6}(?:买|续|交|投|办|上)(?:的|了|过了|好了)[啊呀,。! ]*")
_NOT_DONE = re.compile("没|不|该|[要想得](?!了)|吗|怎么|多少|谁|白|又|坏")
_VISITS = frozenset({intents.SERVICE_BOOK, intents.TEST_DRIVE_BOOK, intents.APPT_CHANGE, intents.APPT_CONFIRM})
_ASKS_WHY = re.compile("原因|为什么|没(?:来|见|回店|回来)|好久不见")  # why somebody stayed away
CLAUSES = re.compile("[,。!?;~ ]+")
LONGEST = 20  # signs


def declined(text: str, setting: Setting) -> str:
    """done or later, to a reminder of ours or in a talk about one; "" for anything else. No refusal of messages."""
    before = setting.before
    goes_on = before.intent == intents.INFO_UPDATE and bool(_kind(before.text))
    if not (goes_on or _REMINDS.search(setting.told)) or before.intent in _VISITS or len(text) > LONGEST:
        return ""
    if _BOOKED.search(setting.told):
        return ""
    if wishes.asks(text.rstrip("呢。! ").replace("没怎么", "没")) or grievance(text) or refusals.refusal(text):
        return ""
    if _ASKS_WHY.search(setting.told):
        return ""
    kind = _kind(text)
    named = any(any(when(each, setting).values()) and not _BUSY.search(each) for each in CLAUSES.split(text) if each)
    return "" if kind == LATER and named else kind


def insured(text: str, setting: Setting) -> bool:
    """我保险在别家买了; and 别再催了, right after insurance was spoken of."""
    if wishes.asks(text) or len(text) > LONGEST:
        return False
    urged = setting.before.intent == intents.INSURANCE_QUERY and _URGES.fullmatch(text)
    elsewhere = "保险" in setting.told and _ELSEWHERE.fullmatch(text)
    return bool(urged or elsewhere or (INSURED.search(text) and grievance(text) is None))


def _kind(text: str) -> str:
    if _DONE.search(text) and not _NOT_DONE.search(text):
        return DONE
    said = _LATER.search(text) or _BUSY.search(text) or _NOT_YET.search(text) or _NO_NEED.fullmatch(text)
    return LATER if said else ""
