"""Faults with which a car must not be driven on, or only slowly, though nobody is in danger yet.

A soft brake pedal, the red oil light, a bulge in a tyre, a nail that still holds the air: a visit or a rescue, and
never without the word what not to do until then.
"""

import re

from bot.understanding.no_danger import HOLDS, PUNCTURED

BRAKES, OIL_LIGHT, BULGE, NAIL, WHEEL = "brakes", "oil_light", "bulge", "nail", "wheel"
DRIVEN_NO_MORE = frozenset({BRAKES, OIL_LIGHT, WHEEL})
_WORDS = (
    (BRAKES, re.compile(
        "(?:脚?[刹煞]车?|制动)(?!软管|油|片|盘|灯)[^,。]{0,6}(?:(?:有点|有些|偏|发|变|越来越|越踩越|比以前|很|太|踩着)+软|软了|软绵|软(?=是|怎么|咋|什么))|"
        "(?:[刹煞]车|制动)(?:踏板|行程)?[^,。]{0,6}(?:变长|变深|踩得?(?:很|好|比以前)深|没以前(?:灵|好使))"
    )),
    (OIL_LIGHT, re.compile(
        "(?:机油|油壶|油压)[^,。]{0,6}灯?[^,。]{0,6}(?:亮|红|闪|报警)|红[^,。]{0,3}(?:机油|油壶)灯|机油压力[^,。]{0,4}低"
    )),
    (WHEEL, re.compile(
        "(?:轮毂?|车轮|轮[子胎]|轱辘)[^,。]{0,6}螺[丝母栓帽][^,。]{0,6}(?:没[^,。]{0,2}[拧打上]紧|松|少了|掉|断|没[上装打拧])|"
        "(?:没[^,。]{0,2}[拧上打]紧|松了|少了|掉了)[^,。]{0,4}(?:轮毂?|车轮|轮[子胎])[^,。]{0,3}螺|"
        "(?:车轮|[前后]轮|轮[子毂]|轱辘)(?:子)?[^,。盖]{0,4}(?:晃(?!眼)|松(?:了|动)|要掉|快掉|歪了)"
    )),
    (BULGE, re.compile("胎[^,。]{0,8}(?:鼓[了个起]*包|起[了个]*包|鼓(?:了|起)|大包)|鼓[了个]*包[^,。]{0,4}胎")),
)  # fmt: skip
_NOT_NOW = re.compile(
    "没亮|不亮|灭了|长啥样|啥意思|什么意思|代表|保养|去年|上次|之前|以前(?!软|深|灵)|换(?:好|过)了|已经换|修好|召回|这款|网上|听说|"
    "没[^,。]{0,2}(?:鼓|软)|赔|理赔|怎么办理"
)
ASKS_TO_DRIVE = re.compile(
    "(?:还|再|慢慢|继续|直接|自己|那)*(?:能|可以|敢|要不要|行不行)[^,。]{0,4}(?:开(?!盖|窗|门|票|空调|双闪|发票)|骑|挪|上路)|"
    "(?:跑|上)(?:个)?(?:高速|长途|远路)|(?:还能|能)(?:用|撑|跑|坚持)|要紧[吗么不]|危险[吗么不]|不敢开"
)
GOES_ON = re.compile("软|深|晃|松|螺|[踩刹]|亮|红灯|闪|鼓|包|胎|漏气|钉")
# What our word of warning says of each (templates/messages/safety/caution.wechat.txt).
_TOLD = ((BRAKES, "刹车变软"), (OIL_LIGHT, "机油灯"), (BULGE, "鼓包的轮胎"), (NAIL, "钉子先别拔"), (WHEEL, "轮子会掉"))


def fault(text: str) -> str:
    """Which of them the car has now, or "". text: normalised."""
    if PUNCTURED.search(text) and HOLDS.search(text):
        return NAIL
    if _NOT_NOW.search(text):
        return ""
    return next((name for name, words in _WORDS if words.search(text)), "")


def warned_of(told: str) -> str:
    """Which our last line warned of, or ""."""
    return next((name for name, words in _TOLD if words in told), "")
