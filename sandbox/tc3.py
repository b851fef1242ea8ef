"""Tencent's TC3-HMAC-SHA256 from the receiving side (sms.md §2.4), written apart from the sender on purpose."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime

FORM = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/,\s]+)/(\d{4}-\d{2}-\d{2})/([a-z]+)/tc3_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)
MUST_SIGN = {"content-type", "host"}


def credential(authorization: str) -> str:
    """The secret id named in the header, "" when it is no TC3 header."""
    found = FORM.fullmatch(authorization)
    return found.group(1) if found else ""


def is_signed(secret: str, service: str, headers: Mapping[str, str], body: bytes) -> bool:
    """True when this body was signed with `secret` for `service` and the day of its timestamp.

    headers: lower-case names. A signed x-tc-action counts in lower case, as the vendor does it.
    """
    found = FORM.fullmatch(headers.get("authorization", ""))
    stamp = headers.get("x-tc-timestamp", "")
    if found is None or not stamp.isdecimal():
        return False
    _, day, asked, names, given = found.groups()
    if asked != service or day != f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d}":
        return False
    if not set(names.split(";")) >= MUST_SIGN:
        return False
    return hmac.compare_digest(_signature(secret, (day, service, "tc3_request"), stamp, headers, names, body), given)


def _signature(
    secret: str, scope: tuple[str, ...], stamp: str, headers: Mapping[str, str], names: str, body: bytes
) -> str:
    lines = [f"{name}:{_value(headers, name)}" for name in names.split(";")]
    request = "\n".join(["POST", "/", "", *lines, "", names, hashlib.sha256(body).hexdigest()])
    text = "\n".join(["TC3-HMAC-SHA256", stamp, "/".join(scope), hashlib.sha256(request.encode()).hexdigest()])
    key = b"TC3" + secret.encode()
    for word in scope:
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _value(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "").strip()
    return value.lower() if name == "x-tc-action" else value
