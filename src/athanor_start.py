"""The command `athanor`: the known environment comes first, and only then the packages that a PYTHONPATH can replace."""

import runpy
import sys
from pathlib import Path


def main() -> int:
    """Run the command line and return its exit code."""
    known = runpy.run_path(str(Path(__file__).with_name("athanor") / "known_environment.py"))
    try:
        known["enter"]()
    except known["NoCheckout"]:
        pass  # which some commands do without
    except known["StartError"] as error:
        print(f"athanor: {error}", file=sys.stderr)
        return 1
    from athanor.pipeline.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
