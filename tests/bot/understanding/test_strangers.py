"""Who says they are somebody else, and what only sounds like it."""

import pytest

from bot.effects import PromptKind
from bot.understanding.normalise import normalise
from bot.understanding.strangers import answer, name_put_right, otherwise_meant, says_wrong_person
from bot.understanding.understand import understand
from tests.handlers.table import prompt

STRANGERS = (
    "打错了", "你们发错人了", "你找错人了吧，我不认识他", "我不是车主", "不是本人，别发了",
    "wrong number", "Wrong person!",
    "我没买过你们的车", "我没车", "你打错了，我没车", "这个号码我刚换的",
    "号码换人了，我是新机主", "我不是你们要找的人",
    "发错号码了吧", "我不认识你们", "我不是你们客户",
)  # fmt: skip
OTHERS = (
    "你们账单打错了", "发票打错了名字", "我打错了，是5分", "刚才打错了", "发错零件了",
    "配件都给我发错了", "车牌写错了",
    "打错了，是1", "打错了，是4分不是1分", "发错了，应该是满意", "我不是车主吗",
    "我不是车主，车是我老公的，挺满意", "上次去的不是本人，是我儿子", "没车位", "我没车开了，什么时候修好",
    "没有车贴", "5", "满意", "你们搞错了价格",
)  # fmt: skip


@pytest.mark.parametrize("words", STRANGERS)
def test_somebody_else_says_so(words: str) -> None:
    assert says_wrong_person(normalise(words))
    assert understand(words, (prompt(),)).wants("wrong_person")


@pytest.mark.parametrize("words", OTHERS)
def test_what_only_sounds_like_it(words: str) -> None:
    assert not understand(words, (prompt(),)).wants("wrong_person")


@pytest.mark.parametrize(
    "words",
    ["我到门口了，找谁拿钥匙","还没有车牌呢，刚提","没车骑了只能走路","没车坐我怎么上班",
     "车不是在你们这提的，能做保养不",
     "我是赵女士","你好 我姓林","我不是本人，替我姐问的","没卖，还在我手上","我没过户",
     "我不是机主，我是他女儿，你跟我说",
     "我同学没买过你们的车","不好意思按错了","发错了，抱歉","点错了","我不是有意的","我不是催你",
     "我叫林志远不是林志源",
     "不是你们家的车 本田的能修吗"],
)  # fmt: skip
def test_an_ordinary_message_in_like_words(words: str) -> None:
    assert otherwise_meant(normalise(words))
    assert not understand(words).wants("wrong_person")


@pytest.mark.parametrize(
    "words",
    ["不好意思你打错了","我叫王强，不是陈女士","我不是什么周先生","谁是周先生","查无此人","这号换人了",
     "我不认识什么陈女士",
     "我没车，别打了", "我从来没去过你们店", "我是新机主，号刚办的", "你们存错号码了吧", "我不是他，我是他同事"],
)  # fmt: skip
def test_a_stranger_is_still_one(words: str) -> None:
    assert not otherwise_meant(normalise(words))


@pytest.mark.parametrize(
    ("words", "name"),
    [("我叫陈晓芸不是陈小云", "陈晓芸"), ("名字叫林志远，不是林志源", "林志远"), ("应该是王磊不是王雷", "王磊"),
     ("我叫李强不是周涛", ""), ("我叫王强不是王女士", ""), ("我是车主不是机主", ""), ("我叫陈晓芸", "")],
)  # fmt: skip
def test_a_name_put_right(words: str, name: str) -> None:
    assert name_put_right(normalise(words)) == name


@pytest.mark.parametrize(
    ("words", "decision"),
    [("移除", "remove"), ("好的，删了吧", "remove"), ("是的", "remove"), ("麻烦删除", "remove"), ("是我", "mine"),
     ("我就是车主，刚才看错了", "mine"), ("是我爸", ""), ("不用了", "keep"), ("没关系", "keep"), ("别删", ""),
     ("明天下雨吗", "")],
)  # fmt: skip
def test_the_answer_to_the_question_about_removal(words: str, decision: str) -> None:
    assert answer(normalise(words)) == decision


def test_without_the_question_a_yes_is_no_removal() -> None:
    assert not understand("是的").wants("wrong_person")
    asked = prompt(PromptKind.STRANGER)
    assert understand("是的", (asked,)).slots["decision"] == "remove"


def test_a_refusal_beside_it_keeps_both() -> None:
    told = understand("打错了，别再发了")
    assert (told.intent, told.also) == ("opt_out", ("wrong_person",))


def test_denied_twice_is_denied() -> None:
    assert says_wrong_person(normalise("哎不是不是，我不姓陈，打错了"))
    assert not says_wrong_person(normalise("不是不是，我是说打错字了"))
