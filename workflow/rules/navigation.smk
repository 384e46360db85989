"""Navigation: its maps and exact solution, and what is learnt by the number of inner steps."""

from athanor.experiments.navigation.config_adaptation import ADAPTATION_LEARNERS, VARIANTS

NAVIGATION = RESULTS / "navigation"
INNER_STEPS = STUDY.navigation.inner_steps
FIGURE_2 = "reference/published/navigation_figure2.csv"
FIGURE_3B = "reference/published/navigation_figure3b.csv"
TRAINED = [
    NAVIGATION / "inner_steps" / f"{reading}_{setting}_whole_{steps}"
    for reading, setting, steps in INNER_STEPS.conditions
]
ARMS = [
    NAVIGATION / "inner_steps" / f"{reading}_{INNER_STEPS.settings[0]}_{arm}_{steps}"
    for reading, arm, steps in STUDY.navigation.ablation.conditions
]

FIRST_ORDER = [
    NAVIGATION / "first_order" / f"{reading}_{algorithm}"
    for reading in ("released", "written", "repaired")
    for algorithm in ("maml", "fomaml")
]
BASE = STUDY.navigation.environment
CONFIGURATIONS = [
    NAVIGATION / "configurations" / "_".join(condition)
    for condition in STUDY.navigation.configurations.conditions(BASE.obstacles, BASE.see_goal)
]

ADAPTED = [NAVIGATION / "adaptation" / learner / "adaptation.csv" for learner in ADAPTATION_LEARNERS]
ALL_EIGHT = [NAVIGATION / "all_eight" / variant / "all_eight.csv" for variant in VARIANTS]

ACROSS = [
    NAVIGATION / "distributions" / "_".join(condition)
    for condition in STUDY.navigation.distributions.conditions
]
BASE_CONDITION = NAVIGATION / "distributions" / "_".join(STUDY.navigation.base_condition)
ORDERED = [NAVIGATION / "curriculum" / order for order in STUDY.navigation.curriculum.orders]

GROUPS = [
    "inner_steps",
    "first_order",
    "configurations",
    "single_task",
    "adaptation",
    "all_eight",
    "distributions",
    "timing",
]  # groups of experiments, each with a table of its quantities

PARTS["navigation"] = Part(
    title="Navigation",
    figures={
        "navigation_map": [
            NAVIGATION / "obstacles.csv",
            NAVIGATION / "down_left.npz",
            NAVIGATION / "reachable.csv",
            NAVIGATION / "reachable_paths.npz",
        ],
        "inner_steps": [
            NAVIGATION / "inner_steps.csv",
            NAVIGATION / "stability.csv",
            NAVIGATION / "reachable.csv",
        ],
        "inner_steps_readings": [
            NAVIGATION / "inner_steps.csv",
            NAVIGATION / "stability.csv",
            NAVIGATION / "reachable.csv",
        ],
        "long_training": [
            NAVIGATION / "inner_steps.csv",
            NAVIGATION / "long_training.csv",
            NAVIGATION / "reachable.csv",
        ],
        "ablation": [NAVIGATION / "ablation.csv", NAVIGATION / "ablation_seeds.csv"],
        "first_order": [NAVIGATION / "final_distances.csv"],
        "first_order_paths": [
            NAVIGATION / "obstacles.csv",
            *(folder / "paths.npz" for folder in FIRST_ORDER),
        ],
        "configurations": [
            NAVIGATION / "configurations.csv",
            NAVIGATION / "configurations_spread.csv",
        ],
        "single_task": [NAVIGATION / "single_task.csv", NAVIGATION / "reachable.csv"],
        "adaptation": [NAVIGATION / "adaptation_scores.csv", NAVIGATION / "adaptation_oracle.csv"],
        "all_eight": [NAVIGATION / "all_eight.csv"],
        "generalisation": [NAVIGATION / "generalisation.csv"],
        "task_difficulty": [
            NAVIGATION / "difficulty.csv",
            NAVIGATION / "difficulty_prediction.csv",
            NAVIGATION / "curriculum.csv",
            NAVIGATION / "curriculum_training.csv",
        ],
        "maml_times": [
            NAVIGATION / "timing.csv",
            NAVIGATION / "timing_shares.csv",
            NAVIGATION / "timing_published.csv",
        ],
    },
    expanded=[
        *(folder / "ends.npz" for folder in (*ACROSS, *ORDERED)),
        *ADAPTED,
        *ALL_EIGHT,
        *(folder / name for folder in TRAINED + ARMS for name in ("inner_steps.csv", "training.npz")),
        *(
            folder / name
            for folder in FIRST_ORDER
            for name in ("final_distances.csv", "curves.npz", "paths.npz")
        ),
        *(folder / "curves.npz" for folder in CONFIGURATIONS),
    ],
)


