"""A loss that evolves on one half of the goals of point navigation, beside PPO on both halves."""
