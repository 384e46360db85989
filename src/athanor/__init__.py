"""Athanor: meta-reinforcement learning measured on an exact yardstick."""

import gymnasium

# The entry point is a string, so JAX is imported by `gymnasium.make` and not here; Gymnasium alone takes 0.1 s.
gymnasium.register(
    id="athanor/SimpleAlchemy-v0",
    entry_point="athanor.tasks.simple_alchemy.gymnasium_env:SimpleAlchemyEnv",
)
gymnasium.register(
    id="athanor/Navigation-v0",
    entry_point="athanor.tasks.navigation.gymnasium_env:NavigationEnv",
)
gymnasium.register(
    id="athanor/Alchemy-v0",
    entry_point="athanor.tasks.alchemy.gymnasium_env:AlchemyEnv",
)
