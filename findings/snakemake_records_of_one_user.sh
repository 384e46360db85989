#!/usr/bin/env bash
# Snakemake 9.27.1: what it records of a result can be read by nobody but the user who made it, though the result can.
#
# Guess: in a results folder that a group shares, records under .snakemake follow the umask as results do, so that a colleague
# can at least look at what a dry run says.
# Seen: with umask 022 the result has mode 644 and its record in .snakemake/metadata has mode 600, since it is written to a
# temporary file of mode 600 that is moved into place. Snakemake reads records even for a dry run: that of another user ends
# with a traceback (PermissionError), where it could go on without the record or say in a line whose it is.
#
# Output seen:
#   result 644
#   record 600
set -euo pipefail
umask 022
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet snakemake==9.27.1
cat >Snakefile <<'END'
rule number:
    output: "number.txt"
    shell: "echo 1 > {output}"
END
venv/bin/snakemake --cores 1 number.txt >log 2>&1 || { cat log; exit 1; }
found=$(echo "result $(stat -c %a number.txt)"; for record in .snakemake/metadata/*; do echo "record $(stat -c %a "$record")"; done)
echo "$found"
[ "$found" = $'result 644\nrecord 600' ] || { echo "this has changed" >&2; exit 1; }
