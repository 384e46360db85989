"""A part of experiments that take milliseconds, to try the workflow on."""
