"""The learners of each experiment, and the games of the recurrent one."""

SINGLE_LEARNERS = ("vpg", "ppo")
META_LEARNERS = ("maml", "fomaml", "fomaml_fixed", "joint", "untrained")
CONSTANT_LEARNERS = ("ppo", "maml")  # on one chemistry each, and over the distribution
LARGER_BUDGET = {"maml_larger_budget": "maml"}  # a learner by its own name, and what it is
FAMILY_LEARNERS = ("joint", "maml", "fomaml", "recurrent", *LARGER_BUDGET)
GAMES = ("simple", "full")
EAGER = "maml_eager"  # timed where PyTorch is installed
