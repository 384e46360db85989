"""The agents that do not learn."""

AGENTS = (
    "random",
    "deposit_positive",
    "random_dips",
    "posterior_sampling",
    "qmdp",
    "rollout",
    "far_sighted",
    "oracle",
)
ON_POSTERIOR = (
    "posterior_sampling",
    "qmdp",
    "rollout",
    "far_sighted",
)  # they act on the exact posterior
