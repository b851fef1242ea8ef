"""What was pressed on the page of an appointment, as the words for it would be understood."""

from datetime import datetime

from bot.understanding.understand import Understanding

VISIT_OPTION = "visit:"  # then come, cancel, or a local time
INTENTS = {"come": "appt_confirm", "cancel": "appt_cancel"}


def pressed(option: str) -> Understanding:
    """visit:come, visit:cancel, visit:2026-09-19T10:00. Raises ValueError for what the page does not send."""
    said = option.removeprefix(VISIT_OPTION)
    if said in INTENTS:
        return Understanding(INTENTS[said])
    at = datetime.fromisoformat(said)
    return Understanding("appt_change", slots={"date": at.date().isoformat(), "time": at.strftime("%H:%M")})
