"""Run every test with JAX's strict types, and with every annotated shape and type of athanor enforced.

JAX's refusal of rank promotion stays off: the solvers broadcast as NumPy does, and the annotations hold the shapes.
"""

import jax
import jaxtyping
from hypothesis import settings

# Before any test module imports athanor.
jaxtyping.install_import_hook("athanor", "beartype.beartype")

jax.config.update("jax_numpy_dtype_promotion", "strict")

# No test passes or fails by its time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
