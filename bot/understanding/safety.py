"""Danger now, told apart from danger in the news, in the past, in jokes and in price questions (domain.md §1.10)."""

import re
from functools import lru_cache

from bot.understanding.normalise import READ_ALREADY
from bot.understanding.verdicts import DELIMITER

BRAKE = "(?:[刹煞杀沙]车(?!片|盘|油|灯|线|距离|皮)|制动|brakes?)"
KINDS = {
    "medical": (
        "晕倒|昏倒|昏迷|昏过去|晕过去|心脏病|心梗|心肌梗|脑梗|中风|抽搐|喘不(?:上|过)来?气|呼吸困难|"
        "没(?:有)?呼吸|胸口?(?:很|好|特别)?(?:痛|疼|闷)|休克|中暑|不省人事|口吐白沫|羊癫疯|救护车"
    ),
    "person_trapped": (
        "(?:孩子|小孩|宝宝|娃|老人|狗|妈|爸|人).{0,4}(?:车里|车内|里面).{0,8}(?:打不开|出不来|锁)|(?:孩子|"
        "小孩|宝宝|娃娃?|儿子|女儿|闺女|孙子|老人|妈|爸|老婆|老公|婴儿|小朋友|狗|人|我|"
        "乘客).{0,8}(?:反?锁|困|关|卡)(?:在|到|进)?.{0,4}(?:车里|车内|车上|里面|里头|里边|车厢|车子里|电梯|"
        "后备箱|后排)|锁(?:在)?车里(?:了|面)?|被困|困在|困住|(?:出不来|下不了车|下不来).{0,4}|车?[门窗](?:打不开|"
        "锁死).{0,8}(?:人|孩子|里面)"
    ),
    "ev_battery": (
        "(?:电池|电池包|电瓶包|动力电池|充电(?:口|桩|枪|的时候|中|时)?|"
        "底盘).{0,12}(?:冒[^出险昧]{0,2}[烟火汽气]|鼓包|嘶嘶|滋滋|冒烟|起火|着火|漏液|炸|爆炸|烧|焦味|糊味|"
        "烫(?:手|得)|刺鼻|高温报警|热失控)"
    ),
    "smoke_fire": (
        "汽油.{0,3}(?:漏|滴|流)|漏.{0,2}汽油|(?:很|好|特别|非常)(?:浓|大|重)的?汽油味|冒火[花星]|电火花"
        "|冒(?:着|出|起|了|的)?(?:很多|大量|好多|一股|股|大)?(?:黑|白|青|浓|蓝|大)?(?:色)?(?:的)?(?:烟"
        "|"
        "火)(?!气|味)|起火|着火|着了(?!凉|急|迷)|明火|自燃|烧起来|烧着|(?:糊|焦|烧焦|烧胶|胶皮|"
        "塑料烧).{0,2}味|火苗|窜火|浓烟|有烟(?!味|头|灰|瘾)|smok(?:e|ing)|on fire"
    ),
    "overheat": (
        "水温.{0,8}(?:高|红|爆表|满|报警|到顶|130|12\\d|11\\d|\\bh\\b)|开锅|(?:引擎盖|机盖|发动机盖|车头|"
        "前盖|机舱).{0,6}冒.{0,4}(?:汽|气)|(?:发动机|引擎).{0,4}(?:过热|高温|温度过高)|水箱.{0,4}(?:开了|爆|"
        "沸)|overheat"
    ),
    "flood": (
        "车.{0,8}(?:被淹|淹了|泡水|进水|泡了|泡在|淹在)|(?:涉水|蹚水|趟水|积水|过水).{0,10}(?:熄火|动不了|"
        "抛锚|打不着|灭)|水.{0,6}(?:漫|淹|没过|没到|进|灌|涨).{0,6}(?:车|座椅|轮胎|引擎|发动机|脚|门|踏板|"
        "轱辘)|水到(?:座椅|车门|轮胎|脚)|淹(?:水|车)|被水冲|洪水"
    ),
    "brake_failure": (
        f"(?:{BRAKE}|方向盘|转向).{{0,6}}(?:反应|作用|劲|感觉|力)(?:都|也)没|"
        f"手刹.{{0,6}}(?:失灵|失效|没用)|溜车|{BRAKE}(?:突然|完全|一下子?|好像|感觉|都|就)*没(?:有)?了|"
        f"{BRAKE}(?!.{{0,8}}(?:响|声|抖|噪|味|灯|油|"
        f"片)).{{0,10}}(?:失灵|失效|没(?:有)?(?:反应|作用|用了?|劲|力|感觉)|踩不动|踩不下|踩不住|踩到底|空的|踩空|空了|"
        f"不(?:管用|灵|起作用|好使|响应|工作)|软(?:的|绵|了)|失控|刹不住|坏了|断了|fail|not work|don'?t work|"
        f"gone)|踩.{{0,3}}{BRAKE}.{{0,6}}(?:不动|没|不停|停不下|没用|不住)|[刹煞杀沙]不(?:住|了|下来|"
        f"停)(?:车)?|(?:车|停)?停不(?:下来|住)|(?:方向盘|方向|转向).{{0,8}}(?:锁死|打不动|失灵|卡死|卡住|转不动|抱死|"
        f"没反应|失效|打不了|拧不动|不听使唤|动不了)|(?:车子?|车)?自己(?:往前|往后|向前|突然)?(?:冲|往前"
        f"|溜)|油门.{0, 6}踩不住|(?:车子?|车辆|油门).{{0,5}}(?:失控|卡住|松不开|弹不回|"
        f"回不来|自己加速|自动加速)|突然加速|steering .{{0,8}}(?:lock|stuck)"
    ),
    "accident": (
        "(?:撞(?:了|单车|自行车|三轮|车|上|到|人|树|墙|护栏|翻|坏|"
        "飞|倒|电动车|行人|的|击)|(?:轮子|车轮|轮胎|轱辘).{0,3}(?:掉|飞|脱)(?:了|出|下|落)|车.{0,5}(?:"
        "冲|滑|栽|开)(?:进|下|入|到).{0,3}(?:河|沟|湖|水里|坡|田|人群|店里)|"
        "压(?:在|住|到)(?:车|人|腿|脚|孩子)|追尾|追了?我?的?尾|车祸|翻车|侧翻|车.{0,3}(?:翻(?!新|修|看|篇)|掉)(?"
        ":了|到|进|下)?.{0,4}(?:沟|坡|河|桥|田|水|了)|开(?:到|进).{0,4}(?:沟|河)里|出(?:了)?(?:交通)?事"
        "故|(?:刚|"
        "现在).{0,8}(?:刮蹭|剐蹭|蹭了|碰了|碰撞)|肇事)|气囊.{0,3}(?:弹|爆|炸)(?:出|开|了)|accident|crash"
    ),
}
COMPILED = {name: re.compile(pattern) for name, pattern in KINDS.items()}
NOW = re.compile(
    "现在|正在|刚才|刚刚|刚|马上|此刻|救命|救我|快(?:来|点|救|派)|怎么办|咋办|咋整|help|在路边|停在|"
    "高速上|路上|!{2,}|开着开着"
)
TOLD = re.compile(
    "新闻|召回|听说|听人说|报道|网上(?:说|看|都|有)|(?:看|刷)(?:到|了).{0,6}视频|视频[里上]|朋友圈(?:里|"
    "看|有|都)|抖音[上里]|微博|热搜|视频$|车祸视频|电视|电影|电视剧|游戏|做梦|梦见|梦到|"
    "小说|段子|某品牌|别的牌子|别人家|隔壁品牌|推送说|看到.{0,8}(?:品牌|型号|款)|资料|说明书|文章|科普|"
    "演习|演练"
)
PAST = re.compile(
    "去年|前年|上个?月|上周|上星期|以前|之前|上次|上回|曾经|出过|着过|撞过|追尾过|前几天|前阵子|前两天|"
    "过一次|过两次|年前|月前|那次|当年|历史|早些时候|小时候|昨[天晚]|前天|原来|买之前|二手|事故车"
)
SUPPOSED = re.compile("如果|万一|假如|假设|要是|以防|预防|防止|怎样才|保险条款|会不会|是不是会")
OTHERS = re.compile("(?:朋友|同事|邻居|别人|人家|亲戚|网友|隔壁|他|她|某).{0,4}(?:的)?车|有(?:人|台|辆|款)")
ABOUT_MINE = re.compile("(?:我|咱).{0,8}(?:会不会|要紧|有没有|是不是|会.{0,4}[吗么]|安全[吗么])")
WONDERS = re.compile(
    "会.{0,6}[吗么]|容易.{0,6}[吗么]|怕|担心|避免|可能会|保不保|赔不赔|赔吗|险.{0,6}(?:包|保|管|赔)|"
    "险.{0,8}(?:多少|吗|么)|管不管|算不算"
)
FIGURE = re.compile(
    "烧烤|烤肉|厨房|干冰|加湿器|舞台|(?:热|累|饿|困|吓|气|笑|渴)得.{0,6}(?:要|快|差点).{0,3}(?:中暑|晕|昏|休克|犯|死)|"
    "(?:人|空调|店|休息|屋|室).{0,14}热得.{0,3}(?:着火|起火|冒烟|冒火)|"
    "(?:猛|忙|快|帅|美|气|急|爽|渴|累|困|贵)得.{0,3}(?:起火|着火|冒烟|爆炸|自燃)|气得|气到|(?<!车)"
    "头[顶上]冒|嗓子|七窍|笑(?:死|得|到)|哈{2,}|(?<!电池)(?<!包)(?<!玻璃)(?<!轮胎)炸裂|"
    "火爆|燃爆|燃炸|心态|眼睛冒|太火|很火|火气|"
    "热情.{0,3}(?:似火|如火)|撞(?:衫|脸|色|名|期|款|见|大运|档|单(?!车))|忙得|段子|开玩笑|逗你|打游戏|手速|闹着玩|"
    "刹不住(?:嘴|笑|手|话)|停不下来(?:笑|吃|买)|吓晕|乐晕|[帅美迷]晕|困在.{0,3}(?:公司|家里|单位|会议|堵车)"
)
SMOKING = re.compile("抽烟|吸烟|香烟|二手烟|烟味|烟头|烟灰|点烟器|抽了")
TRADE = re.compile(
    "多少钱|价格|报价|优惠|几钱|怎么卖|(?:想|要|需要|该)(?:换|更换|保养|买)|更换|续保|保费|"
    "理赔.{0,6}(?:多久|流程|材料|进度|到账|多少)|多少公里.{0,3}换|推荐|区别|原理|配置|有(?:没有)?.{0,4}功能|几个气囊|"
    "标配|演示|测试|试验|评测"
)
EXHAUST = re.compile("排气管?|尾气|排气筒|空调.{0,4}(?:冒白|出风).{0,3}[气雾汽烟]")
DENIED = re.compile(
    "(?:没有?|未|不|差点?|险些)(?:再|有|被|就)*(?:冒烟|起火|自燃|失灵|追尾|出事故|撞|漏水|进水|着火|被?淹|晕)"
)
MENDED = re.compile("^.{0,8}(?:修好|解决了|处理好了)")
KEYS_ONLY = re.compile("钥匙(?!.*(?:孩子|小孩|宝宝|娃|人|狗)).{0,6}锁|被.{0,4}(?:套住|拿捏)|锁屏|关在门外")
INJURED = re.compile("受伤|流血|出血|骨折|伤(?:了|到|着|得|员|者)|昏迷|晕|动不了|疼|痛|死|120|救护")
UNHURT = re.compile("(?:人|都|大家|我)?(?:没事|没受伤|没有受伤|无人受伤|没人受伤|未受伤|没伤|无伤|都好|平安)")
WHERE = re.compile("高速|服务区|隧道|高架|桥上|路口|停车场|车库|小区|路边|应急车道|国道|省道|匝道")


