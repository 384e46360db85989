"""Statistics, claims, LaTeX numbers and tables, and the style of the figures."""


class ReportingError(ValueError):
    """Says in one line what in a claim, a table, a figure or the paper cannot be used."""
