"""What a turn says and by which way: passive and custom on WeChat, approved templates by SMS, a page at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.effects import Ask, PromptKind, Say
from bot.messages import Category, Channel, Inbound, InboundKind
from bot.turn import Turn
from store.tables import contact, outbound, people
from tests.turn_house import OPENID, TurnHouse


@pytest.fixture(autouse=True)
def zhang(house: TurnHouse) -> int:
    house.follower(house.cast.zhang)
    return house.cast.zhang


def used(house: TurnHouse) -> int:
    return int(house.rows(contact.wechat_window)[0].used)


# --- WeChat --------------------------------------------------------------------------------------------------------


def test_the_first_is_passive_and_the_rest_follow_as_custom_messages(house: TurnHouse) -> None:
    answer = house.effects(Say("hello"), Say("more"), Say("more")).take(house.typed())
    assert answer.passive == "张伟您好"
    assert answer.texts == ("张伟您好", "还有一句", "还有一句")
    rows = house.rows(outbound.outbox)
    assert [(row.way, row.account, row.address, row.payload) for row in rows] == [
        ("custom", "main", OPENID, {"text": "还有一句"})
    ] * 2
    assert {(row.priority, row.state) for row in rows} == {("reply", "queued")}
    assert used(house) == 0, "the worker takes the slot when the message leaves"
    log = [(row.kind, row.outbox_id) for row in house.rows(contact.message, direction="out")]
    assert log == [("passive", None), ("custom", rows[0].id), ("custom", rows[1].id)]


def test_one_slot_stays_for_a_person(house: TurnHouse) -> None:
    """Five slots after a typed message: four follow; with five to follow all go into one answer."""
    four = house.effects(*[Say("more")] * 5).take(house.typed())
    assert len(house.rows(outbound.outbox)) == 4
    assert len(four.texts) == 5
    five = house.effects(*[Say("more")] * 6).take(house.typed())
    assert len(house.rows(outbound.outbox)) == 4
    assert five.texts == (five.passive,) == ("\n\n".join(["还有一句"] * 6),)


def long(sentences: int) -> str:
    """Sentences of 99 bytes."""
    return ("字" * 32 + "。") * sentences


def test_a_long_answer_goes_in_parts(house: TurnHouse) -> None:
    """2048 bytes a message: the first part is the passive reply, the others take slots and come in order."""
    (house.messages / "long.wechat.txt").write_text(long(50), "utf-8")
    answer = house.effects(Say("long"), Say("hello")).take(house.typed())
    sizes = [len(text.encode()) for text in answer.texts]
    assert sizes == [1980, 1980, 990, 12]
    assert "".join(answer.texts) == long(50) + "张伟您好"
    assert answer.passive == answer.texts[0]
    rows = house.rows(outbound.outbox)
    assert [row.payload["text"] for row in rows] == list(answer.texts[1:])
    assert [(row.not_before - house.clock.now).total_seconds() for row in rows] == [1, 2, 0]
    assert all(text.endswith("。") for text in answer.texts[:3])


def test_without_room_a_long_answer_ends_with_a_sentence(house: TurnHouse) -> None:
    """A tap leaves two custom messages besides the person's slot: three parts of six go, none is cut in a sentence."""
    (house.messages / "long.wechat.txt").write_text(long(120), "utf-8")
    with capture_logs() as logs:
        answer = house.effects(Say("long")).take(house.typed("满意", kind=InboundKind.TAP, option="survey:1:5"))
    assert len(answer.texts) == 3
    assert long(120).startswith("".join(answer.texts))
    assert answer.texts[-1].endswith("。")
    assert len(house.rows(outbound.outbox)) == 2
    (said,) = [each for each in logs if each["event"] == "reply_shortened"]
    assert (said["message_id"], said["parts"], said["room"]) == ("long", 6, 2)
    assert "字" not in str(said)


def test_a_long_link_is_not_cut(house: TurnHouse) -> None:
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=%E6%BB%A1%E6%84%8F&msgmenuid=survey:1:5">满意</a>'
    (house.messages / "long.wechat.txt").write_text("字" * 670 + link, "utf-8")
    answer = house.effects(Say("long")).take(house.typed())
    assert answer.texts == ("字" * 670, link)


def test_a_tap_opens_room_for_two(house: TurnHouse) -> None:
    house.effects(*[Say("more")] * 4).take(house.typed("满意", kind=InboundKind.TAP, option="survey:1:5"))
    assert house.rows(outbound.outbox) == []
    assert house.rows(contact.wechat_window)[0].quota == 3


def test_safety_goes_first(house: TurnHouse) -> None:
    house.effects(Say("hello"), Say("more", category=Category.SAFETY)).take(house.typed())
    assert house.rows(outbound.outbox)[0].priority == "safety"


def test_a_question_comes_last_and_names_its_link(house: TurnHouse) -> None:
    (house.messages / "link.wechat.txt").write_text("{{ link }} {{ prompt_id }}", "utf-8")
    ask = Ask(Say("link"), PromptKind.SURVEY, house.clock.now + timedelta(days=7))
    answer = house.effects(ask, Say("hello")).take(house.typed())
    (asked,) = house.rows(contact.prompt)
    assert answer.texts[0] == "张伟您好"
    assert answer.texts[1].startswith("http://127.0.0.1:8000/s/")
    assert answer.texts[1].endswith(f" {asked.id}")


