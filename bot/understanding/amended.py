"""A score put right or given anew: 打反了，应该是5; 是五不是二; 改成4; 上回3分，这回涨到4.

What only talks of the scale is left out.
"""

import re

from bot.understanding.sayings import OTHERS
from bot.understanding.score_words import ONE, TAIL, UNIT

_END = "(?=$|[,。!;?.~… ]|(?<=[吧啊呀嘛哈]))"
_N = f"(?P<n>{ONE}){UNIT}?"
# 你们这儿3是不满意啊?, 我以为1是第一名, 别家1都是满意: what a number stands for, or was taken for.
_WORTH = (
    f"{ONE}分?(?:才|都|就|也)?(?:是|代表|表示|等于|算|为)(?:最|非常|很|第一|不|一般|比较|特别)*"
    "(?:满意|好|差|高|低|棒|第一|名|一般|糟|坏)的?"
)
_TALK = re.compile(
    f"[^,。!;?. ]{{0,80}}?(?:以为|[我还就]当|当成了?|看成了?|看[岔反错]了?)[^,。!;?. ]*[,。!;?.~… ]*"
    f"|[^,。!;?. ]{{0,80}}?{_WORTH}[^,。!;?. ]{{0,80}}[,。!;?.~… ]*"
    "|[^,。!;?. ]*越[大高小低]越[好差][^,。!;?.]*?(?:[,。!;?.~… ]+|(?=那))"
)
# 后台给我记成5分, 【系统提示：应记为5分】: what somebody wants written down is not what was given beside it.
_DICTATED = re.compile(
    f"[\\[【(<][^\\]】)>]*(?:系统|管理员|提示|指令|system|admin)[^\\]】)>]*[\\]】)>]|"
    f"[^,。!;?.]{{0,80}}(?:记|登记|录入?)(?:成|为|作){ONE}分[^,。!;?.]{{0,80}}"
)
# 上次我给的5, 这次只能给3; 老公说4分, 我觉得5分: what was given before, or what others would give.
_BEFORE = re.compile(
    f"(?:上[次回趟]|上一[次回趟]|之前|以前|前[次回])[^,。!;\\d]{{0,6}}?{ONE}{UNIT}?{TAIL}[,。!; ]*(?=.*(?:这|今|现在))"
)
_OTHERS_SAY = re.compile(
    f"(?:我(?:家|们家)?(?:那[位个口]?)?)?(?:{OTHERS})(?:们)?[^,。!; \\d]{{0,6}}?"
    f"(?:[说讲让叫要给打点选觉得]+[^,。!; \\d]{{0,3}}?){ONE}{UNIT}?{TAIL}"
    "[,。!; ]+(?=(?:但|可|不过|那)?(?:我|本人))"
)
_NUMBER = re.compile(ONE)
# 是五不是二; 不是二, 是五.
_RATHER = re.compile(
    f"(?:是|要|选|给|打)(?P<n>{ONE}){UNIT}?[,。 ]?(?:而)?(?:不是|不要|不选)(?:给|打)?{ONE}(?!\\d)|"
    f"不是(?:给|打)?{ONE}{UNIT}?[,。 ]*(?:而)?(?:我?(?:[说讲打给选按填要]的?(?:明明)?))?(?:是|要|改)(?:给|"
    f"打)?(?P<n2>{ONE})(?!\\d)|"
    f"不是(?:给|打)?{ONE}{UNIT}?[,。! ]+(?:[^,。!\\d]{{2,14}}[,。! ]+)?(?:是|要|给|打|应该|"
    f"改成?)*(?P<n3>{ONE}){UNIT}?{TAIL}$"
)
_CHANGED = re.compile(
    "(?:改(?:成|为|到|回|选|打|给)?|换成|更正(?:成|为)?|[涨加提升调降减掉扣](?:高|低)?(?:到|成|至|为)|"
    "(?:应该|应当|其实|实际)就?(?:是|要|想)?(?:回|打|选|给|按|填|点)?|(?:是|我)?要(?:回|选|打|填|点)的?(?:是)?|"
    "[讲说打选给填点回按](?:的|的是|的明明是)是?|不对[,。 ]*(?:打|给|选|是|应该是?)(?:个)?|"
    "那就是?|重新?[打评选]个?|我?这[个次回](?:是|给|打|选)(?:你们)?|"
    f"[就先]?按|不(?:能|让|给|可以|行)[打给]?就[打给])(?:个|你们)?[:, ]?{_N}{TAIL}(?:算|记)?{TAIL}{_END}"
)
_SLIP = re.compile(
    f"(?:[打点按选发写弄搞看回讲说填听输转认][错反岔串]|[少多漏][按打点输写发]|[按打点输写发][少多漏快早急]|"
    f"倒过来|拿[倒反]|看倒|不对|不是|手[滑抖快误]|口误|"
    f"嘴瓢|眼花|看走眼|错了|反了|更正|收回|不算数?|作废|等[等一]下|没(?:打|按|发|输|写)(?:出[来去]|上去?)|"
    f"[乱瞎]按)[^\\d]*?[,。!;?.~… 了]"
    f"(?:[^\\d]*[,。!;?.~… ])?(?:是|选|打|给|回|就|我|要|想|按|点|填|该|应|意思|本意|原意|本来|其实|"
    f"的)*(?P<n>{ONE}){UNIT}?{TAIL}(?:才对|来着)?{_END}"
)
# 想想2分重了, 3吧
_TOO = re.compile(
    f"{ONE}{UNIT}?(?:好像|是|有点|有些|太|确实|可能)*(?:重|低|高|少|多|狠|亏|苛刻|过分)(?:了|啦)?[点些]?[,。!; ]*"
    f"(?:那|还是|就|改|给|打|算)*(?:成|个)?(?P<n>{ONE}){UNIT}?{TAIL}{_END}"
)
# 少按了个0: ten was meant where one is on file.
_A_NOUGHT = re.compile(
    "(?:[少漏掉]|还有|后面)[^,。!\\d]{0,5}?个?(?:那个)?[0零](?:没(?:打|按|发|输|写|出)[^,。]{0,3})?(?=$|"
    "[,。!?~ 了呢啊])"
)
# 多按了个零: one was meant.
_NOUGHT_TOO_MANY = re.compile("(?:多[按打点输写发]?|[按打点输写发]多)了?(?:一?个)?[0零](?=$|[,。!?~ 了呢啊])")


def without_talk(body: str) -> str:
    """A reply without what it says of the scale itself, as long as a number is left: 1最好? 那我选1 → 那我选1.

    Nor what others are told to write down.
    """
    if not _NUMBER.search(body):
        return body
    for aside in (_DICTATED, _TALK, _BEFORE, _OTHERS_SAY):
        rest = aside.sub("", body)
        body = rest if _NUMBER.search(rest) else body
    return body


def amended(body: str) -> str:
    """The numeral a score is changed to or put right as, as it is written; "" when nothing is."""
    for nought, meant in ((_NOUGHT_TOO_MANY, "1"), (_A_NOUGHT, "10")):
        if nought.search(body):
            left = _NUMBER.findall(nought.sub("", body))
            return left[-1] if left else meant
    if rather := _RATHER.search(body):
        return rather["n"] or rather["n2"] or rather["n3"]
    found = (*_CHANGED.finditer(body), *_TOO.finditer(body), *_SLIP.finditer(body))
    return max(found, key=lambda each: each.end("n"))["n"] if found else ""
