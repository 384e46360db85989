"""Simple Alchemy: its graphs, its exact solution, its agents."""

from athanor.experiments.simple_alchemy.config import AGENTS, played_agents

SIMPLE = RESULTS / "simple_alchemy"
SIMULATIONS = SIMPLE / "simulations"
# The agents of the study, and the planners among them with each of their other budgets.
LISTED = [SIMULATIONS / family / agent for family in AGENTS for agent in AGENTS[family]]
PLAYED = [SIMULATIONS.joinpath(*player) for player in played_agents(STUDY.simple_alchemy.compute)]

PARTS["simple_alchemy"] = Part(
    title="Simple Alchemy",
    figures={
        "graph_distances": [
            SIMPLE / "graph_distances.npz",
            SIMPLE / "distance_values.csv",
        ],
        "transition_network": [SIMPLE / "transition_network.csv"],
        "performance": [
            SIMULATIONS / "three_edges" / agent / "trajectories.npz"
            for agent in ("oracle", "bayes_optimal", "cem")
        ],
        "posterior_entropy": [
            SIMPLE / "floor_by_start.npz",
            SIMPLE / "one_trial_limit.csv",
            *[folder / "trajectories.npz" for folder in LISTED],
        ],
        "return_per_trial": [SIMPLE / "returns.csv", SIMPLE / "yardstick.csv"],
        "planning_compute": [SIMPLE / "planning_compute.csv", SIMPLE / "yardstick.csv"],
    },
    expanded=[folder / name for folder in PLAYED for name in ("returns.csv", "trajectories.npz")],
)


rule simple_alchemy_graph_counts:
    output:
        graph_counts=table("simple_alchemy", "graph_counts", "causal graphs"),
    log:
        RESULTS / "logs" / "simple_alchemy" / "graph_counts.log",
    benchmark:
        RESULTS / "benchmarks" / "simple_alchemy" / "graph_counts.tsv"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        **experiment("simple_alchemy.graph_counts"),
    message:
        "Count the causal graphs of both families"
    shell:
        RUN


rule simple_alchemy_graph_distances:
    output:
        graph_distances=SIMPLE / "graph_distances.npz",
        distance_values=table("simple_alchemy", "distance_values", "distances between graphs"),
    log:
        RESULTS / "logs" / "simple_alchemy" / "graph_distances.log",
    benchmark:
        RESULTS / "benchmarks" / "simple_alchemy" / "graph_distances.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("simple_alchemy.graph_distances"),
    message:
        "Measure the distances between the graphs of the 384 family"
    shell:
        RUN


rule simple_alchemy_transition_network:
    output:
        transition_network=table(
            "simple_alchemy",
            "transition_network",
            "arrows of the two-time-slice network",
        ),
        factorisation_test=table("simple_alchemy", "factorisation_test", "test of the factorisation"),
        independence_test=table("simple_alchemy", "independence_test", "test of every missing arrow"),
    log:
        RESULTS / "logs" / "simple_alchemy" / "transition_network.log",
    benchmark:
        RESULTS / "benchmarks" / "simple_alchemy" / "transition_network.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("simple_alchemy.transition_network"),
    message:
        "Derive the two-time-slice network and test its independences"
    shell:
        RUN


rule simple_alchemy_exact:
    output:
        exact_returns=table("simple_alchemy", "exact_returns", "exact returns"),
        yardstick=table("simple_alchemy", "yardstick", "yardstick"),
        belief_sets=table("simple_alchemy", "belief_sets", "belief sets"),
        policy=SIMPLE / "policy.npz",
    log:
        RESULTS / "logs" / "simple_alchemy" / "exact.log",
    benchmark:
        RESULTS / "benchmarks" / "simple_alchemy" / "exact.tsv"
    priority: 1  # most of the rest waits for it
    threads: 1
    resources:
        mem_mb=6000,
    params:
        **experiment("simple_alchemy.exact"),
    message:
        "Solve for the oracle and the Bayes-optimal policy"
    shell:
        RUN


