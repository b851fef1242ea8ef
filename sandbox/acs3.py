"""Aliyun's ACS3-HMAC-SHA256 from the receiving side (sms.md §1.6), written apart from the sender on purpose."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import quote

FORM = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})")
MUST_SIGN = {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}


def credential(authorization: str) -> str:
    """The access key id named in the header, "" when it is no ACS3 header."""
    found = FORM.fullmatch(authorization)
    return found.group(1) if found else ""


def is_signed(secret: str, method: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> bool:
    """True when the request was signed with `secret` over everything Aliyun demands. headers: lower-case names."""
    found = FORM.fullmatch(headers.get("authorization", ""))
    if found is None:
        return False
    names, given = found.group(2).split(";"), found.group(3)
    digest = hashlib.sha256(body).hexdigest()
    if not set(names) >= MUST_SIGN or headers.get("x-acs-content-sha256") != digest:
        return False
    lines = [method, "/", _query(query), *(f"{name}:{headers.get(name, '').strip()}" for name in names), ""]
    request = "\n".join([*lines, ";".join(names), digest])
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
    return hmac.compare_digest(hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest(), given)


def _query(query: Mapping[str, str]) -> str:
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query.items())
    return "&".join(f"{name}={value}" for name, value in pairs)