@lru_cache(maxsize=READ_ALREADY)
def emergency(text: str) -> str | None:
    """The kind of danger going on now (conversation-tests.md, emergency), or None. text is normalised."""
    for kind, pattern in COMPILED.items():
        for found in pattern.finditer(text):
            if not _false_alarm(kind, text, found):
                return kind
    return None


def injury(text: str) -> bool | None:
    """True: someone is hurt; False: said that nobody is; None: not said."""
    if UNHURT.search(text):
        return False
    return True if INJURED.search(text) else None


def place(text: str) -> str:
    found = WHERE.search(text)
    return found[0] if found else ""


def _false_alarm(kind: str, text: str, found: re.Match[str]) -> bool:
    clause, tail = _clause(text, found.start(), found.end())
    upto = clause[: clause.find(found[0]) + len(found[0])] if found[0] in clause else found[0]
    if FIGURE.search(clause) or KEYS_ONLY.search(clause) or DENIED.search(upto) or MENDED.search(text[found.end() :]):
        return True
    if kind == "smoke_fire" and "火" not in found[0] and (EXHAUST.search(clause) or _only_smoking(text, found)):
        return True
    if OTHERS.search(clause) and ABOUT_MINE.search(text[found.end() :]):
        return True
    if _asked_about(clause, tail):
        return not re.search("现在|正在|刚刚?|刚才|突然", clause)
    if PAST.search(clause) or TOLD.search(text):
        # 新闻里说会自燃，我的车现在也冒烟了: the clause itself says now.
        return not NOW.search(clause) or TOLD.search(clause) is not None
    return False


def _only_smoking(text: str, found: re.Match[str]) -> bool:
    return SMOKING.search(text) is not None and "冒" not in found[0]


def _asked_about(clause: str, tail: str) -> bool:
    """What has happened (了) is told, not wondered about: 电池冒烟了会爆炸吗 is no theory."""
    if SUPPOSED.search(clause):
        return True
    return "了" not in clause and any(pattern.search(clause + tail) for pattern in (WONDERS, TRADE))


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """The clause around a match, and the question asked right after it."""
    cuts = [0, *(cut.end() for cut in DELIMITER.finditer(text) if cut.end() <= start)]
    stop = next((cut.start() for cut in DELIMITER.finditer(text, end) if cut.end() > cut.start()), len(text))
    tail = re.match("[,。!;、\\s~…]+([^,。!;\\s]{0,14}(?:吗|么|多少钱|[?]))", text[stop:])
    return text[cuts[-1] : stop], tail[1] if tail else ""
