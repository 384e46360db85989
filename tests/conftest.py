"""Run every test in JAX's strict modes, with every annotated shape and type of athanor enforced."""

import jax
import jaxtyping

# Before any test module imports athanor.
jaxtyping.install_import_hook("athanor", "beartype.beartype")

jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")
