"""The poster's numbers as they are printed."""

from pathlib import Path

from athanor.experiments.alchemy import published_learners

POSTER = Path(__file__).parents[3] / "reference" / "published" / "alchemy_poster.csv"


def test_curves_end_where_the_poster_has_them() -> None:
    found = published_learners.run(POSTER)
    values = found["published_learners_quantities"].set_index("quantity")["value"]
    assert values["published_vpg_one"] == 202
    assert values["published_maml_fine_tuned"] == 54
    assert values["published_joint_fine_tuned"] == 18.5
    assert values["published_random_tested"] == 13.6
    curves = found["published_learners"].groupby("curve")["episode"].agg(["min", "max"])
    assert list(curves.loc["vpg_one"]) == [0, 6000]
    assert len(curves) == 4
