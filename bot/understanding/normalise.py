"""One way to write what can be typed in many: width, variants, traditional characters, edges."""

import re
import unicodedata
import warnings
from functools import lru_cache

import zhconv

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff]"
)
DINGBATS = {ord(mark): str(number) for row in ("❶❷❸❹❺❻❼❽❾", "➊➋➌➍➎➏➐➑➒") for number, mark in enumerate(row, 1)} | {
    ord("🔟"): "10"
}
EDGES = " \t\r\n。.!?,;:、~…-—_【】[]()<>《》「」『』“”‘’\"'`*#·^"
SPACED_OUT = re.compile(r"(?:[\u4e00-\u9fff] )+[\u4e00-\u9fff]")
# Homophones of voice and thumbs, and Cantonese words that have a plain twin.
MISTYPED = (
    (re.compile("[满蔓][意义亿易](?![义外])|满一(?![年百千个天月岁次点])|[慢瞒漫]意|蛮意(?![外思])"), "满意"),
    (re.compile("(?:非长|飞常|灰常|菲常|非尝|飞长|灰长)(?=[满不好快差])"), "非常"),
    (re.compile("(?<![太公水不和持])平(?:啲|d(?![a-z\\d])|少少|滴)"), "便宜点"),
    (re.compile("(?:[有冇]+得平|最平(?=几))"), "能便宜"),
    (re.compile("相因"), "便宜"),
    (re.compile("(?<!好)几多"), "多少"),
    (re.compile("(?<![说证声])([今明昨后前])个儿"), "\\1天"),
    (re.compile("(?<![说证声表申阐])([今明])个(?=[上下早晚中一][午上]|[早晚]|[我你去来,。! ]|$)"), "\\1天"),
    (re.compile("交[墙抢枪腔羌]险"), "交强险"),
    (re.compile("有冇"), "有没有"),
    (re.compile("(?<![舍要晓懂])得唔得"), "行不行"),
    (re.compile("唔[係系]"), "不是"),
    (re.compile("唔好(?=再|send|发|打|[俾畀给])"), "别"),
    (re.compile("唔(?!该)"), "不"),
    (re.compile("[俾畀]"), "给"),
    (re.compile("嚟"), "来"),
    (re.compile("咗|喇"), "了"),
    (re.compile("廿(?!三里|八铺)"), "二十"),
    (re.compile("(?<!五)卅"), "三十"),
    (re.compile("嘅"), "的"),
    (re.compile("哋"), "们"),
    # 川渝, 广东, 河南, 东北, 上海: words for which everybody else has another.
    (re.compile("恁多"), "那么多"),
    (re.compile("恁(?=[们那家咋些]|师傅|店|五|几|去|还|可)"), "你们"),
    (re.compile("俺"), "我"),
    (re.compile("[而依]家(?=[^庭里具]|$)"), "现在"),
    (re.compile("(?:搞|弄|整|修|做)归一"), "弄好"),
    (re.compile("婆娘"), "老婆"),
    (re.compile("使唔使|使不使"), "要不要"),
    (re.compile("几耐"), "多久"),
    (re.compile("好耐"), "好久"),
    (re.compile("今朝(?=早|头|$|[,。 ])"), "今天"),
    (re.compile("明朝(?!代|那|皇)"), "明天"),
    (re.compile("早浪"), "早上"),
    (re.compile("(?<=[点号])钟?光景"), "左右"),
    (re.compile("(?<![请切非])勿(?![扰念忘施以论再打发必])"), "不"),
    (re.compile("擦黑儿?|天擦黑"), "傍晚"),
    (re.compile("捯饬"), "收拾"),
    (re.compile("困觉"), "睡觉"),
    (re.compile("事体"), "事情"),
    (re.compile("一哈(?!哈)"), "一下"),
    (re.compile("(?<=[行好中可])伐|伐(?=$|[,。?!])"), "吗"),
    (re.compile("(?<=\\d)噻|噻(?=$|[,。?!])"), "吧"),
    (re.compile("嗦(?=$|[,。?! ])"), "啊"),
    (re.compile("咩(?=名|打|事|人|意|料|色)"), "什么"),
)
READ_ALREADY = 256  # a turn reads the same words several times, once before it takes the database's lock
QUOTES = str.maketrans("“”‘’「」『』", '""""""""')


@lru_cache(maxsize=READ_ALREADY)
def normalise(text: str) -> str:
    """Comparable text: half width, simplified, lower case, without invisible characters; punctuation inside stays."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(DINGBATS).translate(QUOTES)
    plain = re.sub(r"\s+", " ", plain.casefold()).strip()
    if SPACED_OUT.fullmatch(plain):
        plain = plain.replace(" ", "")
    return _as_meant(simplified(plain))


def _as_meant(plain: str) -> str:
    if plain.isascii():
        return plain
    for typed, meant in MISTYPED:
        plain = typed.sub(meant, plain)
    return plain


def simplified(text: str) -> str:
    """Traditional → simplified. ASCII skips the dictionary."""
    if text.isascii():
        return text
    _load_dictionary()
    return str(zhconv.convert(text, "zh-cn"))


@lru_cache(maxsize=1)
def _load_dictionary() -> None:
    """zhconv leaves its file to the garbage collector, which warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        zhconv.convert("", "zh-cn")


def bare(text: str) -> str:
    """The normalised text without punctuation at its edges."""
    return text.strip(EDGES)
