"""What is estimated of the systems of the overview."""

from dataclasses import replace

from athanor.reporting.estimands import Contrast, Estimand

EVENTS = ("unsolved_by_both", "unsolved_by_restarts")  # measures that are 0 or 1 of a run
SHARES = ("covered", "lost", "noise", "share", "share_of_any_step")  # measures from 0 to 1
OF_RUNS = Estimand(
    name="learned",
    table="others",
    per=("row", "system", "family", "condition", "measure"),
    over="run",
    format=".3g",
    description="statement {row}, {system} on {family}, {condition}: {measure}, mean over runs",
)

ESTIMANDS = (
    OF_RUNS,
    replace(OF_RUNS, table="shares", bounds=(0.0, 1.0)),
    replace(OF_RUNS, table="events", statistic="share"),
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
    Estimand(
        name="transfers_over_none",
        table="learned",
        where={"row": 19, "measure": "hardness"},
        per=("family",),
        contrast=Contrast("system", "poet", "poet_without_transfers"),
        over="run",
        format=".3g",
        description="{family}: hardness of the hardest course solved, with transfers less without",
    ),
    Estimand(
        name="meta_gradient_over_single",
        table="over_single",
        per=("system",),
        over="run",
        format=".3g",
        description="{system} meta-gradients: mean squared error at the end less that of the best single discount",
    ),
    Estimand(
        name="evaluation_us",
        table="evolution_speed",
        value="microseconds",
        per=("implementation",),
        over="pair",
        statistic="median",
        format=".3g",
        unit="µs",
        description="median evaluation of the evolution strategy: {implementation}",
    ),
    Estimand(
        name="evolution_speedup",
        table="evolution_speed",
        value="microseconds",
        over="pair",
        statistic="ratio_of_medians",
        contrast=Contrast("implementation", "numpy_loop", "compiled"),
        format=".0f",
        description="time of an evaluation in a NumPy loop over that of the compiled evolution strategy",
    ),
)
