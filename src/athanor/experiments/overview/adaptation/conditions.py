"""The learners of point navigation, by name."""

# Trained on the return after the last inner update, on that after each of them, or with no inner update; the last
# neither learns nor adapts.
LEARNERS = ("random", "multitask", "reptile", "fomaml", "maml", "emaml", "oracle")
