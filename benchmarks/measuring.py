"""What a command costs: CPU time and peak memory, taken in turns so that a noisy moment hits all alike, as medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

__all__ = ["Cost", "cost", "in_turns", "quiet_environment"]


class Cost(NamedTuple):
    """What one run took, with its children."""

    cpu: float
    """Seconds, user and system."""
    peak: float
    """Largest resident set in MB (10^6 bytes). A child starts with a copy of this program's own 15 MB, so less can't be told."""
    code: int
    """Exit code."""


def cost(command: Sequence[str], env: Mapping[str, str] | None = None, *, progress: bool = False) -> Cost:
    """Run a command; its output is thrown away, but for its stderr where `progress` is wanted."""
    null = subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, stdin=null, stdout=null, stderr=None if progress else null)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, process.returncode)


def in_turns(commands: Mapping[str, Sequence[str]], rounds: int, env: Mapping[str, str]) -> dict[str, Cost]:
    """The median cost of each command. A first round that doesn't count writes bytecode and fills caches."""
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            each = cost(command, env)
            if turn:
                found[name].append(each)
    return {
        name: Cost(
            statistics.median(each.cpu for each in costs), statistics.median(each.peak for each in costs), max(each.code for each in costs)
        )
        for name, costs in found.items()
    }


@contextmanager
def quiet_environment() -> Iterator[dict[str, str]]:
    """An environment with a cache and a home of its own, without overlays, in which bytecode is written."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "VLMCTL_CACHE_DIR": home, "XDG_CONFIG_HOME": home, "COLUMNS": "120"}
        for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VLMCTL_CATALOG", "VLMCTL_RECOMPILE"):
            env.pop(name, None)
        yield env
