"""What the assistant is asked, masked; and which of its drafts nobody gets to see."""

from pathlib import Path

import pytest

from bot.assistant import LINES, DraftRefused, Spoken, checked, checked_rephrasing, draft_messages, rephrase_messages
from bot.tone import Guide
from bot.understanding.personal import Hidden
from config.load import load_tone

GUIDE = Guide(load_tone(Path(__file__).parents[2] / "config"))
FACT = "召回是免费的，可以用车架号查询，3个工作日内安排。"


def test_what_is_asked_is_masked_and_short() -> None:
    hidden = Hidden(("李雷", "韩梅梅"))
    lines = [Spoken("customer", f"第{n}句") for n in range(20)]
    lines += [Spoken("customer", "我是李雷，13912345678，浙A12345召回吗"), Spoken("staff", "韩梅梅帮您查" + "查" * 400)]
    system, user = draft_messages(lines, [FACT], "远禾滨江店", hidden)
    assert (system["role"], user["role"]) == ("system", "user")
    asked = user["content"]
    assert "客户：我是〔姓名1〕，〔电话1〕，〔车牌1〕召回吗" in asked
    assert not any(words in asked for words in ("李雷", "韩梅梅", "13912345678", "A12345", "查" * 301))
    assert FACT in asked
    assert asked.count("客户：") == LINES - 1


def test_the_answer_is_put_back_and_shown() -> None:
    hidden = Hidden(("李雷",))
    hidden.hide("李雷 13912345678")
    assert checked(" “〔姓名1〕您好，同事会打〔电话1〕与您核实。” ", [], GUIDE, hidden) == (
        "李雷您好，同事会打13912345678与您核实。"
    )


@pytest.mark.parametrize(
    "draft",
    [
        "这次给您打八折。", "可以给您优惠500元。", "我们会给您全额退款。", "这笔费用可以退您。", "会给您一些补偿。",
        "送您一次保养。", "这次免费给您修。", "保证今天修好。", "承诺下次不会。", "一定会解决。", "肯定能修好。",
        "我们来赔。", "给您减免工时费。", "立减200。", "9.5折可以的。", "不收您钱。",
    ],
)  # fmt: skip
def test_a_promise_is_refused_with_its_word(draft: str) -> None:
    with pytest.raises(DraftRefused, match="不能答应的话"):
        checked(draft, [], GUIDE, Hidden())


@pytest.mark.parametrize(
    "draft",
    [
        "优惠的事我这里不能答应，同事会与您联系。",
        "暂时无法承诺具体时间，同事会核实。",
        "召回是免费的，您把车架号发来。",
    ],
)
def test_a_denial_or_an_approved_fact_is_no_promise(draft: str) -> None:
    facts = [FACT, "优惠以门店公布的为准"] if "召回" in draft or draft.startswith("优惠") else []
    assert checked(draft, facts, GUIDE, Hidden()) == draft


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        ("", "没有写出内容"), ("  “” ", "没有写出内容"), ("好" * 401, "太长"), ("〔姓名3〕您好", "对不上的资料"),
        ("请您给五星好评哦", "不能答应的话"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_why(draft: str, sentence: str) -> None:
    with pytest.raises(DraftRefused, match=sentence):
        checked(draft, [], GUIDE, Hidden())


def test_other_words_keep_every_figure() -> None:
    hidden = Hidden()
    assert FACT in rephrase_messages(FACT, hidden)[1]["content"]
    fine = "您放心，召回是免费的，凭车架号就能查，3个工作日内安排。"
    assert checked_rephrasing(fine, FACT, GUIDE, hidden) == fine
    for changed in (
        "召回是免费的，5个工作日内安排。",
        "召回是免费的，凭车架号就能查。",
        "召回免费，3个工作日内、2小时做完。",
    ):
        with pytest.raises(DraftRefused, match="数字"):
            checked_rephrasing(changed, FACT, GUIDE, hidden)
