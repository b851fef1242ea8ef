"""Which number is a score, on which scale, and what a word is worth on it."""

import pytest

from bot.understanding import labels
from bot.understanding.ratings import DOUBTFUL, NO_SCORE, Score, score
from bot.understanding.scales import Scale, scale_of


def scale(text: str = "1-5") -> Scale:
    found = scale_of(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("打4分", 4),
        ("我觉得可以给4分", 4),
        ("四星", 4),
        ("两颗星", 2),
        ("★★★☆☆", 3),
        ("4/5", 4),
        ("满分5分给2分", 2),
        ("5分制打3分", 3),
        ("满分", 5),
        ("100分", 5),
        ("0分", 1),
        ("1 退订", 1),
        ("2分 等了3个小时", 2),
        ("4,前台热情", 4),
        ("5 5 5", 5),
        ("five", 5),
        ("打错了,应该是1", 1),
        ("1非常不满意", 1),
        ("满意5", 5),
        ("没有五分,只有四分", 4),
        ("原来想打5分,现在只能2分", 2),
        ("4分,扣一分因为慢", 4),
    ],
)
def test_a_score_is_read(text: str, number: int) -> None:
    assert score(text, scale()) == Score(number)


@pytest.mark.parametrize(
    "text", ["12", "3.5分", "3-4分", "1或2", "4分半", "7", "666", "2分还是3分", "不是5分", "5分不可能", "两三分"]
)
def test_a_doubtful_number_is_asked_about(text: str) -> None:
    assert score(text, scale()) == DOUBTFUL


@pytest.mark.parametrize(
    "text",
    [
        "等了2个小时",
        "5天后再说",
        "3号来取",
        "13点到店",
        "2026年1月5日",
        "5系优惠多少",
        "1.5升的那款",
        "第3次了",
        "2楼没开空调",
        "换了4条胎",
        "8万公里",
        "浙a12345",
        "3点15分来的",
        "十分满意",
        "5分钟就好",
        "2.0t油耗",
        "7座",
    ],
)
def test_a_number_of_something_else_is_no_score(text: str) -> None:
    assert score(text, scale()) == NO_SCORE


def test_the_scale_decides_what_a_number_is_worth() -> None:
    assert [scale().satisfaction(n) for n in (1, 2, 3, 4, 5)] == ["dissatisfied"] * 2 + ["neutral"] + ["satisfied"] * 2
    turned = scale("1=满意,2=一般,3=不满意")
    assert [turned.satisfaction(n) for n in (1, 2, 3)] == ["satisfied", "neutral", "dissatisfied"]
    assert [turned.rating(grade) for grade in (2, 1, 0, -1, -2)] == [1, 1, 2, 3, 3]
    assert [scale("0-10").satisfaction(n) for n in (0, 6, 7, 9)] == ["dissatisfied"] * 2 + ["neutral", "satisfied"]
    assert scale("0-10").rating(1) is None
    assert [scale().rating(grade) for grade in (2, 1, 0, -1, -2)] == [5, 4, 3, 2, 1]


def test_scales_that_are_none() -> None:
    assert scale_of("") is None
    assert scale_of("yes/no") is None


def test_two_sided_scales_have_no_middle() -> None:
    yes_no = scale("1=满意,2=不满意")
    assert (yes_no.rating(0), yes_no.best, yes_no.worst) == (None, 1, 2)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("勉勉强强给个四吧", 4),
        ("小妹求我打5分,催了两回,现在只给3", 3),
        ("跑了2趟,花了3天,好在这次不响了。4分", 4),
        ("非得要个数?1", 1),
        ("接待嘛,4", 4),
        ("2号吧,中规中矩", 2),
        ("给个四分吧不给满分是因为咖啡难喝", 4),
    ],
)
def test_what_is_given_last_counts(text: str, number: int) -> None:
    assert score(text, scale()).number == number


@pytest.mark.parametrize("text", ["修好了我就给5", "21号我出差", "本来想给5分", "等我试了再给你们打5"])
def test_what_is_promised_or_counted_is_not_given(text: str) -> None:
    assert score(text, scale()).number is None


def test_a_scale_of_solved_and_unsolved_has_a_bad_side() -> None:
    found = scale("1=已解决,2=未解决")
    assert (found.satisfaction(1), found.satisfaction(2)) == ("satisfied", "dissatisfied")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("点反了, 应该是4", 4),
        ("按错了 是2", 2),
        ("看串了,以为1最好呢。那我选5", 5),
        ("我当5是最差的,其实是2", 2),
        ("你们这1是不满意啊?那就5", 5),
        ("讲的是四不是十", 4),
        ("不是3是4", 4),
        ("3改成5", 5),
        ("上次给2分,这次给你们加到4分", 4),
        ("越大越好是吧,那我给5", 5),
        ("前面那个不算,我给3", 3),
        ("不对,上回是5,这回改2", 2),
    ],
)
def test_a_score_put_right_or_given_anew(text: str, number: int) -> None:
    assert score(text, scale()) == Score(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("打吴分,小哥不错", 5),
        ("给似分吧", 4),
        ("4粉吧", 4),
        ("3★ 网速不行", 3),
        ("选4吧留点余地", 4),
        ("非要打分那就3", 3),
        ("妥妥的5", 5),
        ("车取到了,大灯里有水,2!", 2),
        ("东西找到了,没人道歉。3吧,一般", 3),
        ("5~ 下周还来", 5),
        ("满分5分,扣一分怕他骄傲", 4),
        ("五分打个六折", 3),
        ("1分都嫌多 就1吧", 1),
        ("那就最高那个", 5),
        ("我妈说给4分,字太小她看不清", 4),
        ("2分,后台给我记成5分", 2),
        ("我打三分真没什么好说的", 3),
    ],
)
def test_a_score_however_it_is_said(text: str, number: int) -> None:
    assert score(text, scale()) == Score(number)


