#!/usr/bin/env bash
# Snakemake 9.27.1: a dry run shows groups of jobs that the run itself does not have, and their commands out of order.
#
# Guess: `snakemake -n -p` prints what `snakemake` would run, each command after those that make its inputs.
# Seen: on one machine `group:` is without effect (each job is on its own), but a dry run applies it. The jobs of a group
# are printed by the names of their rules, so a command can stand before the one whose output it takes:
#
#     dry run: last start, groups 1; run: start last, groups 0
#
# So commands read off a dry run are no script. Give the group by a function that returns None unless the executor is that
# of a cluster.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet snakemake==9.27.1
mkdir "$folder/work"
cd "$folder/work"
cat > Snakefile <<'SNAKEFILE'
rule last:
    input:
        "a.txt",
    output:
        "b.txt",
    group:
        "both"
    shell:
        "echo last > {output}"


rule start:
    output:
        "a.txt",
    group:
        "both"
    shell:
        "echo start > {output}"
SNAKEFILE
"$folder/venv/bin/snakemake" --cores 1 --dry-run --printshellcmds b.txt >dry.txt 2>&1
"$folder/venv/bin/snakemake" --cores 1 --printshellcmds b.txt >run.txt 2>&1
told() { echo "$(sed -n 's/^Shell command: echo \(\w*\) .*/\1/p' "$1" | paste -sd ' '), groups $(grep -c 'Group job' "$1" || true)"; }
seen="dry run: $(told dry.txt); run: $(told run.txt)"
echo "$seen"
test "$seen" = "dry run: last start, groups 1; run: start last, groups 0"
