"""The line after each job, from records as Snakemake logs them."""

import logging
from dataclasses import dataclass, field
from enum import Enum

import pytest

from athanor.pipeline.eta import Expectations
from athanor.pipeline.progress import Progress


class Event(Enum):
    STARTED = "job_info"
    FINISHED = "job_finished"
    FAILED = "job_error"
    COUNTED = "progress"


@dataclass
class Rule:
    name: str = "part_rule"


@dataclass
class Job:
    jobid: int
    output: list[str] = field(default_factory=list)
    rule: Rule = field(default_factory=Rule)


class Dag:
    def __init__(self, *jobs):
        self.jobs = jobs

    def needrun_jobs(self):
        return self.jobs


def record(event, **fields):
    return logging.makeLogRecord({"event": event, **fields})


def started(job, rule="part_rule", **wildcards):
    return record(Event.STARTED, jobid=job.jobid, rule_name=rule, wildcards=wildcards, output=job.output)


@pytest.fixture
def jobs():
    return [Job(1, ["a.csv"]), Job(2, ["b.csv"]), Job(3, ["c.csv"]), Job(0)]


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="snakemake.logging")
    return lambda: [line.message for line in caplog.records]


def test_it_counts_names_what_runs_and_estimates_the_rest(jobs, lines, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("athanor.pipeline.progress.time.monotonic", lambda: now[0])
    known = Expectations({"a.csv": 10.0, "b.csv": 30.0, "c.csv": 20.0}, {"part_rule": 99.0})
    progress = Progress(Dag(*jobs), known, cores=2)
    progress.emit(started(jobs[0]))
    progress.emit(started(jobs[1], "part_play", family="all", agent="cem"))
    now[0] = 10.0
    progress.emit(record(Event.FINISHED, job_id=1))
    progress.emit(record(Event.COUNTED, done=1, total=4))
    # Two cores: 20 s of the second job are left, and the third takes 20 s beside it.
    assert lines() == ["athanor: 1 of 4 jobs done, 20 s left (running: part_play (all, cem))"]


def test_a_machine_of_half_the_speed_doubles_the_estimate(jobs, lines, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("athanor.pipeline.progress.time.monotonic", lambda: now[0])
    progress = Progress(Dag(*jobs), Expectations({"a.csv": 10.0, "b.csv": 30.0, "c.csv": 20.0}, {}), cores=1)
    progress.emit(started(jobs[0]))
    now[0] = 20.0
    progress.emit(record(Event.FINISHED, job_id=1))
    progress.emit(record(Event.COUNTED, done=1, total=4))
    assert lines() == ["athanor: 1 of 4 jobs done, 1 min 40 s left"]


def test_jobs_that_never_ran_take_what_their_rules_took_scaled_by_the_pace(jobs, lines, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("athanor.pipeline.progress.time.monotonic", lambda: now[0])
    jobs[1].rule = Rule("part_play")
    progress = Progress(Dag(*jobs), Expectations({}, {"part_rule": 10.0, "part_play": 40.0}), cores=1)
    progress.emit(started(jobs[0]))
    now[0] = 5.0
    progress.emit(record(Event.FINISHED, job_id=1))
    progress.emit(record(Event.COUNTED, done=1, total=4))
    # Twice as fast as where it was measured: (40 + 10) / 2 s.
    assert lines() == ["athanor: 1 of 4 jobs done, 25 s left"]


def test_a_failed_job_runs_no_longer_and_other_records_are_ignored(jobs, lines):
    progress = Progress(Dag(), Expectations({}, {}), cores=1)
    progress.emit(started(jobs[0]))
    progress.emit(record(Event.FAILED, jobid=1))
    progress.emit(logging.makeLogRecord({"msg": "Select jobs to execute..."}))
    progress.emit(record(Event.COUNTED, done=0, total=1))
    assert lines() == ["athanor: 0 of 1 jobs done, 0 s left"]
