"""The jobs of this group."""

from athanor.experiments.job import Job

JOBS = (
    Job("alchemy.game.counts", ("chemistry_counts.csv",), {"chemistry_counts.csv": "chemistries"}),
    Job("alchemy.game.chemistries", ("chemistry_edges.csv", "chemistry_stones.csv", "chemistry_potions.csv")),
    Job("alchemy.game.analysis", ("estimates/game.csv",)),
)
