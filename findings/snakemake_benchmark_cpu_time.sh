#!/usr/bin/env bash
# Snakemake 9.27.1: a benchmark file's cpu_time leaves out up to half a minute of a job.
#
# Guess: cpu_time is the processor time of the whole job, as its column s is the wall time of the whole job.
# Seen: cpu_time is what the last sample saw. Samples are 0.5 s apart for the first quarter of a minute, then 30 s apart,
# and none is taken when the job ends. A job that keeps a core busy for 25 s is written down with 15 s or less (here on a
# machine with other work, where the 25 s took longer):
#
#     seconds 43.2, cpu_time 8.3 of about 25
#
# So sums of cpu_time are too low by up to 30 s a job, and mean_load with them. A rate (cpu_time over the seconds
# sampled) times s is nearer the truth.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet snakemake==9.27.1
cat >"$folder/busy.py" <<'PYTHON'
import time

start = time.process_time()
while time.process_time() - start < 25:
    pass
PYTHON
cat >"$folder/Snakefile" <<'SNAKEFILE'
rule busy:
    output: "done"
    benchmark: "busy.tsv"
    shell: "python busy.py && touch done"
SNAKEFILE
cd "$folder"
PATH="$folder/venv/bin:$PATH" snakemake --cores 1 --quiet all
python3 - <<'PYTHON'
import csv

row = next(csv.DictReader(open("busy.tsv"), delimiter="\t"))
seconds, processor = float(row["s"]), float(row["cpu_time"])
print(f"seconds {seconds:.1f}, cpu_time {processor:.1f} of about 25")
assert seconds >= 25, "the job was not busy for 25 s"
assert processor < 20, "cpu_time now covers the whole job"
PYTHON
