"""What customers say of their file and of how they are reached, beyond the slots: asked, half told, put right."""

import re

from bot.understanding.slots.contact import PERSON
from bot.understanding.wishes import asks

_NUMBER = "(?:手机号?码?|电话(?:号码)?|号码|联系方式)"
LEAVES_NONE = re.compile(
    f"{_NUMBER}(?:要不要|需不需要|用不用|要|需要|必须|得)(?:留|填|给|报)|"
    f"(?:要不要|需不需要|用不用|需要|必须|一定要|要|得)(?:留|填|报)(?:个|一个|一下|"
    f"我的?)*{_NUMBER}[^,。]{{0,3}}[吗么不?]|"
    f"(?:不太?想|不愿意?|不太?方便|可不可以不|能不能不|可以不|能不)(?:留|填|给)(?:个|我的?)*{_NUMBER}|"
    "(?:只|就|光)(?:留|加|用)(?:个)?微信"
)
# 身份证复印件我要拿回来: a paper handed in, nothing to be deleted.
_PAPER = "(?:身份证|驾驶证|行驶证|驾照|行驶本|复印件|证件|原件|大本|登记证书?)"
_BACK = "(?:拿回|取回|要回|还给我|退给我|还我|退还|归还|收回)"
PAPERS_BACK = re.compile(f"{_PAPER}[^。!?]{{0,10}}{_BACK}|{_BACK}[^,。!?]{{0,8}}{_PAPER}")
LEFT = re.compile(
    "(?:就|是|我|,)*(?:上次|之前|以前|当时|那时候?|去年|买车|办|提车|签|[,。 ])+[^,。?]{0,6}"
    "(?:留|交|给|押|放|收)[^,。?]{0,4}的?"
)
HOW_SOON = re.compile(
    "(?:那|大概|大约|一般|得|要|需要|等|还|[, ])*(?:几天|多久|多长时间|几个工作日|什么时候|啥时候)"
    "(?:能|可以|有|好|给|弄|办|拿|收|发|出|处理|删|完|到|结果|我|掉|呢|啊|的|[吗?])*"
)
_WHO = re.compile(
    "(?:喂|你好|您好|请问|哎|咦|[,。 ])*(?:你|您|你们|您们|这|这里|这边|那边|对面|对方)*(?:是)?(?:谁|哪位|"
    "哪一?家(?:店|公司|单位)?|哪个店|"
    "哪里的?|哪儿的?|(?:什么|啥)(?:店|公司|单位|人)|(?:干|做)(?:什么|啥|嘛)的)[啊呀呢哦的]*|你是|您是|你们是"
)
NEW_NUMBER = re.compile(
    "(?:换|改|变更?)(?:了|个|一下|过)*(?:新)?(?:的)?(?:手机号|电话号|号码|电话(?!卡)|号)码?(?=$|[,。! 了啦])|"
    "(?:手机号|号码|电话号码?)(?:已经|也)?(?:换|改|变)"
    "(?:更|掉|过)?(?:了|一下|啦)"
)
NEW_PLATE = re.compile(
    "(?:换|上|改)(?:了|过|好)?(?:新)?(?:车)?牌(?:照|子|号)?(?=$|[,。! 了啦])|"
    "(?:车牌|牌照|牌子)(?:号)?(?:已经)?(?:换|下来|改|变)了"
)
ADDRESS = re.compile(
    "(?:寄|邮|快递|送)(?:东西|资料|礼品|发票|票|文件|卡)*(?:的?话?)?(?:都|就|请|改)*(?:寄|邮|送|发)?(?:到|去|"
    "给)(?P<to>[^,。]{2,}?[区县市镇路街巷弄村幢号室栋]"
    "[^,。]*)|地址(?:现在)?(?:改|换|变更?|更新)?(?:成|为|到|了|是|:)+(?P<now>[^,。]{3,})"
)
INVOICE = re.compile(
    "(?:发票|开票|抬头|税号)[^。]{0,12}(?:错|不对|少|漏|重开|重新开|改|换|反了)|(?:错|重开|"
    "重新开)[^。]{0,6}(?:发票|抬头|税号)"
)
WRONG_NAME = re.compile(
    "(?:名字|姓名)[^,。]{0,6}(?:错|不对|写成|登成|打成)|(?:登记|写|录|登)错[^,。]{0,3}(?:名字|姓名)"
)
PLATE_TAIL = re.compile(
    "(?:车牌|牌照|尾号|最后)[^,。]{0,6}(?:是|应该是)(?P<right>[a-z\\d]{2,6})[, ]*(?:不是|而不是|"
    "不应该是)(?P<wrong>[a-z\\d]{2,6})"
)
DONE_YET = re.compile(
    "(?:改|更新|更正|换|弄|登记|录)(?:好|完|过来|掉)?(?:了)?(?:吗|没有?|么|不)[?]?|(?:什么时候|多久|"
    "几时)(?:能)?(?:改|更新|换)(?:好|过来)?[?]?"
)
_CONTACT = re.compile(
    f"(?:打|联系|找|发给?|通知|告诉|跟|问)(?:我)?(?:的)?(?P<who>{PERSON})(?:的)?(?:电话|手机|号码|微信)?(?:说|"
    f"联系|商量)?(?:就行|就好|吧|好了|即可)?"
    "(?=$|[,。! ])"
)
_NO_CONTACT = re.compile("取|提车|开车|接车|别|不要|不用|勿|甭")
_NOW_ON = re.compile("以后|今后|往后|有事|有什么事|车的事|通知|下次|都")
FREE_AT = re.compile("才有空|才方便|才能接|才下班|才有时间|有空接|方便接|能接电话|接电话方便")
TIMES_TO_CALL = re.compile(
    "(?:其他|其它|别的|其余)(?:时间|时候)?(?:都)?(?:行|可以|没问题|能打)|(?:我)?(?:白天|晚上|上午|下午|中午|"
    "平时|那时候?|那会儿?)?(?:要|在|得)?(?:上班|开会|午休|睡觉|"
    "睡午觉|带孩子|上课)|(?:周末|周[六日]|星期[六天]|休息日|工作日|下班后?|晚上|中午)(?:都|才)?(?:可以|行|能打|"
    "没问题|有空|方便)"
)
# 中午12点到2点别给我打电话, 别老上班时间打: some hours, not for ever.
_HOURS = (
    "(?:[\\d一二三四五六七八九十两]+(?:点|:\\d\\d)(?:半|钟)?(?:到|至|-|~)[\\d一二三四五六七八九十两]+(?:点|"
    ":\\d\\d)?半?|中午|午休(?:时间?|的时候)?|上班(?:时间|的时候|时段)|"
    "工作时间|早上|大清早|一大早|半夜|周末|节假日|饭点|吃饭(?:时间|的时候))"
)
_CALLS = "(?:打|致电|来电|电话)"
AT_SOME_HOURS = re.compile(
    f"{_HOURS}[^,。]{{0,6}}(?:别|不要|不方便|勿|请勿|少)[^,。]{{0,6}}{_CALLS}|(?:别|不要|勿|"
    f"少)[^,。]{{0,4}}{_HOURS}[^,。]{{0,4}}{_CALLS}"
)
_FOR_EVER = re.compile("(?<![点半钟])以后(?:都|别|不)|永远|一律|再也|任何时候|都别|都不要|一概")
KEEPS_IT = re.compile(
    "(?:先|暂时|就|那|还是|算了|[,。 ])*(?:别|不(?:用|要|必|想)?|先不|暂时不)(?:给我|帮我|要)?(?:急着)?(?:删|"
    "注销|清)(?:除|掉|号|了)?(?:了|吧|啦|先|我的?(?:资料|信息|数据|记录)?)*|"
    "(?:删除|注销|删号)[^,。]{0,6}(?:撤[回销]|取消|作废|算了|不(?:用|要)了)(?:吧|了)?|(?:撤[回销]|取消)[^,。]{0,5}(?:删除|"
    "注销)[^,。]{0,4}|(?:资料|信息|记录|账号)[^,。]{0,3}(?:还是)?"
    "(?:留着|保留)(?:吧|着)?"
)
_PRESSES = re.compile("还不|怎么|为什么|为啥|不删(?:我|就|的话|不|干净|完|掉)|凭什么|不给我|投诉|其[他余]|[吗?]$")
_IN_A_HURRY = re.compile("还不|怎么还|为什么|为啥|凭什么|多久|什么时候")
_IF_ERASED = re.compile(
    "删(?:了|完|掉|除)*(?:之?后|的话)?|注销(?:了|完)*(?:之?后)?|还在|还有|还能|影响|保修|积分|记录|恢复|找回"
)
SOLD_AGAIN = re.compile(
    "(?:上个?月|上周|去年|今年|前[天年]|昨天|刚|早就|已经|\\d+月|月[初底])[^,。]{0,6}(?:卖|过户|转|报废)(?:的|"
    "了|掉)|(?:卖|过户|转)(?:的|给[^,。]{1,6}的)$"
)

