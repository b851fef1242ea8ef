"""Which hundredth of all customers somebody falls into for one journey: always the same, and the same in SQL.

Universal hashing (Carter and Wegman 1979): ((a·x + b) mod p) mod 100, with a and b drawn from the salt. Two salts
put the same people into different hundredths, so that a hold-out of one journey is no hold-out of another.
"""

import hashlib
from typing import NamedTuple

PRIME = 2_147_483_647  # 2³¹ − 1; a·x stays below 2⁶³ while x does below 2³²
BUCKETS = 100


class Sticky(NamedTuple):
    a: int
    b: int


def sticky(salt: str) -> Sticky:
    drawn = hashlib.sha256(salt.encode()).digest()
    return Sticky(int.from_bytes(drawn[:4]) % (PRIME - 1) + 1, int.from_bytes(drawn[4:8]) % PRIME)


def bucket(salt: str, number: int) -> int:
    """0 to 99."""
    a, b = sticky(salt)
    return (a * number + b) % PRIME % BUCKETS
