"""还能开吗: whether a car may be driven on, and by what was told of it whether it must stand."""

import re

ASKS = re.compile(
    "(?:能|可以|敢|可)(?:不(?:能|可以|敢))?(?:继续|接着|再|正常|先|自己|慢慢|直接|就这么|还)*"
    "(?:开|上路|上高速|开走|行驶)(?!门|票|发|单|会|空调|灯|证|具|窗|锁|机|个|间|天窗|始|通|好|到几|多[少大])"
    "[^,。!?]{0,6}(?:[吗不么?]|$)|开着?(?:有|会)?(?:没)?(?:有)?(?:事|问题|危险)(?:吗|不|么|吧|[?])"
)
# Oil or brake fluid on the ground, brakes, steering, tyres, heat: it must not be driven.
MUST_STAND = re.compile(
    "(?:漏|滴|渗|流)(?:了|出|着)?[^,。!?]{0,4}(?:机油|汽油|防冻液|冷却液|刹车油|油|液)|(?:机油|汽油|防冻液|冷却液|刹车油|油|液)[^,。!?]{0,4}(?:漏|滴|渗)|"
    "一[滩摊大片](?:片|滩|摊)?(?:机油|油|防冻液|冷却液|液|水)|[刹煞]车|方向盘|转向|爆胎|鼓包|轮胎[^,。!?]{0,4}(?:瘪|破|裂|没气)|冒烟|水温|开锅|过热|焦糊?味|糊味|"
    "机油(?:灯|压力)|红[色的]{0,2}(?:故障)?灯"
)
LIGHT = re.compile("灯|报警|警报|提示|报故障")


def must_stand(text: str) -> bool:
    return MUST_STAND.search(text) is not None
