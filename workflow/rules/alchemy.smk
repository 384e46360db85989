"""Alchemy, the full game: its chemistries and the scores of its reference players."""

from athanor.experiments.alchemy.config_agents import AGENTS as ALCHEMY_AGENTS
from athanor.experiments.alchemy.config_family import FAMILY_LEARNERS
from athanor.experiments.alchemy.config_meta import META_LEARNERS
from athanor.experiments.alchemy.config_recurrent import GAMES
from athanor.experiments.alchemy.config_single import SINGLE_LEARNERS

ALCHEMY = RESULTS / "alchemy"
ALCHEMY_PLAYED = [ALCHEMY / "play" / agent / "scores.csv" for agent in ALCHEMY_AGENTS]
ALCHEMY_UNKNOWN = [ALCHEMY / "play" / agent / "entropy.csv" for agent in ALCHEMY_AGENTS]
SINGLE_CHEMISTRY = [
    ALCHEMY / "single_chemistry" / f"{learner}_{place}" / "curves.csv"
    for learner in SINGLE_LEARNERS
    for place in range(len(STUDY.alchemy.single_chemistry.chemistries))
]
META_LEARNING = [ALCHEMY / "meta_learning" / learner for learner in META_LEARNERS]
RECURRENT = [ALCHEMY / "recurrent" / game for game in GAMES]
FAMILY_SIZE = [ALCHEMY / "family_size" / learner / "curves.csv" for learner in FAMILY_LEARNERS]
ALCHEMY_GROUPS = [
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
]  # groups of experiments, each with a table of its quantities
POSTER = "reference/published/alchemy_poster.csv"
ALCHEMY_CURVES = ["single_chemistry", "meta_learning", "recurrent", "family_size"]

PARTS["alchemy"] = Part(
    title="Alchemy",
    figures={
        "alchemy_scores": [ALCHEMY / "scores.csv", ALCHEMY / "mean_scores.csv", ALCHEMY / "summary.csv"],
        "chemistry": [ALCHEMY / f"chemistry_{what}.csv" for what in ("edges", "stones", "potions")],
        "alchemy_entropy": [ALCHEMY / "entropy.csv"],
        "alchemy_trials": [ALCHEMY / "mean_scores.csv", ALCHEMY / "losses.csv", ALCHEMY / "summary.csv"],
        "single_chemistry": [
            ALCHEMY / "single_chemistry_curves.csv",
            ALCHEMY / "single_chemistry.csv",
            ALCHEMY / "published_learners.csv",
        ],
        "meta_learning": [
            ALCHEMY / "meta_learning_curves.csv",
            ALCHEMY / "fine_tuning_scores.csv",
            ALCHEMY / "published_learners.csv",
        ],
        "recurrent": [
            ALCHEMY / "recurrent_curves.csv",
            ALCHEMY / "recurrent_trials.csv",
            ALCHEMY / "mean_scores.csv",
            RESULTS / "simple_alchemy" / "yardstick.csv",
        ],
        "family_size": [ALCHEMY / "family_size.csv", ALCHEMY / "families.csv"],
    },
    expanded=[
        *ALCHEMY_PLAYED,
        *ALCHEMY_UNKNOWN,
        *SINGLE_CHEMISTRY,
        *FAMILY_SIZE,
        *(folder / name for folder in META_LEARNING for name in ("curves.csv", "tests.csv")),
        *(folder / name for folder in RECURRENT for name in ("curves.csv", "trials.csv")),
    ],
)


rule alchemy_chemistry_counts:
    output:
        chemistry_counts=table("alchemy", "chemistry_counts", "chemistries"),
    log:
        RESULTS / "logs" / "alchemy" / "chemistry_counts.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "chemistry_counts.tsv"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        **experiment("alchemy.chemistry_counts"),
    message:
        "Count the chemistries of Alchemy and tell them apart"
    shell:
        RUN


rule alchemy_play:
    output:
        scores=ALCHEMY / "play" / "{agent}" / "scores.csv",
        entropy=ALCHEMY / "play" / "{agent}" / "entropy.csv",
    log:
        RESULTS / "logs" / "alchemy" / "play_{agent}.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "play_{agent}.tsv"
    wildcard_constraints:
        agent="[a-z_]+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.play"),
    message:
        "Play Alchemy with agent {wildcards.agent}"
    shell:
        RUN


rule alchemy_chemistries:
    output:
        chemistry_edges=ALCHEMY / "chemistry_edges.csv",
        chemistry_stones=ALCHEMY / "chemistry_stones.csv",
        chemistry_potions=ALCHEMY / "chemistry_potions.csv",
    log:
        RESULTS / "logs" / "alchemy" / "chemistries.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "chemistries.tsv"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        **experiment("alchemy.chemistries"),
    message:
        "Write out the chemistries of Alchemy that are drawn"
    shell:
        RUN


