"""What this machine has to give to jobs."""

import os
from pathlib import Path

LIMIT = Path("/sys/fs/cgroup/memory.max")  # of a container: bytes, or "max"


def memory_mb(limit: Path = LIMIT) -> int:
    """Return the memory of this machine, or of the container that this process is in, in MB."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    text = limit.read_text().strip() if limit.is_file() else ""
    return min(whole, int(text) if text.isdecimal() else whole) // 10**6
