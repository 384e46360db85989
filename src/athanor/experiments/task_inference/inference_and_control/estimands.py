"""What is estimated of inference and control, game by game; the unit is the run."""

from athanor.reporting.estimands import Contrast, Estimand

GAME = ("family", "setting")
CELL = (*GAME, "learner")
NAMED = "{family}, {setting}"
SCALE = "0: random, 1: Bayes-optimal"

ESTIMANDS = (
    Estimand(
        name="missed_bits",
        table="ends",
        value="bits",
        per=CELL,
        over="run",
        format=".2f",
        unit="bits",
        description=f"{NAMED}, {{learner}}: KL from the exact posterior to the decoded one, before the last action",
    ),
    Estimand(
        name="information_bits",
        table="ends",
        value="information",
        per=CELL,
        over="run",
        format=".2f",
        unit="bits",
        description=f"{NAMED}, {{learner}}: KL from the exact posterior to the prior, before the last action",
    ),
    Estimand(
        name="missed_share",
        table="shares",
        value="share",
        per=CELL,
        over="run",
        format=".3f",
        description=f"{NAMED}, {{learner}}: divergence of the decoded posterior along a trial, over that of the prior",
    ),
    Estimand(
        name="bits_of_the_head",
        table="shares",
        value="bits",
        per=GAME,
        over="run",
        contrast=Contrast("learner", "recurrent", "auxiliary_head"),
        format=".3f",
        unit="bits",
        description=f"{NAMED}: divergence of the decoded posterior along a trial, recurrent less auxiliary head",
    ),
    *(
        Estimand(
            name=name,
            table="splits",
            value=column,
            per=per,
            over="run",
            format=".3f",
            description=f"{NAMED}{of}: {text}; {SCALE}",
        )
        for name, column, per, of, text in (
            ("shortfall", "shortfall", CELL, ", {learner}", "what its score stays below 1"),
            ("control_gap", "control", GAME, "", "what the exact-belief agent's score stays below 1"),
            ("belief_loss", "belief", CELL, ", {learner}", "what that agent loses on the decoded belief"),
            ("own_control_gap", "own_control", CELL, ", {learner}", "the rest of its shortfall"),
        )
    ),
    Estimand(
        name="gain_in_trial",
        table="gains",
        value="gain",
        where={"player": "own"},
        per=CELL,
        over="run",
        format=".2f",
        description=f"{NAMED}, {{learner}}: return of the last part of a trial less that of the first",
    ),
    Estimand(
        name="exact_belief_gain_in_trial",
        table="gains",
        value="gain",
        where={"player": "exact"},
        per=GAME,
        over="run",
        format=".2f",
        description=f"{NAMED}, exact belief: return of the last part of a trial less that of the first",
    ),
    Estimand(
        name="optimal_gain_in_trial",
        table="optimal",
        value="gain",
        per=GAME,
        interval=("low", "high"),
        format=".2f",
        description=f"{NAMED}, Bayes-optimal: return of the last part of a trial less that of the first",
    ),
)
