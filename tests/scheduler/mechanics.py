"""The few steps the tests of planning, gate and sending are written about; the shipped ones have tests/journeys."""

from collections.abc import Sequence

from bot.journeys import Journey

KEPT = {
    "birthday": ["greeting"], "checkin": ["question"], "event_invitation": ["invitation"], "quote": ["sent"],
    "recontact": ["question"],
}  # fmt: skip


def mechanics(shipped: Sequence[Journey]) -> tuple[Journey, ...]:
    """Of the shipped journeys, one step each."""
    return tuple(
        journey.model_copy(update={"steps": [step for step in journey.steps if step.id in KEPT[journey.id]]})
        for journey in shipped
        if journey.id in KEPT
    )
