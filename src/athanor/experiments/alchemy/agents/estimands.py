"""What is estimated of the agents, in words and formats."""

from athanor.reporting.estimands import Contrast, Estimand

SCORES = (
    Estimand(
        name="episode_score",
        table="means",
        where={"trial": "all"},
        per=("agent",),
        interval=("low", "high"),
        format=".1f",
        description="mean score of an episode: {agent}",
    ),
    Estimand(
        name="trial_score",
        table="trial_means",
        per=("agent", "trial"),
        interval=("low", "high"),
        format=".2f",
        description="mean score of the {trial} trial: {agent}",
    ),
    Estimand(
        name="gap",
        table="parts",
        value="loss",
        per=("agent", "part"),
        over="episode",
        format=".2f",
        description="what {agent} loses to the oracle on the same episodes: {part}",
    ),
    Estimand(
        name="unknown_bits",
        table="first_trial",
        value="entropy",
        per=("agent",),
        over="episode",
        format=".2f",
        unit="bits",
        description="unknown to {agent} after the first trial",
    ),
    *(
        Estimand(
            name=f"gain_of_{agent}",
            table="totals",
            value="score",
            over="episode",
            contrast=Contrast("agent", agent, other),
            format=".2f",
            description=f"score of {agent} above that of {other}, same episodes",
        )
        for agent, other in (("rollout", "qmdp"), ("far_sighted", "rollout"))
    ),
    Estimand(
        name="loss_by_squared_bits",
        table="slope",
        value=("products", "squares"),
        over="episode",
        statistic="ratio_of_means",
        format=".3f",
        description="loss of rollout after the first trial, by squared bits unknown at its end",
    ),
)
PRIOR = (
    Estimand(
        name="prior_episodes",
        table="oracle_totals",
        value="episodes",
        format="d",
        unit="episodes",
        description="episodes planned by the oracle",
    ),
    Estimand(
        name="prior_score",
        table="prior_scores",
        per=("agent",),
        interval=("low", "high"),
        format=".2f",
        description="mean score of {agent} over the prior: the oracle's, less the loss to it",
    ),
)
EXACT = (
    Estimand(
        name="exact_trials",
        table="exact_totals",
        value="trials",
        format="d",
        unit="trials",
        description="trials of the sizes searched exactly",
    ),
    Estimand(
        name="exact_sizes",
        table="exact_totals",
        value="sizes",
        format="d",
        unit="sizes",
        description="sizes of a trial tried",
    ),
    Estimand(
        name="exact_sizes_within",
        table="exact_totals",
        value="within",
        format="d",
        unit="sizes",
        description="sizes searched exactly",
    ),
    Estimand(
        name="exact_regret",
        table="regrets",
        value="regret",
        per=("agent",),
        over=("stones", "potions", "trial"),
        format=".3f",
        description="what the first decision of {agent} loses to exact search",
    ),
)
# Medians over the turns: name, column of the table `turns`, format, unit, description.
TURNS = (
    ("speed_game", "game", ".3g", "million steps/s", "the game, random actions"),
    ("speed_game_observed", "game_observed", ".3g", "million steps/s", "the same, observed"),
    ("speed_plain", "plain", ".3g", "thousand steps/s", "the rules in plain Python"),
    ("speed_plain_observed", "plain_observed", ".3g", "thousand steps/s", "the same, observed"),
    ("oracle_milliseconds", "oracle", ".3g", "ms", "the oracle's plans of an episode"),
    ("update_microseconds", "update", ".3g", "µs", "what the posterior adds to a step"),
    ("draw_microseconds", "draw", ".3g", "µs", "a chemistry drawn from the posterior at an episode's start"),
)
TIMES = (
    Estimand(
        name="episode_seconds",
        table="episode_times",
        value="seconds",
        per=("agent",),
        over="turn",
        format=".2g",
        unit="s",
        description="time of an episode of {agent}",
    ),
    *(
        Estimand(
            name=name,
            table="turns",
            value=column,
            over="turn",
            statistic="median",
            format=spec,
            unit=unit,
            description=text,
        )
        for name, column, spec, unit, text in TURNS
    ),
    *(
        Estimand(
            name=name,
            table="speed",
            value="each",
            over="turn",
            statistic="ratio_of_medians",
            contrast=Contrast("program", above, below),
            format=".3g",
            description=text,
        )
        for name, above, below, text in (
            ("speed_over_plain", "plain", "game", "speed of the game over the rules in plain Python"),
            ("speed_over_plain_observed", "plain_observed", "game_observed", "the same, observed"),
        )
    ),
)
ESTIMANDS = (*SCORES, *PRIOR, *EXACT, *TIMES)
