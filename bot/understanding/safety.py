"""Danger now, told apart from danger in the news, in the past, in jokes and in price questions (domain.md §1.10)."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.understanding import under_way
from bot.understanding.as_if import EXAGGERATED, as_if
from bot.understanding.bodies import FELT, PART, hurt
from bot.understanding.danger_words import KINDS, SOMEBODY, SOMEBODY_INSIDE
from bot.understanding.elsewhere import no_car_of_ours, only_examined
from bot.understanding.misheard import as_meant
from bot.understanding.normalise import READ_ALREADY
from bot.understanding.swallowed import swallowed
from bot.understanding.verdicts import DELIMITER

IN_THE_WATER = re.compile("(?:冲|滑|栽|开|掉|溜|翻)[^,。]{0,3}(?:河|湖|江|海|塘|水)[里中下](?!沟)")
CHEST = re.compile("胸|心[口慌]|冷汗")
# 开着车突然胸口痛; 呛着了, 脸发紫: nobody hit or shut them in, the body fails of itself.
OF_ITSELF = re.compile(
    "^(?!.*(?:撞|追尾|碰|翻|车祸|气囊|蹭|怼|刮|顶|挤|拱|夹|压|事故|锁|困|掉进|砸)).*"
    "(?:胸|心[口脏梗慌]|冷汗|[噎呛](?:[住到着]|[^,。]{0,3}气)|[脸唇][^,。]{0,4}[紫青]|怀孕|孕妇|羊水)"
)
BELT = re.compile("^(?!.*(?:解不|打不开|卡[住死]|出不|下不)).*安全带")
ADVERT = re.compile("^【[^】]{2,14}】.*(?:立减|下单|戳|点击|热卖|http|优惠|拒收|退订)")
TO_A_PERSON = frozenset({"medical", "person_trapped"})  # with a toy in the hand as well
COMPILED = {name: re.compile(pattern) for name, pattern in KINDS.items()}
NOW = re.compile(
    "现在|正在|刚才|刚刚|刚|马上|此刻|救命|救我|快(?:来|点|救|派)|怎么办|咋办|咋整|help|在路边|停在|"
    "高速上|路上|!{2,}|开着开着"
)
CHARGING = re.compile(
    "(?:正在|还在|在[^,。]{0,6})?充着?电(?![宝瓶口器线])[^。]{0,20}|拔[^,。]{0,4}枪|电池包|电池[^,。]{0,4}[冒烟喷]"
)
TOLD = re.compile(
    "(?:抖音|快手|小红书|微博|知乎|b站|头条|央视|315|公众号|论坛|贴吧)|广播(?:里|说|讲|在)|新闻|网传|传[言闻]|谣言|召回|听说|听人说|群里[^,。]{0,3}(?:说|传|讲|有人)|"
    "报道|网上(?:说|看|都|有)|(?:看|刷)(?:到|了).{0,6}视频|视频[里上]|"
    "(?:记录仪|监控|摄像头)[^,。]{0,6}拍到(?:别|人家|前)|朋友圈(?:里|"
    "看|有|都)|抖音[上里]|微博|热搜|视频$|视频是|车祸视频|电视|电影|电视剧|赛车游戏|游戏[里中]|(?<!不是)(?<!不像)做梦|梦见|梦到|"
    "小说|段子|节目[里上中]?[^,。]{0,3}(?:说|讲|播|有|放)|[剧番片]里|[男女]主(?!人|任|管|持)|综艺|主播|直播(?:里|间|说)|某品牌|别的牌子|别人家|隔壁品牌|推送说|"
    "看到.{0,8}(?:品牌|型号|款)|资料|说明书|文章|科普|科目[一四1-4]|考题|选择题|选哪个[呀啊]|速激|速度与激情|主角|"
    "(?:看到|看见|路过|遇到)[^,。]{0,8}(?:追尾|车祸|翻车|着火|撞|翻了)|[好真太]惨|演习|演练|"
    "听[^,。]{1,5}[讲说][^,。]{0,8}(?:容易|会|老是?|爱|都)"
)
PAST = re.compile(
    "去年|前年|上个?月|上周|上星期|以前|之前|上次|上回|曾经|出过|着过|撞过|追尾过|前几天|前阵子|前两天|"
    "过一次|过两次|第二天|还好没|好在没|年前|月前|那次|那天|当年|历史|早些时候|小时候|昨[天晚](?!起|开始|到现在|那会儿起)|前天|上个?礼拜|"
    "原来|买之前|二手|事故车|(?:\\d{1,2}|[一二三四五六七八九十]+)月(?:份|底|初|中旬)|那年|有(?:一)?[回次]|有一阵|早(?:就)?结了|结案"
)
# Said in a clause of its own: 我爸倒车撞到我妈的脚, 上个月的事.
LONG_SETTLED = re.compile("(?:天|晚|周|月|年|回|次|早)的事|私了(?:了|过|掉)|赔了[^,。]{0,8}私了")
SUPPOSED = re.compile(
    "如果|万一|假如|假设|要是|防着|免得|省得|以防|预防|防止|怎样才|才不会|(?<!好)不容易|更容易|保险条款|会不会|是不是会|[说讲传][^,。]{0,6}(?:会|容易)(?:自己)?(?:自燃|"
    "着火|起火|烧|爆炸)"
)
IN_THEORY = re.compile(
    "一般(?:怎么|如何|该|来说|是?谁|都|算)|(?:提前|先)(?:了解|学)|学学|教教|学习一下|科普|用(?:什么|啥|哪种)灭火|"
    "有过[^,。]{0,10}(?:吗|没|的)|概率|几率|"
    "有没有[^,。]{0,6}(?:应急|开关|按钮|功能|办法|拉手|自动)|怎么自救|自救(?:方法|办法)"
)
# Said last, of the whole message: 小孩锁车里怎么办, 提前了解一下.
BEFOREHAND = re.compile(
    "[,。!; ](?:就|只是|想)*提前(?:了解|学|问|知道)(?:一?下)?[。!]?$|以备(?:万一|不时之需)|有备无患"
)
OTHERS = re.compile("(?:朋友|同事|邻居|别人|人家|亲戚|网友|隔壁|他|她|某).{0,4}(?:的)?车|有(?:人|台|辆|款|车)")
ABOUT_MINE = re.compile(
    "我这[款台辆]|我也(?:想|要|来|得)|你们的?(?:电池|车)|[稳怕]不[稳怕]|安不安全|(?:跟|和)你们没关系|(?:我|咱).{0,8}(?:会不会|要紧|"
    "有没有|是不是|会.{0,4}[吗么]|安全[吗么])"
)
WONDERS = re.compile(
    "要不要(?![停熄报开下跑逃])|会.{0,6}[吗么]|容易.{0,6}[吗么]|怕|担心|避免|可能会|保不保|赔不赔|赔吗|"
    "险.{0,6}(?:包|保|管|赔)|(?:包|赔|管)不(?:包|赔|管)|哪[个种款][^,。]{0,3}[更容不]|"
    "险.{0,8}(?:多少|吗|么)|管不管|算不算|多深|多高的?水|多少算"
)
LONG_AGO = re.compile("上个?礼拜|上个?月|去年|前年|上周|上次|之前|以前|年前|月前")
TO_MEND = re.compile("换[^,。]{0,6}多少|多少(?:钱|银子|米|大洋)|修|赔|保险|定损|年检|保养")
OUTSIDE = re.compile(
    "人(?:都|也)?在(?:车?外面?|外头)|人(?:都|也)?进不去|(?:里面|车里|车上)没(?:有)?人|没(?:有)?人在(?:里面|车[里上])|(?:孩子|娃|宝宝|"
    "小孩)[^,。]{0,2}(?:在我|抱|牵|背)(?:身边|"
    "旁边|怀里|手[里上]|着)|没在车[上里]"
)
SMOKING = re.compile("抽[过了根支着个]*烟|吸烟|香烟|二手烟|烟味|烟头|烟灰|抽了")
TRADE = re.compile(
    "原因|一般(?:有|是)|有哪些|流程|怎么预防|多少钱|价格|报价|优惠|几钱|怎么卖|(?:想|要|需要|"
    "该)(?:换|更换|保养|买)|更换|续保|保费|"
    "理赔.{0,6}(?:多久|流程|材料|进度|到账|多少)|多少公里.{0,3}换|推荐|区别|原理|配置|有(?:没有)?.{0,4}功能|几个气囊|"
    "标配|演示|测试|试验|评测|能开空调[吗么]|(?:露营|宠物|驻车)模式"
)
# 隔壁工地烧垃圾, 焦味全吸进车里了.
BLOWN_IN = re.compile("(?:工地|路边|楼下|隔壁|外面|田里|厂[里区])[^,。]{0,6}(?:烧|冒)[^。]{0,16}(?:味|烟)")
EXHAUST = re.compile(
    "(?:大?货车|卡车|公交|渣土车|前[面头]?[那的]?车)[^。]{0,8}烟|烧机油|冷启动|冷车|热车|蓝烟|排气管?|尾气|排气筒|空调.{0,4}(?:冒白|出风).{0,3}[气雾汽烟]"
)
A_NOT_A = re.compile(r"(.)不\1[啊呀呢]?[?]?$")
A_DEED = re.compile("(?:行|能|要|可)不(?:行|能|要|可)[啊呀呢]?[?]?$")  # asks what to do, now
IN_IT = re.compile("了|现在|正在|刚|突然|还[在是]")
UNDER_IT = re.compile("车底|充电|枪|机舱|引擎|发动机盖|车头|滴|漏油|漏了|流了|汽油|火")
DENIED = re.compile(
    "(?:没有?|未|不|差点?|险些)(?:再|有|被|就)*(?:冒烟|起火|自燃|失灵|追尾|出事故|撞|漏水|进水(?!里|中)|着火|被?淹|晕)"
)
HARMLESS = re.compile("不影响(?:开|用|行驶|驾驶)|不耽误(?:开|用)|不碍事")
MENDED = re.compile("^.{0,8}(?:修好|解决了|处理好了|(?:毛病|问题)[^,。]{0,4}(?:找到|找出|解决|修))")
KEYS_ONLY = re.compile(
    "(?:钥匙|手机|包|证|行李|电脑|东西)(?!.*(?:孩子|小孩|宝宝|娃|人|狗)).{0,6}锁|被.{0,4}(?:套住|拿捏)|锁屏|关在门外"
)
KEYS_WITHIN = re.compile("锁[^。]{0,10}钥匙[^,。]{0,4}(?:里|内)")
THINGS_LEFT = re.compile("(?:包|伞|杯|壶|玩具|外套|衣服|作业|手机|眼镜|东西|行李|证|电脑|钥匙).{0,4}(?:忘|落|丢|锁)")
# 夹到我手, 指甲都黑了, 没人道歉: told afterwards, nobody is held fast any more.
AFTERWARDS = re.compile("[黑肿紫青破]了|道歉|医药费|谁[出负赔]|赔|说法|缝[了针合]|包扎|拍片|骨折|留疤")
ON_US = re.compile(
    "你们[^,。]{0,4}(?:负责|赔|给个?说法|怎么说)|(?:对不起|道歉|抱歉)(?:都|也)?没|没[^,。]{0,4}(?:道歉|对不起)|"
    "病历|缝(?:了|过)?[几\\d一二两三四五六七八九十]+针|"
    "[这那]事(?:怎么|咋)说"
)
CLAIMS = re.compile("医药费|道歉|谁[出负赔]|说法|赔偿")
HELD_STILL = re.compile("不[出开动下来]|还[夹卡锁困]|(?<!到)现在|快|救|住了(?!.*后来)|正")
# 困在高架上一动不动, 前面修路呢, 要晚半个钟头: the traffic holds them.
JAM = re.compile("堵|修路|限行|封路|车流|排队|红灯|塞车|挪不动")
AHEAD = re.compile("前[面方头边][^,。]{0,8}(?:追尾|撞|事故|车祸|翻车)[^。]{0,6}(?:堵|封|慢|动不|挪不|排)")
STUCK_BEHIND = re.compile("堵[^。]{0,12}(?:前[面方头边]|有人?)[^,。]{0,6}(?:追尾|撞|事故|车祸|翻车)")
STARTS_IT = re.compile("(?:能|敢|可以|要不要|可不可以)[^,。]{0,6}(?:启动|打火|点火|发动|打着|着车|开走|试试)")
# 昨天泡水 拖你们店了 修好没: a colleague has it already.
SEEN_TO = re.compile(
    "拖(?:到|去|回|走|给|你们)|在?你们(?:店|那|这)|(?:修|看|弄|检查|晾|烘|处理)[^,。]{0,2}(?:好|过|完)|修理厂|已经修"
)
BATTERY_KNOCKED = re.compile(
    "电池(?:包|壳|底)?[^,。]{0,6}(?:刮|磕|碰|蹭|撞|剐|顶|托底)|(?:刮|磕|碰|蹭|撞|剐|顶)[^,。]{0,4}电池"
)
BATTERY_BURNS = re.compile("烟|火|味|嘶|滋|响|漏|烫|热|鼓|炸|变形|伤|疼|120")
SMOKES_OR_HURTS = re.compile("烟|火|血|伤|晕|喘|疼|水[淹漫深]|撞|追尾")
LATE = re.compile(
    "错过|失约|没赶上|重新[^,。]{0,3}(?:约|排)|晚[点到一两半几十]|迟|赶不|改[到成期天个明后下周]|往后[推挪]|推[迟后]|来不及|约的?|取消"
)
# A car stuck in sand, a lock that will not let it start, a mirror knocked off last week: no fire brigade is wanted.
NO_DANGER_HERE = {
    "person_trapped": re.compile(
        "陷|打滑|托底|[掉卡]坑|轮子?[^,。]{0,16}(?:下不来|空转)|^钥匙|(?:停车场|车位|车库|库里|泥|沙|雪地?).{0,6}出不[来去]|没电锁"
    ),
    # 下雨车里进水了, 天窗漏: a leak to be mended.
    "flood": re.compile(
        "^(?!.*(?:淹|积水|涉水|漫|泡|座椅|没过|熄|灌|洪|河|湖|打不着|启动)).*(?:天窗|漏|渗|密封|[窗门][^,。]{0,3}没关|洗[完了]?车|空调)"
    ),
    "overheat": re.compile(
        "没事[吧吗]|洗[完了]?车|正常[吗吧么值]|算(?:是)?正常|(?:多少|几)度?[^,。]{0,3}正常|算[高热]|(?:比平时|一直|总|老)[^,。]{0,3}高(?:一格|一点|了一?点)|"
        "[高热]吗|没事吧|[高红]过|想.{0,4}(?:检查|看看)|(?:找|哪)[^,。]{0,3}(?:时间|"
        "天).{0,6}(?:检查|看)"
    ),
    "brake_failure": re.compile(
        "按启动|一键启动|启动键|点火|(?:驻车|手刹|epb)[^,。]{0,4}(?:松|放|解)不[开掉了]|(?:方向盘?|转向).{0,6}锁(?:死|了|住)*.{0,4}(?:打不.{0,3}火|启动不了|"
        "发动不|钥匙)|"
        "打不.{0,2}火.{0,6}方向盘?"
    ),
    "accident": re.compile(
        "轮子?掉进|(?:马路牙子|路牙|路[沿肩]石|石头|台阶|减速带)[^。]{0,20}(?:漏|裂|瘪|动不了|走不)|定损|换[^,。]{0,4}多"
        "少|(?:疼|痛|不舒服)[^,。]{0,6}(?:不[去来]了|[去来]不[了成])|"
        "撞坏.{0,8}(?:约|换|修|喷|补|多少|预约)|"
        "(?:约|换|修|喷|补|预约).{0,8}撞坏|(?:约|送)[^,。]{0,6}修"
    ),
}
IN_DANGER = re.compile(
    "(?<![来个])人(?!家|保|工|民)|孩|娃|宝|老婆|老公|[爸妈]|受伤|流血|刚(?!洗)|现在|这会儿|正在|高速|开着|行驶|快(?:来|救)|救命|困"
)
# Who waits, hurries or rages may be on fire, as long as no car is: 等得我要冒烟了.
FEELS = re.compile(
    "(?:等|催|排队?|忙|气|急|(?<!加)热|累|渴|电话)[^,。!]{0,10}(?:得|到|死|遍|次|起飞)|(?:你们|再)不(?:回|来|理|接|交|给)"
)
OF_A_CAR = re.compile(
    "车(?!主)|引擎|发动机|机[盖舱]|电[池瓶]|充电|底盘|轮|仪表|中控|空调口|高速|闻|味|救命|快来|119|楼|屋|店里"
)
# A bump of one's own is asked about, nobody is on the road: 自己撞了墙, 车损险赔吗.
INSURES = re.compile("保险(?!杠)|车损|三者|理赔|[赔险]|保费|报销|自费")
DEARER = re.compile("保[费险][^,。]{0,8}(?:涨|上浮|贵|多交|打折|优惠系数)")
ASKS_OF_IT = re.compile(
    "[吗么?]|包不包|保不保|[修赔管包保]不$|给修|不赔|不管|管不|赔不|划算|还是|能不能|够不够|怎么赔|多少|行不行|可以不|认不认|要[^,。]{1,8}[不没]$"
)
STILL_THERE = re.compile(
    "刚|现在|正在|高速|隧道|路[上边口]|(?<![别被])人(?![家保工民])|别人(?!的?车)|伤|血|气囊|翻|夹|困|瘪|快来|救|"
    "动不了|行人|电动车|骑|小?孩|娃"
)
INJURED = re.compile(
    "满[头脸手身]+是?血|[一全][脸身]血|全是血|直不起|弯着不对|燎了|[淌渗滴冒止][^,。]{0,3}血|血(?:流|止|一直|不"
    "停)|都是血|[躺倒](?:在)?地上?|叫不醒|没意识|捂着|磕破|擦破|"
    "[躺趴]着[^,。]{0,2}(?:不动|没)|[躺趴]在?[那这](?:里|儿|边)?|没动静|碾(?:了|到)|抬不起|转不动|不敢动|头[昏晕]|[恶吐][心了]|哭|"
    "[起站]不来|想吐|受伤|流血|出血|骨折|伤(?:了|到|着|得|员|者)|昏迷|晕|动不了|疼|痛|死|120|救护"
)
UNHURT = re.compile(
    "人车都?好|人也?都?好好的|没碰着|(?:人|都|大家|我)?(?:没事|没受伤|没有受伤|无人受伤|没人受伤|未受伤|没伤|无伤|都好|平安)"
)

# 本来觉得没事, 现在脖子动不了: what it seemed at first says nobody is well.
THOUGHT_WELL = re.compile(
    "(?:本来|开始|刚开始|起初|原来|原本|刚才|刚刚|当时|以为|觉得)+(?:我|人|都|还|也|觉得|以为|说|感觉|看着)*(?:没事|没受伤|好好的)"
)
SCARED = re.compile("(?:吓|气|急|烦|热|累|笑)(?:死|哭|晕)(?:我|人|了)*")
# 人没事, 就是脖子疼: told beside, of a body.
ILL = re.compile(
    f"(?<![心肉])[疼痛]|头[昏晕]|晕|想吐|吐了|恶心|流血|出血|骨折|{PART}[^,。]{{0,4}}(?:动不了|转不动|抬不起|麻|肿|破)"
)
NOT_ILL = re.compile(
    "(?:没有?|不|未|无|没人)(?:再|有|怎么|太|人|觉得|算|是|很)*(?:流血|出血|头?晕|疼|痛|想?吐|骨折|恶心)"
)


@lru_cache(maxsize=READ_ALREADY)
def emergency(text: str) -> str | None:
    """The kind of danger going on now (conversation-tests.md, emergency), or None. text is normalised."""
    text = as_meant(text)
    if swallowed(text) and not ADVERT.search(text):
        return "medical"  # 把车钥匙的电池吞了: its battery burns no car
    kinds = [kind for kind, pattern in COMPILED.items() if _stands(kind, pattern, text)]
    if not kinds:
        return None
    if only_examined(text) or ADVERT.search(text) or (no_car_of_ours(text) and not TO_A_PERSON.intersection(kinds)):
        return None
    return _which(kinds, text)


def _which(kinds: Sequence[str], text: str) -> str:
    """Of several the one that tells what to do; kinds in the order of KINDS."""
    first, others = kinds[0], kinds[1:]
    if first == "medical" and (OF_ITSELF.search(text) or (others == ["person_trapped"] and BELT.search(text))):
        return first
    if first == "medical" and "person_trapped" in others and not CHEST.search(text):
        return "person_trapped"
    if first == "accident" and IN_THE_WATER.search(text):
        return "flood"
    if first == "smoke_fire" and CHARGING.search(text):
        return "ev_battery"  # 在家里充着电, 底盘下面噼啪响, 往外喷白烟
    if "accident" in others and (first == "medical" or (first == "brake_failure" and injury(text))):
        return "accident"  # 被追尾了, 女儿说头昏: what came of it is told beside, as an injury
    return first


def _stands(kind: str, pattern: re.Pattern[str], text: str) -> bool:
    return any(not _false_alarm(kind, text, found) for found in pattern.finditer(text))


def afterwards(text: str) -> bool:
    """医药费谁出, 缝了四针: told by somebody who wants redress; or an advertisement."""
    if ADVERT.search(text) or CLAIMS.search(text):
        return True
    return ON_US.search(text) is not None and not HELD_STILL.search(text)


def told_of(text: str) -> bool:
    """Of danger only as news, theory, the past, a figure of speech, insurance, or of a thing: nobody is in it now."""

    def said(*words: re.Pattern[str]) -> bool:
        return any(each.search(text) for each in words)

    return (
        (only_examined(text) or no_car_of_ours(text) or _only_late(text) or _only_things(text, text))
        or said(EXAGGERATED, TOLD, SUPPOSED, DENIED, TRADE, CLAIMS, ON_US, FELT, HARMLESS)
        or (said(SMOKING, EXHAUST) and not said(UNDER_IT))
        or (said(FEELS) and not said(OF_A_CAR, SOMEBODY_INSIDE))
        or (said(THINGS_LEFT) and not said(SOMEBODY))
        or (said(OUTSIDE) and not said(SOMEBODY_INSIDE))
        or (said(INSURES) and said(ASKS_OF_IT))
        or (said(OTHERS) and said(ABOUT_MINE))
        or (said(A_NOT_A) and not said(IN_IT))
        or (said(*NO_DANGER_HERE.values()) and not said(IN_DANGER) and not injury(text))
        or (said(PAST) and not said(NOW))
        or _asked_about(text, "")
    )


def injury(text: str) -> bool | None:
    """True: someone is hurt; False: said that nobody is; None: not said."""
    text = SCARED.sub(" ", THOUGHT_WELL.sub(" ", text))
    if UNHURT.search(text):
        return ILL.search(NOT_ILL.sub(" ", UNHURT.sub(" ", text))) is not None
    return True if INJURED.search(FELT.sub(" ", text)) or hurt(text) or swallowed(text) else None


def knocked(text: str) -> bool:
    """底盘刮了, 电池包磕了一下: no smoke, no smell, nobody hurt; it is not driven or charged until it was looked at."""
    return BATTERY_KNOCKED.search(text) is not None and BATTERY_BURNS.search(text) is None


def only_cries(text: str) -> bool:
    """他在哭, of a child locked in: awake, and not hurt as far as is told."""
    return "哭" in text and injury(text.replace("哭", " ")) is None


def _false_alarm(kind: str, text: str, found: re.Match[str]) -> bool:
    clause, tail = _clause(text, found.start(), found.end())
    upto = clause[: clause.find(found[0]) + len(found[0])] if found[0] in clause else found[0]
    if (
        as_if(clause, found[0])
        or _only_things(clause, text)
        or DENIED.search(upto)
        or MENDED.search(text[found.end() :])
    ):
        return True
    if _only_help_is_wanted(kind, text) or _no_fire(kind, clause, text, found) or _insured(kind, text):
        return True
    if (ON_US.search(text) and not HELD_STILL.search(text)) or (
        OTHERS.search(clause) and ABOUT_MINE.search(text[found.end() :])
    ):
        return True
    if BEFOREHAND.search(text) or _asked_about(clause, tail):
        return not re.search("现在|正在|刚刚?|刚才|突然", clause)
    over = (PAST.search(clause) or LONG_SETTLED.search(text)) and not (kind == "flood" and _still_wet(clause, text))
    # 新闻里说会自燃，我的车现在也冒烟了: the clause itself says now.
    return bool(over or TOLD.search(text)) and (not NOW.search(clause) or TOLD.search(clause) is not None)


def _still_wet(clause: str, text: str) -> bool:
    """昨晚地库倒灌, 能按启动试试吗; 昨天下大雨车泡水了: what happened is past, the danger is not."""
    if STARTS_IT.search(text):
        return True
    settled = SEEN_TO.search(text) or INSURES.search(text) or DENIED.search(text)
    return under_way.recent(clause) and not settled


def _only_things(clause: str, text: str) -> bool:
    if KEYS_ONLY.search(clause):
        return SOMEBODY_INSIDE.search(text) is None
    return KEYS_WITHIN.search(clause) is not None and SOMEBODY.search(text) is None


def _insured(kind: str, text: str) -> bool:
    asked = INSURES.search(text) is not None and ASKS_OF_IT.search(text) is not None
    burns = kind == "smoke_fire" and re.search("(?:自燃|[着起]火|烧)(?:起来)?了|烟", text) is None
    text = re.sub("现在(?=[包赔保能])", " ", text)
    over = PAST.search(text) is not None and NOW.search(text) is None  # 去年出过两次险, 都是追尾别人
    over = over or DEARER.search(text) is not None
    return (kind == "accident" or burns) and asked and (over or STILL_THERE.search(text) is None)


def _only_help_is_wanted(kind: str, text: str) -> bool:
    if kind == "person_trapped" and ((AFTERWARDS.search(text) and not HELD_STILL.search(text)) or _only_late(text)):
        return True
    if kind == "accident" and (AHEAD.search(text) or STUCK_BEHIND.search(text)) and LATE.search(text):
        return True
    guard = NO_DANGER_HERE.get(kind)
    text = re.sub("现在(?=(?:停|放)在?(?:家|小区|车库|单位|楼下)|能开|在家)", " ", UNHURT.sub(" ", text))
    if kind in ("flood", "accident", "overheat", "brake_failure") and LONG_AGO.search(text) and TO_MEND.search(text):
        return IN_DANGER.search(re.sub("现在(?=[这的换想要])", " ", text)) is None
    if EXAGGERATED.search(text) or (
        kind == "person_trapped" and OUTSIDE.search(text) and not SOMEBODY_INSIDE.search(text)
    ):
        return True
    return guard is not None and guard.search(text) is not None and IN_DANGER.search(text) is None


def _only_late(text: str) -> bool:
    return JAM.search(text) is not None and LATE.search(text) is not None and not SMOKES_OR_HURTS.search(text)


def _no_fire(kind: str, clause: str, text: str, found: re.Match[str]) -> bool:
    if kind == "smoke_fire" and BLOWN_IN.search(text):
        return True
    if kind == "smoke_fire" and FEELS.search(text) and not OF_A_CAR.search(text):
        return True
    smoke = kind == "smoke_fire" and not re.search("[火着]", found[0])
    return smoke and ((EXHAUST.search(clause) is not None and not UNDER_IT.search(text)) or _only_smoking(text, found))


def _only_smoking(text: str, found: re.Match[str]) -> bool:
    return SMOKING.search(text) is not None and not re.search("冒|越来越", found[0])


def _asked_about(clause: str, tail: str) -> bool:
    """What has happened (了) is told, not wondered about: 电池冒烟了会爆炸吗 is no theory."""
    if SUPPOSED.search(clause) or IN_THEORY.search(clause):
        return True
    if A_NOT_A.search(clause) and not IN_IT.search(clause) and not A_DEED.search(clause):
        return True  # 自动刹车灵不灵
    return "了" not in clause and any(pattern.search(clause + tail) for pattern in (WONDERS, TRADE))


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """The clause around a match, and the question asked right after it."""
    cuts = [0, *(cut.end() for cut in DELIMITER.finditer(text) if cut.end() <= start)]
    stop = next((cut.start() for cut in DELIMITER.finditer(text, end) if cut.end() > cut.start()), len(text))
    tail = re.match("[,。!;、\\s~…]+([^,。!;\\s]{0,14}(?:吗|么|多少钱|[?]))", text[stop:])
    return text[cuts[-1] : stop], tail[1] if tail else ""
