"""Effects on cases, threads, seats and plans, each on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.effects import (
    AddToCase,
    Answer,
    Ask,
    Cancel,
    CancelRsvp,
    CloseCase,
    HandOff,
    OpenCase,
    PromptKind,
    Ref,
    ReopenCase,
    Rsvp,
    Say,
)
from bot.messages import Category
from bot.ports import Read
from bot.turn import Decision, Turn
from store import seats, threads
from store.tables import cases, contact, outbound, people, runtime
from tests.turn_house import TurnHouse
from tests.web.test_apply_people import a_plan, outcomes


@pytest.fixture(autouse=True)
def zhang(house: TurnHouse) -> int:
    house.follower(house.cast.zhang)
    return house.cast.zhang


def due(house: TurnHouse, *hours: int) -> list[datetime]:
    return [house.clock.now + timedelta(hours=each) for each in hours or (2, 24, 72)]


def open_case(house: TurnHouse, words: str = "空调不凉") -> int:
    case = OpenCase("P3", "quality", words, house.cast.hanmeimei.id, None, None, *due(house))
    house.effects(case).take(house.typed(words))
    return int(house.rows(cases.cases)[-1].id)


def the_case(house: TurnHouse) -> Any:
    (row,) = house.rows(cases.cases)
    return row


# --- cases ---------------------------------------------------------------------------------------------------------


def test_a_case_opens_with_owner_and_deadlines(house: TurnHouse) -> None:
    open_case(house)
    row = the_case(house)
    assert (row.level, row.state, row.owner_id, row.text) == ("P3", "open", house.cast.hanmeimei.id, "空调不凉")
    assert [each.due_at for each in house.rows(cases.deadline)] == due(house)
    assert "case" in {each.kind for each in house.rows(runtime.feed)}


def test_the_next_turn_sees_the_open_case(house: TurnHouse) -> None:
    case_id, seen = open_case(house), list[Turn]()
    house.watching(seen).take(house.typed("还在吗"))
    view = seen[0].case
    assert view is not None
    assert (view.id, view.owner.name, view.contact_by, view.closed_at) == (case_id, "韩梅梅", due(house)[0], None)


def test_a_closed_case_is_seen_for_seven_days(house: TurnHouse) -> None:
    case_id, seen = open_case(house), list[Turn]()
    house.effects(CloseCase(case_id, "satisfied")).take(house.typed("满意"))
    assert (the_case(house).state, the_case(house).ended_as) == ("closed", "satisfied")
    watch = house.watching(seen)
    house.clock.advance(days=6, hours=23)
    watch.take(house.typed("你好"))
    house.clock.advance(hours=2)
    watch.take(house.typed("你好"))
    assert seen[0].case is not None
    assert seen[0].case.closed_at is not None
    assert seen[1].case is None


def test_words_are_added_to_the_case(house: TurnHouse) -> None:
    case_id = open_case(house)
    house.effects(AddToCase(case_id, "左边出风口")).take(house.typed("左边出风口"))
    assert the_case(house).text == "空调不凉\n左边出风口"


def test_a_case_comes_back_one_round_later(house: TurnHouse) -> None:
    case_id = open_case(house)
    house.effects(CloseCase(case_id, "satisfied")).take(house.typed("满意"))
    again = ReopenCase(case_id, "P2", "又不凉了", house.cast.lilei.id, *due(house, 1, 8, 72))
    house.effects(again).take(house.typed("又不凉了"))
    row = the_case(house)
    assert (row.round, row.level, row.owner_id, row.closed_at) == (2, "P2", house.cast.lilei.id, None)


def test_a_rule_that_says_no_hands_the_turn_to_a_person(house: TurnHouse) -> None:
    """The whole decision is taken back; the message stays."""
    case_id = open_case(house)
    house.effects(CloseCase(case_id, "satisfied")).take(house.typed("满意"))
    answer = house.effects(CloseCase(case_id, "satisfied"), Say("hello")).take(house.typed("满意"))
    assert answer.passive == "已为您转接工作人员"
    (thread,) = house.rows(contact.thread)
    assert (thread.state, thread.reason) == ("waiting", "bot_failed")
    assert "alert" in {each.kind for each in house.rows(runtime.feed)}
    assert len(house.rows(contact.message, direction="in")) == 3


def test_a_person_takes_the_thread(house: TurnHouse) -> None:
    soon = house.clock.now + timedelta(minutes=3)
    house.effects(HandOff("human", "normal", house.cast.hanmeimei.id, soon)).take(house.typed("找人工"))
    (thread,) = house.rows(contact.thread)
    assert (thread.state, thread.owner_id, thread.due_at) == ("waiting", house.cast.hanmeimei.id, soon)


def test_who_writes_to_a_person_is_due_an_answer_in_three_minutes(house: TurnHouse) -> None:
    house.effects(HandOff("human", "normal")).take(house.typed("找人工"))
    version = house.rows(contact.thread)[0].version
    house.do(lambda conn: threads.claim(conn, house.cast.zhang, house.cast.hanmeimei.id, version))
    seen = list[Turn]()
    house.watching(seen).take(house.typed("在吗"))
    assert seen[0].human is not None
    assert seen[0].human.name == "韩梅梅"
    assert house.rows(contact.thread)[0].answer_by == house.clock.now + timedelta(minutes=3)


# --- questions -----------------------------------------------------------------------------------------------------


def ask(house: TurnHouse, kind: PromptKind = PromptKind.REASON, **ref: Any) -> Ask:
    return Ask(Say("hello"), kind, house.clock.now + timedelta(hours=48), scale="1-5", ref=ref)


def test_a_question_becomes_the_open_prompt_and_knows_the_case_made_beside_it(house: TurnHouse) -> None:
    case = OpenCase("P3", "quality", "空调", house.cast.hanmeimei.id, None, None, *due(house))
    seen = list[Turn]()
    house.effects(ask(house, case_id=Ref("case")), case).take(house.typed("不满意"))
    house.watching(seen).take(house.typed("不凉"))
    (prompt,) = seen[0].prompts
    assert (prompt.kind, prompt.scale, prompt.ref) == (PromptKind.REASON, "1-5", {"case_id": the_case(house).id})


def test_an_answer_closes_the_question(house: TurnHouse) -> None:
    seen = list[Turn]()
    house.effects(ask(house)).take(house.typed("你好"))
    (asked,) = house.rows(contact.prompt)
    house.effects(Answer(asked.id, 2, "dissatisfied", "不凉")).take(house.typed("不凉"))
    house.watching(seen).take(house.typed("你好"))
    assert seen[0].prompts == ()
    (row,) = house.rows(contact.prompt)
    assert (row.state, row.rating, row.satisfaction, row.text) == ("answered", 2, "dissatisfied", "不凉")


def test_a_question_replaces_one_of_its_kind_only(house: TurnHouse) -> None:
    for kind in (PromptKind.SURVEY, PromptKind.REASON, PromptKind.SURVEY):
        house.effects(ask(house, kind)).take(house.typed("你好"))
    assert [row.state for row in house.rows(contact.prompt)] == ["replaced", "open", "open"]


def test_a_clarification_leaves_the_question_open_and_marks_it(house: TurnHouse) -> None:
    seen = list[Turn]()
    house.effects(ask(house, PromptKind.SURVEY)).take(house.typed("你好"))
    house.effects(ask(house, PromptKind.CLARIFY)).take(house.typed("嗯?"))
    house.watching(seen).take(house.typed("5"))
    assert [(prompt.kind, prompt.clarified) for prompt in seen[0].prompts] == [("clarify", False), ("survey", True)]


def test_an_expired_question_is_not_open(house: TurnHouse) -> None:
    seen = list[Turn]()
    house.effects(ask(house)).take(house.typed("你好"))
    house.clock.advance(hours=48)
    house.watching(seen).take(house.typed("你好"))
    assert seen[0].prompts == ()


# --- seats ---------------------------------------------------------------------------------------------------------


def an_event(house: TurnHouse, capacity: int = 5, taken: int = 0, **more: Any) -> int:
    row = {"name": "自驾游", "state": "published", "starts_at": house.clock.now + timedelta(days=9), "audience": {}}
    return house.add(people.event, store_id=house.cast.store_id, capacity=capacity, taken=taken, **(row | more))


def booking(event_id: int, seats: int) -> tuple[Rsvp, Say]:
    return Rsvp(event_id, seats, otherwise=(Say("event.full"),)), Say("event.booked")


def test_seats_are_booked_changed_and_freed(house: TurnHouse) -> None:
    event_id = an_event(house)
    for heads in (2, 4):
        answer = house.effects(*booking(event_id, heads)).take(house.typed("来"))
        assert answer.texts == ("已为您留座",)
        assert house.rows(people.event)[0].taken == heads
    house.effects(CancelRsvp(event_id)).take(house.typed("来不了"))
    assert house.rows(people.event)[0].taken == 0
    (row,) = house.rows(people.rsvp)
    assert (row.state, row.seats) == ("cancelled", 0)


@pytest.mark.parametrize("case", ["full", "draft", "started"])
def test_a_booking_that_cannot_be_says_so_instead(house: TurnHouse, case: str) -> None:
    event_id = an_event(house, taken=4 if case == "full" else 0, state="draft" if case == "draft" else "published")
    if case == "started":
        house.clock.advance(days=10)
    answer = house.effects(*booking(event_id, 2)).take(house.typed("来"))
    assert answer.texts == ("座位已满",)
    assert house.rows(people.rsvp) == []


def test_what_was_said_before_the_lost_race_is_still_said(house: TurnHouse) -> None:
    event_id = an_event(house, taken=5)
    answer = house.effects(Say("more"), *booking(event_id, 1)).take(house.typed("退订，活动我来"))
    assert answer.texts == ("还有一句", "座位已满")


def test_a_refusal_of_the_invitation_is_noted(house: TurnHouse) -> None:
    event_id = an_event(house, taken=3)
    house.effects(CancelRsvp(event_id)).take(house.typed("不去"))
    assert house.rows(people.event)[0].taken == 3
    assert house.rows(people.rsvp)[0].state == "declined"


def test_seats_never_exceed_the_capacity_when_many_book_at_once(house: TurnHouse) -> None:
    event_id = an_event(house, capacity=7)
    taker = house.effects(*booking(event_id, 2))
    messages = [house.typed("来两个", openid=f"o{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        said = [answer.texts[0] for answer in pool.map(taker.take, messages)]
    assert said.count("已为您留座") == 3
    assert house.rows(people.event)[0].taken == 6


def test_words_without_a_question_mean_the_booked_event_else_the_one_invited_to(house: TurnHouse, zhang: int) -> None:
    now = house.clock.now
    first = an_event(house, published_at=now - timedelta(days=2))
    second = an_event(house, published_at=now - timedelta(days=1))
    a_plan(house, zhang, "marketing", ref={"event_id": first}, state="done", outcome="sent")
    a_plan(house, zhang, "later", ref={"event_id": second})
    meant: list[int] = []

    def decide(_turn: Turn, read: Read, at: datetime) -> Decision:
        found = read.invited_event(at)
        meant.append(found.id if found else 0)
        return Decision((Say("hello"),), intent="greet")

    house.deciding(decide).take(house.typed("改成四个人"))
    assert meant == [first], "of the second the customer has not heard"
    house.do(lambda conn: conn.execute(update(outbound.touchpoint).values(state="handed", outcome=None)))
    house.deciding(decide).take(house.typed("改成四个人"))
    house.do(lambda conn: seats.book(conn, first, zhang, 2, 0, now))
    house.deciding(decide).take(house.typed("改成四个人"))
    assert meant == [first, second, first]


# --- plans ---------------------------------------------------------------------------------------------------------


def test_a_cancellation_names_its_reason_and_spares_the_rest(house: TurnHouse, zhang: int) -> None:
    a_plan(house, zhang, "survey", rule="checkin.question")
    a_plan(house, zhang, "marketing")
    a_plan(house, house.cast.chen, "survey", rule="checkin.question")
    cancel = Cancel("answered", frozenset({Category.SURVEY}), rule="checkin.question")
    house.effects(cancel).take(house.typed("满意"))
    ended = {name: why for name, (outcome, why) in outcomes(house).items() if outcome}
    assert ended == {f"survey-{zhang}": "answered"}


def test_a_cancellation_without_categories_is_of_all(house: TurnHouse, zhang: int) -> None:
    for category in ("survey", "marketing"):
        a_plan(house, zhang, category)
    house.effects(Cancel("stranger")).take(house.typed("打错了"))
    assert {outcome for outcome, _ in outcomes(house).values()} == {"cancelled"}
