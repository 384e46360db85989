"""The rules: one for each job that the groups of experiments declare, one for each figure, and what all of it ends in."""

for made in [JobRule(job) for job in study.jobs()]:

    rule:
        name:
            made.job.rule
        input:
            **made.inputs,
        output:
            **made.outputs,
        log:
            RESULTS / "logs" / f"{made.record}.log",
        benchmark:
            RESULTS / "benchmarks" / f"{made.record}.tsv"
        wildcard_constraints:
            **dict.fromkeys(made.names, "[A-Za-z0-9_.+-]+"),
        priority: made.job.priority
        group:
            on_cluster(groups_of_rules().get(made.job.rule))
        threads: cores_of(made.job)
        resources:
            **resources_of(made.job),
        params:
            **made.params,
        message:
            made.title
        shell:
            RUN


# Everything of a part: `snakemake navigation`.
for part in configuration.parts():

    rule:
        name:
            part
        input:
            [RESULTS / file for job in study.jobs() if job.part == part for file in study.files(job, STUDY)],


# One rule a figure, since a caption's file name cannot hold a wildcard.
for figure, script in figure_scripts().items():

    rule:
        name:
            f"figure_{figure}"
        input:
            results=read_by(script),
        output:
            pdf=RESULTS / "figures" / f"{figure}.pdf",
            png=report(
                RESULTS / "figures" / f"{figure}.png",
                caption=f"../report/figures/{figure}.rst",
                category="Figures",
                subcategory=title_of(figure_inputs.part(script)),
                labels={
                    "figure": figure.replace("_", " "),
                    "script": str(script),
                    "data": ", ".join(dict.fromkeys(figure_inputs.patterns(script))),
                },
            ),
        log:
            RESULTS / "logs" / "figures" / f"{figure}.log",
        benchmark:
            RESULTS / "benchmarks" / "figures" / f"{figure}.tsv"
        group:
            on_cluster("last")
        threads: 1
        resources:
            mem_mb=1000,
            runtime=LIGHT_MINUTES,
        params:
            **made_by(str(script)),
            script=str(script),
            out=lambda wildcards, output: os.path.dirname(output.pdf),
        message:
            f"Draw {figure}"
        shell:
            f"athanor figure {CONFIG_OPTION}"
            " {params.script} --input {input.results} --out {params.out} > {log} 2>&1"


rule claims:
    input:
        estimates=estimates(),
    output:
        csv=RESULTS / "claims.csv",
        readings=RESULTS / "readings.csv",
        html=report(
            RESULTS / "claims.html",
            caption="../report/claims.rst",
            category="Claims",
            labels={"table": "claims and verdicts"},
        ),
    log:
        RESULTS / "logs" / "claims.log",
    benchmark:
        RESULTS / "benchmarks" / "claims.tsv"
    group:
        on_cluster("last")
    threads: 1
    resources:
        mem_mb=1000,
        runtime=LIGHT_MINUTES,
    params:
        **made_by("claims"),
        out=lambda wildcards, output: os.path.dirname(output.csv),
        sources=digest_of(["paper/claims.yaml"]),
    message:
        "Judge the claims"
    shell:
        f"athanor claims {CONFIG_OPTION}"
        " --claims paper/claims.yaml --estimates {input.estimates} --out {params.out} > {log} 2>&1"


rule tex:
    input:
        claims=rules.claims.output.csv,
        readings=rules.claims.output.readings,
        estimates=estimates(),
        results=result_files(),
    output:
        **{name: RESULTS / "paper" / f"{name}.tex" for name in GENERATED_TEX},
    log:
        RESULTS / "logs" / "tex.log",
    benchmark:
        RESULTS / "benchmarks" / "tex.tsv"
    group:
        on_cluster("last")
    threads: 1
    resources:
        mem_mb=1000,
        runtime=LIGHT_MINUTES,
    params:
        **made_by("tex"),
        out=lambda wildcards, output: os.path.dirname(output.numbers),
        manifests=lambda wildcards, input: [f"{path}.manifest.json" for path in input.results],
        tables=digest_of(["paper/tables.yaml"]),
        sections=sorted(path.name for path in Path("paper/sections").glob("*.tex")),
    message:
        "Write the numbers and tables of the paper"
    shell:
        f"athanor tex {CONFIG_OPTION}"
        " --claims {input.claims} --readings {input.readings} --estimates {input.estimates}"
        " --manifest {params.manifests} --out {params.out} > {log} 2>&1"


rule paper:
    input:
        tex=rules.tex.output,
        figures=figures_of_paper,
    output:
        pdf=RESULTS / "paper.pdf",
    log:
        RESULTS / "logs" / "paper.log",
    benchmark:
        RESULTS / "benchmarks" / "paper.tsv"
    group:
        on_cluster("last")
    threads: 1
    resources:
        mem_mb=1000,
        runtime=LIGHT_MINUTES,
    params:
        **made_by("paper"),
        tex=lambda wildcards, input: os.path.dirname(input.tex[0]),
        figures=RESULTS / "figures",
        sources=digest_of(tex_sources()),
    message:
        "Build the paper"
    shell:
        f"athanor paper {CONFIG_OPTION}"
        " --paper paper --tex {params.tex}"
        " --figures {params.figures} --out {output.pdf} > {log} 2>&1"


# Snakemake draws its report by itself; as a job of its own it is made again exactly when what it shows is.
rule report:
    input:
        claims=rules.claims.output.html,
        figures=figure_files("png"),
        results=result_files(),
    output:
        html=RESULTS / "report.html",
    log:
        RESULTS / "logs" / "report.log",
    benchmark:
        RESULTS / "benchmarks" / "report.tsv"
    group:
        on_cluster("last")
    threads: 1
    resources:
        mem_mb=1000,
        runtime=LIGHT_MINUTES,
    params:
        captions=digest_of(Path("workflow/report").rglob("*.rst")),
    message:
        "Build the HTML report"
    shell:
        f"snakemake --configfile {shlex.quote(JOB_CONFIG)}" " --report {output.html} {input} > {log} 2>&1"
