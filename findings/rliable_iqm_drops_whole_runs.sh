#!/usr/bin/env bash
# rliable 1.2.0: the interquartile mean of three runs is their plain mean, an outlier included.
#
# Guess: aggregate_iqm takes the middle half of the scores, runs at its edges with the share that lies in it, as an
# interquartile mean is defined; of 3 runs it weighs the middle one two thirds and the others a sixth each.
# Seen: a quarter of the number of runs is rounded down, and that many whole runs are dropped at either end: none of 3,
# 1 of 4 to 7, 2 of 8 to 11. Runs that score 0, 1, 4, 9, ... but for the last, which is lost at -1000:
#
#     runs 3: IQM -333.00, mean -333.00, with shares -166.50
#     runs 4: IQM    0.50, mean -248.75, with shares    0.50
#     runs 5: IQM    1.67, mean -197.20, with shares    1.60
#     runs 7: IQM    6.00, mean -135.00, with shares    5.14
#
# So with three runs a single task's score is no more robust than the mean, and with 5 or 7 not what the definition gives.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet rliable==1.2.0 numpy==2.4.6 scipy==1.17.1
cat >"$folder/iqm.py" <<'PYTHON'
import numpy as np
from rliable import metrics


def with_shares(scores):
    edges = np.arange(len(scores) + 1) / len(scores)
    shares = np.clip(np.minimum(edges[1:], 0.75) - np.maximum(edges[:-1], 0.25), 0, None)
    return np.average(np.sort(scores), weights=shares)


for runs in (3, 4, 5, 7):
    scores = np.append(np.arange(runs - 1.0) ** 2, -1000.0)
    found, mean, right = metrics.aggregate_iqm(scores[:, None]), scores.mean(), with_shares(scores)
    print(f"runs {runs}: IQM {found:7.2f}, mean {mean:7.2f}, with shares {right:7.2f}")
    assert np.isclose(found, mean) == (runs == 3), "three runs are now told from their mean"
    assert np.isclose(found, right) == (runs == 4), "runs at the edges now have shares"
PYTHON
"$folder/venv/bin/python" -P "$folder/iqm.py"
