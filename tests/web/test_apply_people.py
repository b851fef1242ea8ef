"""Effects on who somebody is and what they allowed, each on both databases: Follow, Bind, OptOut, OptIn, Remember."""

from datetime import timedelta
from typing import Any

import pytest

from bot.customer import Purpose
from bot.effects import Bind, Follow, OpenCase, OptIn, OptOut, Remember, Say
from bot.messages import InboundKind
from store import tokens
from store.tables import cases, contact, outbound, people
from tests.turn_house import OPENID, PHONE, TurnHouse

ZHANG_PHONE = "+8613800000001"
NO_PROMOTION = (OptOut(Purpose.MARKETING, "word"), OptOut(Purpose.GREETING, "word"))


def a_code(house: TurnHouse, customer_id: int) -> str:
    made = house.do(lambda conn: tokens.new_bind_code(conn, customer_id, None, house.clock.now))
    return str(made.scene.removeprefix("bind:"))


def a_plan(house: TurnHouse, customer_id: int, category: str, rule: str = "birthday.greeting", **more: Any) -> int:
    row = {
        "rule": rule,
        "occurrence": f"{category}-{customer_id}",
        "rule_version": "1",
        "category": category,
        "ref": {},
    }
    due = house.clock.now + timedelta(days=1)
    return house.add(
        outbound.touchpoint, store_id=house.cast.store_id, customer_id=customer_id, due_at=due, planned_for=due,
        **(row | more),
    )  # fmt: skip


def outcomes(house: TurnHouse) -> dict[str, tuple[str | None, str]]:
    return {f"{row.category}-{row.customer_id}": (row.outcome, row.reason) for row in house.rows(outbound.touchpoint)}


def tie(house: TurnHouse, openid: str = OPENID) -> Any:
    (row,) = house.rows(people.identity, address=openid)
    return row


# --- Follow --------------------------------------------------------------------------------------------------------


