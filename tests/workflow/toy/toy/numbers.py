"""Write the first numbers."""

import pandas as pd

from .config import Line


def run(line: Line) -> dict[str, pd.DataFrame]:
    """Return `numbers`."""
    return {"numbers": pd.DataFrame({"number": range(line.length)})}
