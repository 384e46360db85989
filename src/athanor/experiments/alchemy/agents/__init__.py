"""Agents that do not learn: played on common episodes, searched against, and timed."""
