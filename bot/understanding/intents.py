"""What a customer may mean: the names, and what stands in `slots` beside each (conversation-tests.md)."""

from enum import StrEnum
from typing import Final

GREET: Final = "greet"
MODEL_ENQUIRY: Final = "model_enquiry"
SALES_TERMS: Final = "sales_terms"
TEST_DRIVE_BOOK: Final = "test_drive_book"
SERVICE_BOOK: Final = "service_book"
SERVICE_PRICE: Final = "service_price"
REPAIR_STATUS: Final = "repair_status"
QUOTE_REPLY: Final = "quote_reply"
SURVEY_REPLY: Final = "survey_reply"
COMPLAINT: Final = "complaint"
APPT_CHANGE: Final = "appt_change"
APPT_CANCEL: Final = "appt_cancel"
APPT_CONFIRM: Final = "appt_confirm"
EVENT_RSVP: Final = "event_rsvp"
EVENT_QUERY: Final = "event_query"
FAQ: Final = "faq"
INSURANCE_QUERY: Final = "insurance_query"
ROADSIDE_ASSIST: Final = "roadside_assist"
EMERGENCY: Final = "emergency"
MEMBERSHIP: Final = "membership"
OPT_OUT: Final = "opt_out"
OPT_IN: Final = "opt_in"
HUMAN_REQUEST: Final = "human_request"
INFO_UPDATE: Final = "info_update"
PRIVACY_REQUEST: Final = "privacy_request"
CHURN_REPLY: Final = "churn_reply"
WRONG_PERSON: Final = "wrong_person"
DELIVERY_QUERY: Final = "delivery_query"
THANKS: Final = "thanks"
OFF_TOPIC: Final = "off_topic"
UNCLEAR: Final = "unclear"

# Slots by intent; a name that was not said is absent. Dates are `datetime.date` in ISO text, times "HH:MM", money in
# whole CNY. Scalars unless marked: []: tuple; {}: one of about, min, max. service: maintenance, repair, inspection or
# other in a booking, an id of config/services.yaml in a price question; item: that id in a booking.
# option: the number of the offered time chosen (its date and time are filled in too).
SLOTS: Final = {
    MODEL_ENQUIRY: ("purpose[]", "budget{}", "body[]", "energy", "seats_min", "home_charger", "model"),
    SALES_TERMS: ("topic", "model"),
    TEST_DRIVE_BOOK: ("date", "date_from", "time", "period", "model", "party_size"),
    SERVICE_BOOK: (
        "date", "date_from", "time", "period", "model", "plate", "mileage", "party_size", "service", "item", "symptom",
        "option",
    ),
    APPT_CHANGE: ("date", "date_from", "time", "period", "model", "plate", "service", "option"),
    APPT_CANCEL: ("date", "reason"),
    APPT_CONFIRM: ("date", "time"),
    SERVICE_PRICE: ("service", "model"),
    REPAIR_STATUS: ("plate", "model", "pickup_person"),
    QUOTE_REPLY: ("decision", "approved[]", "rejected[]"),
    SURVEY_REPLY: ("satisfaction", "reason", "symptom", "staff", "category", "repeat", "threat", "topic", "date"),
    COMPLAINT: ("satisfaction", "reason", "symptom", "staff", "category", "repeat", "threat", "topic", "date"),
    EMERGENCY: ("kind", "location", "injury"),
    EVENT_RSVP: ("decision", "party_size", "children"),
    EVENT_QUERY: ("topic",),
    FAQ: ("topic", "model", "plate", "mileage", "first_reg"),
    INSURANCE_QUERY: ("topic", "third_party"),
    DELIVERY_QUERY: ("topic",),
    ROADSIDE_ASSIST: ("symptom", "location"),
    MEMBERSHIP: ("decision",),
    OPT_OUT: ("scope",),
    INFO_UPDATE: (
        "date", "pickup_person", "channel_pref", "no_call", "quiet_after", "vehicle_sold", "model", "plate", "phone",
    ),
    PRIVACY_REQUEST: ("action",),
    CHURN_REPLY: ("reasons[]", "interest"),
    HUMAN_REQUEST: ("symptom",),
}  # fmt: skip

WITHOUT_SLOTS: Final = (GREET, OPT_IN, WRONG_PERSON, THANKS, OFF_TOPIC, UNCLEAR)

# Heard apart, as their words are their own, and told as what they count as.
ORDERS: Final = "orders"  # to the bot
OTHERS_DATA: Final = "others_data"
TOLD_AS: Final = {ORDERS: OFF_TOPIC, OTHERS_DATA: PRIVACY_REQUEST}
# Which of its kind it is; the names stand in the slot kind, scope or action.
DETAILS: Final = {
    EMERGENCY: (
        "brake_failure", "smoke_fire", "ev_battery", "overheat", "accident", "flood", "person_trapped", "medical",
    ),
    OPT_OUT: ("marketing", "survey", "greeting", "all"),
    PRIVACY_REQUEST: ("export", "delete", "correct"),
}  # fmt: skip
# Marks of examples beside their intent: in a danger somebody is hurt; content, in words that may sound like blame.
HURT: Final = "hurt"
CONTENT: Final = "content"


class Stands(StrEnum):
    """What a reading is good for. One clarification at most, then a person (handlers/fallback.py)."""

    ACT = "act"
    READ_BACK = "read_back"  # act, but say what was understood, so that a mistake is seen at once
    ASK = "ask"


# Said without a wish of its own.
NO_WISH: Final = frozenset({UNCLEAR, GREET, THANKS, SURVEY_REPLY, COMPLAINT})
ACTS_FROM: Final = 0.55
READS_BACK_FROM: Final = 0.25
