"""What is estimated of the systems of the overview."""

from athanor.reporting.estimands import Contrast, Estimand

ESTIMANDS = (
    Estimand(
        name="learned",
        table="learned",
        per=("row", "system", "family", "condition", "measure"),
        over="run",
        format=".3g",
        description="statement {row}, {system} on {family}, {condition}: {measure}, mean over runs",
    ),
    Estimand(
        name="mfec_over_q_learning",
        table="sweep",
        where={"measure": "return"},
        per=("family", "condition"),
        contrast=Contrast("system", "mfec", "q_learning"),
        over="run",
        format=".3g",
        description="{family}, {condition}: return of an episode of training, best returns less Q-learning",
    ),
    Estimand(
        name="nec_over_mfec",
        table="sweep",
        where={"measure": "score"},
        per=("family", "condition"),
        contrast=Contrast("system", "nec", "mfec"),
        over="run",
        format=".3g",
        description="{family}, {condition}: score of greedy play after training, dictionary less best returns",
    ),
    Estimand(
        name="held_out_error",
        table="learned",
        where={"row": [15, 16], "condition": "half_stored"},
        per=("family",),
        contrast=Contrast("system", "nec", "mfec"),
        over="run",
        format=".3g",
        description="{family}: error in states that are not stored, kernel less mean of the nearest",
    ),
    Estimand(
        name="least_skill_share",
        table="skills",
        where={"measure": "share"},
        per=("system",),
        least_of="condition",
        over="run",
        format=".3g",
        description="{system}: what states tell of the skill as a share of its bound, the least over numbers of skills",
    ),
    Estimand(
        name="episodic_over_kept",
        table="learned",
        where={"row": 17},
        per=("measure",),
        contrast=Contrast("system", "episodic_lstm", "lstm_kept"),
        over="run",
        format=".3g",
        description="{measure}: LSTM with reinstatement less LSTM that keeps its state",
    ),
)
