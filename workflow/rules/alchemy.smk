"""Alchemy, the full game: its chemistries and the scores of its reference players."""

from athanor.experiments.alchemy.config import AGENTS as ALCHEMY_AGENTS

ALCHEMY = RESULTS / "alchemy"
ALCHEMY_PLAYED = [ALCHEMY / "play" / agent / "scores.csv" for agent in ALCHEMY_AGENTS]

PARTS["alchemy"] = Part(
    title="Alchemy",
    figures={
        "alchemy_scores": [ALCHEMY / "scores.csv", ALCHEMY / "mean_scores.csv", ALCHEMY / "summary.csv"]
    },
    expanded=ALCHEMY_PLAYED,
)


rule alchemy_chemistry_counts:
    output:
        chemistry_counts=table("alchemy", "chemistry_counts", "chemistries"),
    log:
        RESULTS / "logs" / "alchemy" / "chemistry_counts.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "chemistry_counts.tsv"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        **experiment("alchemy.chemistry_counts"),
    message:
        "Count the chemistries of Alchemy and tell them apart"
    shell:
        RUN


rule alchemy_play:
    output:
        scores=ALCHEMY / "play" / "{agent}" / "scores.csv",
    log:
        RESULTS / "logs" / "alchemy" / "play_{agent}.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "play_{agent}.tsv"
    wildcard_constraints:
        agent="[a-z_]+",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.play"),
    message:
        "Play Alchemy with agent {wildcards.agent}"
    shell:
        RUN


rule alchemy_scores:
    input:
        played=ALCHEMY_PLAYED,
    output:
        scores=ALCHEMY / "scores.csv",
        mean_scores=table("alchemy", "mean_scores", "mean scores by trial"),
    log:
        RESULTS / "logs" / "alchemy" / "scores.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "scores.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.scores"),
    message:
        "Bring the scores of Alchemy together"
    shell:
        RUN


rule alchemy_summary:
    input:
        chemistry_counts=ALCHEMY / "chemistry_counts.csv",
        scores=ALCHEMY / "scores.csv",
        mean_scores=ALCHEMY / "mean_scores.csv",
    output:
        summary=table("alchemy", "summary", "headline numbers"),
    log:
        RESULTS / "logs" / "alchemy" / "summary.log",
    benchmark:
        RESULTS / "benchmarks" / "alchemy" / "summary.tsv"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        **experiment("alchemy.summary"),
    message:
        "Collect the headline numbers of Alchemy"
    shell:
        RUN
