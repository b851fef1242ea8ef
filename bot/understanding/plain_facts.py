"""Plain facts that blame nobody: how far a car has gone, what was done already, who waits where, what stayed behind."""

import re

from bot.understanding.normalise import bare

_NUMBER = "[\\d一二两三四五六七八九十几百千万半.多来出头]+"
_SPAN = (
    f"(?:{_NUMBER}个?(?:天|周|星期|礼拜|月|年)(?:半|多)?|"
    "[上这本]个?(?:周|星期|礼拜|月)[一二三四五六日天]?|去年|前年|今年|昨天|前天|刚)"
)
_FILL = "(?:我的?|这台?|车子?|它|现在|已经|才|刚|就|总共|一共|大概|差不多|快|也|都|了|有|是|到|的|吧|呢|啊)"
_HAD = f"(?:{_SPAN}|{_FILL})*(?:提|买|上牌|落地|到手)(?:的|了|车|这车|时候|那会儿)*(?:{_SPAN}|{_FILL})*"
_GONE = f"(?:{_FILL})*(?:跑|开|行驶|走)(?:{_FILL})*{_NUMBER}(?:公里|多公里|千米|km|码)?(?:{_FILL})*"
_DONE = (
    f"(?:{_FILL}|{_SPAN})*(?:[在去](?:你们?|您|咱)们?(?:家|店|那|这|里|儿)*)(?:{_FILL}|{_SPAN})*"
    f"(?:做|换|保养|检查)(?:过|好|完|了)+(?:{_FILL}|{_SPAN})*"
)
OF_THE_CAR = re.compile(f"(?:(?:{_HAD}|{_GONE})[,。!~ ]*)+")
DONE_WITH_US = re.compile(_DONE)
# 我坐在车里等你们: where somebody is, and not for how long.
WAITS_THERE = re.compile(
    "我?(?:们|就|已经|现在|还|先)*[坐站待在蹲]+(?:在|着)?[^,。!? ]{1,8}(?:等|候)(?:着|下)?"
    "(?:你们?|您|师傅|救援|拖车)?(?:吧|哈|呢|啊|了)?"
)
# 里面没人: nobody is in it, nobody neglects anybody.
EMPTY = re.compile("(?:里面|里头|车[里上内]|家里|屋里|车库|后[排座])(?:也|都|现在)?没(?:有)?(?:人|孩子|小孩|宠物)")
# 没人受伤, 就是掉漆: what did not happen.
NOBODY_HURT = re.compile(
    "(?:倒是|还好|幸好|好在|也)?(?:人都?没(?:事|伤|受伤)|没(?:有)?人?(?:受伤|伤着|伤到)人?)(?:的|啊|呢)?"
    "(?:[,。 ]+(?:就是|只是|就)[^,。]{1,10})?"
)
# 人早没事了, 就是没车难受: what it is like without the car, and nobody's fault.
WITHOUT_A_CAR = re.compile(
    "(?:(?:我|人|早就?|都|也|倒|已经|,| )*没(?:什么|啥)?事了?[,。 ]*)?(?:就是|只是|但是?|,| )*"
    "(?:没(?:有)?车(?:开|用|坐)?|不能开车)"
    "(?:真|贼|太|很|挺|好|有点|的|是|,| )*(?:难受|不方便|不习惯|麻烦|别扭)(?:了|啊|呀|哈)*"
)
_THINGS = (
    "记录仪|手机|钥匙|雨?伞|水杯|杯子|水壶|眼镜|墨镜|钱?包|书包|卡|证件?|行驶证|驾照|本子|充电[线宝器]|数据线|支架|衣服|外套|帽子|"
    "玩具|耳机|东西|文件|礼物|袋子|保温杯"
)
_OURS = "(?:你们?|您|咱)们?(?:家|店|那|这|里|儿)|店里|休息[区室]|客休|前台|大厅|展厅|洗手间|卫生间|沙发|车间|4s"
LEFT_BEHIND = re.compile(
    f"(?<!把我)(?<!我们)(?:落|忘|遗忘)(?:在|到)[^,。!?]{{0,3}}(?:{_OURS})|"
    f"(?:{_THINGS})[^,。!?]{{0,6}}(?:落|忘|拉|遗忘|丢|掉)(?:在|到)[^,。!?]{{0,3}}(?:{_OURS})|"
    f"(?:落|忘|拉|遗忘|丢|掉)(?:了|下)?[^,。!? ]{{0,6}}(?:{_THINGS})[^,。!? ]{{0,3}}在(?:{_OURS})|"
    f"(?:{_OURS})[^,。!?]{{0,6}}(?:落|忘|拉)(?:下|了)+[^,。!?]{{0,6}}(?:{_THINGS})"
)
# Scratched by a branch or a stranger, not by us.
BY_OTHERS = re.compile(
    "(?:有人|有个?[^,。!? ]{0,4}[人车]|别人|不知道?谁|哪个|对方|[前后旁隔][车边壁][^,。!? ]{0,3}|邻居|小孩|"
    "熊孩子|路人|外卖[^,。!? ]{0,2}|电[动瓶]车|三轮车?|货车|公交车?|出租车?)(?:又|还|给|都|在[^,。!? ]{1,6})*"
    "(?:把|将|给)?我的?(?:新|那台?|这台?)?"
    "(?:车[^,。!? ]{0,4}|保险杠|后视镜|车门)(?:给)?(?:刮|划|蹭|碰|磕|撞|剐|追尾)"
    "(?:了|花|坏|出|伤|掉)*(?:一?[道个条块]?(?:坑|漆|痕|印子?))?(?:[^,。!? ]{0,3}(?:跑|走|溜)了?)?|"
    "(?:被|让|给)(?:树枝|树|石[子头]|钥匙|小孩|熊孩子|猫|狗|野猫|别人|人家|人|谁|电动车|三轮车?|自行车|购物车|护栏|墙|"
    "柱子|对方|旁边|隔壁|后车|前车)"
    "[^,。你们店]{0,5}(?:刮|划|蹭|碰|磕|撞|剐)(?:了|花|坏|出|伤|掉)?[^,。]{0,3}(?:[一两几]?[道块条]|漆|痕|坑)?"
)
_BLAMES = re.compile("弄丢|弄没|偷|拿走|不见了|没了|赔|投诉|怎么回事|不承认|又|还没|小时|半天|分钟|天了")


def blames_nobody(text: str) -> bool:
    """The whole of it is a plain fact. text: normalised."""
    body = bare(text)
    if not body or _BLAMES.search(body):
        return False
    whole = (OF_THE_CAR, DONE_WITH_US, WAITS_THERE, EMPTY, NOBODY_HURT, WITHOUT_A_CAR)
    return any(each.fullmatch(text) or each.fullmatch(body) for each in whole)


def left_behind(text: str) -> bool:
    """我的记录仪落在你们店了: to be looked for; 被你们弄丢了 is a grievance."""
    return LEFT_BEHIND.search(text) is not None and _BLAMES.search(text) is None


def done_by_others(text: str) -> bool:
    """有人把我车刮了跑了: somebody else's doing, and nothing is said of the house."""
    return BY_OTHERS.search(text) is not None and not re.search("你们|店里|师傅|技师", text)
