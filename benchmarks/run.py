"""Every benchmark in one command: writes docs/benchmarks.md.

    python benchmarks/run.py [--quick] [--scores N,N,…] [--rounds N] [--output FILE]

Takes under ten minutes on two cores, of which a million scores are three; `--quick` stops at 100,000. Needs Python only: the wheel of this
checkout and its peers are installed into `~/.cache/vlmctl-bench/venvs`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import growth as growing
import page
from measuring import Cost, in_turns, quiet_environment
from peers import ROOT, duckdb_program, installed, jq_program, peers, version_of, vlmctl_environment

import startup

START = time.monotonic()


def say(text: str) -> None:
    sys.stderr.write(f"[{time.monotonic() - START:4.0f} s] {text}\n")


def ready_peers(exported: Path) -> tuple[dict[str, list[str]], dict[str, str], list[str]]:
    """The peers' commands by name, their versions, and what had to be left out."""
    commands, versions, left_out = {}, {}, []
    for peer in peers(exported):
        say(f"installing {peer.package}")
        try:
            programs = installed(peer.package, *peer.also)
            ran = subprocess.run([programs / peer.program, *peer.arguments], capture_output=True, text=True, check=False)
        except subprocess.CalledProcessError:
            left_out.append(f"`{peer.name}`: {peer.package} could not be installed")
            continue
        if ran.returncode:
            left_out.append(f"`{peer.name}`: exit code {ran.returncode}, {(ran.stderr.strip().splitlines() or ['no message'])[-1]}")
            continue
        commands[peer.name] = [str(programs / peer.program), *peer.arguments]
        versions[peer.package] = version_of(programs, peer.package) + (f" with {', '.join(peer.also)}" if peer.also else "")
    return commands, versions, left_out


def measured(options: argparse.Namespace, place: Path, env: Mapping[str, str]) -> page.Measured:
    """Everything, one after the other."""
    say("building and installing vlmctl")
    programs = vlmctl_environment()
    python, vlmctl = str(programs / "python"), str(programs / "vlmctl")
    for form, table in (("sqlite", None), ("parquet", "scores"), ("jsonl", "scores")):
        chosen = ["--table", table] if table else []
        subprocess.run([vlmctl, "export", form, *chosen, "-o", str(place / f"scores.{form}")], check=True, env=env, capture_output=True)
    exported = (place / "scores.sqlite").rename(place / "vlm.sqlite3")
    foreign, versions, left_out = ready_peers(exported)
    top = next(question for question in growing.QUESTIONS if question.name == "top")
    duckdb, jq = duckdb_program(), jq_program()
    if duckdb:
        foreign["duckdb: the same ranking"] = [
            duckdb[0],
            "-json",
            "-c",
            (top.sql or "").replace("'scores.parquet'", f"'{place}/scores.parquet'"),
        ]
        versions["duckdb"] = duckdb[1].removeprefix("v")
    if jq:
        foreign["jq: the same ranking"] = [jq[0], "-n", "-c", top.jq or "", str(place / "scores.jsonl")]
        versions["jq"] = jq[1].removeprefix("jq-")
    left_out += [f"{name}: not on this machine" for name, found in (("duckdb", duckdb), ("jq", jq)) if not found]
    say(f"start-up, {options.rounds} rounds")
    own = startup.commands(vlmctl, python)
    costs = in_turns({**own, **foreign}, options.rounds, env)
    failed(own, costs)
    say("compiling the shipped catalog")
    compiling = growing.compiling(python, env, say)
    failed(compiling, compiling)
    growth = growing.grown(python, options.scores, min(options.rounds, 7), env, duckdb and duckdb[0], jq and jq[0], say)
    for asked in growth.asked.values():
        failed(asked, asked)
    ours = {name: version_of(programs, name) for name in ("vlmctl", "typer")}
    return page.Measured(
        {**ours, **versions}, {name: costs[name] for name in own}, {name: costs[name] for name in foreign}, left_out, compiling, growth,
        options.rounds, time.monotonic() - START,
    )  # fmt: skip


def failed(names: Mapping[str, object], costs: Mapping[str, Cost]) -> None:
    """Stop where a command of ours didn't end with 0: its time would mean nothing."""
    wrong = {name: costs[name].code for name in names if costs[name].code}
    if wrong:
        sys.exit(f"these commands failed (exit codes): {wrong}")


def main() -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="up to 100,000 scores, 5 rounds; prints where the page is instead of replacing docs/benchmarks.md",
    )
    parser.add_argument("--scores", type=lambda text: [int(each) for each in text.split(",")], default=list(growing.LEVELS))
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    options = parser.parse_args()
    with quiet_environment() as env:
        place = Path(env["VLMCTL_CACHE_DIR"])
        if options.quick:
            options.scores, options.rounds = [level for level in options.scores if level <= 100_000], 5
            if options.output == parser.get_default("output"):
                options.output = Path.cwd() / "benchmarks-quick.md"
        found = measured(options, place, env)
    page.write(options.output, found)
    say(f"wrote {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