rule simple_alchemy_invariance:
    output:
        entropy_floor=table("simple_alchemy", "entropy_floor", "entropy that remains"),
        one_trial_limit=table("simple_alchemy", "one_trial_limit", "entropy after one trial"),
        start_classes=table("simple_alchemy", "start_classes", "graphs told apart by the first stone"),
        floor_by_start=SIMPLE / "floor_by_start.npz",
    log:
        RESULTS / "logs" / "simple_alchemy" / "invariance.log",
    benchmark:
        RESULTS / "benchmarks" / "simple_alchemy" / "invariance.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        **experiment("simple_alchemy.invariance"),
    message:
        "Find the graphs that cannot be told apart"
    shell:
        RUN


rule simple_alchemy_simulate:
    input:
        policy=lambda wildcards: (
            [SIMPLE / "policy.npz"] if wildcards.agent in ("bayes_optimal", "greedy") else []
        ),
    output:
        returns=SIMPLE / "simulations" / "{family}" / "{agent}" / "returns.csv",
        trajectories=SIMPLE / "simulations" / "{family}" / "{agent}" / "trajectories.npz",
    log:
        RESULTS / "logs" / "simple_alchemy" / "simulate_{family}_{agent}.log",
    benchmark:
        RESULTS / "benchmarks" / "simple_alchemy" / "simulate_{family}_{agent}.tsv"
    threads: 1
    resources:
        mem_mb=3000,
    params:
        **experiment("simple_alchemy.simulate"),
    message:
        "Play {wildcards.agent} on the family {wildcards.family}"
    shell:
        RUN


rule simple_alchemy_decision_times:
    input:
        policy=SIMPLE / "policy.npz",
    output:
        decision_times=table("simple_alchemy", "decision_times", "seconds a decision"),
    log:
        RESULTS / "logs" / "simple_alchemy" / "decision_times.log",
    benchmark:
        RESULTS / "benchmarks" / "simple_alchemy" / "decision_times.tsv"
    threads: ALL_CORES
    resources:
        mem_mb=3000,
    params:
        **experiment("simple_alchemy.decision_times"),
    message:
        "Time single decisions, alone on the machine"
    shell:
        RUN


rule simple_alchemy_cem_speed:
    output:
        cem_speed=table("simple_alchemy", "cem_speed", "speed of CEM"),
    log:
        RESULTS / "logs" / "simple_alchemy" / "cem_speed.log",
    benchmark:
        RESULTS / "benchmarks" / "simple_alchemy" / "cem_speed.tsv"
    threads: ALL_CORES
    resources:
        mem_mb=3000,
    params:
        **experiment("simple_alchemy.cem_speed"),
    message:
        "Time CEM against its plain counterpart, alone on the machine"
    shell:
        RUN


rule simple_alchemy_returns:
    input:
        simulations=[folder / "returns.csv" for folder in PLAYED],
        times=SIMPLE / "decision_times.csv",
    output:
        returns=SIMPLE / "returns.csv",
        planning_compute=table("simple_alchemy", "planning_compute", "return against planning"),
    log:
        RESULTS / "logs" / "simple_alchemy" / "returns.log",
    benchmark:
        RESULTS / "benchmarks" / "simple_alchemy" / "returns.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        **experiment("simple_alchemy.returns"),
    message:
        "Collect the returns of all agents"
    shell:
        RUN


rule simple_alchemy_summary:
    input:
        graph_counts=SIMPLE / "graph_counts.csv",
        distance_values=SIMPLE / "distance_values.csv",
        factorisation_test=SIMPLE / "factorisation_test.csv",
        belief_sets=SIMPLE / "belief_sets.csv",
        exact_returns=SIMPLE / "exact_returns.csv",
        yardstick=SIMPLE / "yardstick.csv",
        entropy_floor=SIMPLE / "entropy_floor.csv",
        one_trial_limit=SIMPLE / "one_trial_limit.csv",
        simulations=[folder / "returns.csv" for folder in LISTED],
        times=SIMPLE / "decision_times.csv",
        speed=SIMPLE / "cem_speed.csv",
    output:
        summary=table("simple_alchemy", "summary", "headline numbers"),
    log:
        RESULTS / "logs" / "simple_alchemy" / "summary.log",
    benchmark:
        RESULTS / "benchmarks" / "simple_alchemy" / "summary.tsv"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        **experiment("simple_alchemy.summary"),
    message:
        "Collect the headline numbers"
    shell:
        RUN
