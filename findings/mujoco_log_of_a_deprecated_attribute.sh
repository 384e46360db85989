#!/usr/bin/env bash
# MuJoCo 4.0.0 with the models of Gymnasium 1.4.0: loading the half-cheetah leaves a file in the working directory.
#
# Guess: a model that Gymnasium ships loads without a word, or at most with a Python warning; reading a model writes nothing.
# Seen: the model still has the attribute settotalmass, which MuJoCo 4 calls deprecated. The notice goes to standard error,
# is no Python warning (an error filter does not see it), and is appended to MUJOCO_LOG.TXT in whatever folder the process
# was started in, once for each load:
#
#     Python warnings 0, files ['MUJOCO_LOG.TXT'], notices in it 2
#
# So jobs that start in a checkout leave a file there, and parallel jobs append to one file. Load models with another
# working directory, or the XML without the attribute.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet mujoco==4.0.0 gymnasium==1.4.0
mkdir "$folder/work"
cd "$folder/work"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.util
import os
import warnings
from pathlib import Path

import mujoco

package = Path(importlib.util.find_spec("gymnasium").origin).parent
model = str(package / "envs" / "mujoco" / "assets" / "half_cheetah.xml")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for _ in range(2):
        mujoco.MjModel.from_xml_path(model)
notices = Path("MUJOCO_LOG.TXT").read_text().count("settotalmass") if os.listdir() else 0
print(f"Python warnings {len(caught)}, files {os.listdir()}, notices in it {notices}")
assert not caught, "the notice is a Python warning now"
assert notices == 2, "loading no longer writes MUJOCO_LOG.TXT"
PYTHON
