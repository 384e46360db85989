"""What the poster's curves show, for the text and the figures to hold ours against."""

from pathlib import Path

import pandas as pd

CURVES = {
    "VPG one chemistry": "vpg_one",
    "FOMAML three fixed chemistries": "fomaml_three",
    "MAML fine-tuned on an unseen chemistry": "maml_fine_tuned",
    "VPG pre-trained fine-tuned on an unseen chemistry": "joint_fine_tuned",
}
SCORES = {
    "FOMAML without training on an unseen chemistry": "fomaml_tested",
    "VPG without training on an unseen chemistry": "vpg_tested",
    "random without training on an unseen chemistry": "random_tested",
}


def run(poster: Path) -> dict[str, pd.DataFrame]:
    """Return `published_learners`, the curves, and `published_tests`, the scores without training on the chemistry."""
    table = pd.read_csv(poster, comment="#")
    curves = table[table["curve"].isin(CURVES)].sort_values("episode", kind="stable")
    curves = curves.assign(curve=curves["curve"].map(CURVES), episode=curves["episode"].astype(int))
    tests = table[table["curve"].isin(SCORES)]
    return {
        "published_learners": curves[["curve", "episode", "score"]],
        "published_tests": tests.assign(curve=tests["curve"].map(SCORES))[["curve", "score"]],
    }
