"""One call to a provider. What matters afterwards: did the request leave, and did a readable answer come?

No URL is ever logged or raised: tokens (WeChat) and phone numbers (Aliyun V3) stand in it.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

TIMEOUTS = (3.0, 5.0)  # connect, read (wechat.md §3.1, sms.md §0)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CHUNK = 64 * 1024


class NotSent(Exception):
    """The connection was never made: sending again is safe. str: the kind of failure."""


class NoAnswer(Exception):
    """The request may have arrived: time-out, reset, HTTP 5xx or an answer that is no JSON object."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Download:
    """A body that has not been read yet. form: the Content-Type as said, lower case, without parameters."""

    status: int
    form: str
    chunks: Iterator[bytes]


class Http:
    """base: scheme and host, without a path. One per provider and process; threads share it."""

    def __init__(self, base: str, timeouts: tuple[float, float] = TIMEOUTS, connections: int = 32) -> None:
        self.base, self.timeouts = base.rstrip("/"), timeouts
        self.host = urlsplit(self.base).netloc
        self._session = requests.Session()
        # A proxy of the machine is not asked for what stays on the machine (the sandbox).
        self._session.trust_env = urlsplit(self.base).hostname not in LOOPBACK
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=connections, max_retries=0))
        # urllib3 logs whole URLs at DEBUG.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

    def get(self, target: str, *, says: str = "") -> Answer:
        """As `post`, for what WeChat only lets us look at."""
        return self._ask("GET", target, b"", None, says)

    def post(
        self, target: str, body: bytes | IO[bytes] = b"", headers: Mapping[str, str] | None = None, *, says: str = ""
    ) -> Answer:
        """target: path and query, starting with /. Raises NotSent or NoAnswer.

        body: a file is sent piece by piece, each with the connection's time-out; bytes must all leave within it.

        says: the key by which the provider names an error. A status other than 200 without it comes from somebody
        on the way (a proxy, a log-in page) and is no answer.
        """
        return self._ask("POST", target, body, headers, says)

    def _ask(
        self, method: str, target: str, body: bytes | IO[bytes], headers: Mapping[str, str] | None, says: str
    ) -> Answer:
        try:
            answer = self._session.request(
                method, self.base + target, data=body, headers=headers, timeout=self.timeouts, allow_redirects=False
            )
        except requests.RequestException as error:
            raise _failure(error) from None  # the chain would carry the URL into a traceback
        read = Answer(answer.status_code, _object(answer))
        if read.status != 200 and says not in read.body:
            raise NoAnswer(f"HTTP {read.status}")
        return read

    @contextmanager
    def download(self, target: str) -> Iterator[Download]:
        """A body read piece by piece, never held whole. Raises NotSent or NoAnswer, also while it is being read."""
        try:
            # No compression: a small body must not unfold into a large one.
            answer = self._session.get(
                self.base + target,
                headers={"Accept-Encoding": "identity"},
                timeout=self.timeouts,
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            raise _failure(error) from None
        with answer:
            form = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
            yield Download(answer.status_code, form, _pieces(answer))


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    try:
        yield from answer.iter_content(CHUNK)
    except requests.RequestException as error:
        raise NoAnswer(type(error).__name__) from None


def _failure(error: requests.RequestException) -> NotSent | NoAnswer:
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError | requests.exceptions.SSLError):
        return NotSent(type(error).__name__)
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return NotSent(type(reason).__name__)
    return NoAnswer(type(error).__name__)


def _object(answer: requests.Response) -> Mapping[str, Any]:
    if answer.status_code >= 500:
        raise NoAnswer(f"HTTP {answer.status_code}")
    try:
        body = json.loads(answer.content)
    except ValueError:
        raise NoAnswer("not JSON") from None
    if not isinstance(body, dict):
        raise NoAnswer("not a JSON object")
    return body
