"""MuJoCo's half-cheetah, stepped in C, a whole batch per call; in NumPy alone, so that compiled programs may call it."""

from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from xml.etree import ElementTree

import mujoco
import numpy as np
from jaxtyping import Float64
from mujoco.batch import Batch

JOINTS = 9  # coordinates: forwards, up, pitch, then the joints with motors
MOTORS = 6
SECONDS = 0.05  # of a step
ROW = 3 * JOINTS  # numbers per cheetah: positions, velocities, accelerations from which the solver starts

Rows = Float64[np.ndarray, "cheetah row"]

_FRAMES = 5  # steps of MuJoCo in one of ours
_FILE = ("envs", "mujoco", "assets", "half_cheetah.xml")  # in Gymnasium
_ONE_AT_A_TIME = Lock()  # a batch must not be used by two threads at once


@cache
def model() -> mujoco.MjModel:
    """Return the half-cheetah of the file that Gymnasium ships.

    MuJoCo deprecates how the file sets the mass, and writes a warning into the working folder. The calls that it asks
    for instead give the same model.
    """
    text = files("gymnasium").joinpath(*_FILE).read_text()
    description = ElementTree.fromstring(text)
    compiler = description.find("compiler")
    assert compiler is not None
    mass = float(compiler.attrib.pop("settotalmass"))
    cheetah = mujoco.MjModel.from_xml_string(ElementTree.tostring(description, "unicode"))
    mujoco.mj_setTotalmass(cheetah, mass)
    mujoco.mj_setConst(cheetah, mujoco.MjData(cheetah))
    return cheetah


def advance(
    rows: Rows, action: Float64[np.ndarray, "cheetah motor"]
) -> tuple[Rows, Float64[np.ndarray, "cheetah"]]:
    """Return the cheetahs after a step with these motor torques, and their mean forward velocities in it, in m/s.

    Cheetahs are stepped one after another on the calling thread; to the bit, none depends on the others.
    """
    with _ONE_AT_A_TIME:
        batch, parts, control = _batch(len(rows))
        for number, part in enumerate(parts):
            part[:] = rows[:, number * JOINTS : (number + 1) * JOINTS]
        control[:] = action
        batch.step(nstep=_FRAMES)
        following = np.concatenate(parts, axis=1)
    return following, (following[:, 0] - rows[:, 0]) / SECONDS


@lru_cache(maxsize=16)
def _batch(
    count: int,
) -> tuple[Batch, list[Float64[np.ndarray, "cheetah joint"]], Float64[np.ndarray, "cheetah motor"]]:
    """Return simulations, and views of the parts of their rows and of their motors' torques."""
    batch = Batch(model(), count, nthread=1)
    return batch, [batch.bind(name) for name in ("qpos", "qvel", "qacc_warmstart")], batch.bind("ctrl")
