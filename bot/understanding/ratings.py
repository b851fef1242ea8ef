"""Numbers given as a score. A digit inside a date, a count, a duration or a model is none (sms.md §7, point 6)."""

import re
from dataclasses import dataclass

from bot.understanding import named_scales, unnamed
from bot.understanding.amended import amended, without_talk
from bot.understanding.normalise import bare
from bot.understanding.other_things import of_the_repair
from bot.understanding.sayings import OTHERS
from bot.understanding.scales import Scale, numbers
from bot.understanding.score_words import EMPTY_STARS, LEAD, ONE, STARS, TAIL, UNIT, as_meant, value

FULL = re.compile(
    "(?<!不给)(?<!没给)(?<!不是)(?<!不到)满分(?!\\d|[一二三四五六七八九十])|[给打]满(?!意|分)|100(?:分|%)|一百分|百分之?百|(?<![一二三四五六七八九])十分$|(?<!\\d)10分$|"
    "full marks"
)
# 两分 多一分都没有: said of what is not given.
NO_MORE = re.compile(
    "[,。! ]*(?:再|想)?多(?:给|打|要)?(?:一|1|半)分[也都](?:没有?|不给|不行|不可能|别想|没门|不会给?)(?:了|啦)?"
)
BEGINS = re.compile("^(?:[哦噢喔啊嗯额] ?)?(?:是)?(?:要)?(?:打分|评分)(?:[啊呀哦吗吧]|是吧)+[,。!?\\s]*")
STICKERS = re.compile(f"[^\\w\\s!-~,。、!?;:…·—“”（）【】《》{STARS}{EMPTY_STARS}]+")
OVERALL = re.compile(
    "(?:总体|整体|综合|总的|总共|合计|平均|折中)(?:来说|来讲|上|评价)?(?:我)?(?:是|给|打|算)?(?:个|你们)?"
    f"(?P<n>{ONE})(?:{UNIT}(?!钟)|(?=[,。!;?]|$))"
)
WHOLE = re.compile(f"{LEAD}(?P<n>{ONE}){UNIT}?{TAIL}")
OPENS = re.compile(
    f"{LEAD}(?P<n>{ONE})(?P<unit>{UNIT}?){TAIL}(?P<gap>(?:[,。!?;:、.~…\\s)\\]】]|[^\\w\\s/-])+)(?P<rest>.+)"
)
# 选4吧留点进步空间, 打十分啊小伙子很热情: a verb or a particle ends the number where no comma does.
RUNS_ON = re.compile(
    f"{LEAD}(?P<n>{ONE}){UNIT}?(?:[吧嘛呗哈啊呀哦咯啦]+)(?![?？])(?=[^\\d,。])|"
    f"(?:^|[,。!;?~ ]|我|那|就|必须)(?:[打给评]|选)(?:个|你们|他们)?(?P<n2>{ONE}){UNIT}"
    "(?![钟之半制到满热耐不的优感精周])(?=[^\\d,。])"
)
ALONE = re.compile(f"{LEAD}(?P<n>\\d|{ONE}(?=[吧嘛呗]|{UNIT})){UNIT}?{TAIL}")
CUTS = re.compile("[,。!?;:~…\\s]+|(?<!\\d)\\.+|\\.+(?!\\d)")
NO_GAP = re.compile(f"{LEAD}(?P<n>\\d){UNIT}?(?=已?解决|未解决|没解决|非常|很|十分|特别|不满|满意|一般|比较|太|挺)")
CLOSES = re.compile(f"(?:满意|不满|一般般?|好评|差评)(?:吧|的|了)?[:,. ]*(?P<n>\\d){UNIT}?{TAIL}$")
INSIDE = re.compile(
    f"(?!十分\\w)(?<![\\d.:点第号/~到至或-])(?P<n>{ONE})(?:分|[颗粒]星|星)(?!钟|钱|货|耕|行(?![了吧不嘛])|校|之|半|制"
    f"|到|部|店|期|别|开|析|"
    f"手|[-~]|服务|级|酒店|\\d)"
)
NOT_GIVEN = re.compile(
    "(?:不(?:是|打|给|值|到|够|配|了)|没有?|别想|本(?:来)?(?:就)?想|原(?:来|本)?想|本来|原来|差点|还想|要不是[^,。]*?|"
    f"如果[^,。]*?|扣(?:了|掉)?)(?:给|打|评|要|说|拿|就|我|你们|个|人)*{ONE}(?:分|颗?星)(?!钟)|"
    f"{ONE}(?:分|颗?星)[^,。]{{0,2}}嫌多|"
    f"{ONE}(?:分|颗?星)(?:是)?(?:不可能|想都别想|没门|做梦|\\?想|免谈|就?别想)"
)
# 修好了我就给5分: promised, not given.
PROMISED = re.compile(
    f"(?:如果|要是|要能|假如|倘若|只要|除非|前提|(?:修|弄|搞|处理|解决|改|洗|好|快|便宜|热情)(?:好|完|了"
    f"|点|一点)+|下次|打折|"
    f"再坏|再来|赔|道歉|送.{{0,4}}|不收.{{0,6}}|免.{{0,6}}|退.{{0,4}})[^,。!;]{{0,8}}(?:就|才|再|会"
    f")(?:给|打|是|得|评)?.{{0,3}}?"
    f"(?:{ONE}(?:分|颗?星)|满分|好评)|(?:给我|帮我|多|再|免费|先)[^,。!;]{{2,8}}(?:就|才)(?:给|打|是"
    f"|得|评)?.{{0,3}}?(?:{ONE}(?:分|颗?星)|满分|好评)|(?:等|先)[^,。]{{2,12}}(?:再|才)(?:给|打|评)"
)
ASKED = re.compile("(?<![不很太])好意思|要不要.{0,6}[给打]|凭什么给|是多少|[吗么?]$|有(?:没有)?(?:奖|礼|返现)|返现")
# 要是给3分会不会扣师傅工资: wondered about.
WONDERED = re.compile(
    f"要不要[^,。]{{0,8}}[给打]|(?:要是|如果|假如|万一|我?要)?[给打]{ONE}分?[^,。]{{0,4}}(?:会不会|会怎么|[行可]不[行可]|是不是要?|影响)"
)
FAMILY = "(?:我家?(?:爸|妈|老公|老婆|爱人|先生|太太|媳妇|儿子|女儿|哥|姐|弟|妹|老爷子|老太太|爷爷|奶奶)[爸妈]?)"
SPEAKS_FOR = re.compile(
    f"{FAMILY}(?:说|讲)[给打](?:个|你们)?{ONE}分(?![^。]*(?:我(?:觉得|看|给|打|说|可|倒|却)|但|不过))"
)
ADVISED = re.compile(
    f"(?:{OTHERS})(?:们)?(?:都|就|硬|非)?(?:说|让|叫|教|要|建议|求|请)(?:我|你)?.{{0,4}}(?:给|打|评"
    f"|选|点|回|是)?{ONE}(?:分|颗?星)"
)
OWN = re.compile(
    f"(?<!让)(?<!叫)(?<!教)(?<!求)(?<!要)(?<!请)我(?:觉得|认为|看|给|打|自己|就|只|也|还是).{{0,6}}{ONE}(?:分|颗?星)"
)
COMPARED = re.compile(f"(?:比|超过|低于|高于|不止|多于|少于|不到|不够){ONE}(?:分|颗?星)")
DEDUCTED = re.compile(f"满分.{{0,8}}扣(?:掉|了)?{ONE}|扣(?:掉|了)?{ONE}分?$|差(?:一?点点?|些)?.{{0,3}}满分")
LISTED = re.compile(r"(?:^|[\s,。;])[2二][\s.、:,]*[^\d\s分星].*(?:[\s,。;][3三][\s.、:,]*[^\d\s分星])")
SETTLES = re.compile("(?:给|打|只能|只有|只值|改成?|最后|最终|现在|这[回次]|今[天次]|就)[你您们我的个]*$")
CORRECTED = re.compile(
    f"(?:[打点按选发写]错|不对|手[滑抖]了?|口误|嘴瓢了?|错了|改成|改为|改|应该是?|更正)[^\\d]{{0,4}}(?P<n>{ONE}"
    f"){UNIT}?{TAIL}$"
)
GAVE = re.compile(
    "(?:^|[,。!; ])(?:那|所以)?我?(?:就|还是|应?该)?(?:给|打|评|填|写|按|选|记|回)(?:个|你们)?"
    f"(?P<n>{ONE}){UNIT}?{TAIL}$|"
    f"(?<![不没别想本会说让叫就])(?:给|打)(?:你们|您|你|个|他们|师傅)*(?P<n3>10|\\d(?!\\d)|[一二两三四五六七八九十]){UNIT}?{TAIL}$|"
    f"(?:必须|妥妥|绝对|当然|肯定|怎么也得)(?:的|是|给|打)*(?P<n4>{ONE}){UNIT}?{TAIL}$|"
    f"(?:^|[,。!; ])(?P<n5>{ONE})分?(?:就|已经|也)*是(?:顶格|极限|上限|最多|最高|我的?最)|"
    "(?:i'?d (?:say|give)|i give|my score is)(?: it)?(?: an?)? ?(?P<n2>\\d+)$"
)
# 勉强给个四吧, 现在只给3, 那算7: what is given last, whatever was told before.
SETTLED = re.compile(
    f"(?:^|[,。!;? ])(?:那就?|所以|现在|这[回次]|最后|最多|只能|只|就|还是|勉强|勉勉强强|四舍五入|凑个整|我|也|,)*"
    f"(?:给|打|评|算|改|选)(?:个|成|为|你们|他们)?"
    f"(?P<n>{ONE}){UNIT}?{TAIL}$"
)
# 修好了才给5分, 现在给2: what is given now, whatever is promised beside it.
TODAY = re.compile(f"(?:现在|目前|暂时)(?:我|就|只能?|先|最多)*(?:给|打|算)(?:个|你们)?(?P<n>{ONE}){UNIT}?{TAIL}$")
ENDS = re.compile(
    f"[,。!;?]\\s*{LEAD}(?P<n>{ONE}){UNIT}{TAIL}$|^[^\\d]{{1,10}}[,。!:? ]\\s*(?P<n2>10|\\d){TAIL}$|"
    f"^(?P<n3>\\d)号(?:选项|吧|呗)"
)
BETWEEN = re.compile(
    f"[一二两三四][二三四五]分|\\d+\\.\\d+\\s*{UNIT}?|{ONE}{UNIT}?(?:到|至|-|~|或者?|、|和){ONE}{UNIT}?|"
    f"{ONE}(?:点{ONE})?分半|"
    f"{ONE}点{ONE}分|{ONE}星半"
)
BETWEEN_FIRST = re.compile(f"{LEAD}(?:{BETWEEN.pattern}){TAIL}(?=[,。!;\\s]|$)")
COUNTED = re.compile("[个天点号系楼次回趟万千百小月年日周升座位人口公台辆条块元岁遍件级档缸层度k]|t$|t\\W|升")


