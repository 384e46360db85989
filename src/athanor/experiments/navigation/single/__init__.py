"""One thing changed in the base setting: obstacles and observation, or a single target without meta-learning."""
