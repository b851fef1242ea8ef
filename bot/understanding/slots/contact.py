"""Facts of the file a customer tells: how and when to be reached, who fetches the car, a car sold; rights over data."""

import re
from datetime import time

from bot.understanding.concepts import MODEL
from bot.understanding.slots.numerals import value
from bot.understanding.slots.people import SURNAME

NO_CALL = re.compile(
    "(?:不(?:要|用|想|必|方便|能)?|别|甭|莫|勿|请勿|不便)(?:再|给我|老|总)*(?:打|接|"
    "致)(?:听)?(?:我)?(?:的)?(?:电话|手机|来?电)?(?!不)|不接电话|(?:电话|来电)[^,。]{0,3}(?:一概|都|统统|"
    "一律|从来)?(?:不接|接不了|不方便|听不了)|别打|接不了电?话?"
)
CHANNELS = {
    "wechat": "微信",
    "sms": "短信|信息(?!更新|变)",
    "email": "邮件|邮箱|email",
    "phone": "打?电话(?:联系|给我|就|吧)|座机|打给我",
}
QUIET = re.compile(
    "(?P<part>早上|上午|中午|下午|傍晚|晚上|夜里|晚)?(?P<n>\\d{1,2}|"
    "[一二三四五六七八九十两]{1,3})(?:点|:)(?P<half>半|\\d{2})?(?:钟)?(?:(?:以|之|过)?后|过了|一过|往后)"
)
PAST = re.compile(
    "(?:过了?|晚于|超过)(?P<part>早上|上午|中午|下午|傍晚|晚上|夜里)?(?P<n>\\d{1,2}|[一二三四五六七八九十两]{1,"
    "3})点(?P<half>半)?"
)
SOLD = re.compile(
    f"车.{{0,10}}(?:转手|出手(?!续)|易主|抵[给债押]|押给)|{MODEL}[^,。]{{0,6}}(?:就|都|早|已经)?(?:过户|卖|转|送|抵)|"
    f"{MODEL}[^,。]{{0,8}}给[^,。]{{1,5}}(?:了|"
    f"开)|车.{{0,6}}(?:卖|过户|转(?:给|让)|报废|"
    f"置换)(?:了|给|掉|出)?|(?:卖|过户|转让)(?:了|啦|咯|给|掉)|车(?:都|早就?|已经|也)*没(?:了|啦)(?=$|[,。!;])|"
    f"车(?:已经)?不在我|(?<![推发])送给?.{{1,6}}(?:开|了)"
)
# Asked, wished or feared, and not done: 会不会卖给别人, 想把车卖了, 要是卖了呢.
NOT_YET = re.compile(
    "(?:会不会|[会能]|能不能|可不可以|可以|想|打算|准备|考虑|要是|如果|万一|别|不要|没有?|"
    "还没)(?!员)[^,。]{0,8}(?:卖|过户|转[手让]|置换|报废)(?![^,。]{0,6}"
    "(?:我已|掉了的))"
)
ANOTHERS = re.compile("(?:[弟哥姐妹]|朋友|同事|邻居|亲戚|别人|人家|他|她)(?:家|们)?的?(?:那[台辆部])?车")
_DATA = "(?:号码?|电话|手机号?|微信|信息|资料|联系方式)"
SOURCE = re.compile(
    f"谁[^,。!?]{{0,3}}(?:给|告诉|透露|泄露|卖)[^,。!?]{{0,6}}{_DATA}|谁(?:把|"
    f"将)[^,。!?]{{0,6}}{_DATA}[^,。!?]{{0,3}}(?:给|告诉|卖|泄|透)|"
    f"(?:从)?(?:哪[里儿个]?|怎么)[^,。!?]{{0,4}}(?:弄|来|搞|有|知道|拿|得|晓得)[^,。!?]{{0,5}}{_DATA}|"
    f"{_DATA}[^,。!?]{{0,6}}(?:从哪|哪[里儿]?来|怎么(?:来|弄|搞|拿|得))"
)
PERSON = (
    "(?:我们?(?:单位|公司|家)?的?)?(?:老公|老婆|媳妇儿?|爱人|对象|丈夫|妻子|太太|先生|爸妈|爸爸?|老爸|妈妈?|老妈|父亲|"
    "母亲|老爹|弟妹|弟媳妇?|"
    "弟弟?|哥们儿?|哥哥?|姐夫|姐姐?|妹夫|妹妹?|闺女|姑娘|丈母娘|叔叔?|伯伯|大爷|舅舅|舅妈|姑[姑父妈]|姨[父妈]|爷爷|"
    "外公|孙子|"
    "儿子|女儿|表[弟哥姐妹]|同事|朋友|司机|代驾|助理|男朋友|女朋友|"
    "家人|亲戚|小舅子|女婿|儿媳妇?|大舅[哥子]|外甥女?|侄女|堂[弟哥姐妹]|公公|婆婆|老伴|岳父|岳母|老丈人|"
    "侄子|嫂子|室友|邻居|秘书|老乡|那口子|[孩娃](?:子|儿)?他?[爸妈爹娘])"
)
# After 我老公: no name but a time, a way or a verb (我老公明天去取, 我爱人有空来提).
NO_NAME = (
    "(?:[催叫让喊等要想说顺先再也都就会可能该得自直骑打抽代帮替给和跟或来去过开拿取提接的在是没不]|"
    "[上下][班午周课]|[上中]午|[今明后当]|早上|晚|有[空时]|一[会起个]|马上|待会|现在|周[一二三四五六日末天]|星期|礼拜|"
    "方便|正好|刚好|可以|回头|那边|这边|他们|她们|他|她|电话|手机|号码|[\\d两三])"
)
# 下午, 明早十点: said between who it is and what they do.
_WHEN = (
    "(?:[今明后][天早晚]|[上中下]午|晚上|早上|待?一?会儿?|[一-龥\\d]{1,3}点(?:半|多|左右)?|到时候?|下班后?|周[一-龥])*"
)
_FOR_ME = "(?:[帮代替]我?忙?)"
_TAKES = "(?:取|提|拿|接|领|开)"
_FETCHES = f"{_WHEN}(?:{_FOR_ME}?过?[去来](?:帮?我)?{_TAKES}|{_FOR_ME}(?:过?[去来])?{_TAKES}|{_TAKES}(?:车|走|回))"
_SENDS = "(?:给|让|叫|由|是|派|请|喊|托|换[成作]?|改[成由]?)"
_SURNAMED = f"(?!{NO_NAME}){SURNAME}(?!师傅|经理|工)[一-龥]{{1,2}}?"
PICKUP = re.compile(
    f"{_SENDS}?(?P<who7>(?>{PERSON}))[(,:]?(?P<name7>[小阿老][一-龥]|(?!{NO_NAME})[一-龥]{{2,3}}?)[),]?(?={_FETCHES})|"
    f"{_SENDS}(?P<who8>(?>{PERSON}))[(,:]?(?P<name8>{_SURNAMED})(?=[来去过,。!)]|$)|"
    f"{_SENDS}(?:我们)?(?:公司|单位|家里|店里)?的?(?P<name9>[小老阿]{SURNAME}(?:师傅)?|{_SURNAMED})(?={_FETCHES})|"
    f"(?P<who>{PERSON}(?:小[一-龥])?)[^,。 ]{{0,8}}?(?:取车?|"
    f"提车?|[去来]开|拿车?|接车|开[走回]|接[走回]|[来去]提|过[来去]拿|代[取提领])|"
    f"换(?:成|作|由)?(?P<who6>{PERSON})(?=[^,。]{{0,6}}[来去取拿提接开领]|[,。吧]|$)|"
    f"(?:给|让|叫|由|是)(?P<who2>{PERSON})|取车人[是为:改成 ]*(?P<who3>[\u4e00-\u9fff]{{2,3}})|"
    f"(?<!我)(?:叫|姓名[是:]?|他叫|她叫)(?P<who4>[\u4e00-\u9fff]{{2,3}})(?=[,。 ]|$)"
)
# 取车改到明天, 我爸去.
FETCHED = re.compile("[取提拿接]车")
GOES = re.compile(f"(?P<who>(?:我家?)?的?{PERSON})(?:过?[来去])(?=$|[,。! 吧])")
NOT_THEY = re.compile(f"(?:不是|不让|不用|别让|别叫|不叫){PERSON}[^,。 ]{{0,4}}")
# 车没了, 给侄子开去了: given for good, nobody fetches it.
GIVEN = re.compile("没(?:了|啦)[,。 ]*[给让]|[给送][^,。]{1,5}开去(?:了|啦)?(?=$|[,。!])")
CALLED = re.compile("(?:叫|名字?[是叫]?|全名)(?P<name>(?![我你他她])[\u4e00-\u9fff]{2,3})(?=[,。 !来去]|$)")
ACTIONS = {
    "delete": "delet|eras|wipe|forget (?:about )?me|remove (?:all )?(?:of )?my|删|清[掉除空]|注[销消]|销[了掉毁]|"
    "山除|消掉|不要(?:保存|留)|别(?:再)?(?:留|存)|撤[回销]|解绑|停止处理|"
    "清了|抹",
    "correct": "correct|(?:fix|update|change) my|wrong (?:name|number|plate)|改返|登记[^,。]{0,12}错|系错|少了?个|"
    "改过?来|写(?:成|反)|登成|更正|改正|纠正|写错|录错|登错|有"
    "误|不对|填错|改一?改|改一下|修改|错了",
    "export": "存了?(?:我)?(?:哪些|什么|啥)|(?:整|发|给|拷|打印)[^,。]{0,3}(?:一?份|我瞧|我看)|导出|副本|"
    "复制|查[询阅看]?|"
    "有(?:我)?(?:哪些|什么|多少)|哪些信息|什么(?:信息|资料|数据)|"
    "给我一份|发给我|看看|看下|提供|掌握|睇|(?:get|send|download|see)[^,.]{0,14} my (?:personal )?(?:data|info)|"
    "(?:a )?copy of|what (?:data|info)|export|一份",
}


