"""How many may be served at once by one worker: commands size the worker's threads by it, before Flask is loaded."""

ANSWERING = 32  # requests at once; further ones wait, so that the database's connections go round
MAX_STREAMS = 128  # live streams beyond those; two workers hold more than two hundred open pages
