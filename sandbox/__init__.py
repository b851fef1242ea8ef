"""The WeChat and SMS providers on one laptop: fake servers over real HTTP, and a page of phones."""
