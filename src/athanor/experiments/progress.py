"""Log how far a long loop has come."""

import logging
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
INTERVAL = 10.0  # seconds between two lines, at least
log = logging.getLogger(__name__)


def progress(iterable: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """Yield the items, and log "what 40 of 200, 31 s left" at most every ten seconds."""
    start = last = time.monotonic()
    for done, item in enumerate(iterable):
        now = time.monotonic()
        if done and now - last >= INTERVAL:
            last = now
            left = (now - start) / done * max(total - done, 0)
            log.info("%s %d of %d, %.0f s left", what, done, total, left)
        yield item
