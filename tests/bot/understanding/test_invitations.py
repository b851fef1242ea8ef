"""Yes, no, how many, how many of them children."""

import pytest

from bot.understanding.invitations import bare_count, head_count, heard, only_children, rsvp, undecided
from bot.understanding.normalise import normalise


@pytest.mark.parametrize(
    ("text", "party", "children"),
    [
        ("来，两个人", 2, None),
        ("3位", 3, None),
        ("报名5人", 5, None),
        ("我们一家四口", 4, None),
        ("一家三口，一个小孩", 3, 1),
        ("两大一小", 3, 1),
        ("2个大人1个孩子", 3, 1),
        ("带老婆一起", 2, None),
        ("和爸妈去", 3, None),
        ("带个娃", 2, 1),
        ("算我一个", 1, None),
        ("改成六个人", 6, None),
        ("多加一个，一共5个人", 5, None),
        ("夫妻俩来", 2, None),
        ("两个人，不带孩子", 2, 0),
        ("好的", None, None),
    ],
)
def test_heads_are_counted(text: str, party: int | None, children: int | None) -> None:
    assert head_count(normalise(text)) == (party, children)


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("可以", "accept"),
        ("我去", "accept"),
        ("必须来", "accept"),
        ("👌", "accept"),
        ("谁说我不去", "accept"),
        ("不去了", "decline"),
        ("没空", "decline"),
        ("下次吧", "decline"),
        ("不感兴趣", "decline"),
        ("不是不想去，真没空", "decline"),
        ("看情况吧", None),
        ("收到", None),
        ("几点开始", None),
        ("能带孩子吗", None),
        ("", None),
    ],
)
def test_an_answer_to_an_invitation(text: str, decision: str | None) -> None:
    said = rsvp(normalise(text), invited=True)
    assert (said.decision if said else None) == decision


@pytest.mark.parametrize(
    ("text", "decision"), [("改成三个人", "accept"), ("来不了了", "decline"), ("可以", None), ("不行", None)]
)
def test_a_booking_is_changed_only_in_so_many_words(text: str, decision: str | None) -> None:
    said = rsvp(normalise(text), invited=False)
    assert (said.decision if said else None) == decision


@pytest.mark.parametrize(
    ("text", "decision", "party"),
    [
        ("来，3个人，问下停车方便吗", "accept", 3),
        ("我去不了，我老婆带孩子去，两个人", "accept", 2),
        ("我去，老公不去", "accept", None),
        ("谁要去啊", "decline", None),
        ("去个锤子", "decline", None),
        ("有啥可去", "decline", None),
        ("我取消报名", "decline", None),
        ("孩子生病，取消吧", "decline", None),
        ("yes, 2 people", "accept", 2),
    ],
)
def test_who_comes_of_several(text: str, decision: str, party: int | None) -> None:
    said = rsvp(normalise(text), invited=True)
    assert said is not None
    assert (said.decision, said.party_size) == (decision, party)


@pytest.mark.parametrize("text", ["N档踩不下去", "这车加速猛", "不用谢", "参加过了", "别找原来的", "发票不用寄了"])
def test_words_about_other_things_answer_no_invitation(text: str) -> None:
    assert rsvp(normalise(text), invited=True) is None


@pytest.mark.parametrize(
    ("text", "party", "children", "more"),
    [
        ("再加一个大人", None, None, 1),
        ("再加个小孩", None, None, 1),
        ("姥姥也来 再加一位老人", None, None, 1),
        ("少来一个大人", None, None, -1),
        ("我们三个人去 再加一个小孩", 4, 1, 0),
        ("两大一小 再加个娃", 4, 2, 0),
        ("一共四个 其中一个囡囡", 4, 1, 0),
        ("三个人里头两个娃儿", 3, 2, 0),
        ("再带两个孩子", 3, 2, 0),
    ],
)
def test_seats_that_are_added(text: str, party: int | None, children: int | None, more: int) -> None:
    said = rsvp(normalise(text), invited=True)
    assert said is not None
    assert (said.party_size, said.children, said.more) == (party, children, more)


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("我那面馆刚开张 到时候忙得很 去不了", "decline"),
        ("到时候店里走不开 不来了", "decline"),
        ("到时候来不了再跟你说", None),
        ("到时候再说", None),
        ("可能去不了", None),
    ],
)
def test_a_no_that_stands_and_one_that_may_come(text: str, decision: str | None) -> None:
    said = heard(normalise(text))
    assert (said.decision if said else None) == decision


@pytest.mark.parametrize("text", ["两大一小 多少钱", "三个人要收费吗", "一大一小什么价", "我们4个人，费用多少"])
def test_a_head_count_with_a_question_about_the_price_books_nothing(text: str) -> None:
    assert rsvp(normalise(text), invited=True) is None


@pytest.mark.parametrize("text", ["报名，两大一小，多少钱", "大概三个人吧", "算了还是来吧，两个人", "还是去吧"])
def test_who_says_yes_beside_it_comes(text: str) -> None:
    said = rsvp(normalise(text), invited=True)
    assert said is not None
    assert said.decision == "accept"


@pytest.mark.parametrize(
    "text", ["到时候再看吧", "可能去，到时候看", "考虑一下", "问下老婆再定", "可能没空", "还没想好", "尽量来"]
)
def test_neither_yes_nor_no(text: str) -> None:
    assert undecided(normalise(text))


@pytest.mark.parametrize(
    "text", ["来", "不去了", "没空", "到时候几点开始", "可能要换刹车片", "大概三个人", "好的", "再看看别的车"]
)
def test_who_says_more_than_that(text: str) -> None:
    assert not undecided(normalise(text))


@pytest.mark.parametrize("text", ["嗯嗯", "收到", "谢谢"])
def test_a_nod_books_no_seat(text: str) -> None:
    assert heard(normalise(text)) is None


@pytest.mark.parametrize(("text", "only"), [("带两个孩子", True), ("就我跟娃", False), ("只有我带俩娃", False)])
def test_children_alone_are_added_to_who_came_before(text: str, *, only: bool) -> None:
    assert only_children(normalise(text)) is only


@pytest.mark.parametrize(("text", "more"), [("老婆不来了", -1), ("孩子他爸去不了", -1), ("朋友临时不去了", -1)])
def test_one_of_those_registered_does_not_come(text: str, more: int) -> None:
    said = rsvp(normalise(text), invited=False)
    assert said is not None
    assert (said.decision, said.more) == ("accept", more)


@pytest.mark.parametrize("text", ["老婆不来了，我也不去了", "老公去不了，取消报名吧"])
def test_nobody_comes(text: str) -> None:
    said = rsvp(normalise(text), invited=False)
    assert said is not None
    assert said.decision == "decline"


def test_a_bare_number_answers_how_many_will_come() -> None:
    said = bare_count("2", "参加请回复:来,几个人。")
    assert said is not None
    assert said.party_size == 2
    assert bare_count("2", "本周六车主讲堂") is None
    assert bare_count("2点", "参加请回复人数") is None
