"""Neighbours the classifier mixes up, told apart by what is asked: 驾照才拿到, 能试驾吗 is a question, no drive."""

import re

from bot.understanding import intents
from bot.understanding.concepts import MODEL
from bot.understanding.elsewhere import TOY_BROKEN
from bot.understanding.slots import topics
from bot.understanding.wishes import OF_A_DEVICE

STRAYS = frozenset(
    {intents.OFF_TOPIC, intents.FAQ, intents.HUMAN_REQUEST, intents.MODEL_ENQUIRY, intents.DELIVERY_QUERY,
     intents.APPT_CHANGE, intents.UNCLEAR, intents.MEMBERSHIP, intents.INFO_UPDATE}
)  # fmt: skip
# 驾照才拿到, 能试驾吗: what a drive requires, not a drive.
MAY_DRIVE = re.compile("(?:驾照|驾龄|领证|拿证|拿本|实习|新手|刚[拿考领]|没带本|没有?本).{0,16}试[驾车].{0,3}[吗么不?]")
TOWS_ITSELF = re.compile("(?:要|能|可以|想)[^,。]{0,4}(?:带|装|拖|挂)[^,。]{0,4}(?:拖车钩|拖钩|房车|拖挂)")
BARGAINED = re.compile("[让优]惠?(?:几|多少)(?:个点|点|钱|万|千)?|几个点|底价|最低(?:多少|价|能)|抹零|力度")
ARRIVES = re.compile(
    f"(?:我(?:的|那|订的|这)*[台辆]?车?|{MODEL})"
    "[^,。!? ]{0,4}(?:啥时候|什么时候|几[时号]|哪天|何时|多久|多会儿)[^,。!?]{0,3}到(?!你们|店里?[修保做]|账|期|款)"
)
ON_INSURANCE = re.compile(
    "(?:走|报|用|上)保险(?!杠|丝)[^,。]{0,8}(?:[吗吧么?]|赔)|保险(?!杠|丝)[^,。]{0,6}(?:赔|给报|管不管|报不报)|保费"
)
ASKS_PRICE = re.compile("[啥什]么?价|多少(?:钱|米|块)|几(?:钱|钿|多钱)|怎么收费|收多少|得多少")
ANY_DAY_FROM = re.compile("^(?!.*[改换推挪延]).*(?:往后|以后|之后)(?:哪天)?都(?:行|成|可以|有空)")
WANTS_TO_KNOW = re.compile(f"{ASKS_PRICE.pattern}|[吗么?]|多少|能不能|怎么|报价")
# What a car costs, told apart from what is taken off its price.
COSTS = re.compile(
    f"(?:{MODEL}|[a-z]+\\d+)[^,。!? ]{{0,6}}(?:落地|裸车|办下来|指导价)"
    "价?[^,。!? ]{0,3}(?:多少|几个)[钱万]?[啊呀呢]?$"
)
# 首保真一毛不收?: what it costs, unless it is late for it.
FIRST_FREE = re.compile(
    "^(?!.*(?:晚|超|过期|过了|还[给能])).*(?:首保|首次保养|[头第]一[次回个]保养|头保)[^。]{0,10}(?:不?收|免费|要钱|"
    "[花掏]钱|不要钱|多少钱|一[毛分])"
)
# 周末去露营, 十五六万: a sum in 万 beside what a car is for, or the question which one.
CAR_WANTED = re.compile(
    "^(?!.*(?:公里|优惠|便宜|贷|首付|月供|[定订]金|三者|保险|保额|旧车|二手|置换|赔|落地|直降|买的|提的|修|坏|毛病))"
    "(?=.*(?:[\\d一二两三四五六七八九十]万|万(?:以内|左右|上下|出头|块)))"
    "(?=.*(?:有(?:什么|啥|哪些)|推荐|哪[款台辆种]|选|露营|帐篷|第一[台辆部]|新手|代步|家用|上下班|带娃|通勤|买菜|越野|拉货|接送|"
    "自驾|轿车|suv|mpv|[五六七567]座|油车|电车|混动))"
)
# 下周二再联系我吧: when to be reached, no visit.
REACH_ME = re.compile(
    "^(?!.*(?:保养|修|试驾|预?约|换|洗|检|叫|让|喊|请|派|经理|店长|主管|领导|尽快|马上)).*"
    "再(?:联系我|打给我|给我打电?话?|回我电话|打我电话|找我)"
)
# 不是你们的车, 大众: of a car spoken of; nobody says that we have the wrong number.
OTHER_MAKE = re.compile("不是(?:在|跟|从)?你们(?:家|店|这|品牌|牌子)*(?:的|卖的|买的)*(?:车|买的|卖的|牌子|品牌)")
MAYBE_A_CAR = frozenset(
    {intents.FAQ, intents.OFF_TOPIC, intents.THANKS, intents.UNCLEAR, intents.SERVICE_PRICE, intents.SALES_TERMS}
)
# 有人在停车场把我车蹭了, 人跑了, 能查监控不: what to do then, nothing is booked.
HIT_AND_RUN = re.compile(f"^(?!.*(?:动不了|开不了|伤|拖车|救援)).*(?:{topics.TOPICS['faq']['hit_and_run']})")
CHILD_LEFT = re.compile(topics.TOPICS["faq"]["child_in_car"])
NEIGHBOURS = (
    (
        {
            *MAYBE_A_CAR,
            intents.HUMAN_REQUEST,
            intents.SERVICE_BOOK,
            intents.REPAIR_STATUS,
            intents.ROADSIDE_ASSIST,
            intents.INSURANCE_QUERY,
        },
        HIT_AND_RUN,
        intents.FAQ,
    ),
    ({*MAYBE_A_CAR, intents.SERVICE_BOOK, intents.MODEL_ENQUIRY}, CHILD_LEFT, intents.FAQ),
    (MAYBE_A_CAR, CAR_WANTED, intents.MODEL_ENQUIRY),
    ({intents.SERVICE_BOOK, intents.TEST_DRIVE_BOOK, intents.APPT_CHANGE}, REACH_ME, intents.INFO_UPDATE),
    ({intents.FAQ, intents.OFF_TOPIC}, FIRST_FREE, intents.SERVICE_PRICE),
    ({intents.SALES_TERMS}, COSTS, intents.MODEL_ENQUIRY),
    ({intents.ROADSIDE_ASSIST, intents.FAQ}, TOWS_ITSELF, intents.MODEL_ENQUIRY),
    (STRAYS | {intents.SERVICE_BOOK, intents.SERVICE_PRICE}, TOY_BROKEN, intents.OFF_TOPIC),
    ({intents.TEST_DRIVE_BOOK}, MAY_DRIVE, intents.FAQ),
    ({intents.WRONG_PERSON}, OTHER_MAKE, intents.FAQ),
    ({intents.PRIVACY_REQUEST}, OF_A_DEVICE, intents.FAQ),
    ({intents.MODEL_ENQUIRY}, BARGAINED, intents.SALES_TERMS),
    ({intents.APPT_CHANGE}, ANY_DAY_FROM, intents.SERVICE_BOOK),
    ({intents.REPAIR_STATUS, intents.SALES_TERMS, intents.MODEL_ENQUIRY}, ARRIVES, intents.DELIVERY_QUERY),
    ({intents.SERVICE_BOOK, intents.SERVICE_PRICE, intents.FAQ}, ON_INSURANCE, intents.INSURANCE_QUERY),
)


def meant(best: str, named: str) -> str:
    """What the words say where the classifier took it for `best`; "" when nothing tells. named: models as `MODEL`."""
    return next((other for among, words, other in NEIGHBOURS if best in among and words.search(named)), "")
