"""What the poster's curves show, for the text and the figures to hold ours against."""

from pathlib import Path

import pandas as pd

from athanor.reporting.quantities import COLUMNS, exactly

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
    """Return `published_learners` (`curve,episode,score`) and the quantities: where each curve ends, and all scores."""
    table = pd.read_csv(poster, comment="#")
    curves = table[table["curve"].isin(CURVES)].sort_values("episode", kind="stable")
    curves = curves.assign(curve=curves["curve"].map(CURVES), episode=curves["episode"].astype(int))
    ends = curves.groupby("curve", sort=False)[["episode", "score"]].last()
    scores = table.set_index("curve")["score"]
    quantities = [
        *(
            exactly(
                f"published_{name}", row.score, ".0f", "", f"published score of {name} at {row.episode:.0f}"
            )
            for name, row in ends.iterrows()
        ),
        *(
            exactly(f"published_{name}", scores[curve], ".1f", "", f"published score: {curve}")
            for curve, name in SCORES.items()
        ),
    ]
    return {
        "published_learners": curves[["curve", "episode", "score"]],
        "published_learners_quantities": pd.DataFrame(quantities, columns=COLUMNS),
    }
