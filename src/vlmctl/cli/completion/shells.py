"""The command `completion`: prints the script by which a shell asks this program what can stand next.

The scripts are files of their own (`scripts/`); what they ask is answered in `vlmctl.cli.completion.answers`.
"""

from __future__ import annotations

import os
from enum import Enum
from importlib.resources import files
from pathlib import PurePath
from typing import Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.output import write_text
from vlmctl.errors import UsageError


class Shell(str, Enum):
    """Shells that can complete this program's command lines."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


@examples(
    "source <(vlmctl completion bash)", "source <(vlmctl completion zsh)", "vlmctl completion fish > ~/.config/fish/completions/vlmctl.fish"
)
def completion_command(
    *, shell: Annotated[Shell | None, typer.Argument(metavar="SHELL", help="Your login shell, unless named.", show_default=False)] = None
) -> None:
    """Print the script that makes TAB complete commands, options, names, benchmarks and fields."""
    write_text(script(shell or _login_shell()))


def script(shell: Shell) -> str:
    """The completion script of a shell."""
    return files("vlmctl.cli.completion").joinpath("scripts", f"vlmctl.{shell.value}").read_text(encoding="utf-8")


def _login_shell() -> Shell:
    name = PurePath(os.environ.get("SHELL", "")).name
    if name not in Shell.__members__:
        raise UsageError("name the shell: bash, zsh or fish", hint="vlmctl completion bash")
    return Shell[name]
