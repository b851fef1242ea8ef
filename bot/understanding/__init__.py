"""From text to meaning: ordered rules over normalised Chinese. Pure."""
