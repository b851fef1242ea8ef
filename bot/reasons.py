"""Why a touchpoint was sent later, on another way, or not at all: stable codes, explained in docs/reasons.md."""

from enum import StrEnum


class Reason(StrEnum):
    """Gate first, then routing, then what became of the message. `""` is a plain pass."""

    # the gate (bot/gate.py)
    RULE_OFF = "rule_off"
    RULE_CHANGED = "rule_changed"
    ANCHOR_GONE = "anchor_gone"
    GOAL_MET = "goal_met"
    EXPIRED = "expired"
    LATE = "late"
    LATE_NEXT = "late_next"
    REFUSED = "refused"
    NO_CONSENT = "no_consent"
    NO_SERVICE = "no_service"
    COMPLAINT_HOLD = "complaint_hold"
    AFTER_ANGER = "after_anger"
    QUIET_HOURS = "quiet_hours"
    QUIET_WISH = "quiet_wish"
    HOLIDAY = "holiday"
    ONE_GREETING = "one_greeting"
    CAP = "cap"
    UNREACHABLE = "unreachable"
    # the journey itself (bot/journey_state.py)
    UNAPPROVED = "unapproved"
    PAUSED = "paused"
    HELD_OUT = "held_out"
    LEFT = "left"
    NOT_IN_AUDIENCE = "not_in_audience"
    RESTING = "resting"
    NOT_ASKED = "not_asked"
    WAITS = "waits"
    HELD = "held"
    # planning (store/planning.py)
    ANCHOR_MOVED = "anchor_moved"
    # the repair order (store/orders.py)
    ORDER_REWORK = "order_rework"
    ORDER_CANCELLED = "order_cancelled"
    ERASED = "erased"  # the customer asked for it (store/erasing.py)
    VEHICLE_SOLD = "vehicle_sold"  # the customer said so (handlers/info_update.py)
    # the quote (store/quotes.py)
    QUOTE_REPLACED = "quote_replaced"
    QUOTE_WITHDRAWN = "quote_withdrawn"
    # routing (bot/routing.py)
    NOT_FOR_CATEGORY = "not_for_category"
    NOT_FOLLOWING = "not_following"
    REJECTS_ACCOUNT = "rejects_account"
    NO_WINDOW = "no_window"
    NO_TEMPLATE = "no_template"
    TEMPLATE_DISABLED = "template_disabled"
    NO_SUBSCRIPTION = "no_subscription"
    NOT_APPROVED = "not_approved"
    NO_PHONE = "no_phone"
    DEAD_NUMBER = "dead_number"
    WRONG_PERSON = "wrong_person"
    NO_CALL = "no_call"
    SMS_CAP = "sms_cap"
    EMAIL_OFF = "email_off"
    NO_ADDRESS = "no_address"
    NOT_IN_CHANNELS = "not_in_channels"
    ADDRESS_DEAD = "address_dead"
    MASS_QUOTA = "mass_quota"
    MASS_WAITING = "mass_waiting"
    MASS_NEEDS_TWO = "mass_needs_two"
    TRIED = "tried"
    # the message (scheduler/deliver.py)
    TAKEN_BACK = "taken_back"
    RENDER = "render"
    NO_ANSWER = "no_answer"
    RETRIES_SPENT = "retries_spent"
    REFUSED_BY_PROVIDER = "refused_by_provider"
    CONTENT_REFUSED = "content_refused"
    ERROR = "error"
    RECEIPT = "receipt"
    NOT_DELIVERED = "not_delivered"
    ARRIVED_LATE = "arrived_late"
    # the call (store/call_ends.py, scheduler/call_watch.py)
    NOT_REACHED = "not_reached"
    CALL_CLOSED = "call_closed"
    NUMBER_CHANGED = "number_changed"
    BOUNCED = "bounced"


class Absence(StrEnum):
    """Why a rule has no touchpoint at all for a customer: the fact it hangs on is not there, or not near enough."""

    NO_ORDER = "no_order"
    NO_BIRTHDAY = "no_birthday"
    NO_EVENT = "no_event"
    NO_FIX = "no_fix"
    NO_QUOTE = "no_quote"
    NO_BOOKING = "no_booking"
    NO_MISSED = "no_missed"
    NO_DATE = "no_date"
    NOT_IN_FILE = "not_in_file"
    MERGED = "merged"
    NOT_NEAR = "not_near"
