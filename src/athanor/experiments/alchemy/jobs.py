"""The jobs of Alchemy."""

from athanor.experiments.alchemy.config_agents import AGENTS
from athanor.experiments.alchemy.config_family import FAMILY_LEARNERS
from athanor.experiments.alchemy.config_meta import META_LEARNERS
from athanor.experiments.alchemy.config_recurrent import GAMES
from athanor.experiments.alchemy.config_single import SINGLE_LEARNERS
from athanor.experiments.job import Job

POSTER = "reference/published/alchemy_poster.csv"
YARDSTICK = "simple_alchemy/yardstick.csv"
CURVES = ("single_chemistry", "meta_learning", "recurrent", "family_size")
GROUPS = (
    "prior_scores",
    "exact_search",
    "speed",
    "episode_times",
    "published_learners",
    "single_chemistry",
    "meta_learning",
    "training_time",
    "recurrent",
    "family_size",
)

JOBS = (
    Job("alchemy.chemistry_counts", ("chemistry_counts.csv",), {"chemistry_counts.csv": "chemistries"}),
    Job("alchemy.play", ("scores.csv", "entropy.csv"), over={"agent": AGENTS}),
    Job("alchemy.chemistries", ("chemistry_edges.csv", "chemistry_stones.csv", "chemistry_potions.csv")),
    Job("alchemy.exact_search", ("exact_search.csv", "first_decisions.csv"), memory=2000, measures_time=True),
    Job(
        "alchemy.exact_search_results",
        ("exact_sizes.csv", "exact_search_quantities.csv"),
        {"exact_sizes.csv": "exact search by size of a trial"},
        inputs={"searches": "alchemy/exact_search.csv", "decisions": "alchemy/first_decisions.csv"},
    ),
    Job(
        "alchemy.speed",
        ("speed.csv", "speed_quantities.csv"),
        {"speed.csv": "times of game, oracle and posterior"},
        measures_time=True,
    ),
    Job(
        "alchemy.episode_times",
        ("episode_times.csv", "episode_times_quantities.csv"),
        {"episode_times.csv": "times of an episode"},
        measures_time=True,
    ),
    Job(
        "alchemy.scores",
        ("scores.csv", "entropy.csv", "mean_scores.csv"),
        {"mean_scores.csv": "mean scores by trial"},
        inputs={
            "played": "alchemy.play/scores.csv",
            "unknown": "alchemy.play/entropy.csv",
            "times": "alchemy/episode_times.csv",
        },
    ),
    Job(
        "alchemy.prior_scores",
        ("prior_scores_quantities.csv",),
        inputs={"scores": "alchemy.scores/scores.csv"},
    ),
    Job(
        "alchemy.published_learners",
        ("published_learners.csv", "published_learners_quantities.csv"),
        inputs={"poster": POSTER},
    ),
    Job(
        "alchemy.single_chemistry",
        ("curves.csv",),
        over=lambda alchemy: [
            {"learner": learner, "place": place}
            for learner in SINGLE_LEARNERS
            for place in range(len(alchemy.single_chemistry.chemistries))
        ],
    ),
    Job(
        "alchemy.single_chemistry_results",
        ("single_chemistry_curves.csv", "single_chemistry.csv", "single_chemistry_quantities.csv"),
        {"single_chemistry.csv": "players on single chemistries"},
        inputs={"runs": "alchemy.single_chemistry/curves.csv"},
    ),
    Job("alchemy.meta_learning", ("curves.csv", "tests.csv"), over={"learner": META_LEARNERS}),
    Job(
        "alchemy.meta_learning_results",
        (
            "meta_learning_curves.csv",
            "fine_tuning.csv",
            "fine_tuning_scores.csv",
            "meta_learning_quantities.csv",
        ),
        {"fine_tuning_scores.csv": "adaptation to held-out chemistries"},
        inputs={"curves": "alchemy.meta_learning/curves.csv", "tests": "alchemy.meta_learning/tests.csv"},
    ),
    Job("alchemy.training_time", ("training_time.csv", "training_time_quantities.csv"), measures_time=True),
    Job(
        "alchemy.recurrent",
        ("curves.csv", "trials.csv"),
        over={"game": GAMES},
        inputs={"yardstick": YARDSTICK},
    ),
    Job(
        "alchemy.recurrent_results",
        ("recurrent_curves.csv", "recurrent_trials.csv", "recurrent_quantities.csv"),
        inputs={
            "yardstick": YARDSTICK,
            "curves": "alchemy.recurrent/curves.csv",
            "trials": "alchemy.recurrent/trials.csv",
        },
    ),
    Job("alchemy.families", ("orders.npz", "families.csv")),
    Job("alchemy.family_size", ("curves.csv",), over={"learner": FAMILY_LEARNERS}),
    Job(
        "alchemy.family_size_results",
        ("family_size_curves.csv", "family_size.csv", "family_size_quantities.csv"),
        {"family_size.csv": "score by size of the family"},
        inputs={"runs": "alchemy.family_size/curves.csv"},
    ),
    Job(
        "alchemy.learning_curves",
        ("learning_curves.csv",),
        {"learning_curves.csv": "learning curves"},
        inputs={"curves": [f"alchemy/{group}_curves.csv" for group in CURVES]},
    ),
    Job(
        "alchemy.losses",
        ("losses.csv",),
        {"losses.csv": "losses to the oracle by trial"},
        inputs={"scores": "alchemy.scores/scores.csv"},
    ),
    Job(
        "alchemy.summary",
        ("estimates/alchemy.csv",),
        inputs={
            "scores": "alchemy.scores/scores.csv",
            "groups": [f"alchemy/{group}_quantities.csv" for group in GROUPS],
        },
    ),
)
