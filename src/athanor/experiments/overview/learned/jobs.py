"""The jobs of this group."""

from athanor.experiments.job import Job

# Results in the columns of the table, one file for each system or group of them.
SYSTEMS = (
    *("revealing_action", "meta_gradients", "episodic_control", "skills", "reinstatement", "bonuses"),
    *("adapted", "decoupled", "structured_noise", "coevolved", "evolved_loss", "gradient_signal"),
    *("randomised", "own_tasks", "shifted_bandit"),
)
LEARNED = tuple(f"overview/{system}" for system in SYSTEMS)

JOBS = (
    Job("overview.learned.revealing_action", ("revealing_action.csv",), memory=1000),
    Job("overview.learned.meta_gradients", ("meta_gradients.csv",), memory=1000),
    Job("overview.learned.episodic_control", ("episodic_control.csv",), memory=1500),
    Job("overview.learned.skills", ("skills.csv",), memory=1000),
    Job("overview.learned.own_tasks", ("own_tasks.csv",), memory=1000),
    Job(
        "overview.learned.reinstatement",
        ("reinstatement.csv",),
        inputs={"answers": "overview/exact"},
        memory=2000,
    ),
    Job(
        "overview.learned.shifted_bandit",
        ("shifted_bandit.csv",),
        inputs={"answers": "overview/exact"},
        memory=1500,
    ),
    Job("overview.learned.bonuses", ("bonuses.csv",), memory=1000),
    Job("overview.learned.gradient_signal", ("gradient_signal.csv",), memory=1000),
    Job(
        "overview.learned.analysis",
        ("learned.csv", "estimates/learned.csv"),
        {"learned.csv": "what learners reach beside the exact answers"},
        inputs={"learned": LEARNED, "speed": "overview/evolution_speed"},
    ),
)