rule alchemy_exact_search:
    output:
        exact_search=ALCHEMY / "exact_search.csv",
        first_decisions=ALCHEMY / "first_decisions.csv",
    log:
        RESULTS / "logs" / "alchemy" / "exact_search.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "exact_search.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        **experiment("alchemy.exact_search"),
    message:
        "Search small trials of Alchemy exactly"
    shell:
        RUN


rule alchemy_exact_search_results:
    input:
        searches=ALCHEMY / "exact_search.csv",
        decisions=ALCHEMY / "first_decisions.csv",
    output:
        exact_sizes=table("alchemy", "exact_sizes", "exact search by size of a trial"),
        exact_search_quantities=ALCHEMY / "exact_search_quantities.csv",
    log:
        RESULTS / "logs" / "alchemy" / "exact_search_results.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "exact_search_results.tsv"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        **experiment("alchemy.exact_search_results"),
    message:
        "Compare fast agents of Alchemy with exact search"
    shell:
        RUN


rule alchemy_speed:
    output:
        speed=table("alchemy", "speed", "times of game, oracle and posterior"),
        speed_quantities=ALCHEMY / "speed_quantities.csv",
    log:
        RESULTS / "logs" / "alchemy" / "speed.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "speed.tsv"
    threads: ALL_CORES
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.speed"),
    message:
        "Time Alchemy's game, oracle and posterior"
    shell:
        RUN


rule alchemy_episode_times:
    output:
        episode_times=table("alchemy", "episode_times", "times of an episode"),
        episode_times_quantities=ALCHEMY / "episode_times_quantities.csv",
    log:
        RESULTS / "logs" / "alchemy" / "episode_times.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "episode_times.tsv"
    threads: ALL_CORES
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.episode_times"),
    message:
        "Time an episode of each agent of Alchemy"
    shell:
        RUN


rule alchemy_scores:
    input:
        played=ALCHEMY_PLAYED,
        unknown=ALCHEMY_UNKNOWN,
        times=ALCHEMY / "episode_times.csv",
    output:
        scores=ALCHEMY / "scores.csv",
        entropy=ALCHEMY / "entropy.csv",
        mean_scores=table("alchemy", "mean_scores", "mean scores by trial"),
    log:
        RESULTS / "logs" / "alchemy" / "scores.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "scores.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.scores"),
    message:
        "Bring the scores of Alchemy together"
    shell:
        RUN


rule alchemy_prior_scores:
    input:
        scores=ALCHEMY / "scores.csv",
    output:
        prior_scores_quantities=ALCHEMY / "prior_scores_quantities.csv",
    log:
        RESULTS / "logs" / "alchemy" / "prior_scores.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "prior_scores.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.prior_scores"),
    message:
        "Estimate mean scores of Alchemy over the prior"
    shell:
        RUN


rule alchemy_published_learners:
    output:
        published_learners=ALCHEMY / "published_learners.csv",
        published_learners_quantities=ALCHEMY / "published_learners_quantities.csv",
    log:
        RESULTS / "logs" / "alchemy" / "published_learners.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "published_learners.tsv"
    threads: 1
    resources:
        mem_mb=500,
    params:
        **experiment("alchemy.published_learners", poster=POSTER),
    message:
        "Read what the poster's learners scored on Alchemy"
    shell:
        RUN


rule alchemy_single_chemistry:
    output:
        curves=ALCHEMY / "single_chemistry" / "{learner}_{place}" / "curves.csv",
    log:
        RESULTS / "logs" / "alchemy" / "single_chemistry_{learner}_{place}.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "single_chemistry_{learner}_{place}.tsv"
    wildcard_constraints:
        learner="[a-z]+",
        place="[0-9]+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.single_chemistry"),
    message:
        "Learn one chemistry of Alchemy, {wildcards.learner} on chemistry {wildcards.place}"
    shell:
        RUN


rule alchemy_single_chemistry_results:
    input:
        runs=SINGLE_CHEMISTRY,
    output:
        single_chemistry_curves=ALCHEMY / "single_chemistry_curves.csv",
        single_chemistry=table("alchemy", "single_chemistry", "players on single chemistries"),
        single_chemistry_quantities=ALCHEMY / "single_chemistry_quantities.csv",
    log:
        RESULTS / "logs" / "alchemy" / "single_chemistry_results.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "single_chemistry_results.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.single_chemistry_results"),
    message:
        "Place what was learnt of single chemistries below their oracles"
    shell:
        RUN


rule alchemy_meta_learning:
    output:
        curves=ALCHEMY / "meta_learning" / "{learner}" / "curves.csv",
        tests=ALCHEMY / "meta_learning" / "{learner}" / "tests.csv",
    log:
        RESULTS / "logs" / "alchemy" / "meta_learning_{learner}.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "meta_learning_{learner}.tsv"
    wildcard_constraints:
        learner="[a-z]+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.meta_learning"),
    message:
        "Learn over the chemistries of Alchemy and test on others, {wildcards.learner}"
    shell:
        RUN


