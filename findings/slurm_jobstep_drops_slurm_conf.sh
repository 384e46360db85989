#!/usr/bin/env bash
# snakemake-executor-plugin-slurm-jobstep 0.6.1 (Snakemake 9.27.1): the srun inside a job does not see SLURM_CONF.
#
# Guess: a job of a cluster that is known by SLURM_CONF alone starts its step with the same SLURM_CONF, which sbatch hands on.
# Seen: before it calls srun the plugin removes every SLURM_* variable but ten of the job's own identity. SLURM_CONF is not
# among them; another variable goes through. Here srun is a stand-in that writes down what it was given:
#
#     outside SLURM_CONF=/site/slurm.conf OTHER=kept; srun saw SLURM_CONF= OTHER=kept
#
# So where no slurm.conf lies in the place that was compiled in, and no DNS record names the controller, submission works and
# every job fails in its step. The place compiled in, or an srun that sets the variable again, is the cure.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet snakemake==9.27.1 snakemake-executor-plugin-slurm-jobstep==0.6.1
mkdir "$folder/bin"
cat >"$folder/bin/srun" <<'SRUN'
#!/usr/bin/env bash
echo "SLURM_CONF=${SLURM_CONF:-} OTHER=${OTHER:-}" >"$SEEN"
touch done
SRUN
chmod +x "$folder/bin/srun"
cat >"$folder/Snakefile" <<'SNAKEFILE'
rule step:
    output: "done"
    shell: "touch {output}"
SNAKEFILE
cd "$folder"
export SEEN="$folder/seen" OTHER=kept SLURM_CONF=/site/slurm.conf SLURM_JOB_ID=1
PATH="$folder/bin:$folder/venv/bin:$PATH" snakemake --executor slurm-jobstep --cores 1 --jobs 1 --quiet all || true
echo "outside SLURM_CONF=$SLURM_CONF OTHER=$OTHER; srun saw $(cat "$SEEN")"
[ "$(cat "$SEEN")" = "SLURM_CONF= OTHER=kept" ]