DRIVES_NOW = re.compile(
    "(?:现在|如今|目前)(?:开|换)(?!不|锁|门)的?(?:是)?[^,。]{2,6}$|(?:换|买)了(?:一?[台辆部])?(?:新|别的|其他)"
)
LEAKS = re.compile(
    "(?:会不会|会|不会|别|不要)(?:把)?(?:我的?)?(?:电话|手机号?|号码|信息|资料)?(?:乱)?(?:卖|泄露|泄漏|透露|"
    "外泄|传|给)(?:给|到|出去)?(?:了)?(?:别人|其他人|外人|"
    "第三方|中介|别的|人家|广告)"
)


def asks_who(text: str) -> bool:
    """喂, 你谁啊; 你们是哪家店. 谁是陈女士 asks about somebody else."""
    return _WHO.fullmatch(text.strip("?!。,~ ")) is not None


def contact_person(text: str) -> str:
    """以后打我老婆电话 → 老婆; "" when nobody is named to be reached instead."""
    found = _CONTACT.search(text)
    return found["who"] if found and _NOW_ON.search(text) and not _NO_CONTACT.search(text) else ""


def address(text: str) -> str:
    """以后寄东西寄到萧山区市心路100号3幢 → 萧山区市心路100号3幢."""
    found = None if re.search("[吗么?]$|能不能|可以|多少", text) else ADDRESS.search(text)
    return (found["to"] or found["now"]) if found else ""


def only_at_some_hours(text: str) -> bool:
    return AT_SOME_HOURS.search(text) is not None and not for_ever(text)


def for_ever(text: str) -> bool:
    """以后都别打电话, whatever hour is named."""
    return _FOR_EVER.search(text) is not None


def keeps_data(text: str) -> bool:
    """算了先别删: what was to be deleted shall stay. 怎么还不删 presses for it."""
    return _PRESSES.search(text) is None and any(map(KEEPS_IT.fullmatch, re.split("[,。!; ]+", text)))


def asks_if_erased(text: str) -> bool:
    """删完我保修还有吗, 那我记录还在不: what becomes of something once it is done."""
    return (
        _IF_ERASED.search(text) is not None
        and not _IN_A_HURRY.search(text)
        and (asks(text) or text.endswith(("不", "没")))
    )
