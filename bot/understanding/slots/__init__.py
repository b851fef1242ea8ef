"""What was said beside the wish: one file a kind of thing. Every reader takes a normalised text."""
