"""Everything over HTTP that is ours: webhooks, the turn, inbox, customer pages, API, health."""
