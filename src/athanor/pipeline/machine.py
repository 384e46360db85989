"""What this machine has to give to jobs."""

import os
from pathlib import Path

LEAST_SPACE = 2**24  # bytes free for results: more than those of any job; less is not worth computing for
JAX_NAMES = {"cuda": "gpu", "rocm": "gpu"}  # of platforms; the others go by their own
LIMIT = Path("/sys/fs/cgroup/memory.max")  # of a container: bytes, or "max"


def memory_mb(limit: Path = LIMIT) -> int:
    """Return the memory of this machine, or of the container that this process is in, in MB."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    text = limit.read_text().strip() if limit.is_file() else ""
    return min(whole, int(text) if text.isdecimal() else whole) // 10**6


def jax_device(platform: str) -> str:
    """Return what jobs compute on; raise RuntimeError where JAX finds none of the platform, or took the processor for it."""
    import jax

    device = jax.devices()[0]
    if device.platform != JAX_NAMES.get(platform, platform):
        raise RuntimeError(f"JAX finds no {platform} device, but {device.device_kind}")
    return f"{device.platform} {device.device_kind}"
