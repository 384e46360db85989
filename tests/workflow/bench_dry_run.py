"""How long a dry run of many times the study's jobs takes, and how much memory: a benchmark, which nothing runs by itself.

    pytest -n0 -s tests/workflow/bench_dry_run.py [--times 10]

The jobs are those of the study and of one more part, with conditions by the hundred.
"""

import os
import re
import time

FILES = {
    "__init__.py": '"""A part with as many conditions as wanted."""\n',
    "config.py": '''"""The section of config.yaml under `many`."""

from pydantic import BaseModel, ConfigDict


class ManyConfig(BaseModel):
    """Many: generated conditions."""

    model_config = ConfigDict(frozen=True, extra="forbid")
''',
    "jobs.py": '''"""The jobs of this part."""

from athanor.experiments.job import Job

NUMBERS = {"number": tuple(range(COUNT))}
JOBS = (
    Job("many.draw", ("draw.csv",), over=NUMBERS),
    Job("many.square", ("square.csv",), over=NUMBERS, inputs={"draw": "many/draw.csv"}),
    Job("many.summary", ("summary.csv",), inputs={"squares": "many/square.csv"}),
)
''',
    "draw.py": '"""Draw."""\n\ndef run(number: int):\n    return {}\n',
    "square.py": '"""Square."""\n\nfrom pathlib import Path\n\ndef run(draw: Path, number: int):\n    return {}\n',
    "summary.py": '"""Sum up."""\n\nfrom pathlib import Path\n\ndef run(squares: tuple[Path, ...]):\n    return {}\n',
}


def planned(checkout):
    """Return how many jobs a dry run counts, with its CPU-seconds, its seconds and its peak memory in bytes."""
    process, start = checkout.start("--dry-run"), time.monotonic()
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, output
    jobs = int(re.search(r"^total\s+(\d+)", output, re.MULTILINE).group(1))
    return jobs, used.ru_utime + used.ru_stime, time.monotonic() - start, used.ru_maxrss * 1024


def test_a_dry_run_of_many_jobs(checkout, pytestconfig):
    before = planned(checkout)
    part = checkout.path / "src" / "athanor" / "experiments" / "many"
    part.mkdir()
    copies = before[0] * (pytestconfig.getoption("--times") - 1) // 2
    for name, text in FILES.items():
        (part / name).write_text(text.replace("COUNT", str(copies)))
    after = planned(checkout)
    assert after[0] == before[0] + 2 * copies + 1
    for jobs, processor, seconds, memory in (before, after):
        print(f"\n{jobs} jobs: {processor:.1f} CPU-s, {seconds:.1f} s, {memory / 2**20:.0f} MiB", end="")
