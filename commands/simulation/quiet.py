"""A simulated provider's refusals are counted, not logged."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def quiet() -> Iterator[None]:
    """In this process, for as long as it lasts."""
    log, wrapper = logging.getLogger("huifang"), structlog.get_config()["wrapper_class"]
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        log.setLevel(level)
        structlog.configure(wrapper_class=wrapper)
