"""Agents on the exact belief, played on common episodes and timed."""
