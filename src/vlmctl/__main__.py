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
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:
        _stand_in()
    from vlmctl.cli.run import run

    sys.exit(run(sys.argv[1:]))


def _stand_in() -> None:
    """Put something in the place of closed standard streams, or files opened later would get their descriptors.

    An answer to a closed stdout fails as on a full disk; what goes to a closed stderr is lost.
    """
    import os

    for descriptor, flags in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, flags)  # gets the lowest free descriptor: this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


if __name__ == "__main__":
    main()
