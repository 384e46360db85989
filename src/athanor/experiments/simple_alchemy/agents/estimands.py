"""What is estimated of the agents, in words and formats."""

from athanor.reporting.estimands import Contrast, Estimand

# Differences on the same episodes: what the first agent gets more than the second.
PAIRS = (
    ("bayes_optimal", "greedy"),
    ("bayes_optimal", "cem"),
    ("bayes_optimal", "tree_search"),
    ("cem", "greedy"),
    ("cem", "posterior_sampling"),
    ("information_directed", "cem"),
    ("information_directed", "posterior_sampling"),
    ("information_directed", "bayes_optimal"),
)
# Of episodes: name, column of the table `ends`, statistic, format, unit, description.
ENDS = (
    ("trials_paid", "paid", "mean", ".3f", "", "share of trials paid: {agent}"),
    ("final_bits", "bits", "mean", ".2f", "bits", "entropy of the posterior at the end: {agent}"),
    ("final_graphs", "graphs", "median", ".0f", "graphs", "median of graphs left at the end: {agent}"),
    (
        "ends_at_most_two",
        "at_most_two_graphs",
        "share",
        ".3f",
        "",
        "episodes that end with two or one: {agent}",
    ),
    ("ends_one", "one_graph", "share", ".3f", "", "episodes that end with one graph: {agent}"),
    ("misses_one", "misses_one", "share", ".3f", "", "episodes that miss only one trial: {agent}"),
    (
        "gathered_bits",
        "gathered_bits",
        "mean",
        ".2f",
        "bits",
        "gathered about the graph in an episode: {agent}",
    ),
    ("useless_bits", "useless_bits", "mean", ".2f", "bits", "gathered that change no decision: {agent}"),
    ("misses_none", "misses_none", "share", ".3f", "", "episodes that miss no trial: {agent}"),
)
BOUNDS = {"trials_paid": (0.0, 1.0)}  # of an episode
# Ratios of a decision's times: name, program above, program below, description.
RATIOS = (
    (
        "cem_speedup_over_numpy",
        "numpy_flat three_edges",
        "jax_factored three_edges",
        "NumPy over compiled CEM",
    ),
    (
        "cem_time_ratio_of_families",
        "jax_factored all",
        "jax_factored three_edges",
        "CEM, all graphs over 384",
    ),
    (
        "flat_time_ratio_of_families",
        "numpy_flat all",
        "numpy_flat three_edges",
        "flat CEM, all graphs over 384",
    ),
)

RETURNS = (
    Estimand(
        name="episodes",
        table="counts",
        value="episode",
        per=("family", "agent"),
        format="d",
        unit="episodes",
        description="simulated, family {family}: {agent}",
    ),
    Estimand(
        name="return",
        table="totals",
        value="return",
        per=("family", "agent"),
        over="episode",
        format=".1f",
        unit="steps",
        description="mean return of an episode, family {family}: {agent}",
    ),
    Estimand(
        name="score",
        table="totals",
        value="score",
        where={"family": "three_edges"},
        per=("agent",),
        over="episode",
        format=".3f",
        description="on the yardstick: {agent}",
    ),
    Estimand(
        name="deviation",
        table="agreement",
        per=("agent",),
        format=".2f",
        unit="standard errors",
        description="simulated mean less exact value: {agent}",
    ),
    Estimand(
        name="largest_excess",
        table="excess",
        format=".2f",
        unit="standard errors",
        description="largest excess of an agent's mean over the Bayes-optimal value",
    ),
    Estimand(
        name="advantage",
        table="pairs",
        per=("agent", "other"),
        over="episode",
        format=".2f",
        unit="steps",
        description="{agent} less {other}, same episodes",
    ),
    Estimand(
        name="oracle_share",
        table="oracle_shares",
        value=("cem", "oracle"),
        per=("family",),
        over="episode",
        statistic="ratio_of_means",
        format=".3f",
        description="return of CEM over the oracle's: {family}",
    ),
    Estimand(
        name="oracle_share",
        table="oracle_shares",
        value="share",
        per=("what",),
        over="episode",
        statistic="difference_of_means",
        contrast=Contrast("family", "three_edges", "all"),
        format=".3f",
        description="the same, family three_edges less family all: {what}",
    ),
)
TRIALS = (
    Estimand(
        name="trial_paid",
        table="trials",
        value="paid",
        per=("agent", "place"),
        over="episode",
        statistic="share",
        format=".3f",
        description="{place} trials paid: {agent}",
    ),
    *(
        Estimand(
            name=name,
            table="ends",
            value=column,
            per=("agent",),
            over="episode",
            statistic=statistic,
            bounds=BOUNDS.get(name),
            format=spec,
            unit=unit,
            description=text,
        )
        for name, column, statistic, spec, unit, text in ENDS
    ),
    Estimand(
        name="useless_share",
        table="ends",
        value=("useless_bits", "gathered_bits"),
        per=("agent",),
        over="episode",
        statistic="ratio_of_means",
        format=".3f",
        description="share of the bits gathered that change no decision: {agent}",
    ),
    *(
        Estimand(
            name=f"{column}_more",
            table=f"{column}_pairs",
            per=("agent", "other"),
            over="episode",
            format=".2f",
            unit="bits",
            description=f"{text}: {{agent}} less {{other}}, same episodes",
        )
        for column, text in (
            ("gathered_bits", "gathered in an episode"),
            ("useless_bits", "that change no decision"),
        )
    ),
    Estimand(
        name="misses_percentile",
        table="ends",
        value="fewer_misses",
        per=("agent",),
        over="episode",
        bounds=(0.0, 1.0),
        format=".3f",
        description="share of episodes that miss fewer trials than the post's run, ties counted half: {agent}",
    ),
    Estimand(
        name="missed_trials_second",
        table="ends",
        value=("missed_second", "misses"),
        where={"agent": "cem"},
        per=("agent",),
        over="episode",
        statistic="ratio_of_means",
        format=".3f",
        description="second trials among those missed: {agent}",
    ),
    Estimand(
        name="run_published",
        table="runs",
        value="published",
        per=("agent",),
        format="d",
        unit="steps",
        description="paid in the post's run: {agent}",
    ),
    Estimand(
        name="run_percentile",
        table="runs",
        value="below",
        per=("agent",),
        over="episode",
        bounds=(0.0, 1.0),
        format=".3f",
        description="share of episodes paid on fewer steps than the post's run: {agent}",
    ),
)
TIMES = (
    Estimand(
        name="decision_ms",
        table="decisions",
        value="ms",
        per=("family", "agent", "budget"),
        over="repeat",
        statistic="median",
        format=".3g",
        unit="ms",
        description="median decision: {agent}, {family}, budget {budget}",
    ),
    Estimand(
        name="cem_decision_ms",
        table="cem_speed",
        value="ms",
        per=("implementation", "family"),
        over="pair",
        statistic="median",
        format=".1f",
        unit="ms",
        description="median decision of CEM: {implementation}, {family}",
    ),
    *(
        Estimand(
            name=name,
            table="cem_speed",
            value="ms",
            over="pair",
            statistic="ratio_of_medians",
            contrast=Contrast("program", above, below),
            format=".1f",
            description=text,
        )
        for name, above, below, text in RATIOS
    ),
)
ESTIMANDS = (*RETURNS, *TRIALS, *TIMES)
