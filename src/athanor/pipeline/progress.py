"""Follow a run of Snakemake through its log: after each job one line with what is done, what runs, what is left."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from athanor.pipeline import eta
from athanor.pipeline.eta import Expectations, Job

logger = logging.getLogger("snakemake.logging")


class Progress(logging.Handler):
    """Listen to the events of a run and log a line whenever Snakemake counts a job as done."""

    def __init__(self, dag: Any, expectations: Expectations, cores: int, quietness: Any = None) -> None:
        super().__init__()
        self.dag = dag
        self.expectations = expectations
        self.cores = cores
        self.quietness = quietness  # what --quiet drops the line with
        self.running: dict[int, tuple[str, Job, float]] = {}  # job id -> label, expectation, start
        self.done: dict[int, Job] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of a job's start or end; any other record is none of our business."""
        event = str(getattr(getattr(record, "event", None), "value", ""))
        fields = record.__dict__
        if event == "job_info":
            job = Job(self.expectations.seconds(fields["rule_name"], fields["output"]))
            self.running[fields["jobid"]] = (_label(fields), job, time.monotonic())
        elif event == "job_finished":
            self._finish(fields["job_id"])
        elif event == "job_error":
            self.running.pop(fields["jobid"], None)
        elif event == "progress":
            logger.info(
                self._line(fields["done"], fields["total"]),
                extra={"quietness": self.quietness},
            )

    def _finish(self, number: int) -> None:
        _, job, start = self.running.pop(number, ("", Job(0.0), time.monotonic()))
        self.done[number] = Job(job.expected, time.monotonic() - start)

    def _line(self, done: int, total: int) -> str:
        now = time.monotonic()
        running = [Job(job.expected, now - start) for _, job, start in self.running.values()]
        waiting = [
            Job(self.expectations.seconds(job.rule.name, job.output))
            for job in self.dag.needrun_jobs()
            if job.output and job.jobid not in self.running and job.jobid not in self.done
        ]
        left = eta.remaining([*self.done.values()], running, waiting, self.cores)
        labels = ", ".join(label for label, _, _ in self.running.values())
        return "athanor: " + eta.line(done, total, left, f"running: {labels}" if labels else "")


def _label(fields: Mapping[str, Any]) -> str:
    wildcards = ", ".join(str(value) for value in (fields.get("wildcards") or {}).values())
    return f"{fields['rule_name']} ({wildcards})" if wildcards else str(fields["rule_name"])
