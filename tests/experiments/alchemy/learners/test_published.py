"""The poster's numbers as they are printed."""

from pathlib import Path

from athanor.experiments.alchemy.learners import published

POSTER = Path(__file__).parents[4] / "reference" / "published" / "alchemy_poster.csv"


def test_curves_end_where_the_poster_has_them() -> None:
    found = published.run(POSTER)
    ends = found["published_learners"].groupby("curve")["score"].last()
    assert ends[["vpg_one", "maml_fine_tuned", "joint_fine_tuned"]].tolist() == [202, 54, 18.5]
    assert ends["random_tested"] == 13.6
    curves = found["published_learners"].groupby("curve")["episode"].agg(["min", "max"])
    assert list(curves.loc["vpg_one"]) == [0, 6000]
    assert list(curves.loc["random_tested"]) == [0, 0]
    assert len(curves) == 7
