"""Where a car or somebody is, as the customer names it: 江陵路上, 滨康路和火炬大道路口, 沪昆高速, 楼下, 幼儿园门口."""

import re
from collections.abc import Sequence

KIND = (
    "(?:避险车道|公交(?:车?站|港湾|场)|站[台牌]|港湾|[村乡便]道|[竹树果]林|竹园|水库|大坝|"
    "(?:晒谷|菜|[足篮]?球|农贸市|市|工|草|牧|渔|驾校)场|门诊楼|交叉口|地铁口|法院|派出所|交警队|银行|饭馆|菜市场|"
    "祠堂|寺(?!院?里求)|教堂|体育馆|图书馆|博物馆|航站楼|住院[部楼]|"
    "急诊[楼部]?|柱子?|"
    "[一-龥]{2}[乡镇](?=[,。 往里上下的那边附旁]|$)|"
    "[一-龥]{2}山(?=[的嘞那往]|坡|$|[,。! ])|[一-龥]{2}城(?=[b负地\\d])|"
    "负[一二三1-3]层?|(?<![a-z])b\\d层?|(?<![a-z])[a-h]\\d{0,2}[区座栋]|苑|新村|休息[室厅]|咖啡[机吧]|展厅|大[堂厅]|"
    "卫生间|洗手间|厕所|楼梯[口间]|"
    "电梯口?|营地|村委会|"
    "家园|路肩|路口|[沪杭甬金温台京广深渝蓉昆宁苏锡常嘉湖绍]{2}(?=上)|(?:第[一二三四]|[左右"
    "]侧)车道|路(?!由|程|况"
    "|人|上堵)|街(?!坊)|大道|大桥|[一二三四五六七八九]桥|桥(?=[上头边面])|立交桥?|高架|隧道|高速|绕城|匝道|涵洞|"
    "桥洞|桥下|绿化带|应急车道|路肩|"
    "(?:行车|超车|快|慢)道|广场|小区|花园|花苑|公寓|商场|商城|超市|医院|学校|幼儿园|小学|中学|大学|校区|操场|公园|景区|"
    "民宿|酒店|宾馆|农家乐|饭店|餐厅|服务区|休息区|客休区|地库|地下?车库|车库|停车场|停车库|车位|收费站|加油站|"
    "充电站|检查站|地铁站|火车站|高铁站|"
    "车站|机场|码头|公司|单位|厂(?:区|里|门口)|工地|楼下|院[里子内]|村[口里]?|镇(?:上|里)|岛(?:上)?|山(?:上|下|"
    "脚|顶|路)|湖边|江边|河边|海边|沙[地滩]|泥地|田里|"
    "农场|万达|吾悦|龙湖|奥特莱斯|万象汇|天街|银泰|中心|大厦|广场|商圈|路口|桥头|国道|省道|县道|互通|枢纽|出口|"
    "入口|环线|[东南"
    "西北中]环|[东南西北]?[二三四五六内外]环(?![保境节比卫])|(?:火车|高铁|汽车|客运)?[东南西北]站|(?:蓄|待|候|"
    "驻)车[场区])"
)
# A name has none of these: verbs, persons, what leads to a place.
NAME = "[^,。!?;:~… \\n在到停趴抛锚撂撞冲开过下了着的是我你您他她它被给让跟把们从往刚还就都也很又离差近堵有去]"
# 下沙大桥, 上塘路: names that begin as a verb would.
FIRST = (
    "(?:(?:(?<=[在到从 ,。])|(?<![^,。!?; ]))(?![上下](?:班|高|车|午|个|次|坡|匝|雨|大雨|面|去|来|了|桥)|开(?:车|了|"
    "得|着|到|在|上|下|进)|近一)"
    "[上下开近])"
)
# What follows a place and belongs to it: a floor, a side, a direction.
BESIDE = (
    "(?:[往向朝][一-龥]{1,4}?方向(?! *盘)|(?:的)?(?:[东南西北abcd\\d一二三四负]{1,2}(?:[区层楼号]|出口|入口|门|"
    "口)[区楼口门]?|"
    "负?[bp]\\d(?![\\d区])层?|负[一二三]|[前后]面|[前后]头|"
    "停车[场库位]|门口|路口|[出"
    "入]口|匝道|边儿上|[往向]?[东南西北](?:[行向边侧面]|(?=\\d))(?:行驶)?|往[东南西北](?:边|面)?|[一-龥]{2,3}方向|"
    "k\\d+(?:\\+\\d+)?|[南北东西]岸|"
    " ?\\d+(?:\\.\\d+)?(?:公里|km)(?:加?\\d+米)?处?|里边|应急车道|路肩|边上?|旁边?|附近|对面|里头?|上|下面?|中间|"
    "方向|\\d+号|那块沙地))"
)
WAYS = re.compile(
    f"(?P<place>(?![个片条])(?:[gs]\\d{{1,4}}|"
    f"(?:[你我]们)?{FIRST}?{NAME}{{0,7}}?{KIND})(?:[和与跟]{NAME}{{1,7}}?{KIND})?"
    f"{BESIDE}*)"
)
# 慈溪那个赶海的停车场边儿上: a place told by what is done there.
TOLD_BY = re.compile(
    f"(?P<place>{NAME}{{2,8}}那[个家片座块条边][^,。!?;:~… \\n在停到被]{{0,10}}?{KIND}(?:{KIND})*(?:边儿?上?|旁边?|"
    f"附近|对面|门口|里头?|上)?)"
)
STANDS = re.compile(
    "(?:在|停到?|到了?|位置[是:]?|地址[是:]?|定位[是:]?)(?P<place>(?:我们|你们|我|他|她)?(?:家)?[^,。!?; 在了着"
    "能]{1,10}?(?:[层楼库院区](?!别)|门口|[出入]口|"
    "路上|环湖路|汇|城(?!市)|天地|桥头|那排|那边|那儿|旁边|边上|边儿上|前台|沙发|车间|里头))"
)
# The road to our shop is asked for, nobody stands there; a road bike is none either.
NO_PLACE = re.compile(
    "^(?:保险公司|一?路|路边上?|半路|上路|马路|公路|高速公?路?费|路|山|村|中心|公司|单位|出口|入口|街|大街|镇上|厂里|院"
    "里|厂区|医院|学校|酒店|机场|码头|岛)$"
)
WRITTEN_LARGE = re.compile("[a-z](?=\\d|[区座栋口门层])")  # G60, B2, C口
# 昆山那边, a town by its name alone
AROUND = re.compile(
    f"(?:^|(?<=[,。!; ]))(?P<place>(?![前后左右里外上下旁家店][面边头里]|"
    f"方向)(?:(?![这那][边里]){NAME}){{2,4}}(?:那边|那块|那一带|这一带|附近))(?=$|[,。! ])"
)
# Between two places of one way: 径山镇往里走的村道.
GAP = re.compile("(?:的|往里走?的?|[往朝][一-龥]{1,2}走?的?|那[边条个]的?|[前后里外]面的?|旁边的?|靠近)?")
# 离最近的充电站还有二十里: nobody stands there.
FAR = re.compile("(?:离|距离?)(?:我|这[里边儿]?|你们)?(?:最近的?)?$")
# 安吉往孝丰那条山路: the road from one town to another.
BETWEEN = re.compile(
    f"(?:^|(?<=[,。!?; 在从就]))(?P<place>(?:(?![昨今明后想要怎能][一-龥]){NAME}){{2,4}}(?:(?:往|至|通往|开往)|"
    f"(?:到|去)(?=[一-龥]{{2,4}}"
    f"(?:的|那条|这条|方向)))[一-龥]{{2,4}}?(?:方向)?(?:的|那条|这条|那段){{0,2}}[一-龥]{{0,3}}?{KIND}{BESIDE}*)"
)
HOUSES = re.compile("(?:公司|单位|医院|学校|酒店|机场|码头|院里|厂里|厂区)$")


def named_place(text: str) -> str:
    """Every place named, in order, for whoever is sent there; "" when none was."""
    spans: list[tuple[int, int]] = []
    for pattern in (BETWEEN, TOLD_BY, WAYS, STANDS, AROUND):
        for each in pattern.finditer(text):
            start, end = each.span("place")
            if not FAR.search(text[:start]) and not any(begins < end and start < ends for begins, ends in spans):
                spans.append((start, end))
    found = (text[start:end] for start, end in _joined(sorted(spans), text) if not _alone(text[start:end], text, start))
    return WRITTEN_LARGE.sub(lambda each: each[0].upper(), ",".join(dict.fromkeys(found)))


def _joined(spans: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """公司 and 楼下 side by side, 公交站后面的 and 停车场 in one breath, are one place."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        beside = joined.pop()[0] if joined and GAP.fullmatch(text[joined[-1][1] : start]) else start
        joined.append((beside, end))
    return joined


def _alone(said: str, text: str, start: int) -> bool:
    """A bare 公司 or 医院 is a place only where somebody stands in it."""
    if NO_PLACE.fullmatch(said) is None:
        return False
    return HOUSES.fullmatch(said) is None or text[max(0, start - 1) : start] not in ("在", "停")