@dataclass(frozen=True, slots=True)
class Score:
    """number: on the scale, or None. doubtful: a number was meant, but which one must be asked."""

    number: int | None
    doubtful: bool = False


TEN = numbers(0, 10)
NO_SCORE = Score(None)
DOUBTFUL = Score(None, doubtful=True)


def bounds(text: str, scale: Scale) -> str:
    """What 3分往下, 4.5 or 满分一百给75 is worth, whichever number it is; "" when that would depend on it."""
    body = _body(text)
    if PROMISED.search(body):
        return ""
    return named_scales.side(body, scale) or unnamed.side(body, scale)


def scored(text: str) -> bool:
    """Whether a normalised text gives a number as a score, whatever the scale may be."""
    return score(text, TEN).number is not None


def _body(text: str) -> str:
    return of_the_repair(without_talk(NO_MORE.sub("", as_meant(BEGINS.sub("", bare(STICKERS.sub(" ", text)))))))


def score(text: str, scale: Scale) -> Score:
    """The number a normalised reply gives on this scale."""
    body = _body(text)
    if not body:
        return NO_SCORE
    if not PROMISED.search(body) and named_scales.share(body, scale) is not None:
        return Score(given) if (given := named_scales.number(body, scale)) is not None else DOUBTFUL
    reckoned = unnamed.number(body, scale)
    if reckoned is None and not unnamed.bounded(body):
        reckoned = _stars(text)
    if reckoned is not None:
        return _on(scale, reckoned)
    if unnamed.bounded(body) or any(
        pattern.fullmatch(body) for pattern in (BETWEEN, re.compile(f"{LEAD}(?:{BETWEEN.pattern}){TAIL}"))
    ):
        return DOUBTFUL
    return _written(body, scale)


