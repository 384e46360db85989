"""What the variants of training on all eight targets change, and for how long each is trained."""

from athanor.experiments.navigation.adaptation.config import VARIANTS, AllEight

SETTING = "release"


def changes_of(study: AllEight, variant: str) -> tuple[str, ...]:
    """Return what is changed in a variant; raise ValueError where there is no such variant."""
    if variant not in VARIANTS:
        raise ValueError(f"variant is {variant}, must be one of {', '.join(VARIANTS)}")
    if variant in ("combination", "long"):
        return study.combined
    return () if variant == "base" else (variant,)


def length(study: AllEight, variant: str) -> int:
    """Return the training episodes of a variant."""
    return study.long_episodes if variant == "long" else study.episodes
