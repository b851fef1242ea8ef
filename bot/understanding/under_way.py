"""What is said while help is on its way: news of the car and of people, what may be done, that nobody need come.

Somebody in danger or stranded adds a few words at a time. Read alone they sound like anything: 停了 like a refusal,
还要多久 like a question about a repair, 不用来了 like a booking called off.
"""

import re

from bot.understanding import intents
from bot.understanding.setting import Setting

CALLED_OFF = "不用过去"  # safety.more, roadside.more
LONGEST = 30  # signs; who writes more says what they want
SAYS_LITTLE = frozenset({intents.UNCLEAR, intents.THANKS, intents.GREET, intents.HUMAN_REQUEST})
# What only our own reply about that kind says (templates/messages/safety): 人都下来了 goes on about it.
TOLD_TO_DO = {
    "brake_failure": re.compile("拉手刹|刹车没查好"), "smoke_fire": re.compile("打开引擎盖|冒过烟"),
    "ev_battery": re.compile("充电枪|别开也别充电|不要再开、也不要充电"), "overheat": re.compile("水箱盖|水温降下来"),
    "accident": re.compile("护栏外的安全处|被撞过"), "flood": re.compile("不要通电"),
    "person_trapped": re.compile("离人最远的车窗|人出来了就好"), "medical": re.compile("急救人员|再不舒服"),
}  # fmt: skip
STRANDED_TOLD = re.compile("人到路边安全处等|请在安全的地方等|路上再熄火")

