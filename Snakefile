"""The study as one graph of jobs: config.yaml in, results/paper.pdf and results/report.html out."""

from snakemake.utils import min_version

min_version("9.27")


include: "workflow/rules/common.smk"


# First by our own reader, whose messages are one line; then by Snakemake's, which knows the command line.
STUDY = load_config(CONFIG_FILE, CONFIG_FILE)


configfile: CONFIG_FILE


if OVERRIDDEN:
    update_config(config, given_values())
    STUDY = overridden_config(config)
check_schema(config)

RESULTS = STUDY.folder
JOB_CONFIG = str(RESULTS / "config.json") if OVERRIDDEN else CONFIG_FILE
CONFIG_OPTION = f"--config {shlex.quote(JOB_CONFIG)}"
RUN = (
    f"athanor run {{params.experiment}} {CONFIG_OPTION} --out {{params.out:q}}"
    " {params.inputs} {params.conditions} > {log:q} 2>&1"
)


report: "workflow/report/workflow.rst"


# Jobs run in the environment that Snakemake itself runs in (requirements.lock), and nothing is ever pulled:
# this names the system that it was made for, which `snakemake --lint` wants to know.
container: "docker://python:3.11-bookworm"


include: "workflow/rules/study.smk"


decide_by_content()


onstart:
    start_run()


rule all:
    default_target: True
    input:
        results=result_files(),
        figures=figure_files("png"),
        claims=RESULTS / "claims.html",
        report=RESULTS / "report.html",
        paper=lambda wildcards: without_paper() if MISSING_TEX else RESULTS / "paper.pdf",
    message:
        "Everything"