def _written(body: str, scale: Scale) -> Score:
    settled = _settled(body)
    if settled is not None or _withheld(body):
        return DOUBTFUL if settled is None else _on(scale, settled)
    special = Score(value(overall["n"])) if (overall := OVERALL.search(body)) else _special(body, scale)
    if special is not None:
        return special if special.number is None else _on(scale, special.number)
    if NOT_GIVEN.search(body) or _several(body):
        return _left(body, scale)
    told = _told_as_such(body)
    if told is not None:
        return _on(scale, told)
    inside = _in_passing(body, scale)
    return inside if inside != NO_SCORE else _by_itself(body, scale)


def _left(body: str, scale: Scale) -> Score:
    """What stands after denied scores are taken out: 1分都嫌多, 就1吧."""
    left = NOT_GIVEN.sub(" ", body)
    last = _last_given(left, scale)
    if last.number is not None or left == body:
        return last
    told = _told_as_such(left)
    return _by_itself(left, scale, DOUBTFUL) if told is None else _on(scale, told)


def _told_as_such(body: str) -> int | None:
    """The number the words around it tell as a score; before anything a number may be by accident."""
    for found in (
        WHOLE.fullmatch(body),
        NO_GAP.match(body),
        CLOSES.search(body),
        CORRECTED.search(body),
        GAVE.search(body),
    ):
        if found:
            return value(_named(found))
    opening = OPENS.fullmatch(body)
    if opening and not _goes_on(opening):
        return value(opening["n"])
    runs_on = None if ASKED.search(body) else RUNS_ON.match(body) or RUNS_ON.search(body)
    return value(_named(runs_on)) if runs_on else None


