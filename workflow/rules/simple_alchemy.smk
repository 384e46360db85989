"""Simple Alchemy: its graphs, its exact solution, its agents."""

SIMPLE = RESULTS / "simple_alchemy"

PARTS["simple_alchemy"] = Part(
    title="Simple Alchemy",
    results=[SIMPLE / "graph_counts.csv"],
    figures={},
)


rule simple_alchemy_graph_counts:
    output:
        table("simple_alchemy", "graph_counts", "causal graphs"),
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