_OF_SOMETHING_ELSE = re.compile(
    "保养|试驾|会员|活动(?!扳手)|优惠|质保|保修|三包|[在过脱]保(?!护)|保不保|年检|贷款|落地|发票|续保|积分|提车|订车|"
    "短信|推送|广告|退订|资料|评价|[1-5一二三四五]分|"
    "(?:[明后]天|周[一二三四五六日末]|星期|礼拜|[\\d一二三四五六七八九十]点|[上下]午)[^。]{0,12}(?:[来去送修约]|看看|检查)"
)
_ASKS = "(?:[吗么?]|[行成中好能]不|不[行成能]?$|没事吧|要紧|可不可以|能不能)"
_NOT_OVER = re.compile(
    "[吗么?]|[行好要能走开用]不|不[行能]|[不没][啊呀]?$|还(?:在|没|是)|没(?:好|出来|修好|解决)|但|可是|就是|万一|如果|要是|又(?:冒|着火|熄|打不|不|开始)|先"
    "|叫不醒|快"
)
# Beside it nobody is called off, unless it is told to be gone: 没起火, 烟散了.
_STILL_HARM = re.compile("[火烟疼痛血晕吐喘伤烫麻漏]|焦|糊|动不了|恶心|抽搐|不舒服|没(?:呼吸|意识|反应)")
_GONE = re.compile(
    "(?:没|不|无)(?:有|人|再|起|着|冒|流|觉得)*(?:火|烟|受?伤|[疼痛血晕吐漏])了?|[火烟](?:已经|都)?(?:灭|散|没)了|心疼|头疼你们|"
    "灭火器|(?:熄|关|打|点|启|着)火|火(?:车|锅|花塞)"
)
# 原来是旁边烧烤摊的味道, 前车冒的: it was no danger of ours; not a car or a post beside us that burns.
_NOT_OURS = re.compile(
    "(?:原来|其实|发现|结果|是)+(?!.*(?:车|桩|着火|起火))[^,。]{0,4}"
    "(?:旁边|隔壁|外面|路边|人家|邻居|工地|烧烤|烤肉|烤串|厨房|做饭|别人)[^,。]{0,10}(?:味道?|烟|气)?"
)
_WHO = "(?:人|孩子?|小孩|宝宝|娃|[他她]|老[人婆公]|[爸妈]|儿子|女儿|闺女|狗)"
OVER = re.compile(
    "不(?:用|需要|必|要)(?:你们|您|人|再|麻烦|拖车|救援)*(?:过?来|派|拖|管|麻烦|叫|救援|安排)|不(?:用|需要)了|别(?:过?来|派)了|"
    "(?:取消|撤)[^,。]{0,3}(?:救援|拖车)|"
    f"(?<![人都也他她子娃宝爸妈])没事了|没什么事了|虚惊一场|没撞[上到]|(?:看|闻|听|搞|弄)错了|误[会报]了?|{_NOT_OURS.pattern}|"
    "(?:车(?:子)?)?(?:已经|被)?拖走了|(?:又|自己|已经|现在|搞|弄|修)+[^,。]{0,3}(?:好了|能开了|能动了|能走了|打着了|启动了|解决了)|"
    "(?:打着|发动|启动|点着)(?:起来)?了|又着了|"
    "搭[上个]?电[^,。]{0,3}(?:好了|着了|能开)|"
    "(?:已经|我们|双方)?私了(?:了|好|完|掉|过)|(?:都|已经|全)(?:处理|解决|弄|搞)[^,。]{0,2}(?:好|完|定)?了|"
    "(?:别人|朋友|路人|保险公司|交警)[^,。]{0,6}(?:拖走|弄好|搭上|帮我[^,。]{0,4})了"
)
# Whoever was shut in is out. Where a car smokes or stands on a road it calls nobody off: the danger goes on.
OUT = re.compile(f"{_WHO}[^,。]{{0,4}}(?:出来|救出来?|抱出来?|下来|下车|醒|没事)了|门[^,。]{{0,3}}(?:打开|开开?)了")
DOOR = re.compile("门[^,。]{0,3}(?:打开|开开?)了")
# It grew while they waited: what to do is told in full once more.
FLAMES = re.compile(
    "(?<![没不灭熄])(?:火苗|火光|明火|(?<!没)(?<!不)(?:[起着]火|火(?:起来|大|冒|窜|蹿|烧)|烧(?:起来|着了)))"
)
RELIEF = re.compile(
    "(?:吓(?:死|坏|哭|到)(?:我|人|了)*|真?是?(?:太|好|多)?(?:谢谢|感谢|谢|多谢|辛苦)(?:了|你们?|您|大家)*|虚惊一场|还好|幸好|好险|"
    "没事[了就]?好?|松了?(?:一)?口气|后怕|[啊呀哎哦唉了的 ,。!~])+"
)
UNHURT = re.compile(
    "(?:没人|没有人|人没|人都没|都没|无人|没有?)(?:受)?伤|人(?:都|也)?(?:没事|好好的|平安)|都没事|没事,?人"
)
STOPPED = re.compile(
    "(?:停|靠边|熄火?|断电|拔(?:枪|掉|下来)?|关(?:火|电)?|下车|下来|撤|离开|走开|躲|放[^,。]{0,3}(?:警示|三角)牌?|牌[^,。]{0,3}放|"
    "打(?:开)?双闪|站|退)(?:好|稳|住|下来?|掉|在[^,。]{1,8}|到[^,。]{1,8}|远)*了|"
    "(?:停|靠)(?:好|稳|边|路边)(?:了|$|[,。 ])|"
    "(?:已经|都)(?:停|靠边|熄|下车|离开|报警|打)[^,。]{0,6}"
)
NEXT = re.compile(
    "然后(?:呢|怎么|干)|接下来|下一步|下面怎么|怎么办|咋办|咋整|怎么弄|该(?:怎么|干)|我(?:现在)?(?:要|该)做(?:什么|啥)"
)
DRIVE = re.compile(
    f"(?:还|再|慢慢|继续|直接|自己|那)*(?:能|可以|敢|要不要|行不行)[^,。]{{0,4}}(?:开(?!盖|窗|门|票|机盖|空调|双闪|发)|骑|挪|上路|走)|"
    f"(?:自己|慢慢|先|我)[^,。]{{0,3}}(?:开|挪)(?:过去|回|去|到|走|来|下)[^。]{{0,8}}{_ASKS}|(?:送|开)(?:过去|过来|去你们|到店)"
)
START = re.compile(
    "(?:能|可以|敢|要不要|再|试)[^,。]{0,6}(?:启动|打火|点火|发动|打着|着车|通电|上电|试试)|(?:启动|打(?:个|一下|下)?火|点火|发动)[^,。]{0,4}(?:试|行|[吗么?])"
)
CAP = re.compile("(?:开|掀|揭|打开)[^,。]{0,3}(?:盖|水箱)|加[^,。]{0,4}(?:水|冷却液|防冻液)|浇[^,。]{0,4}水|泼水")
CHARGE = re.compile(f"(?:充|插)[^,。]{{0,4}}电?[^,。]{{0,3}}{_ASKS}|拔[^,。]{{0,3}}(?:枪|插头)?[^,。]{{0,3}}{_ASKS}")
FETCH = re.compile("(?:回|进|上)车?[^,。]{0,4}(?:拿|取|抢)|(?:拿|取)[^,。]{0,6}(?:包|手机|东西|证件|行李|钥匙)")
WHEEL = re.compile(
    "(?:自己|我)[^,。]{0,4}(?:换|上)(?!一?个[人车]|辆)|换[^,。]{0,3}备胎|有[^,。]{0,2}备胎|备胎[^,。]{0,2}有"
)
SITS = re.compile("在?车(?:里|上|内)[^,。]{0,4}(?:等|坐|躲|待|呆)|坐[^,。]{0,2}车(?:里|上)")
WITH = re.compile(f"(?:[后前]排|后座|副驾|车上|车里|带着?)[^。]{{0,6}}{_WHO}|一家(?:人|[三四五]口)")
PRICE = re.compile("多少(?:钱|米)|费[^,。]{0,3}多少|几(?:多)?钱|[收要花]费|要钱|贵不贵|费用|免费|价")
HOME = re.compile("上门|(?:来|到)(?:我)?(?:家|这)[^,。]{0,4}(?:修|换|弄|搭电|[吗么不])")
WAITS = re.compile(
    "多久|多长时间|几分钟|什么时候[^,。]{0,3}[到来]|啥时候[^,。]{0,3}[到来]|几点[^,。]{0,3}[到来]|[来到出][^,。]{0,2}(?:了吗|了没|没有?$|发了)|到哪|"
    "人呢|快(?:点|到了?吗|来)|(?:我|那)+[^,。]{0,3}等(?:着|你们?|吧|您)|等(?:着|你们)(?:呢|吧|了)?$"
)
CALLS = re.compile(
    "(?:叫|派|喊|安排|找)(?:个|你们)?(?:人|拖车|救援|师傅|车)?[^,。]{0,2}(?:来|过来|吧|一下)|"
    "^[行好那嗯,。 ]*(?:那)?(?:叫|来|派|拖)吧|要拖车|打(?:了|过)[^,。]{0,3}(?:救援|拖车|400|保险|12[0-9]|11[0-9])"
)
SETTLE = re.compile("私了|对方|全责|责任|交警|报警|保险公司|定损|报保险|走保险|公了|拍照")
CALM = re.compile(
    "(?:不|没)(?:是)?(?:冒烟|烟|火|烫|响|漏)|没[^,。]{0,2}(?:冒烟|起火|着火|异味)|在哭|哭(?:了|着|呢)|钥匙|很[怕慌]|害怕"
)
# In order: the first that is said is what the reply begins with.
ORDER = (
    ("leak", re.compile("(?:漏|滴|流|渗)[^,。]{0,4}油|汽油[^,。]{0,3}味|油[^,。]{0,4}(?:一地|[滩摊])|[滩摊]油")),
    ("drive", DRIVE), ("start", START), ("cap", CAP), ("price", PRICE), ("wheel", WHEEL), ("fetch", FETCH),
    ("charge", CHARGE), ("home", HOME), ("wait", WAITS), ("sits", SITS), ("next", NEXT), ("unhurt", UNHURT),
    ("settle", SETTLE), ("called", CALLS), ("with", WITH), ("stopped", STOPPED), ("news", CALM),
)  # fmt: skip
# 绕城高速 半山附近; 在家; 我在公司: where somebody stands, and nothing else.
WHERE = re.compile(
    "(?:我|人|车|就|还|现在|停|在|位置|地址|[:, ])*(?P<place>(?<=在)(?:自己|我)?"
    "(?:家|公司|单位|店里?|学校|医院)[里边附近门口楼下]{0,3}|"
    "[^,。?!吗么了]{2,20}?(?:附近|旁边?|对面|门口|路口|出口|入口|服务区|收费站|方向|楼下|地库|"
    "车库|停车场|小区))(?:这里?|那里?|呢|的|[。! ])*"
)
RECENT = re.compile("昨[天晚夜日儿]|前[天晚]|今[早晨]|[半昨]夜|夜里|一晚上")
AWAY = re.compile(
    "我(?:人)?(?:现在)?(?:不在(?!车)|在(?:外地|出差|国外|老家|上班|单位|公司))|赶不(?:过去|回)|"
    "(?:打|来)?(?:电话|微信)[^,。]{0,4}(?:说|告诉)"
)


