"""Start-up: CPU time of short commands against a bare interpreter and `import typer`, interleaved, medians.

    python benchmarks/startup.py [--rounds N] [--json]

Prints milliseconds and ratios; judges nothing. `benchmarks/run.py` adds the peers and writes docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

from measuring import in_turns, quiet_environment

BASE = "import typer"

BUDGETS = {"--version": 1.3, "list --json": 1.6, "top --json": 1.6, "show --json": None, "list (table)": 2.5, "one completion": 1.3}
"""docs/design.md: CPU time as a multiple of `python -c "import typer"`."""


def commands(vlmctl: str, python: str) -> dict[str, list[str]]:
    """What is measured, by name."""
    return {
        "python -c pass": [python, "-c", "pass"],
        BASE: [python, "-c", "import typer"],
        "--version": [vlmctl, "--version"],
        "list --json": [vlmctl, "list", "--json"],
        "top --json": [vlmctl, "top", "--bench", "TextVQA", "--json"],
        "show --json": [vlmctl, "show", "imp-v1.5-3b-phi2", "--json"],
        "list (table)": [vlmctl, "list", "--format", "table"],
        "one completion": [vlmctl, "__complete", "bash", "vlmctl show imp-", "imp-"],
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    beside = Path(sys.executable).with_name("vlmctl")
    vlmctl = str(beside) if beside.exists() else shutil.which("vlmctl") or "vlmctl"
    with quiet_environment() as env:
        costs = in_turns(commands(vlmctl, sys.executable), options.rounds, env)
    base = costs[BASE].cpu
    rows = [
        {
            "command": name,
            "ms": round(each.cpu * 1000, 1),
            "ratio": round(each.cpu / base, 2),
            "budget": BUDGETS.get(name),
            "code": each.code,
        }
        for name, each in costs.items()
    ]
    if options.json:
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        budget = f"  budget {row['budget']}" if row["budget"] else ""
        failed = f"  exit code {row['code']}" if row["code"] else ""
        print(f"{row['command']:16} {row['ms']:7.1f} ms  {row['ratio']:5.2f}{budget}{failed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
