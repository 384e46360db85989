"""Navigation: its maps and exact solution, and what the released code learns by the number of inner steps."""

NAVIGATION = RESULTS / "navigation"
INNER_STEPS = STUDY.navigation.inner_steps
FIGURE_2 = "reference/published/navigation_figure2.csv"
TRAINED = [
    NAVIGATION / "inner_steps" / f"{reading}_{setting}_{steps}"
    for reading, setting, steps in INNER_STEPS.conditions
]

GROUPS = []  # groups of experiments, each with a table of its quantities

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
    },
    expanded=[folder / name for folder in TRAINED for name in ("inner_steps.csv", "training.npz")],
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
        inner_steps=NAVIGATION / "inner_steps" / "{reading}_{setting}_{steps}" / "inner_steps.csv",
        training=NAVIGATION / "inner_steps" / "{reading}_{setting}_{steps}" / "training.npz",
    log:
        RESULTS / "logs" / "navigation" / "inner_steps_{reading}_{setting}_{steps}.log",
    benchmark:
        RESULTS / "benchmarks" / "navigation" / "inner_steps_{reading}_{setting}_{steps}.tsv"
    wildcard_constraints:
        reading="[a-z]+",
        setting="[a-z0-9]+",
        steps=r"\d+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("navigation.inner_steps"),
    message:
        "Train MAML with N = {wildcards.steps}, reading {wildcards.reading}, setting {wildcards.setting}"
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
