"""An answer to a quote put plainly before it is read: what voice and thumbs made of its verbs, no said twice, what was
asked and is settled."""

import re
from collections.abc import Sequence

from bot.understanding.slots.quote_lines import CLASSIFIER, HAND, one_way
from bot.understanding.slots.quote_words import DO, PAST

AFTER = "(?=$|[,。!?~ 了吧掉喽啦呗嘛啊呀哈的]|上(?!车|班|来|去)|一下|一[套副])"
TAKES = "(?<=[不都全别甭先要再也就给俩个项样条号\\d])"
# 全坐了, 就还, 不休了: a verb of the quote by its sound, where only that verb would stand.
HEARD = tuple(
    (re.compile(said), meant)
    for said, meant in (
        (
            "坐(?!车|着|等|地|高|公|飞|火|船|垫|椅|下|电|人|在|这|那|你|我|会儿?|满|班|不住|[了]?[\\d一两三半几]+"
            f"[个分站小]|轮)|(?:{TAKES}|(?<=给我)|^)[座作昨](?!业|为|用|废|孽){AFTER}",
            "做",
        ),
        (
            f"(?:{TAKES}|(?<=给我))还(?=$|[,。!? 了吧呗掉喽]|上$|上[了吧]|超|还)|"
            "(?<=就)还(?![是有能没要差可行好得会像算不在想剩挺很蛮钱给款])|(?:(?<=[,。 ])|^)还(?=了?吧)|"
            "还(?=掉|了吧|[一个]套|新的|一下(?!价))|(?<![要归该])还了(?=$|[,。 其别剩另余])|"
            f"(?:{TAKES}|(?<=给我))[唤焕涣患幻欢]{AFTER}",
            "换",
        ),
        ("(?:(?<=[不都全别先就给要再项样个俩])|(?<=给我))休(?!息|假|闲|眠|斯|整|班|憩)|休(?=了?吧)", "修"),
        (f"(?:(?<=[不都全别先就给])|(?<=给我))[农浓]{AFTER}", "弄"),
        ("(?:(?<=[不都全先])|(?<=给我))[正挣蒸](?=了?吧|了$|$|上)", "整"),
        ("(?<=[不都])[药耀](?=$|[,。 了吧])", "要"),
        ("仲(?=用|可|能|得|有|好|未|系|新)", "还"),
        ("[同童铜][义艺异易议译]", "同意"),
        ("[可刻克][已乙](?!经)", "可以"),
        ("[ ](?=❌|✅)", ""),
        ("(?<=[掉上])好(?:吗|么|不好)(?=$|[,。?!])\\??", "吧"),
        ("(?<=[1-9])(?<!\\d\\d) (?=[1-9](?!\\d|[.元块点:]))", "、"),
    )
)
ONE = "[个项样条种]"
# 没有哪个是不做的, 一个都不能少, 哪能不换: no and no.
ALL_OF_THEM = re.compile(
    f"(?<!有)没有?(?:什么|啥|哪|一|任何)?一?{ONE}?(?:是|我)?不(?:想|要|用|能|该|可以)?(?:{DO}|要|同意)的(?:项目?|地方)?(?!打算)|"
    f"(?<!有)没有?(?:什么|啥|哪|一){ONE}?(?:是|我)?不{DO}|(?:一{ONE}|哪{ONE})?不(?:想|要|用)?(?:{DO}|要)的(?:都|也)?没有?|"
    f"一{ONE}(?:都|也)?(?:不能|别|不要|不许|不可|不)(?:给我)?[少落漏缺拉省](?:下|了|掉)?|"
    f"(?:一|哪){ONE}(?:都|也)[少省落漏缺]不[了得下]"
)
TWICE_NO = re.compile(
    f"你们?(?:给我)?(?:{PAST})(?:给我)?{DO}(?:的|过)(?!话)|你们给我{DO}过|"
    f"(?P<yes>(?:不|没){DO}(?:了)?(?:(?!会不会|有没有|是不是|会怎|要紧)[^,。 吗?行成]){{0,6}}?(?:不(?:行|成|"
    "安全|放心|踏实|敢|保险)|(?<!不)怕|危险|"
    f"要?出事|睡不|哪天|早晚|更)(?![^,。]{{0,4}}[吗么?])[^,。 ]{{0,10}}|(?<!能)不能不{DO}|"
    f"(?:哪|岂|怎么?|咋)(?:能|敢|可以)不{DO}|不{DO}(?:哪|怎么|咋)(?:行|成)|"
    f"非{DO}不可(?![吗么不伐]|的吗))|"
    f"不是(?:不想?|舍不得|舍得不|不愿意?){DO}[^,。]{{0,8}}|"
    f"不是(?:信不过|不信|嫌)[^,。]{{0,6}}|不差这[^,。 ]*|不(?:纠结|挑|磨|谈|犹豫|啰嗦|墨迹|考虑|想|差)了|(?:好|"
    f"行|得)?了?不跟你[^,。 ]{{0,4}}了?|不用(?:说|问|等)"
)
# 谁让你们换的, 我没同意: takes back what was said before it and agrees to nothing.
NOT_AGREED = re.compile(
    f"(?:没有?|谁|哪里?|几时|(?:什么|啥)时候)(?:有|又|跟你|和你|给你|我)*(?:说|讲|答应|让|叫|同意|批准)(?:过|我|了|你们?|给|要|把|全|都)*"
    f"[^,。 ]{{0,4}}?不?{DO}|没有?(?:同意|答应|点头|批准)(?!$|的|不了)|没有?(?:同意|答应|点头|批准)$"
)
MARK = re.compile("[(（\\[]([\u4e00-\u9fff]{2,6})[)）\\]]")
# 问我爸了, 商量过了: asked and answered; not 等我问了我爸再说.
ASKED = re.compile(
    "(?<![等先要去得])(?:问|商量|请示|合计|打听|寻思|"
    "琢磨)[^,。 再才没等]{0,6}[了过完好妥](?![^,。]{0,4}[再才])(?:一下|下)?"
)


