"""`seisview` and `python -m seisview`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code.

    Interrupting while the program still loads ends it like interrupting a command.
    """
    try:
        from seisview.cli.main import main as run_command

        return run_command()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
