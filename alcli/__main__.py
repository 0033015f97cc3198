"""The command `alcli`, also as `python -m alcli`."""

from __future__ import annotations

import os
from contextlib import suppress


def main() -> None:
    """Load the command line and run it; Ctrl-C is an interrupt also while that is being loaded."""
    try:
        from alcli.cli import main as run

        run()
    except KeyboardInterrupt:
        with suppress(OSError):  # there may be no standard error
            os.write(2, b"interrupted\n")
        os._exit(130)  # `sys.exit` dies of the signal instead where that fell into code made of a string


if __name__ == "__main__":
    main()
