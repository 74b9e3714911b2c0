"""`python -m vlmctl` and the `vlmctl` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit."""
    from vlmctl.cli.run import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
