import os
from pathlib import Path

from athanor.pipeline.machine import memory_mb


def test_memory_is_that_of_the_machine_or_of_a_smaller_container(tmp_path: Path) -> None:
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1_000_000
    limit = tmp_path / "memory.max"
    assert memory_mb(limit) == whole
    for text, expected in (("max\n", whole), ("134217728\n", 134), (str(2**62), whole)):
        limit.write_text(text)
        assert memory_mb(limit) == expected