def _by_itself(body: str, scale: Scale, otherwise: Score = NO_SCORE) -> Score:
    """卡找到了, 但没人说清谁拔的. 2吧, 一般: a clause that is nothing but a number."""
    alone = [found for clause in CUTS.split(body) if (found := ALONE.fullmatch(clause))]
    numbers = {value(_named(found)) for found in alone}
    rest = len(re.findall(r"\d+", body)) > len(alone)
    return _on(scale, numbers.pop()) if len(numbers) == 1 and not rest else otherwise


def _settled(body: str) -> int | None:
    """What a score is put right to, or a message ends with; promised, compared or deducted ones are none."""
    if today := TODAY.search(body):
        return value(today["n"])
    if PROMISED.search(body):
        return None
    if anew := amended(body):
        return value(anew)
    found = SETTLED.search(body) or ENDS.search(body)
    if found is None or DEDUCTED.search(body) or COMPARED.search(body):
        return None
    return value(_named(found))


def _withheld(body: str) -> bool:
    """Promised for later, deducted without the sum, or between two numbers."""
    if PROMISED.search(body) or (DEDUCTED.search(body) and not re.search(f"[给打得]{ONE}分", body)):
        return True
    if COMPARED.search(body) or WONDERED.search(body):
        return True
    if ADVISED.search(body) and not OWN.search(body) and not SPEAKS_FOR.search(body):
        return True
    if FULL.search(body) and ASKED.search(body):
        return True
    return FULL.search(body) is None and BETWEEN_FIRST.match(body) is not None


def _in_passing(body: str, scale: Scale) -> Score:
    """A score inside a longer text; 五分好评返现吗 asks about one and gives none."""
    inside = {value(found["n"]) for found in INSIDE.finditer(body)}
    if inside and ASKED.search(body):
        return DOUBTFUL
    return NO_SCORE if not inside else _on(scale, inside.pop()) if len(inside) == 1 else DOUBTFUL


def _several(body: str) -> bool:
    return len({value(found["n"]) for found in INSIDE.finditer(body)}) > 1


def _last_given(body: str, scale: Scale) -> Score:
    """Of several scores the last one given counts (本想给5分, 现在只能2分); denied ones are gone already."""
    inside = list(INSIDE.finditer(body))
    if not inside:
        return DOUBTFUL
    settled = len({value(found["n"]) for found in inside}) == 1 or SETTLES.search(body[: inside[-1].start()])
    return _on(scale, value(inside[-1]["n"])) if settled else DOUBTFUL


def _special(body: str, scale: Scale) -> Score | None:
    if FULL.search(body):
        if re.search(r"十分$|10分$", body) and not re.fullmatch(f"{LEAD}(?:十|10)分{TAIL}", body):
            return None
        return Score(scale.best)
    repeated = re.fullmatch(r"(10|\d)(?:[ ,]+\1)+", body)
    return _on(scale, int(repeated[1])) if repeated else None


def _goes_on(opening: re.Match[str]) -> bool:
    """ "5 天后", "3 号": the number belongs to what follows; "1, 2" gives two."""
    if not opening["unit"] and opening["gap"].isspace() and COUNTED.match(opening["rest"]):
        return True
    listed = not opening["unit"] and LISTED.search(opening["rest"]) is not None
    return listed or (re.match(r"\d", opening["rest"]) is not None and not opening["unit"])


def _stars(text: str) -> int | None:
    """Nothing but stars, or at least two of them before words."""
    found = re.match(f"[{STARS}{EMPTY_STARS}\\s,。!]+", text)
    found = found or re.fullmatch(f"{LEAD}[{STARS}{EMPTY_STARS}]{{2,}}{TAIL}[\\s,。!~]*", text)
    count = sum(found[0].count(star) for star in STARS) if found else 0
    return count if found and (count > 1 or found[0] == text) and count else None


def _named(found: re.Match[str]) -> str:
    return next(str(value) for name, value in found.groupdict().items() if name.startswith("n") and value)


def _on(scale: Scale, number: int) -> Score:
    return Score(number) if scale.holds(number) else DOUBTFUL
