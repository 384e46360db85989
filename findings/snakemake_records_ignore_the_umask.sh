#!/usr/bin/env bash
# Snakemake 9.27.1: the modes of its records ignore the umask: others cannot read them, though they can read the results.
#
# Guess: in a folder that others may read, records under .snakemake follow the umask as results do, so that a colleague
# can at least look at what a dry run says.
# Seen: with umask 022 the result has mode 644 and its record in .snakemake/metadata has mode 660, and so it is with umask
# 077, where the result has mode 600: the record is then open to the group that the umask shuts out. Snakemake reads
# records even for a dry run: one that it may not read ends with a traceback (PermissionError), where it could go on without.
#
# Output seen:
#   umask 022: result 644, record 660
#   umask 077: result 600, record 660
set -euo pipefail
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
for mask in 022 077; do
    umask "$mask"
    venv/bin/snakemake --cores 1 number.txt >log 2>&1 || { cat log; exit 1; }
    echo "umask $mask: result $(stat -c %a number.txt), record $(stat -c %a .snakemake/metadata/*)" | tee --append seen
    rm -r .snakemake number.txt
done
[ "$(cat seen)" = $'umask 022: result 644, record 660\numask 077: result 600, record 660' ] \
    || { echo "this has changed" >&2; exit 1; }
