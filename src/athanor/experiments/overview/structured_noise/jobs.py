"""The job of this group."""

from athanor.experiments.job import Job

JOBS = (Job("overview.structured_noise.training", ("structured_noise.csv",), memory=1500),)
