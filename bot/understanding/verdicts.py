"""Words of praise and blame: how good a clause says it was, from -2 to +2, and what the whole message comes to.

Three families do the work: verdict words, negators that turn them (two cancel out), and degrees, which
strengthen before a negator and weaken after it (很不满意 is worse than 不很满意).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.normalise import READ_ALREADY
from bot.understanding.sayings import plainly
from bot.understanding.slots.people import staff

DEGREE = (
    "[百千万]个|非常|十分|特别|超级|超|极其|极度|极|相当|完全|最|巨|贼|老|太|很|飞常|非长|灰常|好(?=满意|差|烂|棒)|"
    "简直|实在|一点[都也儿]?|根本|压根|丝毫|绝对|feichang|very|extremely|really|so |too "
)
WEAK = "比较|还算|还|基本上?|大体|总体|挺|蛮|较|算|勉强|有点|有些|稍微|略"
NEGATOR = (
    "谈不上|算不上|称不上|说不上|不能说|不敢说|没法说|难说|难以|怎么可能|怎么会|怎么能|咋可能|哪里|哪能|岂能|何来|"
    "并不|并没有|并非|没有|没|未|毫无|无|唔|冇|莫|不|布$|木有|not |n't |never |no |bu ?$|bu (?=tai|shi|"
    "hen|zen)|mei ?you "
)
TURNS = re.compile(r"但是|但|不过|可是|然而|结果|没想到|谁知|反而|却|就是|只是|只不过|可惜|but |however")
DELIMITER = re.compile(r"[,。!;、~…]+|(?<![a-z])\s+|\s+(?![a-z])|(?<!\d)\.+|\.+(?!\d)|(?<=\?)|\+")

# 洗得不太干净别的都蛮好: where a voice message has no comma.
REST = re.compile("(?<=.)(?<![,。!;])(?=(?:别的|其[他它]|另外的?|剩下的)[^,。]{0,3}(?:都|也|还|倒|挺|没|好|不错|可以))")

# 美得很, 老灵额, 嘹咋咧: praise of the regions.
REGIONAL = (
    "(?:美|中|攒劲|嘹|谄|带劲|舒坦|霸道|得力|灵|稳当?|亮堂|干净|要得|爽|快|棒|赞)[得滴的](?:很|太|板)|得板|"
    "嘹(?:咋|扎|得)|谄得|美滴很?|(?:老|蛮|交关|邪气)灵|灵额|扎劲|赛来|(?:冇|没|莫)得(?:弹|挑|谈)|好(?:犀利|嘢)|"
    "(?:忒|倍儿|嘎嘎|杠杠|贼拉|邪气|交关|几|够)(?:好|棒|赞)(?![像几久慢贵差坏烂不没意奇吗多])|"
    "好[用开使坐]得很|好[用使]着|攒劲|乐惠|惬意|舒坦|适意|撇脱|耿直|巴实|(?<=[人师傅秦真挺蛮])实在(?=$|[,。!~ ])|"
    "盖了帽|没治了|(?:太|真|简直)绝了?|(?<!清)爽(?![约肤快])|(?<!不)过瘾|赞爆|爆赞"
)
# 夸夸前台小杨: praise of somebody; 替我谢谢他, 给小陈加个鸡腿: whatever was denied before it.
LAUDED = "夸(?!大|张|下海|海口|父|口|克|人)|表扬"
THANKED = (
    "(?:跟|向|和|给|替|帮|代)[^,。]{1,8}(?:说|道)(?:一?声|个|句)?(?:谢|辛苦)|(?:替|代|帮)我(?:们)?(?:多)?谢谢?(?!了?$)|"
    "奖励(?:一?下|给|他|她|个|[小老]|那|你们)|嘉奖|加(?:个|只)?鸡腿|点名感谢|锦旗|记(?:个|一)?(?:大)?功|"
    "(?:涨|加)(?:点|个)?(?:工资|奖金)|发(?:个|点)?奖金|(?:发|奖|给)[^,。]{0,4}[小大]红花"
)
PRAISE = (
    f"{REGIONAL}|{LAUDED}|"
    "👍|👏|💯|👌|^可$|^ok[的滴啦呀]$|^(?:可以|行|好|中|成|得|ok){2,}[的滴呀啊]?$|(?<=得)漂亮|满意|满足|好评|良好|"
    "优秀|优质|完美|周到|热情|热心|耐心|细心|细致|"
    "仔细|(?<!谁)负责(?!人|的?人|我的|赔|处理|到底)|专业|给力|靠谱|棒|点赞|"
    "赞|舒服|舒心|省心|贴心|暖心|"
    "安安静静|稳稳当当|平平稳稳|顺顺当当|顺顺利利|干干净净|清清爽爽|服服帖帖|(?:效率|速度|动作|手脚|技术|"
    "水平)(?:真|很|挺|蛮|也|都|是)*(?:快|高)(?!不)|"
    "(?:愿意|会|肯定|强烈|必须|一定)(?:向朋友)?推荐|推荐(?:过|了)?给(?:朋友|同事|亲戚|别人|大家)|"
    "下[次回趟](?:还|也)(?:是|要|得|来)?(?:找|叫|让|请|给我|由)(?![^,。]{0,8}(?:坏|不好|这样|投诉))|"
    "上心|用心|尽心|走心|良心(?!不|呢|被)|服气(?!吗)|惊喜|诚恳|实诚|靠得住|好使了|6{2,}|"
    "(?<=[真太很])6(?![\\d分点楼号个天月年万座缸])|"
    "得(?:真|挺|蛮|很|特别|可|老|忒|相当|好|够|非常|都|也|清|明)*(?:细(?!则)|清楚|明白|干净|利落|认真|妥当|踏实)|"
    "放心|开心|喜欢|到位|高效|及时|巴适|安逸|杠杠|顶呱呱|一流|牛[逼批b]?(?!头|角)|厉害|manyi|satisfied|"
    "good|great|nice|excellent|perfect|happy|"
    "(?<=[很挺蛮真太老得都也还更最超贼度术艺量果务人可拉嘎怪])好(?![像几久慢贵差坏烂不没意奇吗])|"
    "(?<=[很挺蛮真太么])快|(?<=常)[好快]|(?<=[很挺常蛮])(?:可以|ok)|(?<=别)[好快]|过硬|麻利|利索|敞"
    "亮|没得挑|没得挑剔|得劲|掂|(?:顺|稳|轻快|安静|凉快|利索|省油|舒服|有劲)(?:当)?(?:多|畅)?(?:了|多了)|"
    "[跟像][^,。]{0,6}(?:新车|刚提|"
    "新的)[^,。]{0,4}(?:似的|一样|一般)|顺滑|稳当|加鸡腿|没再犯|名不虚传|十全十美|五体投地|一级棒|yyds"
)
BLAME = (
    "孬(?!种)|差火|推板|搭浆|蹩脚|撇得很|垮得很|水得很|拉垮|窝火|憋屈|憋气|搓火|👎|不满(?!意|一|"
    "亿|足|载|\\d)|拉胯|踩坑|避雷|失望|一言难尽|不爽|糟糕|糟心|闹心|寒心|"
    "恼火|差劲|后悔|无语|敷衍|恶劣|"
    "(?<![出误相偏时落])差(?!那|的那|的[一两二三\\d]|不多|点|一点|强人意|价|旅|额|异|距|几|别|多少|\\d|"
    "[一两二三四五六七八"
    "九十多]+(?:分|个|天|公里|块|些))|bad|poor|disappoint"
)
BLAME_STRONG = "垃圾|糟透|烂|差评|恶心|一塌糊涂|极差|terrible|awful|worst|horrible|shit|rubbish"
GOOD_SAYINGS = (
    f"{THANKED}|"
    "好着(?:呢|咧|哩|嘞|哪)|没毛病|没(?:啥|什么)好?(?:说|讲)的|没得说|没话说|没说的|没的说|无可挑剔|挑不出|"
    "冇得顶|(?:没|冇|莫得|没得|"
    "木有|没有|无)(?:啥|"
    "什么|任何|大)?(?:大)?(?:问题|毛病|意见)(?!.*(?:但|就是))|"
    "一分钱(?:都|也)?没(?:有)?多(?:收|要|花)|一分钟(?:都|也)?没(?:有)?(?:等|耽误)|"
    "一切正常|恢复正常|(?:都|很|挺|蛮)正常|不错|不赖|不孬|不差|唔错|不[坏](?:了)?$|错不了|比.{1,4}(?:强|好|快|进步)|"
    "(?<![没未才说能会候])(?:修好|解决|搞定|处理好)了(?![吗没么?以之]|[,]?.{0,3}[再才就])|"
    "竖?大拇指|好样的|好极了?|好得很|好的很|没有?.{0,3}可(?:挑剔|抱怨)"
)
BEST_SAYINGS = (
    "满分|没得说|没话说|没说的|无可挑剔|挑不出|冇得顶|好样的|好极|五星|老好了|顶呱呱|完美|杠杠|perfect|excellent|great"
)
MIDDLING = (
    "一般|凑合|凑活|还可以|还阔以|还行|还成|还好(?!意)|过得去|将就|马马虎虎|马虎|就那样|就那么回事|"
    "不[好坏]也不[坏好]|不上不下|不温不火|中规中矩|中等|普普通通|普通|平平|不好不坏|"
    "不坏不好|不咸不淡|说不上好|差不多|差强人意|没(?:什么|啥)感觉|没(?:什么|啥)特别|so ?so|average|"
    "勉勉强强|(?<!不)勉强|ybb|yiban|有待(?:提高|改进|改善|提升|加强|完善)|(?<!不)及格|尚可"
)
NOT_GOOD = (
    "(?<!信号)(?<!网络)(?<!网)(?<!记性)(?<!眼神)(?<!身体)(?<!腿脚)(?<!耳朵)(?<!脑子)(?<!视力)(?<!心"
    "情)(?<!天气)(?<!路况)(?:不及格|不ok|"
    "满意.{0,3}(?:谈不上|说不上|算不上|称不上|不起来|不了)|没(?:有)?(?:以前|之前|上次|别家|原来|想象中?|预期|期望|"
    "那家).{0,3}好|不咋[地的样滴]|不怎么样|"
    "分[^,。]{0,2}嫌多|不怎么满意|不太?行|不[太是]?很?好(?!意|说|不|满|找|停|走|进|弄|认|记|拿|约|打|开|倒|过)|"
    "不太好|不[太大]?理想|不(?:太)?给力|不如|比不上|"
    "差远|不敢恭维|不(?:太)?好用)"
)
HEDGED = re.compile(
    "如果|要是|假如|假设|倘若|除非|才能|才会|才算|才可以|只有|希望|争取|能不能|(?:就|更|会)更?好了$|早(?:点|知)|"
    "(?:(?<!不得不)(?<!只能)(?<!可以)(?<![想要得我])说|保证|承诺|包|号称|吹|宣传).{0,4}(?:会|能|让|是|包|"
    "我)?.{0,2}满意|满意度|满意再|满意了再|满意为止|前提|只要|下次.{0,10}(?:就|再)"
)
MOCKERY = re.compile(
    "才怪|个(?:屁|鬼|头|毛|锤子|der|球|蛋|铲铲)|(?:才有|有个?|才会)鬼|鬼才|(?:锤子|毛线|铲铲|屁)(?"
    ":的)?(?:满意|好评|好)|"
    '"(?:好|专业|热情|周到|满意|不错|高效|贴心|快)"|换来(?:一?句|一?张|个)|好到[^,。]{0,8}(?:不敢|不想|再也|这辈子)|'
    "满意(?:毛线|锤子|个?铲)|想多了|想得美|想太多|做梦|梦里|你猜|(?:好评|点赞|五星|满分|不错|专业|靠谱|服务)\\?|"
    "气人|(?<=....)谢谢啊|(?:修|换|洗|弄|做)一个?坏[一两二俩三]|会做生意|抢钱|呵呵.|.呵呵|这也叫|这叫|也配|"
    "(?:一?整天|大半天|一天|一(?:整个?)?[上下]午|\\d+个?(?:多)?(?:小时|钟头)|[两三四五六七八九]个?(?:多)?(?:小时|钟头)|"
    "[两三四五六七八九十\\d]+天)[^,。]{0,3}[,。! ]+"
    "(?:你们?)?(?:这|的)*(?:效率|速度|动作|手脚|办事)(?:可|真|还|确实|是|挺|够|太|也)*(?:高|快|可以|麻利|行|绝|感人)|"
    "也好意思|(?:你|您)?(?:觉得|认为|"
    "看)(?:我|呢).{0,4}(?:会|能)?.{0,3}满意|"
    "(?:能|会|还)满意(?:吗|么|嘛|才)|怎么(?:可能|会|能)|哪(?:里|能|儿).{0,2}满意|凭什么满意|满意\\?|"
    "好意思问|还有脸|真行啊|可真行|"
    "(?:拉倒|得了|省省|扯淡|扯犊子|别逗|逗我|笑死|搞笑|骗鬼|哄鬼|开(?:什么)?玩笑).{0,4}(?:满意|"
    "好评|[五5][分星]|满分|专业)|"
    "还(?:满意|好评|[五5][分星]|满分)[呢咧嘞哩哪]|"
    "真有你们的|长见识|开眼|服了(?!务)|好一个|(?:谢谢|感谢|多谢).{0,6}(?:把|让|给).{0,10}(?:坏|白跑|丢|"
    "刮|划|砸|装错|耽误|越修越|干等|等了|毁|气)|"
    "(?:说|保证|承诺|包|答应).{0,5}满意.*(?:呢|结果)|(?:修|换|洗|弄|改)成了?.{0,4}(?:暖|坏|废|垃圾|漏|烂|拖拉机|破)"
)
EXCLAIMS = re.compile(
    "^(?:你们?)?(?:还)?(?:真是?|太|可真?|好)?(?:的)?(?:棒|牛|厉害|不错|行|可以|快|专业|佩服|绝|高手"
    "|高明|能干|优秀|完美|好)"
    "(?:的|了|啊|呀|呢|哦)?[,!。]+(?P<rest>.{4,})"
)
WARM = re.compile(
    "谢|辛苦|还来|再来|还找|认准|推荐|介绍|回头|支持|保持|师傅|小伙|放心|以后就|修好|解决|快|顺利|没(?:有)?问题|加油|祝"
)
PAST = re.compile("以前|之前|上次|上回|本来|原来|原本|昨天|开始|起初|当初|曾经|先前|刚到")
PRESENT = re.compile("现在|今天|后来|这次|这回|最后|最终|总体|整体|总的来说|总之|经理.*(?:解释|道歉)")
TOPIC = re.compile(
    "服务|价格|价钱|收费|态度|技术|质量|速度|环境|维修|修车|接待|前台|师傅|技师|人员|人(?=[很挺不都])|"
    "洗车|配件|休息区|效率|手艺|销售|顾问"
)

BEST_UNASKED = re.compile("(?:给|打|必须|我给|点)*(?:[5五](?:颗|个)?星|[5五]分|满分|一百分)(?:好评)?")
OVERALL = re.compile("满意|[好差]评|总体|整体|^(?:都|还|也)?挺好的?$")
GRANTED = re.compile("(好|行|快|可以|不错)(?:是|归|倒是?)(?:挺|很|真)?\\1")  # 好是好, 就是贵

ASKED_OF = re.compile("(好|行|快|贵|专业|靠谱)不\\1|满不满意")  # 好不好我自己会说
WORDS = re.compile(
    f"(?P<good>{GOOD_SAYINGS})|(?P<mid>{MIDDLING})|(?P<not>{NOT_GOOD})|(?P<strong>{BLAME_STRONG})|"
    f"(?P<blame>{BLAME})|(?P<praise>{PRAISE})"
)
NEGATED = re.compile(f"(?!不过(?![关瘾]))(?:{NEGATOR})")
EMPHATIC = re.compile("不得不|不能不|不由得|不要太|不是一般")
STRONG = re.compile(f"(?:{DEGREE})")
SOFT = re.compile(f"(?:{WEAK})")


@dataclass(frozen=True, slots=True)
class Clause:
    """turns: begins with a word of contrast (但, 就是, 结果)."""

    text: str
    turns: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """grade: -2…+2 or None. mixed: praise and blame about different things. mocked: praise that is none."""

    grade: int | None
    mixed: bool = False
    mocked: bool = False


def clauses(text: str) -> tuple[Clause, ...]:
    parts = []
    for piece in DELIMITER.split(REST.sub(",", text)):
        begin = 0
        for turn in TURNS.finditer(piece):
            parts.append(piece[begin : turn.start()])
            begin = turn.start()
        parts.append(piece[begin:])
    return tuple(Clause(part, TURNS.match(part) is not None) for part in parts if part.strip("? "))


@lru_cache(maxsize=READ_ALREADY)
def verdict(text: str) -> Verdict:
    """What a normalised message says of how it was; the later clause counts."""
    text = plainly(text).replace("满意度", "评分").replace("满意程度", "评分")
    text = ASKED_OF.sub("", GRANTED.sub("满意是满意", text))
    if MOCKERY.search(text):
        return Verdict(None, mocked=True)
    parts = clauses(text)
    graded = [(index, part, worth) for index, part in enumerate(parts) if (worth := _said(part.text)) is not None]
    if not graded:
        return Verdict(None)
    exclaimed = EXCLAIMS.match(text)
    if exclaimed and len(graded) == 1 and graded[0][0] == 0 and graded[0][2] > 0 and not WARM.search(exclaimed["rest"]):
        return Verdict(None)  # 厉害了, 空调修成暖风机: praise that only opens an account of something else
    signs = {(worth > 0) - (worth < 0) for _, _, worth in graded}
    last_index, last, worth = graded[-1]
    if {1, -1} <= signs and not _settles(parts[: last_index + 1], last):
        return Verdict(None, mixed=True)
    if len(signs) == 1:
        overall = [each for _, part, each in graded if OVERALL.search(part.text)]
        worth = max(overall or [each for _, _, each in graded], key=abs)
    return Verdict(worth)


THUMBS = frozenset("👍👏💯👌👎")  # beside a word they only repeat it


def grade(clause: str) -> int | None:
    """-2 … +2 for one clause without punctuation, None when it passes no verdict."""
    if clause.startswith(("不好意思", "好的")) and len(clause) < 6:
        return None
    found = list(WORDS.finditer(clause))
    if not found:
        return None
    word = next((each for each in reversed(found) if each[0] not in THUMBS), found[-1])
    found = found[: found.index(word) + 1]
    after_last = found[-2].end() if len(found) > 1 else 0
    before = clause[max(after_last, word.start() - 8) : word.start()]
    kind = str(word.lastgroup)
    if kind == "good":
        return 2 if re.search(BEST_SAYINGS, word[0]) or re.search("非常|特别|超|相当", before) else 1
    if kind == "mid":
        return -1 if re.search("很$|非常$|太$|真$", before) else 0
    if kind == "not":
        return -2 if STRONG.search(before) else -1
    return _turned(
        before, 1 if kind == "praise" else -1, 2 if kind == "strong" or re.search(BEST_SAYINGS, word[0]) else 1
    )


def _turned(before: str, sign: int, base: int) -> int | None:
    emphatic = EMPHATIC.search(before)
    rest = before[emphatic.end() :] if emphatic else before
    negators = list(NEGATED.finditer(rest))
    if not negators:
        strong = base == 2 or bool(STRONG.search(rest)) or (emphatic is not None and sign > 0)
        return sign * (2 if strong and not SOFT.search(rest) else 1)
    if len(negators) > 1:
        # 不是不满意 takes half of it back; 没有什么不满意的 is praise.
        return 0 if rest[negators[0].start() :].startswith("不是") else sign
    if sign < 0:
        return 1
    return -2 if STRONG.search(rest[: negators[0].start()]) or rest[: negators[0].start()].endswith("都") else -1


def _said(clause: str) -> int | None:
    return None if HEDGED.search(clause) else grade(clause)


def _settles(parts: tuple[Clause, ...], last: Clause) -> bool:
    """Opposite verdicts: the later one stands if time or a concession leads to it, or if it names no topic."""
    earlier = [part.text for part in parts[:-1]]
    if PRESENT.search(last.text) or any(PAST.search(text) or PRESENT.search(text) for text in earlier):
        return True
    if any(text.startswith(("虽", "尽管", "除了")) for text in earlier):
        return True
    return not TOPIC.search(last.text) and not any(TOPIC.search(text) for text in earlier)


def praises_somebody(text: str) -> bool:
    """昨天接待的小刘特别好, 想表扬一下, 5颗星: more than thanks. text: normalised."""
    named = staff(text) or re.search("师傅|顾问|前台|接待|技师|销售|经理|服务", text)
    said = verdict(text).grade
    return bool(re.search(LAUDED, text) or BEST_UNASKED.fullmatch(text.strip("!。~ "))) or bool(
        named and (said or 0) > 0
    )