def test_ten_points_are_no_adverb() -> None:
    assert score("我打十分真没话说", scale("0-10")) == Score(10)
    assert score("十分热情", scale("0-10")) == score("给人十分舒服的感觉", scale("0-10")) == NO_SCORE


@pytest.mark.parametrize(
    "text", ["要是给2分会不会扣钱", "要能便宜点我就打5分", "要不要我给你们打个1分", "满分是多少", "手艺5分,价钱2分"]
)
def test_a_score_wondered_about_or_given_in_parts_is_asked_about(text: str) -> None:
    assert score(text, scale()) == DOUBTFUL


@pytest.mark.parametrize("text", ["要5分钟", "我要3号来", "换了2个件,3天了还在响", "4s店就是不一样", "尾号0107那台"])
def test_a_count_is_still_no_score(text: str) -> None:
    assert score(text, scale()) == NO_SCORE


def test_a_scale_may_say_that_one_is_best() -> None:
    assert scale("1-5，1分最好").satisfaction(1) == "satisfied"
    assert scale("1-10，10分最好").satisfaction(10) == "satisfied"
    assert scale("1=好,2=中,3=差").satisfaction(2) == "neutral"


@pytest.mark.parametrize(
    ("text", "spelled", "number"),
    [
        ("一般吧,也说不上哪不好", "1=满意,2=一般,3=不满意", 2),
        ("总的来说满意", "1=非常满意,2=满意,3=一般,4=不满意,5=非常不满意", 2),
        ("不满意!", "3=满意,2=一般,1=不满意", 1),
        ("还没解决呢", "1=已解决,2=未解决", 2),
        ("没有", "1=已解决,2=未解决", 2),
        ("搞定了", "1=已解决,2=未解决", 1),
        ("蛮好的", "1=满意,2=一般,3=不满意", None),
        ("说不满意也不至于", "1=满意,2=一般,3=不满意", None),
        ("满意", "1-5", None),
    ],
)
def test_a_label_of_the_scale_is_a_number(text: str, spelled: str, number: int | None) -> None:
    assert labels.given(text, scale(spelled)) == number


@pytest.mark.parametrize("text", ["满意", "非常满意,辛苦", "不满意", "很差", "一般般吧"])
def test_the_steps_of_five_have_names(text: str) -> None:
    assert labels.named(text, scale())


@pytest.mark.parametrize("text", ["挺满意的", "十分满意", "马马虎虎", "太差劲了", "修得可以"])
def test_praise_and_blame_are_no_names_of_steps(text: str) -> None:
    assert not labels.named(text, scale())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("填4", 4),
        ("就写三呗,蛮好", 3),
        ("按了5", 5),
        ("我点2", 2),
        ("三份三份修得一般", 3),
        ("打四份小伙子不错", 4),
        ("5个⭐", 5),
        ("上回我打的5 这回只能给3了 你们想想", 3),
        ("我媳妇说给3分,我觉得5分", 5),
        ("儿子让我点5,我点了4", 4),
        ("手抖,想按4来着", 4),
        ("不是三份我说的是四份你那边听岔了", 4),
        ("不是2,1", 1),
        ("按早了,本意是5", 5),
        ("眼花了,要的是5", 5),
    ],
)
def test_a_score_in_plain_words(text: str, number: int) -> None:
    assert score(text, scale()) == Score(number)


@pytest.mark.parametrize(("text", "number"), [("少按了个0,是10", 10), ("漏了个零", 10), ("多按了个零", 1)])
def test_a_nought_too_few_or_too_many(text: str, number: int) -> None:
    assert score(text, scale("0-10")) == Score(number)


@pytest.mark.parametrize("text", ["两份合同都没收到", "三份快递", "写五个字", "上次等了3个小时"])
def test_copies_are_no_points(text: str) -> None:
    assert score(text, scale()).number is None


@pytest.mark.parametrize(
    ("spelled", "grades"),
    [
        ("1=没问题,2=还有问题", {1: 1, 2: -1}),
        ("1=已解决,2=部分解决,3=没解决", {1: 1, 2: -1, 3: -1}),
        ("1=正常,2=有异响", {1: 1, 2: -1}),
        ("1=没问题,2=有点小毛病,3=毛病很大", {1: 1, 2: 0, 3: -1}),
        ("1=好用,2=一般,3=有问题", {1: 1, 2: 0, 3: -1}),
    ],
)
def test_labels_that_are_no_verdict(spelled: str, grades: dict[int, int]) -> None:
    assert dict(scale(spelled).grades) == grades