def no_call(text: str) -> bool | None:
    return True if NO_CALL.search(text) and not re.search("打不通|打不着|打不开|打不燃|打不了火", text) else None


def channel_pref(text: str) -> str | None:
    """The way asked for, not the one refused (别打电话，发微信)."""
    wished = re.sub(
        "(?:别|不要?|勿|不用)[^,。 ]{0,4}?(?:电话|短信|微信|邮件)|(?:电话|短信|微信|"
        "邮件)[^,。 ]{0,3}(?:不|没)(?:接|看|用|上|怎么|常|方便)",
        " ",
        text,
    )
    return next((name for name, words in CHANNELS.items() if re.search(words, wished)), None)


def quiet_after(text: str) -> str | None:
    """晚上八点以后别联系 → 20:00."""
    found = QUIET.search(text) or PAST.search(text)
    if not found or not re.search("别|不|勿|莫|甭|嫑|免|休(?=[打要再])|打扰", text):
        return None
    hour, minute = int(value(found["n"]) or 0), 30 if found["half"] == "半" else int(found["half"] or 0)
    if hour < 12 and found["part"] not in ("早上", "上午") and (found["part"] or hour >= 6):
        hour += 12
    return f"{time(hour % 24, minute):%H:%M}"


def vehicle_sold(text: str) -> bool | None:
    """text: with `MODEL` for the dealer's models. 我表弟的车报废了 tells of nobody's file."""
    return True if SOLD.search(NOT_YET.sub(" ", text)) and not ANOTHERS.search(text) else None


def pickup_person(text: str) -> str | None:
    plain = NOT_THEY.sub(" ", text)
    found = PICKUP.search(plain) or (GOES.search(plain) if FETCHED.search(plain) else None)
    if found is None or GIVEN.search(text):
        return None
    named = CALLED.search(text)
    who = "".join(each for each in found.groups() if each) or None
    return who if named is None or not who or named["name"] in who else f"{who}{named['name']}"


def asks_source(text: str) -> bool:
    """谁给你们我号码的: how we come by their data, not to have it deleted."""
    return SOURCE.search(text) is not None


def action(text: str) -> str | None:
    """What is asked of the data: delete, correct, export; where it comes from is part of what is shown."""
    if asks_source(text) and not re.search("删|清[除空]|注销|改", text):
        return "export"
    return next((name for name, words in ACTIONS.items() if re.search(words, text)), None)
