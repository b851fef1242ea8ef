"""Which way, and why not a better one."""

from dataclasses import replace

import pytest

from bot.messages import Category, Way
from bot.reasons import Reason
from bot.routing import CLOSED, Contact, Follower, route, ways_for
from bot.turn import WindowView
from config.load import load_dealer
from tests.bot.test_gate import NOON
from tests.config.test_load import SHIPPED

DEALER = load_dealer(SHIPPED)
FOLLOWER = Follower("main", "o-lilei")
CHECKIN = Contact(Category.SURVEY, "checkin.question", FOLLOWER, "+8613900000001")
STRANGER = replace(CHECKIN, follower=None)
AWAY = ["not_following"] * 3
NOTHING_HELD = ["no_window", "tried", "no_subscription"]
GREETING = Contact(Category.GREETING, "birthday.greeting", FOLLOWER, "+8613900000001")
INVITATION = Contact(Category.MARKETING, "event.invitation", FOLLOWER, "+8613900000001", is_event=True)


def window(left: int) -> Follower:
    return replace(FOLLOWER, window=WindowView(NOON, left))


@pytest.mark.parametrize(
    ("contact", "way", "reasons"),
    [
        (replace(CHECKIN, follower=window(2)), Way.CUSTOM, []),
        (replace(CHECKIN, follower=window(1)), Way.TEMPLATE, ["no_window"]),
        (CHECKIN, Way.TEMPLATE, ["no_window"]),
        (replace(CHECKIN, follower=None), Way.SMS, AWAY),
        (replace(CHECKIN, follower=replace(FOLLOWER, following=False)), Way.SMS, AWAY),
        (replace(CHECKIN, follower=replace(FOLLOWER, rejects=True)), Way.SMS, ["rejects_account"] * 3),
        (replace(CHECKIN, tried=frozenset({Way.TEMPLATE})), Way.SMS, NOTHING_HELD),
        (replace(CHECKIN, follower=None, sms_today=3), Way.CALL, [*AWAY, "sms_cap", "email_off"]),
        (replace(CHECKIN, follower=None, sms_ok=False), Way.CALL, [*AWAY, "no_phone", "email_off"]),
        (replace(CHECKIN, follower=None, phone=""), None, [*AWAY, "no_phone", "email_off", "no_phone"]),
        (replace(STRANGER, message_id="other.thing"), Way.CALL, [*AWAY, "no_template", "email_off"]),
        (GREETING, Way.SMS, ["no_window"]),
        (replace(GREETING, follower=window(5)), Way.CUSTOM, []),
        (replace(GREETING, phone=""), None, ["no_window", "no_phone", "email_off"]),
        (INVITATION, Way.MASS, []),
        (replace(INVITATION, alone=True), Way.SMS, ["mass_needs_two", "no_window"]),
        (replace(INVITATION, mass_this_month=4), Way.SMS, ["mass_quota", "no_window"]),
        (replace(INVITATION, is_event=False), Way.SMS, ["not_for_category", "no_window"]),
        (replace(INVITATION, follower=None), Way.SMS, ["not_following"] * 2),
        # a notification template must not carry a greeting, a promotion none but promotion
        (replace(GREETING, message_id="case.ack"), None, ["no_window", "not_approved", "email_off"]),
        (replace(STRANGER, message_id="birthday.greeting"), Way.CALL, [*AWAY, "not_approved", "email_off"]),
    ],
)  # fmt: skip
def test_the_order_of_ways(contact: Contact, way: Way | None, reasons: list[str]) -> None:
    chosen = route(contact, DEALER)
    assert chosen.way == way
    assert [passed.reason.value for passed in chosen.passed] == reasons


HELD = replace(FOLLOWER, subscribed=frozenset({"SUB-checkin"}))
CHECKIN_OFF = replace(CHECKIN, disabled=frozenset({"TPL-checkin"}))


OFF, NOTHING_ASKED = ["no_window", "template_disabled"], ["no_window", "template_disabled", "no_subscription"]
ALL_OFF = frozenset({"TPL-checkin", "SUB-checkin"})
OTHERS = replace(FOLLOWER, subscribed=frozenset({"SUB-other"}))
GONE = replace(HELD, following=False)


@pytest.mark.parametrize(
    ("contact", "way", "reasons"),
    [
        (replace(CHECKIN, follower=HELD), Way.TEMPLATE, ["no_window"]),
        (replace(CHECKIN_OFF, follower=HELD), Way.SUBSCRIPTION, OFF),
        (replace(CHECKIN_OFF, follower=HELD, category=Category.REMINDER), Way.SUBSCRIPTION, OFF),
        (replace(CHECKIN_OFF, follower=HELD, category=Category.SERVICE), Way.SUBSCRIPTION, OFF),
        (CHECKIN_OFF, Way.SMS, NOTHING_ASKED),
        (replace(CHECKIN_OFF, follower=OTHERS), Way.SMS, NOTHING_ASKED),
        (replace(CHECKIN, follower=HELD, disabled=ALL_OFF), Way.SMS, [*OFF, "template_disabled"]),
        (replace(CHECKIN_OFF, follower=GONE), Way.SMS, ["not_following"] * 3),
        (replace(CHECKIN_OFF, follower=HELD, tried=frozenset({Way.SUBSCRIPTION})), Way.SMS, [*OFF, "tried"]),
        (replace(CHECKIN_OFF, message_id="recontact.question", category=Category.SERVICE), Way.TEMPLATE, ["no_window"]),
    ],
)
def test_a_consent_in_hand_comes_after_the_template(contact: Contact, way: Way, reasons: list[str]) -> None:
    chosen = route(contact, DEALER)
    assert chosen.way == way
    assert [passed.reason.value for passed in chosen.passed] == reasons


