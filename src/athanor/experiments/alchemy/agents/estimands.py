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
ESTIMANDS = (*SCORES, *PRIOR, *EXACT)
