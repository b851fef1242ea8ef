"""What sounds to the classifier like a call for help and plainly is none: where a car stands, who comes along, cover.

Only for what no rule of safety.py knows; a word of harm beside it and it is weighed as ever.
"""

import re

from bot.understanding.bodies import PART, hurt
from bot.understanding.elsewhere import no_car_of_ours
from bot.understanding.slots.numerals import NUMBER

HARM = re.compile(
    f"{PART}|[烟火血伤撞夹困锁淹炸爆焦糊臭疼痛晕昏憋喘麻躺倒抖吐]|救|(?<!睡)着了|翻|刹|失控|停不|打不开|出不|没出来|动不|叫不|起不|说不|"
    "不省|身子|胸|快来|怎么办|咋办|120|119|110"
)
_CAR = "(?:[我你他她咱]们?的?|那|这|老公的?|爸爸?的?)*(?:车子?|那[台辆]|人)"
_THERE = (
    "(?:现在|已经|刚|靠边|在|到了?|停|放|等|坐|呢|着|还|都|就|也|没走|的|啊|呀|了|吧|您?你们|这|那|[里边儿上下]|门口|外面?|楼下|店|车库|地库|"
    "家|车|路边|边上|院子?|公司|小区|停车场|车位|原[处地])+"
)
STANDS_THERE = re.compile(f"(?:{_CAR}?{_THERE}|我?(?:已经|刚)?到(?:店|门口)?了|[,。! ])+")
WELL = re.compile("(?:[我他它]?的?车?(?:子)?(?:都|也|还)?(?:没坏|没毛病|好好的|没问题|没事|挺好)的?[,。!啊呢呀了 ]*)+")
# 我还想带我爸一起, 他67了
COMES_ALONG = re.compile("(?:带|和|跟|陪)[^,。]{1,6}(?:一起|一块|同去|过?[来去]|参加|试|看车)")
COVERED = re.compile("(?:还|在|保|过|脱)+保(?:修|内|质|期)?(?:[吗么不没]|$)|保不保|质保|三包|包修|给保")
LEAKS_IN = re.compile(
    "(?:天窗|车顶|窗|门缝|后备箱|尾箱|密封)[^,。]{0,6}(?:漏|渗|滴)|(?:漏|渗)[^,。]{0,3}(?:雨|水)|[窗门][^,。]{0,3}没关"
)
FLOODED = re.compile("淹|积水|涉水|漫|泡|座椅|没[过进]|熄|灌|洪|打不着|启动|电|烟|火|冒|人|困|出来|油")
PUNCTURED = re.compile("(?:扎|有|上)[^,。]{0,4}(?:钉|螺丝|玻璃)")
HOLDS = re.compile(
    "(?:没|不)(?:有)?(?:怎么|太|咋)?(?:漏|跑|掉|撒|亏|缺)气|胎压[^,。]{0,4}(?:正常|没[变掉降])|气[^,。]{0,3}(?:够|足|没少)"
)
LEAKS_SLOWLY = re.compile(
    "慢(?:慢)?(?:地)?(?:撒|漏|跑|掉|泄)气|(?:撒|漏|跑|掉)气[^,。]{0,3}慢|[几两三]天就?[^,。]{0,4}(?:瘪|没气)"
)
ASLEEP = re.compile(
    "(?:孩|娃|宝|儿子|女儿|闺女|老人|[爸妈])[^,。]{0,4}(?:在|留|放)车[里上内][^。]{0,8}(?:睡|等|玩|坐|我[^,。]{0,3}(?:下|去|买|上厕))(?!.*(?:热|汗|门|窗|钥匙|晒))"
)
# 有人在停车场把我车蹭了, 人跑了: nobody sat in it.
PARKED_SCRATCH = re.compile(
    "(?:停车?场?|车位|车库|地库|楼下|小区|路边)[^。]{0,8}(?:把|被)?[^,。]{0,4}(?:蹭|刮|剐|划|擦)|(?:把|给)我的?车(?:蹭|刮|剐|划|擦)|"
    "^(?:人|对方|那家伙|肇事)[^,。]{0,3}(?:跑|溜|没影|走)了|(?:查|调|看)[^,。]{0,4}监控"
)
SERIOUS = re.compile("[烟火血伤撞困疼痛晕喘]|刹|车|救|120|119")
_HARMED = "(?!.*(?:[火血伤撞晕疼痛喘困翻救]|追尾|爆|炸|快来|120|119|110))"
# 刹车时方向盘抖, 踩下去吱吱响: it brakes, and is to be looked at.
BRAKES_NOISY = re.compile(
    f"^{_HARMED}(?!.*(?:[刹停]不|失灵|失效|没(?:反应|用|劲|力|刹车)|软|空|踩[不到]|正?开着|国道|单车|没有?了|失控|烟|[焦糊臭]|烫|漏|溜|冲|高速上|掉了))"
    ".*(?:[刹煞]车?|制动|脚刹|踩(?:下去|着|的时候|一下)).*(?:响|声音?|[抖颤震]|吱|噪|哨)|"
    "^(?:[刹煞]得住|能[刹煞]住|[刹煞]车?(?:能用|灵|好使|没问题|管用))+(?:[^火烟血伤撞]{0,12})$"
)
# 排气管冒白烟, 冷车的时候: water, or oil that burns; no fire.
EXHAUST = re.compile(
    f"^{_HARMED}(?!.*(?:引擎|机[盖舱]|发动机盖|底[下盘]|着了|喷|油管|往外|烧(?!机油)|[焦糊]|车[里内]|呛|水温|开锅|动力|熄火|高速|红灯|浓烟|烫)).*"
    "(?:排气管?|排气筒|尾气|尾管|屁股后面?).*[烟气汽雾水]"
)
# 家底下又在滴油: a complaint or a visit, as long as it is no petrol, no pool, and nothing hot.
DRIPS_OIL = re.compile(
    f"^{_HARMED}(?!.*(?:汽油|烟|味|热|烫|刹|[滩摊]|喷|一?路|踏板|绕城|高速|停在|停下|现在|哗|好多|成线|还在流|不停|直流)).*(?:漏|滴|渗)[^,。]{{0,3}}油"
)
CHILD_LOCK = re.compile("^(?!.*(?:在里[面头]|关在|锁在|困|哭)).*儿童锁")
SHUT_UP = re.compile("后备箱|尾箱|车[里内上]|锁|关|拍|敲|哭|喘|出不")  # who plays hide and seek in the boot is no toy
SORRY = re.compile(
    "(?:我|刚才|刚刚|之前|上面|昨天)[^,。]{0,6}(?:说话|讲话|态度|语气|口气|脾气|话)[^,。]{0,5}(?:冲|急|重|不好|难听|大|差|过)"
)
# Not of a pot or a toy, after all.
ELSEWHERE = re.compile("着火|起火|火(?:大|苗)|救|119|120|爆|炸|[烫冒喷锁关充冲响]|表到|红区|动静|屁股")