def standing(setting: Setting) -> str:
    """emergency or roadside_assist while one of them goes on, else "". A nod or a thank-you in between ends nothing."""
    before = setting.before
    if before.intent in (intents.EMERGENCY, intents.ROADSIDE_ASSIST):
        return before.intent
    if not before.text or before.intent not in SAYS_LITTLE:
        return ""
    if told_kind(setting.told):
        return intents.EMERGENCY
    return intents.ROADSIDE_ASSIST if STRANDED_TOLD.search(setting.told) else ""


def told_kind(told: str) -> str | None:
    """The kind of danger our line was about."""
    return next((kind for kind, words in TOLD_TO_DO.items() if words.search(told)), None)


def said(text: str) -> str:
    """What is asked or told while help is on its way (ORDER; over, out), "" for anything else. text: normalised."""
    if len(text) > LONGEST or _OF_SOMETHING_ELSE.search(text):
        return ""
    if over(text):
        return "out" if OUT.search(text) else "over"
    return next((name for name, words in ORDER if words.search(text)), "") or ("where" if where(text) else "")


def where(text: str) -> str:
    """The place, where the line says nothing but where; "" else."""
    found = WHERE.fullmatch(text)
    return found["place"].removeprefix("停").removeprefix("在") if found else ""


def over(text: str) -> bool:
    """又好了, 不用来了; 孩子出来了, 没事了: nobody need come. A doubt, a but, somebody still unwell: they must."""
    if _NOT_OVER.search(text) or still_harm(text):
        return False
    return OVER.search(text) is not None or OUT.search(text) is not None


