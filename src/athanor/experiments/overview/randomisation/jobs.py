"""The job of this group."""

from athanor.experiments.job import Job

JOBS = (Job("overview.randomisation.training", ("randomised.csv",), memory=1500),)
