#!/usr/bin/env bash
# Snakemake 9.27.1: how often a run looks at its ready jobs grows with the number of jobs that are done.
#
# Guess: while one job runs and nothing else can start, the scheduler waits for it.
# Seen: after every look that finds ready jobs the limit of jobs a second (--max-jobs-per-timespan, 100/1s unless given, and never none) starts a
# timer of a second, and each timer leads to a look that starts another. Each job that ends adds a chain. In the five
# seconds in which one job of two runs on the only core (numbers vary a little with the machine; without the limit there are none):
#
#     looks after 2 quick jobs: 13, after 42: 208, without the limit: 0
#
# Each look examines all jobs that are ready, so the main process of a run of hundreds of jobs is busy. `onstart` can take the limit
# away (workflow.scheduler.job_rate_limiter = None).
set -euo pipefail
shopt -s inherit_errexit
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet snakemake==9.27.1
mkdir "$folder/work"
cd "$folder/work"
cat > Snakefile <<'SNAKEFILE'
onstart:
    if config["limited"] == "no":
        workflow.scheduler.job_rate_limiter = None


rule all:
    input:
        "long_a",
        "long_b",


rule long:
    input:
        expand("quick_{number}", number=range(int(config["quick"]))),
    output:
        "long_{name}",
    shell:
        "sleep 5; touch {output}"


rule quick:
    output:
        "quick_{number}",
    shell:
        "touch {output}"
SNAKEFILE
# Return how often a run looked at its ready jobs while the first long job ran and the second was ready.
looks() {
    rm -rf quick_* long_* .snakemake
    "$folder/venv/bin/snakemake" --cores 1 --scheduler greedy --verbose --config quick="$1" limited="$2" >log.txt 2>&1
    test -e long_a
    test -e long_b
    grep -q '^\(local\)\?rule long:' log.txt
    sed -n '/^\(local\)\?rule long:/,/^Finished jobid: .*long/p' log.txt | sed '/^Finished jobid/q' | grep -c '^Ready jobs' || true
}
few=$(looks 2 yes)
many=$(looks 42 yes)
none=$(looks 42 no)
echo "looks after 2 quick jobs: $few, after 42: $many, without the limit: $none"
test "$few" -ge 10
test "$many" -gt $((4 * few))
test "$none" -eq 0
