"""Start-up: CPU time of short commands against a bare interpreter and `import typer`, interleaved, medians.

    python benchmarks/startup.py [--rounds N] [--json]

Prints milliseconds and ratios; judges nothing. `benchmarks/run.py` adds the peers and writes docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BASE = "import typer"

BUDGETS = {"--version": 1.3, "list --json": 1.6, "top --json": 1.6, "show --json": None, "list (table)": 2.5, "one completion": 1.3}
"""DESIGN, section 9: CPU time as a multiple of `python -c "import typer"`."""


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


def cpu_seconds(command: list[str], env: dict[str, str]) -> float:
    """CPU time (user and system) of one run, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(wanted: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each command; the commands take turns, so that a noisy moment hits all."""
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "VLMCTL_CACHE_DIR": cache}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        for command in wanted.values():
            cpu_seconds(command, env)  # writes bytecode and caches
        found: dict[str, list[float]] = {name: [] for name in wanted}
        for _ in range(rounds):
            for name, command in wanted.items():
                found[name].append(cpu_seconds(command, env))
    return {name: statistics.median(times) for name, times in found.items()}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    beside = Path(sys.executable).with_name("vlmctl")
    vlmctl = str(beside) if beside.exists() else shutil.which("vlmctl") or "vlmctl"
    times = measure(commands(vlmctl, sys.executable), options.rounds)
    base = times[BASE]
    rows = [{"command": name, "ms": round(t * 1000, 1), "ratio": round(t / base, 2), "budget": BUDGETS.get(name)} for name, t in times.items()]
    if options.json:
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        budget = f"  budget {row['budget']}" if row["budget"] else ""
        print(f"{row['command']:16} {row['ms']:7.1f} ms  {row['ratio']:5.2f}{budget}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
