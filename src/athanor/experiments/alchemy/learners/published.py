"""What the poster's curves show, for the text and the figures to hold ours against."""

from pathlib import Path

import pandas as pd

CURVES = {
    "VPG one chemistry": "vpg_one",
    "FOMAML three fixed chemistries": "fomaml_three",
    "MAML fine-tuned on an unseen chemistry": "maml_fine_tuned",
    "VPG pre-trained fine-tuned on an unseen chemistry": "joint_fine_tuned",
    # Without training on the chemistry that they are tested on.
    "FOMAML without training on an unseen chemistry": "fomaml_tested",
    "VPG without training on an unseen chemistry": "vpg_tested",
    "random without training on an unseen chemistry": "random_tested",
}


def run(poster: Path) -> dict[str, pd.DataFrame]:
    """Return `published_learners`: the curves, and as their episode 0 the scores without training on the chemistry."""
    table = pd.read_csv(poster, comment="#")
    curves = table[table["curve"].isin(CURVES)].sort_values("episode", kind="stable")
    episodes = curves["episode"].fillna(0).astype(int)
    curves = curves.assign(curve=curves["curve"].map(CURVES), episode=episodes)
    return {"published_learners": curves[["curve", "episode", "score"]]}
