"""Which way a message leaves by, and why every better way was passed over. Pure; the customer gets one copy.

Service: open window → template → subscription notification → SMS → e-mail → call task. Greetings and marketing never
go as a template message or a subscription notification (the account would be banned): mass send for events, an open
window, SMS with consent, e-mail (design §4).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.dealer import Dealer, SmsTemplate, WeChatAccount
from bot.messages import Category, Way
from bot.reasons import Reason
from bot.turn import WindowView

PROMOTION = frozenset({Category.GREETING, Category.MARKETING})
BOT_KEEPS = 1  # slot of the window left for a human (design §4)
MASS_A_MONTH = 4  # wechat.md §3.5, per openid and calendar month
MASS_LEAST, MASS_MOST = 2, 10_000  # openids of one mass send

SERVICE_WAYS = (Way.CUSTOM, Way.TEMPLATE, Way.SUBSCRIPTION, Way.SMS, Way.EMAIL, Way.CALL)
GREETING_WAYS = (Way.CUSTOM, Way.SMS, Way.EMAIL)
MARKETING_WAYS = (Way.MASS, Way.CUSTOM, Way.SMS, Way.EMAIL)


@dataclass(frozen=True, slots=True)
class Follower:
    """The customer's openid at one account, the newest one if there are several.

    subscribed: template ids of subscription notifications with a consent in hand. stranger: who follows there said
    that they are not this customer.
    """

    account: str
    openid: str
    following: bool = True
    rejects: bool = False
    window: WindowView | None = None
    subscribed: frozenset[str] = frozenset()
    stranger: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """How this customer can be reached for one message.

    phone: "" when there is none. sms_ok: it takes an SMS; callable: a person may ring it. dead, stranger: what was
    found out about the number. no_call: the customer wants no calls.
    email: "" when there is none. email_ok: it was never refused as unknown.
    tried: ways that were refused for this very touchpoint. is_event: the message invites to an event, and so may go
    by mass send. alone: nobody else is to get the same mass text now. disabled: ids of templates WeChat refused for
    good (deleted, suspended), until staff say they work again. only: the ways the step names, all when empty.
    """

    category: Category
    message_id: str
    follower: Follower | None
    phone: str
    email: str = ""
    email_ok: bool = True
    sms_ok: bool = True
    callable: bool = True
    dead: bool = False
    stranger: bool = False
    no_call: bool = False
    sms_today: int = 0
    mass_this_month: int = 0
    is_event: bool = False
    alone: bool = False
    tried: frozenset[Way] = frozenset()
    disabled: frozenset[str] = frozenset()
    only: frozenset[Way] = frozenset()


@dataclass(frozen=True, slots=True)
class Passed:
    way: Way
    reason: Reason


@dataclass(frozen=True, slots=True)
class Route:
    """way None: unreachable. passed: each better way with the reason it was not taken."""

    way: Way | None
    account: str = ""
    address: str = ""
    passed: tuple[Passed, ...] = ()


def route(contact: Contact, dealer: Dealer) -> Route:
    passed: list[Passed] = []
    for way in ways_for(contact.category):
        reason = _barred(way, contact) or CLOSED[way](contact, dealer)
        if reason is None:
            account, address = _address(way, contact)
            return Route(way, account, address, tuple(passed))
        passed.append(Passed(way, reason))
    return Route(None, passed=tuple(passed))


def _barred(way: Way, contact: Contact) -> Reason | None:
    if contact.only and way not in contact.only:
        return Reason.NOT_IN_CHANNELS
    return Reason.TRIED if way in contact.tried else None


def ways_for(category: Category) -> tuple[Way, ...]:
    if category is Category.MARKETING:
        return MARKETING_WAYS
    return GREETING_WAYS if category is Category.GREETING else SERVICE_WAYS


def sms_template(message_id: str, dealer: Dealer) -> SmsTemplate | None:
    return dealer.sms.templates.get(message_id.replace(".", "_"))


def _custom(contact: Contact, _dealer: Dealer) -> Reason | None:
    if (why := _no_follower(contact)) is not None:
        return why
    window = contact.follower.window if contact.follower else None
    return None if window is not None and window.left > BOT_KEEPS else Reason.NO_WINDOW


def _template(contact: Contact, dealer: Dealer) -> Reason | None:
    if contact.category in PROMOTION:
        return Reason.NOT_FOR_CATEGORY  # a hard rule besides the order of ways: the account would be banned
    if (why := _no_follower(contact)) is not None:
        return why
    account = _account(contact, dealer)
    template = account.templates.get(_key(contact)) if account else None
    if template is None:
        return Reason.NO_TEMPLATE
    return Reason.TEMPLATE_DISABLED if template.template_id in contact.disabled else None


def _subscription(contact: Contact, dealer: Dealer) -> Reason | None:
    if contact.category in PROMOTION:
        return Reason.NOT_FOR_CATEGORY  # hard, as for templates: the consent was for a notice, not for advertising
    if (why := _no_follower(contact)) is not None:
        return why
    account = _account(contact, dealer)
    notice = account.subscriptions.get(_key(contact)) if account else None
    if notice is None:
        return Reason.NO_TEMPLATE
    if notice.template_id in contact.disabled:
        return Reason.TEMPLATE_DISABLED
    subscribed = contact.follower.subscribed if contact.follower else frozenset()
    return None if notice.template_id in subscribed else Reason.NO_SUBSCRIPTION


def _mass(contact: Contact, _dealer: Dealer) -> Reason | None:
    if not contact.is_event:
        return Reason.NOT_FOR_CATEGORY
    if (why := _no_follower(contact)) is not None:
        return why
    if contact.mass_this_month >= MASS_A_MONTH:
        return Reason.MASS_QUOTA
    return Reason.MASS_NEEDS_TWO if contact.alone else None


def _sms(contact: Contact, dealer: Dealer) -> Reason | None:
    template = sms_template(contact.message_id, dealer)
    if template is None:
        return Reason.NO_TEMPLATE
    wrong_kind = (template.kind == "promotion") != (contact.category in PROMOTION)
    if contact.category not in template.approved_for or wrong_kind:
        return Reason.NOT_APPROVED
    if (why := _bad_number(contact)) is not None:
        return why
    # Who is no longer the owner may still sit in the car: safety goes to a stranger's number, nothing else does.
    if not (contact.sms_ok or contact.stranger):
        return Reason.NO_PHONE
    return Reason.SMS_CAP if contact.sms_today >= dealer.sms_per_day else None


def _email(contact: Contact, dealer: Dealer) -> Reason | None:
    if dealer.email_texts is None:
        return Reason.EMAIL_OFF
    if contact.message_id not in dealer.email_texts:
        return Reason.NO_TEMPLATE
    if not contact.email:
        return Reason.NO_ADDRESS
    return None if contact.email_ok else Reason.ADDRESS_DEAD


def _call(contact: Contact, _dealer: Dealer) -> Reason | None:
    if contact.no_call and contact.category is not Category.SAFETY:
        return Reason.NO_CALL
    if (why := _bad_number(contact)) is not None:
        return why
    return None if contact.callable or contact.stranger else Reason.NO_PHONE


def _bad_number(contact: Contact) -> Reason | None:
    if not contact.phone:
        return Reason.NO_PHONE
    if contact.dead:
        return Reason.DEAD_NUMBER
    return Reason.WRONG_PERSON if contact.stranger and contact.category is not Category.SAFETY else None


CLOSED: Mapping[Way, Callable[[Contact, Dealer], Reason | None]] = {
    Way.CUSTOM: _custom,
    Way.TEMPLATE: _template,
    Way.SUBSCRIPTION: _subscription,
    Way.MASS: _mass,
    Way.SMS: _sms,
    Way.EMAIL: _email,
    Way.CALL: _call,
}


def _no_follower(contact: Contact) -> Reason | None:
    if contact.follower is None or not contact.follower.following:
        return Reason.NOT_FOLLOWING
    if contact.follower.stranger and contact.category is not Category.SAFETY:
        return Reason.WRONG_PERSON
    return Reason.REJECTS_ACCOUNT if contact.follower.rejects else None


def _account(contact: Contact, dealer: Dealer) -> WeChatAccount | None:
    return dealer.accounts.get(contact.follower.account) if contact.follower else None


def _key(contact: Contact) -> str:
    return contact.message_id.replace(".", "_")


def _address(way: Way, contact: Contact) -> tuple[str, str]:
    if way in (Way.SMS, Way.CALL):
        return "", contact.phone
    if way is Way.EMAIL:
        return "", contact.email
    return (contact.follower.account, contact.follower.openid) if contact.follower else ("", "")
