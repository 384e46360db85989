"""The pipeline: configuration, digests, what a rule runs, and the command line."""
