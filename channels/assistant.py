"""The optional assistant's other side: an OpenAI-compatible endpoint, asked for one short text at a time.

Success is read from the body: HTTP 200 with an error in it is a failure like any other. Nothing is repeated: whoever
pressed the button may press it again.
"""

import json
from collections.abc import Sequence
from threading import BoundedSemaphore

import structlog

from bot.assistant import DraftRefused, Message
from channels.http import Answer, Http, NoAnswer, NotSent

TIMEOUTS = (3.0, 15.0)  # connect, read: a person waits in front of the button
AT_ONCE = 2  # threads of a process that may wait for it; all others go on answering customers
MOST_TOKENS = 400
log = structlog.get_logger()


class Assistant:
    """One per process. base: with its path, as providers print it (`https://…/v1`)."""

    def __init__(self, base: str, key: str, model: str, timeouts: tuple[float, float] = TIMEOUTS) -> None:
        self._http, self._key, self._model = Http(base, timeouts, connections=AT_ONCE), key, model
        self._free = BoundedSemaphore(AT_ONCE)

    def write(self, messages: Sequence[Message]) -> str:
        """The text as it came. Raises DraftRefused with a sentence for staff, whatever went wrong."""
        if not self._free.acquire(blocking=False):
            raise DraftRefused("助手正忙，请过一会儿再试")
        try:
            return _text(self._ask(messages))
        finally:
            self._free.release()

    def _ask(self, messages: Sequence[Message]) -> Answer:
        asked = {"model": self._model, "messages": list(messages), "temperature": 0.3, "max_tokens": MOST_TOKENS}
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            return self._http.post(
                "/chat/completions", json.dumps(asked, ensure_ascii=False).encode(), headers, says="error"
            )
        except (NotSent, NoAnswer) as error:
            log.warning("assistant_failed", error=str(error))
            raise DraftRefused("助手没有回应，请自己写，或过一会儿再试") from None


def _text(answer: Answer) -> str:
    """The first choice's words. The provider's own text is never logged: it may quote what was asked."""
    error = answer.body.get("error")
    if answer.status != 200 or error:
        code = error.get("code") or error.get("type") if isinstance(error, dict) else ""
        log.warning("assistant_refused", status=answer.status, code=str(code)[:40])
        raise DraftRefused("助手那边报错了，请自己写，或请管理员看看设置")
    try:
        words = answer.body["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        words = None
    if not isinstance(words, str):
        log.warning("assistant_refused", status=answer.status, code="shape")
        raise DraftRefused("助手的回答读不懂，请自己写")
    return words
