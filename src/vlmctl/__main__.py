"""`python -m vlmctl` and the `vlmctl` command."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and exit.

    The garbage collector waits for more objects than usual: importing and answering make few cycles, and looking for
    them again and again takes 5 % of a short command.
    """
    gc.set_threshold(50_000)
    from vlmctl.cli.run import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
