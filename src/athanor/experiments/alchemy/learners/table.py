"""The learners of each experiment, and the games of the recurrent one."""

SINGLE_LEARNERS = ("vpg", "ppo")
META_LEARNERS = ("maml", "fomaml", "fomaml_fixed", "joint", "untrained")
FAMILY_LEARNERS = ("joint", "maml", "fomaml", "recurrent")
GAMES = ("simple", "full")