rule alchemy_meta_learning_results:
    input:
        curves=[folder / "curves.csv" for folder in META_LEARNING],
        tests=[folder / "tests.csv" for folder in META_LEARNING],
    output:
        meta_learning_curves=ALCHEMY / "meta_learning_curves.csv",
        fine_tuning=ALCHEMY / "fine_tuning.csv",
        fine_tuning_scores=table("alchemy", "fine_tuning_scores", "adaptation to held-out chemistries"),
        meta_learning_quantities=ALCHEMY / "meta_learning_quantities.csv",
    log:
        RESULTS / "logs" / "alchemy" / "meta_learning_results.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "meta_learning_results.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.meta_learning_results"),
    message:
        "Place meta-learning on Alchemy between random actions and the oracle"
    shell:
        RUN


rule alchemy_training_time:
    output:
        training_time=ALCHEMY / "training_time.csv",
        training_time_quantities=ALCHEMY / "training_time_quantities.csv",
    log:
        RESULTS / "logs" / "alchemy" / "training_time.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "training_time.tsv"
    threads: ALL_CORES
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.training_time"),
    message:
        "Time training over the chemistries of Alchemy"
    shell:
        RUN


rule alchemy_recurrent:
    input:
        yardstick=RESULTS / "simple_alchemy" / "yardstick.csv",
    output:
        curves=ALCHEMY / "recurrent" / "{game}" / "curves.csv",
        trials=ALCHEMY / "recurrent" / "{game}" / "trials.csv",
    log:
        RESULTS / "logs" / "alchemy" / "recurrent_{game}.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "recurrent_{game}.tsv"
    wildcard_constraints:
        game="[a-z]+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.recurrent"),
    message:
        "Train a recurrent meta-learner, {wildcards.game} game"
    shell:
        RUN


rule alchemy_recurrent_results:
    input:
        yardstick=RESULTS / "simple_alchemy" / "yardstick.csv",
        curves=[folder / "curves.csv" for folder in RECURRENT],
        trials=[folder / "trials.csv" for folder in RECURRENT],
    output:
        recurrent_curves=ALCHEMY / "recurrent_curves.csv",
        recurrent_trials=ALCHEMY / "recurrent_trials.csv",
        recurrent_quantities=ALCHEMY / "recurrent_quantities.csv",
    log:
        RESULTS / "logs" / "alchemy" / "recurrent_results.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "recurrent_results.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.recurrent_results"),
    message:
        "Place the recurrent meta-learner on the yardstick"
    shell:
        RUN


rule alchemy_families:
    output:
        orders=ALCHEMY / "orders.npz",
        families=ALCHEMY / "families.csv",
    log:
        RESULTS / "logs" / "alchemy" / "families.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "families.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.families"),
    message:
        "Draw growing families of chemistries"
    shell:
        RUN


rule alchemy_family_size:
    input:
        orders=ALCHEMY / "orders.npz",
    output:
        curves=ALCHEMY / "family_size" / "{learner}" / "curves.csv",
    log:
        RESULTS / "logs" / "alchemy" / "family_size_{learner}.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "family_size_{learner}.tsv"
    wildcard_constraints:
        learner="[a-z]+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.family_size"),
    message:
        "Learn growing families of chemistries, {wildcards.learner}"
    shell:
        RUN


rule alchemy_family_size_results:
    input:
        families=ALCHEMY / "families.csv",
        runs=FAMILY_SIZE,
    output:
        family_size_curves=ALCHEMY / "family_size_curves.csv",
        family_size=table("alchemy", "family_size", "score by size of the family"),
        family_size_quantities=ALCHEMY / "family_size_quantities.csv",
    log:
        RESULTS / "logs" / "alchemy" / "family_size_results.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "family_size_results.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.family_size_results"),
    message:
        "Hold scores against the size of the family"
    shell:
        RUN


rule alchemy_learning_curves:
    input:
        curves=[ALCHEMY / f"{group}_curves.csv" for group in ALCHEMY_CURVES],
    output:
        learning_curves=table("alchemy", "learning_curves", "learning curves"),
    log:
        RESULTS / "logs" / "alchemy" / "learning_curves.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "learning_curves.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.learning_curves"),
    message:
        "Bring the learning curves on Alchemy together"
    shell:
        RUN


rule alchemy_losses:
    input:
        scores=ALCHEMY / "scores.csv",
    output:
        losses=table("alchemy", "losses", "losses to the oracle by trial"),
    log:
        RESULTS / "logs" / "alchemy" / "losses.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "losses.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.losses"),
    message:
        "Compare agents with Alchemy's oracle trial by trial"
    shell:
        RUN


rule alchemy_summary:
    input:
        chemistry_counts=ALCHEMY / "chemistry_counts.csv",
        scores=ALCHEMY / "scores.csv",
        mean_scores=ALCHEMY / "mean_scores.csv",
        groups=[ALCHEMY / f"{group}_quantities.csv" for group in ALCHEMY_GROUPS],
    output:
        summary=table("alchemy", "summary", "headline numbers"),
    log:
        RESULTS / "logs" / "alchemy" / "summary.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "summary.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.summary"),
    message:
        "Collect the headline numbers of Alchemy"
    shell:
        RUN
