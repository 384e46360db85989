#!/usr/bin/env bash
# stable-baselines3 2.9.2 with gymnasium 1.4.0: make_vec_env("id") fails for an environment that draws nothing and says so.
#
# Guess: an environment that is registered and passes check_env can be made by its id for training; nobody asked for a picture.
# Seen: given an id, make_vec_env makes the environment with render_mode="rgb_array", and without only after a TypeError, which a
# constructor without that parameter raises. One that checks the mode as Gymnasium's guide to custom environments does,
# by an assertion on metadata["render_modes"], ends the program before training; so does one that raises a ValueError:
#
#     no parameter render_mode: made
#     assertion, as in the guide: AssertionError
#     ValueError: ValueError
#     assertion, made by a function: made
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet stable-baselines3==2.9.2 gymnasium==1.4.0 numpy==2.4.6 torch==2.14.1
cat >"$folder/made.py" <<'PYTHON'
import warnings

import gymnasium
import numpy as np
from stable_baselines3.common.env_checker import check_env
from stable_baselines3.common.env_util import make_vec_env

warnings.simplefilter("ignore")
gymnasium.logger.min_level = gymnasium.logger.ERROR


class Plain(gymnasium.Env):
    metadata = {"render_modes": []}
    observation_space, action_space = gymnasium.spaces.Box(0, 1, (1,)), gymnasium.spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(1, np.float32), {}

    def step(self, action):
        return np.zeros(1, np.float32), float(action), True, False, {}


class Asserted(Plain):
    def __init__(self, render_mode=None):
        assert render_mode is None or render_mode in self.metadata["render_modes"]


class Raised(Plain):
    def __init__(self, render_mode=None):
        if render_mode is not None:
            raise ValueError(f"render_mode is {render_mode}, must be None")


def outcome(made):
    try:
        make_vec_env(made).close()
    except Exception as error:
        return type(error).__name__
    return "made"


for face in (Plain, Asserted, Raised):
    check_env(face())
    gymnasium.register(f"{face.__name__}-v0", face)
seen = {
    "no parameter render_mode": outcome("Plain-v0"),
    "assertion, as in the guide": outcome("Asserted-v0"),
    "ValueError": outcome("Raised-v0"),
    "assertion, made by a function": outcome(lambda: gymnasium.make("Asserted-v0")),
}
for name, result in seen.items():
    print(f"{name}: {result}")
assert list(seen.values()) == ["made", "AssertionError", "ValueError", "made"], "it no longer insists on a picture"
PYTHON
"$folder/venv/bin/python" -P "$folder/made.py"
