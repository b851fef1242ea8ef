"""Logging: one line an event, key=value or JSON, on standard error; what is secret or personal never gets there."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

# What a customer wrote, who they are, what opens a door: named here once, masked wherever it appears.
MASKED_KEYS = re.compile(
    r"(secret|token|password|authorization|cookie|aes_?key|access_?key|signature|"
    r"^text$|^content$|^body$|^raw$|^reply$|phone|mobile|^name$|plate|vin$)",
    re.IGNORECASE,
)
# A mainland mobile number, with or without +86 and gaps, not inside a longer number such as a MsgId.
PHONE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
# Query strings carry signatures, AppSecrets and access tokens; a path shows where a call went well enough.
QUERY = re.compile(r"(https?://[^\s?\"'<>]+|(?<=\s)/[^\s?\"'<>]*)\?[^\s\"'<>]+")
# Our customer links are keys in themselves: /s/<token>, /e/<token>, /u/<token>, /hooks/sms/aliyun/<token>/reply.
LINK = re.compile(r"(/(?:s|q|r|e|u)/|/hooks/sms/[a-z]+/)[A-Za-z0-9_.~:-]{6,}")
CHATTY = ("urllib3", "requests", "apscheduler", "werkzeug", "alembic", "gunicorn.access")


def set_up_logging(json: bool = False, level: int = logging.INFO) -> None:
    """structlog and the standard library through the same masks. Called once a process, by app.py."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    last: Processor = structlog.processors.JSONRenderer(ensure_ascii=False) if json else _key_values()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, mask, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:  # their debug and info lines hold request URLs
        logging.getLogger(name).setLevel(logging.WARNING)


def mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor: masks by key, and numbers, links and query strings in every value, at any depth."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = "***" if MASKED_KEYS.search(key) and value not in ("", None) else masked(value)
    return event


def masked(value: Any) -> Any:
    """`value` without phone numbers, link tokens and query strings."""
    if isinstance(value, str):
        return LINK.sub(r"\1***", QUERY.sub(r"\1?***", PHONE.sub(r"\1****\2", value)))
    if isinstance(value, Mapping):
        return {key: "***" if MASKED_KEYS.search(str(key)) else masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(inner) for inner in value]
    return value if isinstance(value, int | float | bool) or value is None else masked(str(value))


def _key_values() -> Processor:
    return structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], sort_keys=True)
