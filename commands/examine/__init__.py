"""The checks of `doctor`, one file a subject. Each is a function without arguments that yields findings."""