rule navigation_maps:
    output:
        obstacles=table("navigation", "obstacles", "obstacles of each level"),
        down_left=NAVIGATION / "down_left.npz",
    log:
        RESULTS / "logs" / "navigation" / "maps.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "maps.tsv"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        **experiment("navigation.maps"),
    message:
        "Write down the maps"
    shell:
        RUN


rule navigation_reachable:
    output:
        reachable=table("navigation", "reachable", "exact solution by target"),
        reachable_paths=NAVIGATION / "reachable_paths.npz",
    log:
        RESULTS / "logs" / "navigation" / "reachable.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "reachable.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        **experiment("navigation.reachable"),
    message:
        "Solve the game for every target, setting and obstacle level"
    shell:
        RUN


rule navigation_discounts:
    output:
        discounts=table("navigation", "discounts", "staying in the cross, by discount"),
    log:
        RESULTS / "logs" / "navigation" / "discounts.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "discounts.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.discounts"),
    message:
        "Solve the game under discounted returns"
    shell:
        RUN


rule navigation_inner_steps:
    output:
        inner_steps=NAVIGATION / "inner_steps" / "{reading}_{setting}_{arm}_{steps}" / "inner_steps.csv",
        training=NAVIGATION / "inner_steps" / "{reading}_{setting}_{arm}_{steps}" / "training.npz",
    log:
        RESULTS / "logs" / "navigation" / "inner_steps_{reading}_{setting}_{arm}_{steps}.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "inner_steps_{reading}_{setting}_{arm}_{steps}.tsv"
    wildcard_constraints:
        reading="[a-z]+",
        setting="[a-z0-9]+",
        arm="[a-z]+",
        steps=r"\d+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.inner_steps"),
    message:
        "Train MAML ({wildcards.arm}) with N = {wildcards.steps}, reading {wildcards.reading}, setting {wildcards.setting}"
    shell:
        RUN


rule navigation_stability:
    input:
        runs=[folder / "inner_steps.csv" for folder in TRAINED],
    output:
        inner_steps=NAVIGATION / "inner_steps.csv",
        stability=table("navigation", "stability", "stability by frame"),
        stability_slopes=table("navigation", "stability_slopes", "slopes over N"),
        single_pairs=table("navigation", "single_pairs", "slopes from one pair of runs an N"),
    log:
        RESULTS / "logs" / "navigation" / "stability.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "stability.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.stability", figure2=FIGURE_2),
    message:
        "Measure stability by the number of inner steps"
    shell:
        RUN


rule navigation_long_training:
    input:
        runs=NAVIGATION / "inner_steps.csv",
    output:
        long_training=NAVIGATION / "long_training.csv",
        long_ends=table("navigation", "long_ends", "last frame of long training"),
        long_slopes=table("navigation", "long_slopes", "slopes over N of long training"),
    log:
        RESULTS / "logs" / "navigation" / "long_training.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "long_training.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.long_training"),
    message:
        "Measure long training by the number of inner steps"
    shell:
        RUN


rule navigation_ablation:
    input:
        whole=NAVIGATION / "inner_steps.csv",
        arms=[folder / "inner_steps.csv" for folder in ARMS],
    output:
        ablation=table("navigation", "ablation", "what the number of inner steps does"),
        ablation_seeds=NAVIGATION / "ablation_seeds.csv",
        ablation_runs=NAVIGATION / "ablation_runs.csv",
    log:
        RESULTS / "logs" / "navigation" / "ablation.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "ablation.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.ablation"),
    message:
        "Separate what the number of inner steps does"
    shell:
        RUN


rule navigation_inner_steps_results:
    input:
        stability=NAVIGATION / "stability.csv",
        slopes=NAVIGATION / "stability_slopes.csv",
        long_ends=NAVIGATION / "long_ends.csv",
        long_slopes=NAVIGATION / "long_slopes.csv",
        effects=NAVIGATION / "ablation.csv",
        training=[folder / "training.npz" for folder in TRAINED + ARMS],
    output:
        inner_steps_quantities=NAVIGATION / "inner_steps_quantities.csv",
    log:
        RESULTS / "logs" / "navigation" / "inner_steps_results.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "inner_steps_results.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.inner_steps_results"),
    message:
        "Collect the numbers of training by the number of inner steps"
    shell:
        RUN


rule navigation_first_order:
    output:
        final_distances=NAVIGATION / "first_order" / "{reading}_{algorithm}" / "final_distances.csv",
        curves=NAVIGATION / "first_order" / "{reading}_{algorithm}" / "curves.npz",
        paths=NAVIGATION / "first_order" / "{reading}_{algorithm}" / "paths.npz",
    log:
        RESULTS / "logs" / "navigation" / "first_order_{reading}_{algorithm}.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "first_order_{reading}_{algorithm}.tsv"
    wildcard_constraints:
        reading="[a-z]+",
        algorithm="[a-z]+",
    threads: 1
    resources:
        mem_mb=3000,
    params:
        **experiment("navigation.first_order"),
    message:
        "Train {wildcards.algorithm} with one inner step, reading {wildcards.reading}"
    shell:
        RUN


