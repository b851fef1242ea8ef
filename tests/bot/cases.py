"""How many cases the proofs of the gate run through. docs/gate.md names these numbers, and a test compares."""

HOURS_CASES = 500  # zones, hours, days and moments, each against every single minute
CAP_CASES = 500  # caps and what was sent before, each against every single hour
HISTORIES = 60  # whole histories on each database
MORE_HISTORIES = 300  # the same, marked slow