def put_plainly(text: str) -> str:
    """Lines written one way and verbs as they were meant: 雨刷全坐了 → 雨刮全做了."""
    for said, meant in HEARD:
        text = said.sub(meant, text)
    return one_way(text)


def without_twists(text: str) -> str:
    """没有哪个是不做的 → 都换, 不换不行 → 换; 不是不换 and 不跟你磨了 decide nothing, nor does 问过我爸了 delay."""
    text = ALL_OF_THEM.sub("都换", text)
    return ASKED.sub("", TWICE_NO.sub(_meant_as_yes, text))


def _meant_as_yes(found: re.Match[str]) -> str:
    return "换" if found["yes"] else ""


def by_number(text: str, lines: Sequence[str]) -> str:
    """标了必须的那条做, 带建议、可缓字样的不做 → 第1项做, 第2项、第3项不做: by what stands in brackets in the names."""
    marks: dict[str, list[int]] = {}
    for place, name in enumerate(lines, 1):
        for mark in MARK.findall(name):
            marks.setdefault(mark, []).append(place)
    if not marks:
        return text
    of_one = "|".join(map(re.escape, sorted(marks, key=len, reverse=True)))
    said = re.compile(
        f"(?<!你们)(?<!师傅)(?P<before>标(?:明|注)?[了着]?|写[了着]?|注明|带[有了着]?)?(?:是|为|的)?(?P<marks>(?:{of_one})(?:(?:的?[、和跟及与]|的?还有)(?:{of_one}))*)"
        f"(?P<after>(?:字样|标记|标签)?的?(?:字样)?(?:那|这)?(?:一|几|些|{HAND}|俩)?{CLASSIFIER}?)"
    )
    return said.sub(lambda found: _numbered(found, marks, of_one), text)


def _numbered(found: re.Match[str], marks: dict[str, list[int]], of_one: str) -> str:
    if not (found["before"] or found["after"]):
        return found[0]
    places = sorted({place for mark in re.findall(of_one, found["marks"]) for place in marks[mark]})
    return "、".join(f"第{place}项" for place in places)
