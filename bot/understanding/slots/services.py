"""Work on a car: ids of config/services.yaml, and which kind of visit (maintenance, repair, inspection, other)."""

import re

from bot.understanding.slots.symptoms import symptom

# More particular before more general.
ITEMS = {
    "first_service": "(?:头|第)[一1][个回次遍趟][^,。]{0,3}保养|[头首][回次趟遍]保养|头一?保|首保|"
    "(?<![第\\d十九八唯])一保(?=$|[,。!? 做要该多免])|开头[那这][次回]保养|首次保养|第一次保养|首[次个]?免[费]?保",
    "major_maintenance": "大保|三滤|全套保养|[四六八46]万(?:公里)?.{0,3}保养",
    "minor_maintenance": "oil change|换桶油|换个?油|小保|换机油|(?<![烧漏耗费添加吃])机油(?!消耗|灯|压力|下得|少|没了|"
    "报警|味)|机滤|换油(?!漆)|常规保养|基础保养",
    "cabin_filter": "空调滤|空调格|花粉滤",
    "air_filter": "空气滤|空滤",
    "fuel_filter": "汽油滤|燃油滤|汽滤",
    "spark_plugs": "火花塞|火嘴",
    "gearbox_oil": "变速箱油|波箱油",
    "reducer_oil": "减速器油",
    "brake_fluid": "[刹制]车油|制动液|[刹]车液",
    "coolant": "coolant|防冻液|冷却液|水箱水",
    "rear_brake_pads": "(?<!前)后(?:面的?|头的?|边的?)?(?:轮)?(?:的)?[刹制煞沙杀][车动](?:皮|片)?|后制动片",
    "brake_discs": "[刹制煞沙杀][车动]盘",
    "brake_pads": "brake pads?|[刹制煞沙杀][车动]皮?片|[刹煞]车皮|前[刹煞]车",
    "alignment": "alignment|四轮定位|做定位|定位多|3d定位|四轮|车轮定位|定位(?!发|在哪|给)",
    "balancing": "(?<![连含带包])(?<!连带)(?<!包括)动平衡",
    "tyre_repair": "补[胎台]|补个胎|补轮胎|(?:扎|钉).{0,6}补",
    "tyre": "胎[^。]{0,12}换条|(?:四|[两二]|俩)个?(?:轱辘|轮子)[^,。]{0,4}换|新胎|换[一二两四\\d]条|tyres?|tires?|"
    "轮胎|车胎|换胎|"
    "胎(?:多少|什么价|价)|[一二两三四\\d][条只个][前后]?胎|胎[^,。]{0,2}换",
    "battery": "小电瓶|启动(?:用的?)?电[瓶池]|电瓶|蓄电池|小电池|换(?:个|块)?电池(?!包)|12v",
    "wiper": "雨[瓜括挂刷]片?|wiper|雨刮|雨刷|水拨",
    "shock_absorber": "减震|避震",
    "belt": "皮带",
    "ac_refill": "加氟|冷媒|雪种|空调.{0,3}(?:不制冷|不凉).{0,6}多少",
    "ac_compressor": "压缩机",
    "aircon": "空调.{0,3}(?:清洗|清洁|洗|消毒|保养)|洗空调|蒸发箱",
    "battery_check": "(?:动力|高压|三电|大)电池.{0,4}(?:检|测)|电池(?:健康|检测)",
    "chassis_check": "底盘.{0,3}(?:检查|紧固|检)",
    "diagnosis": "故障码|读码|电脑检测|故障检测|诊断|检测费",
    "deodorize": "[霉烟臭怪异酸汗腥馊]味儿?[^,。]{0,8}(?:处理|去|除|弄|洗|消)|味儿?[^,。]{0,8}(?:散|去|消|"
    "弄)不[掉了去开]|去(?:个)?味|除味|"
    "除[^,。]{0,4}味|味[^,。]{0,10}除|除甲醛|去味|去异味|除异味|消毒除|除臭|臭氧",
    "interior_clean": "(?:里头|里面|车里|座椅|地毯)[^,。]{0,6}(?:彻底|全|整个)[^,。]{0,2}洗|吐了[^。]{0,24}洗|"
    "内饰|桑拿|座椅清洗|洗内|精洗|深度清[洁洗]",
    "paint": "喷漆|补漆|做漆|钣金|漆面|喷个?漆|一个面|划痕修|凹陷|烤漆",
    "film": "贴膜|车膜|隐形车衣|车衣|改色膜|太阳膜|漆面膜",
    "inspection_agent": "年检|年审|代办.{0,3}检|检车|上线检",
    "windscreen": "前挡|挡风玻璃|换玻璃|修玻璃",
    "car_wash": "洗车|打蜡|抛光|镀晶|封釉",
    "minor_maintenance ": "保养|保样|宝养|报养",
}
PAST_PATCHING = re.compile("补不[了上好]|没法补|不能补|换新")  # 补胎店说补不了
COMPILED = {name: re.compile(words) for name, words in ITEMS.items()}
MAINTENANCE = re.compile(
    "收拾收拾|保养|保样|宝养|报养|[大小首二三头]保|头一保|(?<![第\\d十九八唯])一保(?=$|[,。!? 做要该多免])|"
    "(?<![烧漏耗费添加吃])机油(?!消耗|灯|压力|下得|少|没了|报警|味)|机滤|"
    "三滤|换油|滤芯|火花塞|变速箱油|刹车油|防冻液"
)
INSPECTION = re.compile(
    "(?:国庆|过年|春节|长假)[^,。]{0,6}(?:要|回|返|跑)[^。]{0,12}检查|检查[^。]{0,6}(?:国庆|过年|春节|长假)|"
    "(?:给|把)?全车[^,。]{0,3}检查|(?:跑|走|出)[^,。]{0,4}(?:长途|远门|自驾)?(?:之?前)[^,。"
    "]{0,8}检查|年检|年审|检车|(?:全车|车况|出行|长途|节前)?(?:检测|体检)|代办检|上线"
)
CHECKED = re.compile(
    "检查(?:一?下|一遍)?(?:我?的?车|车况|全车|整车)(?=$|[,。!吧呗 ])|(?:做|安排|来|约)[^,。]{0,6}检查(?!维修)(?=$|"
    "[,。!吧呗 ])"
)
REPAIR = re.compile(
    "修|做漆|[刹煞]车片|轮胎|补胎|电瓶|雨刮|喷漆|钣金|补漆|定位|异响|故障|换(?!个?时间|一?天|到|成)|检查|召回|升级|玻璃"
)
OTHER = re.compile(
    "(?:味|臭).{0,12}(?:去|除|散|清|洗|处理|弄)|洗车|贴膜|车衣|内饰|除味|除甲醛|打蜡|镀晶|车牌|脚垫|记录仪|消毒|"
    "清洗|精洗|抛光"
)


def items(text: str) -> tuple[str, ...]:
    """Every item named; a bare 保养 is none, since two are offered."""
    return tuple(name for name, words in COMPILED.items() if not name.endswith(" ") and words.search(text))


def item(text: str) -> str | None:
    """The one meant; of several the more particular."""
    return next((each for each in items(text) if each != "tyre_repair" or not PAST_PATCHING.search(text)), None)


def word(text: str) -> str:
    """What the item is called in these words: 换刹车片一副多少钱 → 刹车片; "" where none is named."""
    named = item(text)
    found = COMPILED[named].search(text) if named else None
    return found[0] if found else ""


def visit(text: str) -> str | None:
    """maintenance, inspection, repair or other: what the bay is wanted for."""
    if CHECKED.search(text) and not symptom(text) and not (MAINTENANCE.search(text) or OTHER.search(text)):
        return "inspection"
    for kind, words in (("maintenance", MAINTENANCE), ("inspection", INSPECTION), ("other", OTHER), ("repair", REPAIR)):
        if words.search(text):
            return kind
    return "repair" if symptom(text) else None