# 打火老费劲了, 得轰好几下才着; 现在一万四千八百公里.
STARTS_HARD = re.compile(
    "(?:打火|启动|着车)[^,。火]{0,6}(?:费劲|困难|吃力|难|慢|费力)|(?:好几下|好几次|半天|几次|几下)才(?:能)?(?:打)?着(?:车)?"
)
MILEAGE = re.compile(
    f"(?:现在|目前|已经|我?的?车|才|大概|差不多|刚|跑|开|了|到|表显|是)*{NUMBER}(?:多|来)?(?:公里|km)(?:左右|多|了|吧|的样子)*[。!]?"
)


def plainly(text: str) -> bool:
    """Nothing in it tells of danger, whatever it sounds like. text: normalised."""
    if _of_something_else(text):
        return True
    if HARM.search(text):
        return False
    if STANDS_THERE.fullmatch(text) or WELL.fullmatch(text):
        return True
    return any(each.search(text) for each in (COMES_ALONG, COVERED, ASLEEP, PARKED_SCRATCH))


def _of_something_else(text: str) -> bool:
    """A word of harm is in it, and is explained: a leak, a nail that holds, a pot, a noise, an apology."""
    return (
        (LEAKS_IN.search(text) is not None and not FLOODED.search(text))
        or (PUNCTURED.search(text) is not None and HOLDS.search(text) is not None)
        or (no_car_of_ours(text) and not hurt(text) and not ELSEWHERE.search(text) and not SHUT_UP.search(text))
        or any(each.search(text) for each in (BRAKES_NOISY, EXHAUST, DRIPS_OIL, LEAKS_SLOWLY, STARTS_HARD, CHILD_LOCK))
        or MILEAGE.fullmatch(text) is not None
        or (SORRY.search(text) is not None and not SERIOUS.search(text))
    )