def test_silence_is_no_answer_and_no_message(house: TurnHouse) -> None:
    answer = house.effects().take(house.typed("好的"))
    assert (answer.passive, answer.texts) == ("", ())
    assert house.rows(contact.message, direction="out") == []


def test_a_missing_template_brings_a_person(house: TurnHouse) -> None:
    assert house.effects(Say("nowhere")).take(house.typed()).passive == "已为您转接工作人员"


def test_without_even_the_words_for_it_a_person_comes_silently(house: TurnHouse) -> None:
    (house.messages / "fallback" / "person.wechat.txt").unlink()
    assert house.effects(Say("nowhere")).take(house.typed()).passive == ""
    assert house.rows(contact.thread)[0].state == "waiting"


# --- SMS -----------------------------------------------------------------------------------------------------------

ZHANG = "+8613800000001"


def test_an_approved_template_goes_out_in_the_same_transaction(house: TurnHouse) -> None:
    answer = house.effects(Say("case.ack")).take(house.texted("2", phone=ZHANG))
    (row,) = house.rows(outbound.outbox)
    assert (row.way, row.address, row.priority, row.customer_id) == ("sms", ZHANG, "reply", house.cast.zhang)
    assert row.payload == {
        "template": "case_ack", "code": "SMS_1", "params": {"name": "张伟"}, "order": ["name"],
        "sign": "远禾滨江店",
        "text": "【远禾滨江店】张伟您好，抱歉。",
    }  # fmt: skip
    assert answer.texts == ("张伟您好，抱歉。",)
    assert answer.passive == ""
    assert "outbox" in house.wakes.topics


def test_without_approval_a_person_telephones(house: TurnHouse) -> None:
    house.effects(Say("case.progress")).take(house.texted("怎么样了", phone=ZHANG))
    (row,) = house.rows(outbound.outbox)
    assert (row.way, row.payload["why"]) == ("call", "case.progress")


def test_without_a_template_nothing_is_said(house: TurnHouse) -> None:
    answer = house.effects(Say("hello")).take(house.texted("5", phone=ZHANG))
    assert answer.texts == ()
    assert house.rows(outbound.outbox) == []


def test_what_cannot_be_asked_back_by_sms_a_person_finds_out(house: TurnHouse) -> None:
    ask = Ask(Say("hello"), PromptKind.CLARIFY, house.clock.now + timedelta(hours=48))
    house.effects(ask).take(house.texted("？？", phone=ZHANG))
    assert house.rows(contact.prompt) == []
    (thread,) = house.rows(contact.thread)
    assert (thread.state, thread.reason) == ("waiting", "not_understood")


def test_an_answer_by_sms_belongs_to_the_file_that_was_asked(house: TurnHouse) -> None:
    wife = _shares_the_number(house)
    asked = {"kind": "survey", "ref": {}, "expires_at": house.clock.now + timedelta(days=9)}
    house.add(contact.prompt, customer_id=wife, asked_at=house.clock.now, **asked)
    house.clock.advance(hours=71)
    house.taker.take(house.texted("2", phone=ZHANG))
    assert house.rows(contact.message, direction="in")[-1].customer_id == wife


def test_after_72_hours_a_text_answers_nothing(house: TurnHouse) -> None:
    asked = {"kind": "survey", "ref": {}, "expires_at": house.clock.now + timedelta(days=9)}
    house.add(contact.prompt, customer_id=house.cast.zhang, asked_at=house.clock.now, **asked)
    house.clock.advance(hours=73)
    seen: list[Turn] = []
    house.watching(seen).take(house.texted("2", phone=ZHANG))
    assert seen[0].prompts == ()


# --- page ----------------------------------------------------------------------------------------------------------


def test_a_page_gets_every_text_at_once(house: TurnHouse) -> None:
    (house.messages / "more.page.txt").write_text("页面上的一句", "utf-8")
    asked = house.add(
        contact.prompt, customer_id=house.cast.zhang, kind="survey", ref={}, asked_at=house.clock.now,
        expires_at=house.clock.now + timedelta(days=9), state="answered",
    )  # fmt: skip
    seen: list[Turn] = []
    sent = Inbound(
        Channel.PAGE, "", str(asked), InboundKind.ANSWER, f"page-{asked}", house.clock.now, rating=2, prompt_id=asked
    )
    house.watching(seen).take(sent)
    assert [prompt.id for prompt in seen[0].prompts] == [asked]
    answer = house.effects(Say("hello"), Say("more")).take(replace(sent, provider_key="page-2"))
    assert answer.texts == ("张伟您好", "页面上的一句")
    assert house.rows(outbound.outbox) == []


def _shares_the_number(house: TurnHouse) -> int:
    row = {"name": "韩梅", "phone": ZHANG, "created_at": house.clock.now}
    return house.add(people.customer, store_id=house.cast.store_id, **row)
