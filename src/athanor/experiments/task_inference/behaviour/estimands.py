"""The estimands of this group."""

from athanor.reporting.estimands import Contrast, Estimand

EPISODE = ("agent", "episode")
BOTH = Contrast("agent", "belief_network", "pearl")

ESTIMANDS = (
    Estimand(
        name="search_return",
        table="learned",
        value="return",
        per=EPISODE,
        over="run",
        format=".2f",
        description="{agent}, sparse navigation: return of episode {episode}",
    ),
    Estimand(
        name="search_share_hit",
        table="learned",
        value="share_hit",
        per=EPISODE,
        over="run",
        format=".3f",
        description="{agent}, sparse navigation: share of targets hit by episode {episode}",
    ),
    Estimand(
        name="search_share_of_arc",
        table="learned",
        value="share_of_arc",
        per=("agent",),
        over="run",
        format=".3f",
        description="{agent}, sparse navigation: share of the arc covered in an episode without a target",
    ),
    Estimand(
        name="search_first_share_of_arc",
        table="learned",
        value="share_of_arc",
        where={"episode": 1},
        per=("agent",),
        over="run",
        format=".3f",
        description="{agent}, sparse navigation: share of the arc covered in the first episode without a target",
    ),
    Estimand(
        name="search_of_the_sweep",
        table="shares",
        value="of_the_sweep",
        per=("agent",),
        over="run",
        format=".2f",
        description="{agent}, first episode: arc covered, as a share of what the sweep covers",
    ),
    Estimand(
        name="search_of_sampling",
        table="shares",
        value="of_sampling",
        per=("agent",),
        over="run",
        format=".2f",
        description="{agent}, all episodes: arc covered in one, in multiples of what posterior sampling covers",
    ),
    Estimand(
        name="search_hits_over_sampling",
        table="shares",
        value="hits_over_sampling",
        per=("agent",),
        over="run",
        format=".3f",
        description="{agent}: share of targets hit in a trial, less that of posterior sampling",
    ),
    Estimand(
        name="search_gain",
        table="learned",
        value="return",
        contrast=BOTH,
        over="run",
        format=".2f",
        description="sparse navigation, mean over the episodes: return of the belief agent less PEARL's",
    ),
)
