"""Run every test with JAX's strict types, and with every annotated shape and type of athanor enforced.

JAX's refusal of rank promotion stays off: the solvers broadcast as NumPy does, and the annotations hold the shapes.
Every compiled program is kept in the checkout for test modules that share it and for the next run.
"""

import hashlib
import os
import platform
import re
from pathlib import Path

import jax
import jaxtyping
import pytest
from hypothesis import HealthCheck, settings


def processor_digest() -> str:
    """Return a name for the kind of processor: a machine must not get what was compiled for another."""
    info = Path("/proc/cpuinfo")
    text = info.read_text() if info.is_file() else platform.processor()
    kind = re.findall(r"^(?:model name|flags|Features)\s*:.*$", text.partition("\n\n")[0], re.MULTILINE)
    return hashlib.sha256("\n".join([platform.machine(), *(kind or [text])]).encode()).hexdigest()[:12]


# Before any test module imports athanor.
jaxtyping.install_import_hook("athanor", "beartype.beartype")

jax.config.update("jax_numpy_dtype_promotion", "strict")

# Tests compile for longer than their programs run. What tests start does not see it.
with pytest.MonkeyPatch.context() as patch:
    patch.setenv("XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=0")
    jax.devices()  # from now on it holds

if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
    programs = Path(__file__).parents[1] / ".cache" / "jax-tests" / processor_digest()
    jax.config.update("jax_compilation_cache_dir", str(programs))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what makes faults and benchmarks longer, by hand."""
    group = parser.getgroup("athanor")
    group.addoption("--faults", type=int, default=2, help="runs that are killed at random moments")
    group.addoption("--times", type=int, default=10, help="times the jobs of the study that are planned")


# No test passes or fails by its time.
UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("untimed", **UNTIMED)
settings.register_profile("thorough", **UNTIMED, max_examples=5000)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, the whole study in miniature: no worker is left alone with it at the end."""
    items.sort(key=lambda item: "workflow" not in item.path.parts)