def called_off(text: str) -> bool:
    """不用来了, 修好了, 虚惊一场: more than that people are out and well, 没事了."""
    text = re.sub("没(?:什么)?事了", " ", text)
    return over(text) and OVER.search(text) is not None


def was_nothing(text: str) -> bool:
    """没撞上, 原来是旁边烧烤摊的味道: there was no danger at all."""
    return re.search(f"虚惊一场|没撞[上到]|(?:看|闻|听|搞|弄)错了|误[会报]|{_NOT_OURS.pattern}", text) is not None


def still_harm(text: str) -> bool:
    """火, 烟, 疼 are told and not told to be gone."""
    return _STILL_HARM.search(_GONE.sub(" ", _NOT_OURS.sub(" ", text))) is not None


def relieved(text: str, told: str) -> bool:
    """吓死我了, 谢谢: said once it is over (CALLED_OFF), of what has been."""
    return CALLED_OFF in told and RELIEF.fullmatch(text) is not None


def flames(text: str) -> bool:
    return FLAMES.search(text) is not None


def away(text: str) -> bool:
    """我老婆打电话说车撞了, 我在外地: told by somebody who is not there."""
    return AWAY.search(text) is not None


def recent(text: str) -> bool:
    """昨晚, 今早: over, and what may be done now still counts."""
    return RECENT.search(text) is not None
