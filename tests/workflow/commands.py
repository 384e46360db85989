"""Carry out `athanor` commands, one a line on stdin, each in a process of its own that has next to nothing to import.

Importing takes longer than most jobs of the miniature. No backend of JAX and no thread is started before a fork. JAX is
strict, and every annotated shape and type of athanor is enforced, as in the tests of its modules.
"""

import importlib
import os
import shlex
import sys
import threading
import traceback

import jax
import jaxtyping

SHARED = ("equinox", "optax", "scipy.stats", "pandas", "matplotlib.pyplot")


def carry_out(words: list[str]) -> int:
    """Return the exit code of a command, carried out in a fork."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        from athanor.pipeline import cli

        code = cli.main(words)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> int:
    """Return 1 after the first command that fails, having named it."""
    jaxtyping.install_import_hook("athanor", "beartype.beartype")
    jax.config.update("jax_numpy_dtype_promotion", "strict")
    for name in SHARED:
        importlib.import_module(name)
    assert threading.active_count() == 1
    for line in sys.stdin:
        if carry_out(shlex.split(line)[1:]):
            print(f"failed: {line}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
