"""Run a figure script: reads declared results only, writes the figure with its manifest."""

import logging
import os
import runpy
from collections.abc import Sequence
from pathlib import Path

from athanor import results
from athanor.pipeline import arguments, process, runner, store
from athanor.pipeline.config import Config
from athanor.pipeline.provenance import origin_of


def run(script: Path, inputs: Sequence[Path], out: Path, config: Config) -> None:
    """Run `script` with `inputs` declared, writing figures to `out`."""
    if script.suffix != ".py":
        raise arguments.RunError(
            f"{script} is no figure script; must be a Python file such as figures/overview.py"
        )
    if not script.is_file():
        raise arguments.RunError(f"{script}: figure script does not exist")
    for path in inputs:
        arguments.check_input(path, config.folder)
    runner.stop_when_terminated()
    process.set_up_process()
    os.environ["SOURCE_DATE_EPOCH"] = str(config.epoch)
    origin = origin_of(results.relative(script), config)
    if store.restore(origin, inputs, out):
        return
    # Imported late: matplotlib reads its backend on import.
    import matplotlib

    from athanor.reporting import figure

    # That the cache of fonts takes a moment is no news for whoever reads the log.
    logging.getLogger("matplotlib.font_manager").addFilter(lambda record: "font cache" not in record.msg)
    matplotlib.rcdefaults()  # a matplotlibrc may lie in the folder itself
    with results.making(origin), figure.context(config.folder, out, inputs):
        runpy.run_path(str(script), run_name="__main__")
    store.keep(origin, inputs, (out / f"{script.stem}.{kind}" for kind in figure.METADATA), out)