@pytest.mark.parametrize("category", [Category.GREETING, Category.MARKETING])
@pytest.mark.parametrize("way", [Way.TEMPLATE, Way.SUBSCRIPTION])
def test_promotion_is_barred_from_notices_even_if_the_order_of_ways_were_edited(category: Category, way: Way) -> None:
    """The ban is in the way itself too (§7.3 no. 20: marketing in templates)."""
    assert CLOSED[way](replace(CHECKIN, follower=HELD, category=category), DEALER) is Reason.NOT_FOR_CATEGORY
    assert way not in ways_for(category)


@pytest.mark.parametrize("category", [Category.GREETING, Category.MARKETING])
def test_promotion_never_goes_as_a_template_message_even_where_one_exists(category: Category) -> None:
    chosen = route(replace(CHECKIN, category=category), DEALER)
    assert chosen.way is not Way.TEMPLATE
    assert Way.TEMPLATE not in [passed.way for passed in chosen.passed]


def test_addresses_belong_to_their_way() -> None:
    assert (route(CHECKIN, DEALER).account, route(CHECKIN, DEALER).address) == ("main", "o-lilei")
    by_phone = route(replace(CHECKIN, follower=None), DEALER)
    assert (by_phone.account, by_phone.address) == ("", "+8613900000001")


def test_every_reason_has_its_own_word() -> None:
    assert len({reason.value for reason in Reason}) == len(Reason)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (replace(STRANGER, sms_ok=False, callable=False, dead=True), "dead_number"),
        (replace(STRANGER, sms_ok=False, callable=False, stranger=True), "wrong_person"),
        (replace(STRANGER, sms_ok=False, no_call=True), "no_call"),
    ],
)
def test_a_bad_number_is_passed_over_with_its_own_reason(number: Contact, reason: str) -> None:
    found = route(number, DEALER)
    assert (found.way, {each.way: each.reason for each in found.passed}[Way.CALL]) == (None, reason)


def test_who_follows_there_is_somebody_else_so_nothing_goes_there() -> None:
    assert CHECKIN.follower is not None
    contact = replace(CHECKIN, follower=replace(CHECKIN.follower, stranger=True))
    reasons = {each.way: each.reason for each in route(contact, DEALER).passed}
    assert (reasons[Way.CUSTOM], reasons[Way.TEMPLATE]) == ("wrong_person", "wrong_person")


def test_safety_goes_even_to_a_strangers_number() -> None:
    contact = replace(CHECKIN, category=Category.SAFETY, message_id="safety.stop", follower=None, sms_ok=False,
                      callable=False, stranger=True)  # fmt: skip
    assert route(contact, DEALER).way is Way.SMS


MAILING = DEALER.model_copy(update={"email_texts": frozenset({"checkin.question", "birthday.greeting"})})
BY_MAIL = replace(CHECKIN, follower=None, phone="", email="lilei@example.com")
GREETED = replace(BY_MAIL, category=Category.GREETING, message_id="birthday.greeting")


@pytest.mark.parametrize(
    ("contact", "way", "reasons"),
    [
        (BY_MAIL, Way.EMAIL, [*AWAY, "no_phone"]),
        (replace(BY_MAIL, phone="+8613900000001"), Way.SMS, AWAY),
        (replace(BY_MAIL, phone="+8613900000001", sms_ok=False), Way.EMAIL, [*AWAY, "no_phone"]),
        (replace(BY_MAIL, email=""), None, [*AWAY, "no_phone", "no_address", "no_phone"]),
        (replace(BY_MAIL, email_ok=False), None, [*AWAY, "no_phone", "address_dead", "no_phone"]),
        (replace(BY_MAIL, message_id="other.thing"), None, [*AWAY, "no_template", "no_template", "no_phone"]),
        (replace(BY_MAIL, tried=frozenset({Way.EMAIL})), None, [*AWAY, "no_phone", "tried", "no_phone"]),
        (GREETED, Way.EMAIL, ["not_following", "no_phone"]),
        (replace(GREETED, email_ok=False), None, ["not_following", "no_phone", "address_dead"]),
    ],
)
def test_e_mail_comes_after_the_sms_and_before_a_person(contact: Contact, way: Way | None, reasons: list[str]) -> None:
    chosen = route(contact, MAILING)
    assert chosen.way == way
    assert [passed.reason.value for passed in chosen.passed] == reasons
    if way is Way.EMAIL:
        assert (chosen.account, chosen.address) == ("", "lilei@example.com")


def test_without_an_account_the_reason_is_the_account() -> None:
    assert CLOSED[Way.EMAIL](BY_MAIL, DEALER) is Reason.EMAIL_OFF