def test_who_leaves_loses_the_wechat_data_and_keeps_the_file(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    house.taker.take(house.typed("你好"))
    asked = {"kind": "survey", "asked_at": house.clock.now, "expires_at": house.clock.now + timedelta(days=2)}
    here = house.add(contact.prompt, customer_id=house.cast.zhang, ref={"channel": "wechat"}, **asked)
    by_sms = house.add(contact.prompt, customer_id=house.cast.zhang, ref={"channel": "sms"}, **asked)
    answer = house.effects(Follow(following=False)).take(house.typed("", kind=InboundKind.UNFOLLOW))
    assert answer.passive == ""
    assert not tie(house).following
    assert house.rows(contact.wechat_window) == []
    states = {row.id: row.state for row in house.rows(contact.prompt)}
    assert states == {here: "replaced", by_sms: "open"}
    assert house.rows(people.customer, id=house.cast.zhang)[0].name == "张伟"


def test_who_comes_back_follows_and_gets_messages_again(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    house.effects(Follow(following=False)).take(house.typed("", kind=InboundKind.UNFOLLOW))
    house.effects(Follow(following=True), Say("hello")).take(house.typed("", kind=InboundKind.FOLLOW))
    assert tie(house).following
    (window,) = house.rows(contact.wechat_window)
    assert (window.kind, window.quota) == ("touch", 3)


# --- Bind ----------------------------------------------------------------------------------------------------------


def test_a_code_ties_the_follower_to_the_file_and_moves_what_was_said(house: TurnHouse) -> None:
    house.taker.take(house.typed("在吗"))
    before = tie(house).customer_id
    bind = Bind(a_code(house, house.cast.zhang), house.cast.zhang, otherwise=(Say("more"),))
    answer = house.effects(bind, Say("hello")).take(house.typed("", kind=InboundKind.SCAN))
    assert answer.passive.endswith("您好")
    assert (tie(house).customer_id, tie(house).bound_by) == (house.cast.zhang, "qr")
    assert {row.customer_id for row in house.rows(contact.message)} == {house.cast.zhang}
    assert [row.customer_id for row in house.rows(contact.thread)] == [house.cast.zhang]
    assert house.rows(people.customer, id=before)[0].merged_into == house.cast.zhang


def test_the_files_own_thread_stays_when_both_have_one(house: TurnHouse) -> None:
    house.follower(house.cast.zhang, "oOther")
    house.taker.take(house.typed("第一句", openid="oOther"))
    house.taker.take(house.typed("在吗"))
    bind = Bind(a_code(house, house.cast.zhang), house.cast.zhang)
    house.effects(bind).take(house.typed("", kind=InboundKind.SCAN))
    assert [row.customer_id for row in house.rows(contact.thread)] == [house.cast.zhang]


def test_a_case_moves_along(house: TurnHouse) -> None:
    house.effects(_case(house)).take(house.typed("不凉"))
    house.effects(Bind(a_code(house, house.cast.zhang), house.cast.zhang)).take(house.typed("", kind=InboundKind.SCAN))
    (row,) = house.rows(cases.cases)
    assert row.customer_id == house.cast.zhang


def test_a_spent_code_binds_nobody_and_says_otherwise(house: TurnHouse) -> None:
    code = a_code(house, house.cast.zhang)
    bind = (Bind(code, house.cast.zhang, otherwise=(Say("more"),)), Say("hello"))
    house.effects(*bind).take(house.typed("", kind=InboundKind.SCAN, openid="oFirst"))
    answer = house.effects(*bind).take(house.typed("", kind=InboundKind.SCAN, openid="oSecond"))
    assert answer.texts == ("还有一句",)
    assert tie(house, "oSecond").customer_id != house.cast.zhang


@pytest.mark.parametrize("case", ["expired", "unknown", "another's"])
def test_a_wrong_code_binds_nobody(house: TurnHouse, case: str) -> None:
    code = a_code(house, house.cast.zhang)
    if case == "expired":
        house.clock.advance(days=31)
    wrong = Bind("nothing" if case == "unknown" else code, house.cast.chen if case == "another's" else house.cast.zhang)
    house.effects(wrong).take(house.typed("", kind=InboundKind.SCAN))
    assert tie(house).bound_by == ""
    assert house.rows(people.bind_token)[0].used_at is None


def test_an_openid_that_moves_between_known_files_leaves_the_old_one_whole(house: TurnHouse) -> None:
    """A car is sold: the new code counts, the old owner's history stays."""
    house.follower(house.cast.chen)
    house.taker.take(house.typed("你好"))
    house.effects(Bind(a_code(house, house.cast.zhang), house.cast.zhang)).take(house.typed("", kind=InboundKind.SCAN))
    assert tie(house).customer_id == house.cast.zhang
    old = house.rows(people.customer, id=house.cast.chen)[0]
    assert old.merged_into is None
    assert [row.text for row in house.rows(contact.message, customer_id=house.cast.chen, direction="in")] == ["你好"]


# --- OptOut, OptIn -------------------------------------------------------------------------------------------------


def test_a_refusal_holds_for_phone_and_openid_and_ends_what_is_planned(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    for category in ("greeting", "marketing", "survey", "safety"):
        a_plan(house, house.cast.zhang, category)
    house.effects(*NO_PROMOTION).take(house.typed("退订"))
    refused = {(row.address, row.purpose) for row in house.rows(people.refusal)}
    assert refused == {(who, what) for who in (OPENID, ZHANG_PHONE) for what in ("marketing", "greeting")}
    zhang = house.cast.zhang
    assert outcomes(house) == {
        f"greeting-{zhang}": ("cancelled", "refused"),
        f"marketing-{zhang}": ("cancelled", "refused"),
        f"survey-{zhang}": (None, ""),
        f"safety-{zhang}": (None, ""),
    }
    assert [row.reason for row in house.rows(outbound.verdict)] == ["refused", "refused"]


def test_a_refusal_by_sms_covers_every_file_that_shares_the_number(house: TurnHouse) -> None:
    wife = house.add(
        people.customer, store_id=house.cast.elsewhere_id, name="韩梅", phone=ZHANG_PHONE, created_at=house.clock.now
    )
    a_plan(house, house.cast.zhang, "marketing")
    a_plan(house, wife, "greeting")
    a_plan(house, house.cast.chen, "greeting")
    house.effects(*NO_PROMOTION).take(house.texted("TD", phone=ZHANG_PHONE))
    ended = {name for name, (outcome, _) in outcomes(house).items() if outcome}
    assert ended == {f"marketing-{house.cast.zhang}", f"greeting-{wife}"}


def test_what_waits_in_the_outbox_does_not_leave_any_more(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    planned = a_plan(house, house.cast.zhang, "marketing", state="handed")
    row = {"way": "sms", "address": ZHANG_PHONE, "category": "marketing", "priority": "bulk", "payload": {}}
    queued = house.add(
        outbound.outbox, store_id=house.cast.store_id, customer_id=house.cast.zhang, out_id="t1",
        not_before=house.clock.now, created_at=house.clock.now, **row,
    )  # fmt: skip
    house.add(outbound.carries, outbox_id=queued, touchpoint_id=planned)
    house.effects(OptOut(Purpose.MARKETING, "word")).take(house.typed("退订"))
    assert house.rows(outbound.outbox)[0].state == "cancelled"
    assert outcomes(house)[f"marketing-{house.cast.zhang}"] == ("cancelled", "refused")


def test_a_cases_own_message_goes_on_after_a_refusal_of_everything(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    a_plan(house, house.cast.zhang, "service", case_message=True)
    house.effects(OptOut(Purpose.ALL, "word")).take(house.typed("别再联系"))
    assert outcomes(house)[f"service-{house.cast.zhang}"] == (None, "")


def test_refusing_twice_is_one_refusal(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    for _ in range(2):
        house.effects(OptOut(Purpose.GREETING, "word")).take(house.typed("退订"))
    assert len(house.rows(people.refusal)) == 2  # phone and openid


def test_the_next_turn_sees_the_refusal_and_consent_takes_it_back(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    seen: list[Any] = []
    house.effects(*NO_PROMOTION).take(house.typed("退订"))
    watch = house.watching(seen)
    watch.take(house.typed("你好"))
    assert seen[-1].customer.refuses(Purpose.MARKETING)
    assert seen[-1].customer.refuses(Purpose.GREETING)
    house.effects(OptIn(Purpose.MARKETING, "word")).take(house.typed("订阅"))
    watch.take(house.typed("你好"))
    assert not seen[-1].customer.refuses(Purpose.MARKETING)
    assert seen[-1].customer.consents_to(Purpose.MARKETING)
    assert {row.evidence.split(":")[0] for row in house.rows(people.consent)} == {"message"}


def test_a_fact_is_remembered_with_its_source(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    house.effects(Remember("mileage", "30000")).take(house.typed("跑了三万公里"))
    (fact,) = house.rows(people.fact)
    (message,) = house.rows(contact.message, direction="in")
    assert (fact.key, fact.value, fact.message_id) == ("mileage", "30000", message.id)


def test_a_strangers_text_makes_one_file_with_the_number(house: TurnHouse) -> None:
    for _ in range(2):
        house.taker.take(house.texted("你好", phone=PHONE))
    (row,) = house.rows(people.customer, phone=PHONE)
    assert not row.known


def _case(house: TurnHouse) -> OpenCase:
    due = [house.clock.now + timedelta(hours=hours) for hours in (2, 24, 72)]
    return OpenCase("P3", "quality", "空调", house.cast.hanmeimei.id, None, None, *due)
