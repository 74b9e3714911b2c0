"""Ask any compiled catalog a question through the real command line: `python benchmarks/ask.py FILE.sqlite3 top --bench TextVQA`.

The file stands in for the one that the wheel brings; nothing else differs from `vlmctl`.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run the command line on the file."""
    from vlmctl.cli.run import run
    from vlmctl.store import opening

    file = Path(arguments[0])
    opening.packaged_file = lambda: file
    return run(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
