"""Settings and the dealer's content: loading and validation only; the types stand in `bot/`."""
