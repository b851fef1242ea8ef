"""Numbers beside words: what stands, what is kept as a remark, what is nobody's business and what a person must see."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.dealer import Span
from bot.effects import PromptKind
from bot.turn import Before, Prompt
from bot.understanding.experience import puts_off
from bot.understanding.grievances import grievance, only_small
from bot.understanding.meaning import IN_WORDS
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from bot.understanding.slots.people import staff
from bot.understanding.understand import Understanding, understand
from tests.learnt import classifier

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
TEN, FIVE, THREE = "0-10", "1-5", "1=满意,2=一般,3=不满意"


def survey(scale: str = FIVE) -> tuple[Prompt, ...]:
    return (Prompt(1, PromptKind.SURVEY, scale, NOW, NOW + timedelta(days=1)),)


def read(text: str, scale: str = FIVE) -> Understanding:
    opening = Span(start=time(8, 30), end=time(17, 30))
    setting = Setting(classifier(), NOW.astimezone(ZoneInfo("Asia/Shanghai")), opening)
    return understand(text, survey(scale), setting=setting)


@pytest.mark.parametrize(
    ("text", "scale", "rating"),
    [
        ("四分吧地垫吸得不太干净其他都挺好", FIVE, 4),
        ("我给四分整体可以就是车位难找", FIVE, 4),
        ("9分 扣的一分是茶水间没开水", TEN, 9),
        ("4⭐ wifi连不上", FIVE, 4),
        ("1，要是提前十分钟打电话就更好了", THREE, 1),
        ("5分，就是厕所不太好找", FIVE, 5),
        ("给五分就是那个休息室有点冷", FIVE, 5),
    ],
)
def test_a_small_remark_beside_a_good_score_is_its_reason(text: str, scale: str, rating: int) -> None:
    found = read(text, scale)
    assert (found.intent, found.rating, found.satisfaction) == ("survey_reply", rating, "satisfied")
    assert "reason" in found.slots
    assert not found.wants("complaint")


@pytest.mark.parametrize(
    "text",
    [
        "5 毛病出在哪怎么修的给我讲得清清楚楚",
        "5 师傅把怪声找出来了",
        "5分 刹车不响了",
        "5 不坑人没推销",
        "5 小柯蛮细心的",
    ],
)
def test_who_is_content_complains_of_nothing(text: str) -> None:
    found = read(text)
    assert (found.intent, found.rating) == ("survey_reply", 5)
    assert not found.wants("complaint")


@pytest.mark.parametrize(
    ("text", "scale", "rating"),
    [
        ("给满分，但机油盖没拧紧，漏了一路", FIVE, 5),
        ("10分归10分，我后备箱的伞不见了", TEN, 10),
        ("1 就是多收了我两百块", THREE, 1),
        ("4分 修完还是有点响", FIVE, 4),
        ("4分 前台态度有点差", FIVE, 4),
    ],
)
def test_a_grievance_beside_a_good_score_goes_to_a_person_with_it(text: str, scale: str, rating: int) -> None:
    found = read(text, scale)
    assert (found.intent, found.rating) == ("survey_reply", rating)
    assert found.wants("complaint")


@pytest.mark.parametrize("text", ["5分，还没修好", "5分 前台态度很差", "5分 等了五个小时", "五星好评！开出门灯又亮了"])
def test_a_grievance_that_belies_the_best_score_leaves_no_number(text: str) -> None:
    found = read(text)
    assert (found.intent, found.rating) == ("complaint", None)


@pytest.mark.parametrize("text", ["5不满意", "1 非常满意", "1分，服务特别好，师傅很专业", "1 没人推销 挺好"])
def test_number_and_words_of_opposite_sides_are_asked_about(text: str) -> None:
    assert (read(text).intent, read(text).rating) == ("unclear", None)


@pytest.mark.parametrize("text", ["1分，车洗得真干净，泥印一个没少", "1分 师傅人不错 就是前台太差", "呵呵 好得很 1"])
def test_irony_does_not_take_a_low_score_back(text: str) -> None:
    assert (read(text).rating, read(text).satisfaction) == (1, "dissatisfied")


@pytest.mark.parametrize(
    ("text", "told"), [("挺满意的呀👍", True), ("十分满意", True), ("不满意", False), ("满意的", False)]
)
def test_a_rating_in_words_is_marked(text: str, told: bool) -> None:
    assert (IN_WORDS in read(text).signals) is told


@pytest.mark.parametrize("text", ["6666 手艺没得说", "能打12分不 太靠谱了"])
def test_a_number_off_the_scale_beside_praise_is_praise(text: str) -> None:
    assert (read(text).intent, read(text).rating, read(text).satisfaction) == ("survey_reply", None, "satisfied")


@pytest.mark.parametrize(
    "text", ["不想打分", "评分就算了吧", "这个不填可以吗", "还没怎么开，过几天再给你们评", "在开会，晚点再说", "懒得评"]
)
def test_no_score_today_is_no_refusal(text: str) -> None:
    assert puts_off(normalise(text), survey())
    assert (read(text).intent, read(text).satisfaction) == ("survey_reply", "")


@pytest.mark.parametrize("text", ["不打分 下次也别来问", "问卷不填 以后别发", "每次都要评，不评", "不再来了"])
def test_what_is_never_wanted_again_is_one(text: str) -> None:
    assert not puts_off(normalise(text), survey())


@pytest.mark.parametrize(
    ("text", "intent"),
    [("5，往后活动广告别再发给我了", "survey_reply"), ("1 退订", "opt_out"), ("2分，别再发了", "opt_out")],
)
def test_a_score_and_a_refusal_are_both_kept(text: str, intent: str) -> None:
    found = read(text)
    assert found.intent == intent
    assert found.wants("opt_out")
    assert found.wants("survey_reply")


@pytest.mark.parametrize("text", ["停车位太少", "咖啡难喝", "车洗得不干净", "等了一会儿", "单子上字太小"])
def test_comforts_are_small(text: str) -> None:
    assert only_small(text)


@pytest.mark.parametrize("text", ["停车不好停刹车还是响", "洗车把漆刮花了", "在休息区气死我了", "修了三次还没好"])
def test_harm_beside_a_comfort_is_not(text: str) -> None:
    assert not only_small(text)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("催了四遍没人回", "communication"),
        ("顾问讲当天回电话，两天了一个电话都没有", "communication"),
        ("约的九点，十点半了车还没人接", "waiting"),
        ("在大厅坐了三个钟头", "waiting"),
        ("前台眼皮都没抬一下", "attitude"),
        ("外面厂里400的活你们收900", "price"),
        ("变速箱换了还是一顿一顿的", "quality"),
        ("刚修完车就有卖保险的打来，谁漏出去的", "privacy"),
        ("身份证复印件随手扔前台谁都能看", "privacy"),
    ],
)
def test_what_is_complained_of(text: str, category: str) -> None:
    found = grievance(normalise(text))
    assert found is not None
    assert found.category == category


@pytest.mark.parametrize(("text", "signal"), [("上个月就跟你们讲过漆刮花了", "repeat"), ("催了三遍没人回", "repeat")])
def test_told_before(text: str, signal: str) -> None:
    found = grievance(normalise(text))
    assert found is not None
    assert signal in found.signals


@pytest.mark.parametrize("text", ["今天不给说法我就报警", "再查不出来我找12345", "我打12315了"])
def test_a_threat(text: str) -> None:
    found = grievance(normalise(text))
    assert found is not None
    assert found.threat


@pytest.mark.parametrize("text", ["报警灯亮了还没修", "22号我在外地，让我老公开过来"])
def test_none_by_chance(text: str) -> None:
    found = grievance(normalise(text))
    assert found is None or not (found.threat or found.category == "privacy")


@pytest.mark.parametrize(
    ("text", "name"),
    [("扣一分怕小王骄傲", "小王"), ("5分是给老陈的", "老陈"), ("接待的小宋不理人", "小宋"), ("曾师傅真负责", "曾师傅")],
)
def test_who_is_meant(text: str, name: str) -> None:
    assert staff(text) == name


@pytest.mark.parametrize(
    "text", ["老毛病又犯了", "小米汽车", "小龙虾", "不小于5", "老马识途", "老高速", "小区停车", "大小方向"]
)
def test_nobody_is_meant(text: str) -> None:
    assert staff(text) == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("多收的钱退给我", True),
        ("让他给我道个歉", True),
        ("换条新的", True),
        ("换条新的多少钱？", False),
        ("好的 谢谢", False),
    ],
)
def test_what_shall_be_done_about_it_goes_on_complaining(text: str, wanted: bool) -> None:
    opening = Span(start=time(8, 30), end=time(17, 30))
    local = NOW.astimezone(ZoneInfo("Asia/Shanghai"))
    setting = Setting(classifier(), local, opening, before=Before("机油收了我两遍钱", "complaint"))
    assert (understand(text, (), setting=setting).intent == "complaint") is wanted


def test_the_reason_that_was_asked_for_is_kept_as_it_was_written() -> None:
    asked = Prompt(2, PromptKind.REASON, "", NOW, NOW + timedelta(days=1))
    opening = Span(start=time(8, 30), end=time(17, 30))
    setting = Setting(classifier(), NOW.astimezone(ZoneInfo("Asia/Shanghai")), opening)
    found = understand("就是等太久，别的没啥", (asked, *survey()), setting=setting)
    assert (found.intent, found.satisfaction, found.slots["reason"]) == (
        "survey_reply",
        "neutral",
        "就是等太久，别的没啥",
    )


CHECK, SOLVED = "1=没问题,2=还有问题", "1=已解决,2=部分解决,3=没解决"


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("1，刹车不吱吱叫了", THREE),
        ("1 过坎不咯噔了", THREE),
        ("1，漏油止住了", SOLVED),
        ("1 起步不窜了", CHECK),
        ("1，大屏不黑了", SOLVED),
    ],
)
def test_a_fault_that_stopped_is_none(text: str, scale: str) -> None:
    found = read(text, scale)
    assert (found.intent, found.rating, found.satisfaction) == ("survey_reply", 1, "satisfied")
    assert not found.wants("complaint")


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("2，蓝牙好了，导航还是死机", SOLVED),
        ("2 前面好了后面还在响", SOLVED),
        ("2，胎压灯又亮了", CHECK),
        ("2，声音小了，没全好", SOLVED),
    ],
)
def test_what_is_solved_in_part_goes_to_a_person(text: str, scale: str) -> None:
    found = read(text, scale)
    assert (found.intent, found.rating, found.satisfaction) == ("survey_reply", 2, "dissatisfied")
    assert found.slots["category"] == "quality"


def test_a_danger_beside_a_number_stays_one() -> None:
    assert read("2 刹车踩到底都刹不住", CHECK).intent == "emergency"


@pytest.mark.parametrize(
    ("text", "scale", "good"),
    [
        ("早推荐过了", TEN, "satisfied"),
        ("老乡都是我介绍来的", TEN, "satisfied"),
        ("很愿意", TEN, "satisfied"),
        ("没门", TEN, "dissatisfied"),
        ("不推荐 贵得吓人", TEN, "dissatisfied"),
        ("谁敢推荐啊", TEN, "dissatisfied"),
        ("美得很", FIVE, "satisfied"),
        ("老灵额", FIVE, "satisfied"),
        ("好着咧", CHECK, "satisfied"),
        ("孬得很", FIVE, "dissatisfied"),
        ("帮我表扬下王师傅，饭都没吃就给我弄", FIVE, "satisfied"),
        ("给小陈加个鸡腿", FIVE, "satisfied"),
    ],
)
def test_praise_and_blame_without_a_number(text: str, scale: str, good: str) -> None:
    found = read(text, scale)
    assert (found.intent, found.satisfaction) == ("survey_reply", good)


@pytest.mark.parametrize("text", ["愿意", "不要给我推荐项目"])
def test_nothing_is_recommended(text: str) -> None:
    assert not read(text, FIVE).satisfaction


@pytest.mark.parametrize(
    ("text", "told"),
    [("五分五分师傅讲得也细", True), ("一个钟头就好了，比我想的快", True), ("非常满意谢谢", False), ("5分", False)],
)
def test_more_than_a_verdict_is_its_reason(text: str, told: bool) -> None:
    assert ("reason" in read(text).slots) is told


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("前台杵了二十分钟没一个人理我", "waiting"),
        ("说有人回我，到今天一个电话都没有", "communication"),
        ("你们把我电话给了卖车险的", "privacy"),
        ("一口一个爱修不修", "attitude"),
        ("保养灯没归零", "quality"),
        ("提车时说的脚垫呢", "promise"),
    ],
)
def test_what_else_is_complained_of(text: str, category: str) -> None:
    found = grievance(normalise(text))
    assert found is not None
    assert found.category == category


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("同一个毛病修三次了", "repeat"),
        ("这异响反映过三回了", "repeat"),
        ("今晚不处理我就发抖音上让大家评评理", "threat"),
    ],
)
def test_what_makes_it_graver(text: str, signal: str) -> None:
    found = grievance(normalise(text))
    assert found is not None
    assert signal in found.signals


@pytest.mark.parametrize("text", ["我发个抖音夸夸你们", "把我电话给你们前台", "没一个人不夸的", "洗三次送一次"])
def test_harmless_look_alikes(text: str) -> None:
    found = grievance(normalise(text))
    assert found is None or not (found.threat or found.category == "privacy" or "repeat" in found.signals)
