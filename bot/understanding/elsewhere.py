"""Smoke, brakes and crashes that are not of a car on the road: toys, games, examinations, a pot on the stove."""

import re

EXAMINED = re.compile("(?:有|这|做|错)道题|选择题|科[一二三四](?![环路楼])|背题|驾校|驾考|理论(?:题|考试)")
TOYS = re.compile(
    "车模|合金车|遥控[^,。]{0,2}小?汽车[^,。]{0,8}(?:烧|坏)|(?:玩具|遥控|模型)(?:[^,。 在锁落忘放上里]{0,3}车)?|乐高|"
    "(?:赛车|手机|电脑|玩|打)游戏|游戏里|模拟(?:驾驶|器)|动画片|"
    "(?:共享单车|滑板车|平衡车|自行车)[^,。]{0,4}(?:[刹煞]车?|没[刹煞]车?)"
)
# 儿子的遥控车刹车失灵, 你们修不修
TOY_BROKEN = re.compile(
    "(?:(?:遥控|玩具|模型|乐高)[^,。在里上钥]{0,2}?[小汽赛卡]?车|儿童(?:电动|电瓶|滑板)车)[^,。]{0,8}"
    "(?:失灵|坏|摔|撞|没电|不[走动跑转]|散架|掉|修|碎|冒烟|断)"
)
KITCHEN = re.compile(
    "红烧|[煮炖炒煎]|切[菜肉瓜水]|蒸(?!汽|气|发)|油炸|烤(?:箱|串|肉|鸭)|烧烤|做饭|(?<!开)锅(?!炉)|厨房|蛋糕|面包|蚊香|电饭|微波炉|灶"
)
OF_OUR_CAR = re.compile(
    "(?<![刹煞撞翻飙赛飞])车|突然|现在|快来|119|120|引擎|发动机|机[盖舱]|底盘|充电|仪表|水温|开锅|高速|路上|救|"
    "受伤|烫伤|晕|昏"
)


def only_examined(text: str) -> bool:
    """A question of the driving test."""
    return EXAMINED.search(text) is not None


def no_car_of_ours(text: str) -> bool:
    """A toy, a game, a pot on the stove, and nothing said beside it of a car or of somebody hurt."""
    rest = TOYS.sub(" ", text)
    return (rest != text or KITCHEN.search(text) is not None) and OF_OUR_CAR.search(rest) is None