rule navigation_first_order_results:
    input:
        finals=[folder / "final_distances.csv" for folder in FIRST_ORDER],
    output:
        final_distances=table("navigation", "final_distances", "where MAML and FOMAML end"),
        quantities=NAVIGATION / "first_order_quantities.csv",
    log:
        RESULTS / "logs" / "navigation" / "first_order_results.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "first_order_results.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.first_order_results"),
    message:
        "Compare MAML and FOMAML"
    shell:
        RUN


rule navigation_configurations:
    output:
        curves=NAVIGATION / "configurations" / "{reading}_{obstacles}_{goal}" / "curves.npz",
    log:
        RESULTS / "logs" / "navigation" / "configurations_{reading}_{obstacles}_{goal}.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "configurations_{reading}_{obstacles}_{goal}.tsv"
    wildcard_constraints:
        reading="[a-z]+",
        obstacles="[a-z]+",
        goal="[a-z]+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.configurations"),
    message:
        "Train MAML, reading {wildcards.reading}, obstacles {wildcards.obstacles}, target {wildcards.goal}"
    shell:
        RUN


rule navigation_configurations_results:
    input:
        curves=[folder / "curves.npz" for folder in CONFIGURATIONS],
        base=[
            NAVIGATION / "first_order" / f"{reading}_maml" / "curves.npz"
            for reading in ("released", "repaired")
        ],
    output:
        configurations=NAVIGATION / "configurations.csv",
        spread=table("navigation", "configurations_spread", "stability by configuration"),
        quantities=NAVIGATION / "configurations_quantities.csv",
    log:
        RESULTS / "logs" / "navigation" / "configurations_results.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "configurations_results.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.configurations_results"),
    message:
        "Measure stability by configuration"
    shell:
        RUN


rule navigation_single_task:
    output:
        single_task=NAVIGATION / "single_task.csv",
        quantities=NAVIGATION / "single_task_quantities.csv",
    log:
        RESULTS / "logs" / "navigation" / "single_task.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "single_task.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.single_task"),
    message:
        "Train on single tasks"
    shell:
        RUN


rule navigation_adaptation:
    output:
        adaptation=NAVIGATION / "adaptation" / "{learner}" / "adaptation.csv",
    log:
        RESULTS / "logs" / "navigation" / "adaptation_{learner}.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "adaptation_{learner}.tsv"
    wildcard_constraints:
        learner="[a-z]+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.adaptation"),
    message:
        "Train on hidden targets and test adaptation, learner {wildcards.learner}"
    shell:
        RUN


rule navigation_adaptation_results:
    input:
        runs=ADAPTED,
    output:
        adaptation=NAVIGATION / "adaptation.csv",
        adaptation_oracle=NAVIGATION / "adaptation_oracle.csv",
        adaptation_scores=table("navigation", "adaptation_scores", "adaptation to hidden targets"),
        adaptation_quantities=NAVIGATION / "adaptation_quantities.csv",
    log:
        RESULTS / "logs" / "navigation" / "adaptation_results.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "adaptation_results.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        **experiment("navigation.adaptation_results"),
    message:
        "Place adaptation to hidden targets between untrained policies and the oracle"
    shell:
        RUN


rule navigation_all_eight:
    output:
        all_eight=NAVIGATION / "all_eight" / "{variant}" / "all_eight.csv",
    log:
        RESULTS / "logs" / "navigation" / "all_eight_{variant}.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "all_eight_{variant}.tsv"
    wildcard_constraints:
        variant="[a-z_]+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.all_eight"),
    message:
        "Train towards all eight targets, variant {wildcards.variant}"
    shell:
        RUN


rule navigation_all_eight_results:
    input:
        runs=ALL_EIGHT,
        reachable=NAVIGATION / "reachable.csv",
    output:
        all_eight=table("navigation", "all_eight", "all eight targets, by variant"),
        all_eight_quantities=NAVIGATION / "all_eight_quantities.csv",
    log:
        RESULTS / "logs" / "navigation" / "all_eight_results.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "all_eight_results.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.all_eight_results"),
    message:
        "Count the targets and the runs that each variant reaches"
    shell:
        RUN


rule navigation_held_out:
    output:
        held_out=table("navigation", "held_out", "held-out targets"),
    log:
        RESULTS / "logs" / "navigation" / "held_out.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "held_out.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        **experiment("navigation.held_out"),
    message:
        "Draw held-out targets and solve the game for them"
    shell:
        RUN


