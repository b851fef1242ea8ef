"""What Huifang knows and decides. Pure: no I/O, no clock, no database (import-linter holds it)."""
