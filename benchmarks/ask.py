"""Ask any compiled catalog a question through the real command line: `python benchmarks/ask.py FILE.sqlite3 top --bench TextVQA`.

The file stands in for the one that the wheel brings; nothing else differs from `vlmctl`.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    from vlmctl.__main__ import main
    from vlmctl.store import layers, opening

    file = Path(sys.argv.pop(1))
    layers.packaged_file = opening.packaged_file = lambda: file
    main()