rule navigation_generalisation:
    input:
        held_out=NAVIGATION / "held_out.csv",
    output:
        ends=NAVIGATION / "distributions" / "{distribution}_{obstacles}_{observation}" / "ends.npz",
    log:
        RESULTS / "logs" / "navigation" / "generalisation_{distribution}_{obstacles}_{observation}.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "generalisation_{distribution}_{obstacles}_{observation}.tsv"
    wildcard_constraints:
        distribution="[a-z]+",
        obstacles="[a-z]+",
        observation="[a-z]+",
    threads: 1
    resources:
        mem_mb=2000,
    params:
        **experiment("navigation.generalisation"),
    message:
        "Train on {wildcards.distribution} targets, obstacles {wildcards.obstacles}, targets {wildcards.observation}"
    shell:
        RUN


rule navigation_difficulty:
    input:
        held_out=NAVIGATION / "held_out.csv",
        ends=BASE_CONDITION / "ends.npz",
    output:
        difficulty=table("navigation", "difficulty", "difficulty by target"),
        difficulty_prediction=table("navigation", "difficulty_prediction", "prediction of difficulty"),
        difficulty_classifier=NAVIGATION / "difficulty_classifier.csv",
    log:
        RESULTS / "logs" / "navigation" / "difficulty.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "difficulty.tsv"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        **experiment("navigation.difficulty"),
    message:
        "Predict the difficulty of targets"
    shell:
        RUN


rule navigation_curriculum:
    input:
        held_out=NAVIGATION / "held_out.csv",
        classifier_table=NAVIGATION / "difficulty_classifier.csv",
    output:
        ends=NAVIGATION / "curriculum" / "{order}" / "ends.npz",
    log:
        RESULTS / "logs" / "navigation" / "curriculum_{order}.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "curriculum_{order}.tsv"
    wildcard_constraints:
        order="[a-z_]+",
    threads: 1
    resources:
        mem_mb=2000,
    params:
        **experiment("navigation.curriculum"),
    message:
        "Train with tasks in order {wildcards.order}"
    shell:
        RUN


rule navigation_distributions_results:
    input:
        held_out=NAVIGATION / "held_out.csv",
        reachable=NAVIGATION / "reachable.csv",
        trained=[folder / "ends.npz" for folder in ACROSS],
        ordered=[folder / "ends.npz" for folder in ORDERED],
        predictions=NAVIGATION / "difficulty_prediction.csv",
        targets=NAVIGATION / "difficulty.csv",
    output:
        generalisation=NAVIGATION / "generalisation.csv",
        curriculum=table("navigation", "curriculum", "orders of tasks"),
        curriculum_training=NAVIGATION / "curriculum_training.csv",
        distributions_quantities=NAVIGATION / "distributions_quantities.csv",
    log:
        RESULTS / "logs" / "navigation" / "distributions_results.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "distributions_results.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.distributions_results"),
    message:
        "Compare distributions, levels of obstacles and orders"
    shell:
        RUN


rule navigation_timing:
    output:
        timing=table("navigation", "timing", "seconds an episode"),
        core_speed=table("navigation", "core_speed", "speed of the core"),
    log:
        RESULTS / "logs" / "navigation" / "timing.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "timing.tsv"
    threads: ALL_CORES
    resources:
        mem_mb=4000,
    params:
        **experiment("navigation.timing"),
    message:
        "Time MAML against FOMAML, alone on the machine"
    shell:
        RUN


rule navigation_timing_results:
    input:
        times=NAVIGATION / "timing.csv",
        core_speed=NAVIGATION / "core_speed.csv",
    output:
        shares=table("navigation", "timing_shares", "what FOMAML saves"),
        published=NAVIGATION / "timing_published.csv",
        quantities=NAVIGATION / "timing_quantities.csv",
    log:
        RESULTS / "logs" / "navigation" / "timing_results.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "timing_results.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        **experiment("navigation.timing_results", figure3b=FIGURE_3B),
    message:
        "Compare the times of MAML and FOMAML"
    shell:
        RUN


rule navigation_summary:
    input:
        reachable=NAVIGATION / "reachable.csv",
        discount_table=NAVIGATION / "discounts.csv",
        stability=NAVIGATION / "stability.csv",
        slopes=NAVIGATION / "stability_slopes.csv",
        single_pairs=NAVIGATION / "single_pairs.csv",
        training=[folder / "training.npz" for folder in TRAINED],
        groups=[NAVIGATION / f"{group}_quantities.csv" for group in GROUPS],
    output:
        summary=table("navigation", "summary", "headline numbers"),
    log:
        RESULTS / "logs" / "navigation" / "summary.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "summary.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.summary", figure2=FIGURE_2),
    message:
        "Collect the headline numbers"
    shell:
        RUN
