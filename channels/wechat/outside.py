"""Looking at the house and at WeChat from outside: our own verification request, and WeChat's clock."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit

import requests

from channels.http import LOOPBACK

TIMEOUTS = (3.0, 5.0)


@dataclass(frozen=True, slots=True)
class Verified:
    """status 0: no connection, `kind` says which; location: where a redirect leads."""

    status: int
    echoed: bool
    kind: str = ""
    redirect: bool = False


def verify(callback: str, token: str, timestamp: int, nonce: str, echo: str) -> Verified:
    """What WeChat asks when the address is saved in the console (wechat.md §2.2): the echo, verbatim, no redirect."""
    signature = hashlib.sha1("".join(sorted([token, str(timestamp), nonce])).encode()).hexdigest()  # noqa: S324  WeChat's
    query = urlencode({"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo})
    try:
        answer = _session(callback).get(f"{callback}?{query}", timeout=TIMEOUTS, allow_redirects=False)
    except requests.RequestException as error:
        return Verified(0, False, type(error).__name__)
    return Verified(answer.status_code, answer.text == echo, redirect=answer.is_redirect)


def clock_of(base: str) -> datetime | None:
    """The Date of any answer of the API; a second exact. None when there is none. Raises requests.RequestException."""
    stamp = _session(base).get(f"{base}/cgi-bin/get_api_domain_ip", timeout=TIMEOUTS).headers.get("Date")
    return parsedate_to_datetime(stamp) if stamp else None


def _session(url: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = urlsplit(url).hostname not in LOOPBACK
    return session
