"""What the parts share: figures, claims, numbers as TeX, the paper and the HTML report."""


rule figure:
    input:
        results=lambda wildcards: figure_part(wildcards.figure).figures[
            wildcards.figure
        ],
    output:
        pdf=RESULTS / "figures" / "{figure}.pdf",
        png=report(
            RESULTS / "figures" / "{figure}.png",
            caption="../report/{figure}.rst",
            category="Figures",
            subcategory=lambda wildcards: figure_part(wildcards.figure).title,
            labels={"figure": "{figure}"},
        ),
    log:
        RESULTS / "logs" / "figures" / "{figure}.log",
    benchmark:
        RESULTS / "benchmarks" / "figures" / "{figure}.tsv"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        inputs=lambda wildcards, input: shlex.join(
            f"--input={path}" for path in input.results
        ),
        out=lambda wildcards, output: os.path.dirname(output.pdf),
        code=lambda wildcards: made_by(f"figures/{wildcards.figure}.py")["code"],
        config=lambda wildcards: made_by(f"figures/{wildcards.figure}.py")["config"],
    message:
        "Draw {wildcards.figure}"
    shell:
        f"athanor figure figures/{{wildcards.figure}}.py --config {shlex.quote(JOB_CONFIG)}"
        " {params.inputs} --out {params.out} > {log} 2>&1"
