"""The clock that ticks, and what each tick does: plan, deliver, sweep."""
