"""The navigation part of the study: gradient-based meta-reinforcement learning."""
